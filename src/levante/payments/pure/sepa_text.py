"""Text in the characters that every bank of the SEPA takes (EPC217-08): letters without accents, digits and a few signs."""

import re
import unicodedata
from dataclasses import dataclass

_ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
#: What has a usual writing of its own; the rest loses its accents, and what is left becomes a full stop.
_WRITTEN = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
        "þ": "th", "Þ": "TH", "ı": "i", "€": "EUR", "&": "+", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": "'",
        "”": "'", '"': "'", "«": "'", "»": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "_": "-", ";": ",",
        "[": "(", "]": ")", "{": "(", "}": ")", "\\": "/", "°": "o", "º": "o", "ª": "a",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """How a text is written to a bank: ``changed`` when it lost something (a cut or another letter) that people should be told."""

    text: str
    changed: bool


def sepa_text(text: str, *, longest: int) -> Written:
    """The text in the allowed characters and at most ``longest`` of them; neither ``//`` nor a ``/`` at an end.

    Spaces run together do not count as a change. An empty result is possible (a name in another script becomes full stops, which
    are taken away): who writes a file refuses it.
    """
    plain = " ".join(text.split())
    found = unicodedata.normalize("NFKD", plain.translate(_WRITTEN))
    found = "".join(one for one in found if not unicodedata.combining(one))
    found = _NOT_ALLOWED.sub(".", found.translate(_WRITTEN))
    found = re.sub(r"/{2,}", "/", found)
    found = " ".join(found.split())[:longest].strip(" /")
    if not re.search(r"[A-Za-z0-9]", found):
        found = ""
    return Written(found, found != plain)


def is_identifier(text: str) -> bool:
    """Whether a text can be an id of a message or of a payment: 1 to 35 allowed characters, without spaces at the ends."""
    return (
        0 < len(text) <= 35 and _ALLOWED.fullmatch(text) is not None and "//" not in text and text == text.strip(" /")
    )
