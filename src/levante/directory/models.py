"""Public profiles of enterprises with their products, photographs and certifications; what buyers ask of them."""

from levante.directory.models_enquiry import EnquiryDraft, SupplierEnquiry
from levante.directory.models_profile import Certification, Photo, Product, Profile

__all__ = ["Certification", "EnquiryDraft", "Photo", "Product", "Profile", "SupplierEnquiry"]
