"""How a norm is cited in each language: references are written once, as “art. 2(7)”; acts and pages in Italian say “art. 2, comma 7”.

Of the Union's acts (regulations, directives, recommendations) the parts of an article are paragraphs, of the others commas.
"""

import re
from collections.abc import Callable

_UNION = re.compile(
    r"\b(?:Reg|Dir|Racc|Dec)\.|Regolamento|Direttiva|Raccomandazione|\((?:UE|CE|CEE|EU|EC|EEC)\)|/(?:CE|UE)\b|TFUE"
)
_PART = re.compile(
    r"(\bart\. ?\d+(?:-[a-z]+)?)\((\d+(?:-[a-z]+)?)\)(?:-\((\d+)\))?(?:\(([a-z]{1,2})\))?(?!\(| e \(| and \()"
)


def in_italian(reference: str) -> str:
    """``L. 241/1990, art. 2(7); Reg. (UE) 2023/2831, art. 3(2)`` → ``L. 241/1990, art. 2, comma 7; Reg. (UE) 2023/2831, art. 3,
    par. 2``. What is written otherwise stays as it is."""
    return ";".join(_PART.sub(_told(bool(_UNION.search(chunk))), chunk) for chunk in reference.split(";"))


def _told(union: bool) -> Callable[[re.Match[str]], str]:
    one, many = ("par.", "parr.") if union else ("comma", "commi")

    def told(found: re.Match[str]) -> str:
        article, part, last, letter = found.groups()
        return (
            f"{article}, {many if last else one} {part}"
            + (f"-{last}" if last else "")
            + (f", lett. {letter})" if letter else "")
        )

    return told
