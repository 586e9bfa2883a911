"""From the bytes of a file of the RNA to text an XML parser accepts, chunk by chunk.

Thirty-five monthly files between 2019 and 2024 hold control characters (0x02, 0x10, 0x1A) that XML forbids, raw or
written as references (``&#x2;``). They are dropped here. Characters and references cut by the border between two chunks
are held back until they are whole, so the result does not depend on where the chunks are cut.
"""

import codecs
import re
from collections.abc import Iterable, Iterator

from levante.aid.rna_source import UnreadableFile
from levante.documents.pure.xml_text import FORBIDDEN, REFERENCE, SINGLE_BYTES, legal_reference

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")

#: A reference longer than this is not one: it is let pass, and the parser says what it thinks of it.
_LONGEST_REFERENCE = 64

#: How much of the beginning is looked at to know the encoding, and to see that this is XML at all.
_HEAD = 64 * 1024

_SINGLE_BYTE = {"iso8859-1": "latin-1", "iso8859-15": "iso8859-15", "cp1252": "cp1252"}


def clean_text(chunks: Iterable[bytes]) -> Iterator[str]:
    """The document as text without what XML forbids. ``UnreadableFile`` when it is no XML in an encoding we know."""
    source = iter(chunks)
    head = b""
    for block in source:
        head += block
        if len(head) >= _HEAD:
            break
    decoder = codecs.getincrementaldecoder(encoding_of(head))(errors=SINGLE_BYTES)
    kept = ""
    begun = False
    for block, last in _with_last(head, source):
        text = kept + FORBIDDEN.sub("", decoder.decode(block, last))
        if not begun:
            text = text.lstrip("\ufeff \t\r\n")
            # The first block is the whole head: a document that has not begun by then never will (gigabytes of zeros).
            if not text.startswith("<") and (text or not last):
                raise UnreadableFile("Il file non è XML.", "The file is not XML.")
            begun = True
        text, kept = (text, "") if last else _hold_back(text)
        if "&#" in text:
            text = REFERENCE.sub(legal_reference, text)
        if text:
            yield text


def encoding_of(head: bytes) -> str:
    """The encoding a document begins in: its byte-order mark, its zero bytes, or what it declares; UTF-8 otherwise."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or head[:4] == b"<\0\0\0" or head[:4] == b"\0\0\0<":
        raise UnreadableFile("Il file è in UTF-32: va convertito in UTF-8.", "The file is UTF-32: convert it to UTF-8.")
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[:4] == b"<\0?\0":
        return "utf-16-le"
    if head[:4] == b"\0<\0?":
        return "utf-16-be"
    declared = _DECLARED.match(head)
    if not declared:
        return "utf-8"
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        name = ""
    if name in {"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be"}:
        return "utf-8"  # the bytes are not of two: whatever is declared, this is not UTF-16
    if name in _SINGLE_BYTE:
        return _SINGLE_BYTE[name]
    given = declared[1].decode("ascii")
    raise UnreadableFile(f"Codifica non prevista: {given}.", f"Encoding not accepted: {given}.")


def _with_last(head: bytes, source: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = head
    for block in source:
        yield before, False
        before = block
    yield before, True


def _hold_back(text: str) -> tuple[str, str]:
    start = text.rfind("&", max(0, len(text) - _LONGEST_REFERENCE))
    if start == -1 or ";" in text[start:]:
        return text, ""
    return text[:start], text[start:]
