"""From the bytes of an XML file to its text, whatever encoding it says and whatever it is really in, with remarks."""

import codecs
import re

from levante.documents.pure.invoice import Remark, UnreadableInvoice
from levante.documents.pure.xml_text import FORBIDDEN, REFERENCE, SINGLE_BYTES, legal_reference
from levante.kernel.pure import Bilingual

#: The declaration at the beginning, and the encoding in it.
_DECLARATION = re.compile(r"\A(\s*)<\?xml\s[^>]{0,300}?\?>")
_ENCODING = re.compile(rb"""\A\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE = {"iso8859-1", "cp1252", "iso8859-15"}


def text_of_xml(data: bytes) -> tuple[str, list[Remark]]:
    """The text without its declaration, line by line where it was, and what is to be said of it.

    A byte-order mark decides, then the zero bytes of UTF-16, then UTF-8 where the bytes are of it, then the declared encoding.
    ``UnreadableInvoice`` for UTF-32, which no program writes invoices in.
    """
    remarks: list[Remark] = []
    text = _decoded(data, remarks)
    if text[:1] == "\ufeff":
        text = text[1:]
    clean = FORBIDDEN.sub("", text)
    if "&#" in clean:
        clean = REFERENCE.sub(legal_reference, clean)
    if len(clean) != len(text):
        _say(
            remarks,
            "forbidden_characters",
            "nel file c'erano caratteri che l'XML vieta: sono stati tolti",
            "the file held characters that XML forbids: they were taken away",
        )
    declared = _DECLARATION.match(clean)
    if declared is None:
        _say(remarks, "no_declaration", "manca la dichiarazione XML", "the XML declaration is missing")
    elif declared[1]:
        _say(
            remarks,
            "leading_space",
            "prima della dichiarazione XML ci sono spazi o righe vuote",
            "there is white space before the XML declaration",
        )
    if declared is not None:
        clean = "\n" * declared[0].count("\n") + clean[declared.end() :]
    return clean, remarks


def _decoded(data: bytes, remarks: list[Remark]) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or data[:4] in (b"<\0\0\0", b"\0\0\0<"):
        raise UnreadableInvoice(
            Bilingual("il file è in UTF-32: va convertito in UTF-8", "the file is UTF-32: convert it to UTF-8")
        )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            _say(remarks, "bom", "il file comincia con un BOM", "the file begins with a byte-order mark")
            return _as(data[len(mark) :], encoding, remarks)
    head = data.lstrip(b" \t\r\n\0")[:2]
    if data[:200].count(0) > 20 and head in (b"<\0", b"<?"):
        # Two bytes to a character and no mark: the order is that of the zeros.
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
        _say(remarks, "bom", "il file è in UTF-16 senza BOM", "the file is UTF-16 without a byte-order mark")
        return _as(data, encoding, remarks)
    declared = _ENCODING.match(data)
    name = _name(declared[1].decode("ascii")) if declared else "utf-8"
    if name not in _SINGLE:
        if name not in ("utf-8", "ascii"):
            _wrong(remarks, "UTF-8")
        return _as(data, "utf-8", remarks)
    if not data.isascii() and (text := _strictly_utf8(data)) is not None:
        # Letters of these languages in Latin-1 hardly ever make whole characters of UTF-8: the declaration is wrong.
        _wrong(remarks, "UTF-8")
        return text
    if name == "iso8859-1" and re.search(rb"[\x80-\x9f]", data):
        _wrong(remarks, "Windows-1252")
        name = "cp1252"
    return data.decode(name, SINGLE_BYTES)


def _as(data: bytes, encoding: str, remarks: list[Remark]) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        _wrong(remarks, "Windows-1252" if encoding == "utf-8" else "")
    return data.decode("utf-8", SINGLE_BYTES) if encoding == "utf-8" else data.decode(encoding, "replace")


def _strictly_utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _name(declared: str) -> str:
    try:
        return codecs.lookup(declared).name
    except LookupError:
        return ""


def _wrong(remarks: list[Remark], read_as: str) -> None:
    """``read_as``: the encoding it was read in instead; empty when some characters are lost."""
    it = f"dov’è un’altra si legge come {read_as}" if read_as else "qualche lettera non si può leggere"
    en = f"where it is another it is read as {read_as}" if read_as else "some letters cannot be read"
    _say(
        remarks,
        "encoding",
        f"il file non è nella codifica che dichiara: {it}",
        f"the file is not in the encoding it declares: {en}",
    )


def _say(remarks: list[Remark], code: str, it: str, en: str) -> None:
    if all(one.code != code for one in remarks):
        remarks.append(Remark(code, Bilingual(it, en)))
