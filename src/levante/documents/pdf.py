"""Documents as PDF: tagged, with title and language, by WeasyPrint; a clear sentence where it cannot work.

What is read on a screen is PDF/UA; what is to be kept for years (letters, acts that leave) is PDF/A-2a, which is tagged too and
carries its fonts and colours with it (ISO 19005-2).
"""

import functools
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from levante.kernel.pure import Bilingual, Decision

NO_PANGO = Bilingual(
    "Il PDF non è disponibile su questa macchina: manca la libreria di sistema Pango. I dati restano qui, completi.",
    "The PDF is not available on this machine: the system library Pango is missing. The data are all here.",
)


class PdfUnavailable(Exception):
    """No PDF can be made here; ``reason`` says why in both languages."""

    def __init__(self, reason: Bilingual = NO_PANGO) -> None:
        super().__init__(reason.en)
        self.reason = reason


@functools.cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:  # the wheel is there, Pango or one of its companions is not
        raise PdfUnavailable from error
    return weasyprint


def pdf_available() -> Decision:
    """Can this machine write PDFs?"""
    try:
        _weasyprint()
    except PdfUnavailable as error:
        return Decision(False, error.reason)
    return Decision.yes()


#: The variant of a PDF for reading and of one for keeping.
TO_READ, TO_KEEP = "pdf/ua-1", "pdf/a-2a"


def render_pdf(
    *, template: str, context: Mapping[str, Any], title: str, language: str = "it", variant: str = TO_READ
) -> bytes:
    """The template filled and printed as a tagged PDF. ``PdfUnavailable`` where Pango is missing.

    Templates extend ``documents/base.html`` and fetch nothing: images are ``data:`` addresses.
    """
    weasyprint = _weasyprint()
    with translation.override(language):
        html = render_to_string(template, {**context, "title": title, "language": language})
    inside = weasyprint.urls.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    document = weasyprint.HTML(string=html, url_fetcher=inside)
    return bytes(document.write_pdf(pdf_variant=variant))
