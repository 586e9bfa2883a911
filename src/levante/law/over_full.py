"""More than the whole: shares of one firm that add up to over 100 per cent.

It is not a refusal: a holding written twice under two names, or read on different days, is the office's to find, and the
answer is reckoned on what was written. But it is said.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from levante.kernel.pure import Bilingual

WHOLE = Decimal(100)
VOTES = Bilingual("dei voti", "votes")
CAPITAL = Bilingual("del capitale", "capital")


def over_full(shares: Iterable[tuple[Bilingual, str, str, Decimal | None]]) -> list[dict[str, Any]]:
    """A warning for each firm whose shares pass the whole: ``{field, message, message_en}``. ``shares``: of what (``VOTES``,
    ``CAPITAL``), holder, held, per cent; the same holding said twice counts once, with the larger share."""
    largest: dict[tuple[Bilingual, str, str], Decimal] = {}
    for what, holder, held, share in shares:
        if share is not None:
            largest[what, held, holder] = max(share, largest.get((what, held, holder), share))
    sums: dict[tuple[Bilingual, str], Decimal] = {}
    for (what, held, _), share in largest.items():
        sums[what, held] = sums.get((what, held), Decimal(0)) + share
    return [
        {
            "field": "links",
            "message": f"la somma {what.it} di {held} è {_text(total).replace('.', ',')} per cento, più dell’intero: "
            "il risultato è calcolato sulle quote come sono scritte, da controllare",
            "message_en": f"the sum of the {what.en} of {held} is {_text(total)} per cent, more than the whole: "
            "the result is reckoned on the shares as they are written, which are to be checked",
        }
        for (what, held), total in sums.items()
        if total > WHOLE
    ]


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f")
