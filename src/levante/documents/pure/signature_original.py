"""Whether a signed file is a given file, signed: in envelopes, inside the PDF, or in both ways, and nothing else done to it."""

from io import BytesIO

from levante.documents.pure.signature_envelope import is_pdf, open_envelope
from levante.documents.pure.signature_outcome import Unreadable
from levante.kernel.pure import Bilingual

#: As many envelopes as the verification opens.
DEEPEST = 5
_ANOTHER = Bilingual(
    "ciò che è firmato non è il documento scaricato da qui: è un altro file, o una sua versione precedente, o è stato salvato "
    "di nuovo da un programma prima di firmarlo",
    "what is signed is not the document downloaded from here: it is another file, or an earlier version of it, or a program "
    "saved it again before it was signed",
)
_ADDED = Bilingual(
    "prima della firma al documento è stato aggiunto qualcosa (una nota, un campo, una pagina)",
    "something was added to the document before it was signed (a note, a field, a page)",
)


def fault_of_copy(data: bytes, original: bytes) -> Bilingual | None:
    """Why ``data`` is not ``original`` signed; ``None`` when it is. That the signatures hold is asked elsewhere."""
    inside = data
    for _ in range(DEEPEST):
        if is_pdf(inside):
            break
        try:
            content = open_envelope(inside).content
        except Unreadable:
            break
        if content is None:
            break
        inside = content
    if inside == original:
        return None
    if not (is_pdf(inside) and inside.startswith(original)):
        return _ANOTHER
    return None if _only_signatures_added(inside, original) else _ADDED


def _only_signatures_added(data: bytes, original: bytes) -> bool:
    """Our PDFs have a form without fields, which a signature enters: without it the comparison has nothing to compare with."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import DiffResult

    from levante.documents.pure.signature_pdf import FIRST_SIGNATURE, silence

    silence()
    try:
        revisions = PdfFileReader(BytesIO(original)).xrefs.total_revisions
        found = FIRST_SIGNATURE.review_file(PdfFileReader(BytesIO(data)), revisions - 1)
    except MemoryError:
        raise
    except Exception:  # a file that trips the reader: nobody can say that only signatures were added
        return False
    return isinstance(found, DiffResult)
