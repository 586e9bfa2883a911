"""Amounts as people type them: ``1.234,56``, ``1234.56``, ``€ 6000``."""

import re
from decimal import Decimal

from levante.kernel.pure import euro

_ITALIAN = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?|\d+,\d{1,2}")
_ENGLISH = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?|\d+(\.\d{1,2})?")


def typed_amount(text: str) -> Decimal:
    """The amount somebody typed, in either convention. ``ValueError`` when it is not one.

    ``1.234`` is one thousand two hundred and thirty-four: a point before three digits divides thousands in Italian.
    """
    kept = text.replace("€", "").replace("\u00a0", "").replace(" ", "")
    if _ITALIAN.fullmatch(kept):
        return euro(kept.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(kept):
        return euro(kept.replace(",", ""))
    raise ValueError(f"not an amount: {text[:40]!r}")
