"""Characters that XML forbids, and that files of real programs hold all the same."""

import codecs
import re
from contextlib import suppress

#: As characters. Thirty-five monthly files of the RNA have some, and now and then an invoice.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A character written as a number: ``&#x2;`` may be forbidden too.
REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")


def legal_reference(match: re.Match[str]) -> str:
    """What a ``REFERENCE`` becomes: itself, or nothing when XML forbids its character."""
    digits = match[1] or match[2]
    if len(digits.lstrip("0")) > 8:
        return ""
    code = int(digits, 16 if match[1] else 10)
    legal = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if legal else ""


def _single_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    piece = error.object[error.start : error.end]
    return "".join(_WINDOWS.get(byte, chr(byte)) for byte in piece), error.end


def _windows() -> dict[int, str]:
    found = {}
    for byte in range(0x80, 0xA0):
        with suppress(UnicodeDecodeError):
            found[byte] = bytes([byte]).decode("cp1252")
    return found


#: What Windows has where Latin-1 has control characters: the euro, curly quotes, dashes.
_WINDOWS = _windows()
#: How bytes that are not of the encoding are read: one by one, as Windows does. Files pasted together from older systems have some.
SINGLE_BYTES = "levante_single_bytes"
codecs.register_error(SINGLE_BYTES, _single_bytes)
