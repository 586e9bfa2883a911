"""Numbers as people type them: ``1.234,56`` on Italian pages, ``1,234.56`` on English ones."""

import re
from decimal import Decimal

_MOST = 40  # characters: longer than any number a column holds
_SPACES = " \u00a0\u202f"


def typed_number(text: str, language: str) -> Decimal:
    """The number somebody typed on a page in ``language``; ``ValueError`` when it is not written as numbers are there.

    A sign of thousands counts only between proper groups of three: ``1,50`` on an English page is no number, never 150, and
    ``1234.56`` on an Italian one neither. Exponents, infinities and digits of other scripts are refused.

    >>> typed_number("€ 1.234,5", "it"), typed_number("1,234.5", "en")
    (Decimal('1234.5'), Decimal('1234.5'))
    """
    decimal, thousands = (".", ",") if language.startswith("en") else (",", ".")
    kept = text.strip(f"{_SPACES}\t\r\n€%")
    grouped = rf"[1-9][0-9]{{0,2}}(?:[{thousands}{_SPACES}][0-9]{{3}})+"
    if len(kept) > _MOST or not re.fullmatch(rf"[-+]?(?:[0-9]+|{grouped})(?:{re.escape(decimal)}[0-9]+)?", kept):
        raise ValueError(f"not a number: {text[:_MOST]!r}")
    return Decimal(re.sub(f"[{thousands}{_SPACES}]", "", kept).replace(decimal, "."))
