"""Whole numbers that come with a request: a cursor, an id, a revision, a count; changes with their sign."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format

#: As many digits as every number of so many digits can be held by the database (a bigint).
_WHOLE = re.compile(r"[0-9]{1,18}")


def whole_number(text: str | None) -> int | None:
    """The number that a text writes, from 0 to 10**18 - 1; ``None`` for whatever else.

    In place of ``str.isdigit``, which says yes to ``²`` and to numbers that no column holds.
    """
    return int(text) if text is not None and _WHOLE.fullmatch(text) else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Those of the texts that write one, in their order."""
    return [number for number in map(whole_number, texts) if number is not None]


def signed(change: float) -> str:
    """A change as people read it in their language, with its sign: +4,5; −3; 0."""
    digits: str = number_format(Decimal(f"{abs(change):.6f}").normalize(), use_l10n=True)
    return f"+{digits}" if change > 0 else f"−{digits}" if change < 0 else digits
