"""The door of documents: files taken in after looking at their content, and documents the system writes."""

from levante.documents.kinds import KINDS, PURPOSES, harmless_name
from levante.documents.models import GeneratedDocument, StoredFile
from levante.documents.ordering import order_document
from levante.documents.pdf import TO_KEEP, TO_READ, Attached, PdfUnavailable, pdf_available, render_pdf
from levante.documents.pure.signature_person import issuer_in_words
from levante.documents.services import copy_file, generate_document, inspected, remove_file, store_bytes, store_upload
from levante.documents.signed import Signed, verify_signatures, verify_upload
from levante.documents.storage import contents_apart, path_of
from levante.documents.trial import TrialSigner, trial_signatures

__all__ = [
    "KINDS",
    "PURPOSES",
    "TO_KEEP",
    "TO_READ",
    "Attached",
    "GeneratedDocument",
    "PdfUnavailable",
    "Signed",
    "StoredFile",
    "TrialSigner",
    "contents_apart",
    "copy_file",
    "generate_document",
    "harmless_name",
    "inspected",
    "issuer_in_words",
    "order_document",
    "path_of",
    "pdf_available",
    "remove_file",
    "render_pdf",
    "store_bytes",
    "store_upload",
    "trial_signatures",
    "verify_signatures",
    "verify_upload",
]
