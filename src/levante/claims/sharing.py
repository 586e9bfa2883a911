"""What of the grant each cost earns, and what of a payment goes to it: never more than was admitted of it, to the cent. Pure.

``docs/algorithms/claims.md`` tells it in prose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.claims.reckoning import Cost
from levante.kernel.pure import ZERO, apportion, round_euro


@dataclass(frozen=True, slots=True)
class Admitted:
    """A cost of an award that was admitted: in euro, negative of a credit note, with its item and what was ``paid`` of it already."""

    item: str
    amount: Decimal
    paid: Decimal = ZERO


def units_come_to(money: Mapping[str, Any], item: str, quantity: Decimal, awarded: Decimal) -> Decimal:
    """What so many units of an item come to, before any limit; of a fixed amount, its part of the award."""
    basis = next((one["basis"] for one in money.get("items") or () if one["code"] == item), None)
    return round_euro(quantity * (Decimal(basis["amount"]) if basis else awarded))


def units_of_this_claim(
    worth: Mapping[str, Decimal], counts: Mapping[str, Decimal], costs: Sequence[Cost], admitted: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """What counts of each simplified cost, as ``of_this_claim`` says it of charges: of its item, what counts of all the claims less what
    the earlier ones were admitted (``admitted``, by ref), which never falls; never more than its units come to (``worth``). Where later
    costs raise a ceiling in proportion, what is left goes to the earlier ones."""
    found: dict[str, Decimal] = {}
    for code in dict.fromkeys(one.item for one in costs if one.quantity is not None):
        theirs = [one.ref for one in costs if one.item == code and one.quantity is not None]
        room = sum((counts[ref] - admitted.get(ref, ZERO) for ref in theirs), ZERO)
        for refs in ([ref for ref in theirs if ref not in admitted], [ref for ref in theirs if ref in admitted]):
            had = [admitted.get(ref, ZERO) for ref in refs]
            rooms = [max(worth[ref] - one, ZERO) for ref, one in zip(refs, had, strict=True)]
            take = min(max(room, ZERO), sum(rooms, ZERO))
            parts = apportion(take, rooms) if take else [ZERO for _ in rooms]
            found |= {ref: one + part for ref, one, part in zip(refs, had, parts, strict=True)}
            room -= take
    return found


def earned_of_each(grant: Decimal, eligible: Decimal, rows: Sequence[Admitted]) -> list[Decimal]:
    """What of the grant each cost earns: its part of what is eligible, credit notes taken off the costs of their item. What flat rates earn
    is of no cost, and is left out. No part is above what was admitted of its cost."""
    weights = [ZERO for _ in rows]
    for item in dict.fromkeys(one.item for one in rows):
        places = [place for place, one in enumerate(rows) if one.item == item]
        plus = [max(rows[place].amount, ZERO) for place in places]
        net = sum((rows[place].amount for place in places), ZERO)
        if net > 0:
            for place, part in zip(places, apportion(net, plus), strict=True):
                weights[place] = part
    whole = sum(weights, ZERO)
    if not whole or grant <= 0:
        return [ZERO for _ in rows]
    theirs = min(round_euro(grant * whole / max(eligible, whole)), whole)
    return apportion(theirs, weights)


def paid_of_each(paid: Decimal, earned: Sequence[Decimal], rows: Sequence[Admitted]) -> list[Decimal]:
    """What is paid of each cost when so much of the award is paid in all. What was paid of a cost stays, and the rest goes where something
    earned is not paid yet; when a payment came back, what was paid of all is less in proportion. What is left over is of no cost: an
    advance that is not used up, what flat rates earn."""
    had = [one.paid for one in rows]
    more = paid - sum(had, ZERO)
    if more < 0:
        less = apportion(-more, had)
        return [one - part for one, part in zip(had, less, strict=True)]
    rooms = [max(of - one, ZERO) for of, one in zip(earned, had, strict=True)]
    take = min(more, sum(rooms, ZERO))
    parts = apportion(take, rooms) if take else [ZERO for _ in rooms]
    return [one + part for one, part in zip(had, parts, strict=True)]
