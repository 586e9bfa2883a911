"""The receipt as a PDF, for whichever screen hands it out."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from levante.documents.api import render_pdf
from levante.register.api import RECEIPT_TEMPLATE, Receipt, receipt_page


def receipt_pdf(
    receipt: Receipt, *, language: str = "it", number: str = "", what: str = "", facts: Sequence[tuple[str, Any]] = ()
) -> bytes:
    """The printed receipt, with the caller's ``facts`` of what was received and its ``number`` where its room has its own way.

    ``PdfUnavailable`` (of ``documents``) where Pango is missing: offer the JSON then.
    """
    with translation.override(language):
        title = gettext("Receipt %(number)s") % {"number": number or receipt.public_number}
        address = settings.SITE_URL.rstrip("/") + reverse("site:verify")
        page = receipt_page(receipt, verify_url=address, number=number, what=what, facts=facts)
    return render_pdf(template=RECEIPT_TEMPLATE, context=page, title=title, language=language)
