"""Public profiles of enterprises with their products, photographs and certifications; what buyers ask of them; what buyers buy."""

from levante.directory.models_buyer import BuyerProfile, BuyerQualification
from levante.directory.models_enquiry import EnquiryDraft, SupplierEnquiry
from levante.directory.models_profile import Certification, Photo, Product, Profile

__all__ = [
    "BuyerProfile",
    "BuyerQualification",
    "Certification",
    "EnquiryDraft",
    "Photo",
    "Product",
    "Profile",
    "SupplierEnquiry",
]
