"""Documents as PDF: tagged, with title and language, by WeasyPrint; a clear sentence where it cannot work.

What is read on a screen is PDF/UA; what is to be kept for years (letters, acts that leave) is PDF/A-2a, which is tagged too and
carries its fonts and colours with it (ISO 19005-2).
"""

import functools
import io
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from levante.kernel.pure import Bilingual, Decision

NO_PANGO = Bilingual(
    "Il PDF non è disponibile su questa macchina: manca la libreria di sistema Pango. I dati restano qui, completi.",
    "The PDF is not available on this machine: the system library Pango is missing. The data are all here.",
)


_mine = threading.local()


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


def _fonts() -> Any:
    """The fonts of this machine, read once in each thread: read for every document they cost a quarter of its time, and what they
    take is never given back (a quarter of a megabyte each, in a worker that prints thousands)."""
    found = getattr(_mine, "fonts", None)
    if found is None:
        found = _mine.fonts = _weasyprint().text.fonts.FontConfiguration()
    return found


def pdf_available() -> Decision:
    """Can this machine write PDFs?"""
    try:
        _weasyprint()
    except PdfUnavailable as error:
        return Decision(False, error.reason)
    return Decision.yes()


#: The variant of a PDF for reading, of one for keeping, and of one for keeping with other files inside.
TO_READ, TO_KEEP, WITH_FILES = "pdf/ua-1", "pdf/a-2a", "pdf/a-3a"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside a PDF: the data that the document says."""

    name: str
    content: bytes
    description: str
    content_type: str


def render_pdf(
    *,
    template: str,
    context: Mapping[str, Any],
    title: str,
    language: str = "it",
    variant: str = TO_READ,
    attachments: Sequence[Attached] = (),
    to_sign: bool = False,
) -> bytes:
    """The template filled and printed as a tagged PDF. ``PdfUnavailable`` where Pango is missing.

    With ``attachments`` it is a PDF/A-3; ``to_sign`` gives it a form without fields, which a signature enters: what was
    added to the document is then told from what only signs it (``pure.signature_original``). Templates extend
    ``documents/base.html`` and fetch nothing: images are ``data:`` addresses.
    """
    weasyprint = _weasyprint()
    with translation.override(language):
        html = render_to_string(template, {**context, "title": title, "language": language})
    files = [
        weasyprint.Attachment(
            file_obj=io.BytesIO(file.content), name=file.name, description=file.description, relationship="Source"
        )
        for file in attachments
    ]
    return print_html(html, variant=WITH_FILES if files else variant, files=files, to_sign=to_sign)


def print_html(html: str, *, variant: str, files: list[Any], to_sign: bool) -> bytes:
    """The page of ``render_pdf`` on paper: what of it costs."""
    weasyprint = _weasyprint()
    inside = weasyprint.urls.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    return bytes(
        weasyprint.HTML(string=html, url_fetcher=inside).write_pdf(
            pdf_variant=variant,
            attachments=files or None,
            font_config=_fonts(),
            finisher=_with_empty_form if to_sign else None,
        )
    )


def _with_empty_form(_document: Any, pdf: Any) -> None:
    import pydyf

    form = pydyf.Dictionary({"Fields": pydyf.Array([])})
    pdf.add_object(form)
    pdf.catalog["AcroForm"] = form.reference
