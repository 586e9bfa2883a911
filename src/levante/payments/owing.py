"""What enterprises owe back, as the rooms above say it: the gate asks them before any money leaves.

To whom it is owed counts: a debt is set off only between the same two (art. 1241 c.c.).
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from levante.exchange.api import named
from levante.kernel.pure import ZERO


class Owed(NamedTuple):
    """What an enterprise owes back: the number people know it by, how much in euro, to which agency (its key; none: the Section), and
    whether it was asked for: before that it cannot be set off."""

    number: str
    amount: Decimal
    to: int | None = None
    asked: bool = True


_told_by: list[str] = []


def owing_told_by(function: str) -> None:
    """Say which function knows what is owed back: ``"package.module:function"``, called as ``f(enterprise ids)`` and answering
    ``{enterprise id: [Owed]}``, in one query."""
    if function not in _told_by:
        _told_by.append(function)


def owed_by(enterprises: Iterable[int]) -> dict[int, list[Owed]]:
    """What each of these enterprises owes back now; those that owe nothing are left out."""
    wanted = set(enterprises)
    found: dict[int, list[Owed]] = {}
    for name in _told_by:
        ask: Callable[[set[int]], dict[int, list[Owed]]] = named(name)
        for enterprise, owed in ask(wanted).items():
            found.setdefault(enterprise, []).extend(owed)
    return found


_standing_by: list[str] = []


def standing_told_by(function: str) -> None:
    """Say which function knows the awards on which a recovery stands, also one that a court suspended: ``"package.module:function"``,
    called with nothing and answering a query of their keys."""
    if function not in _standing_by:
        _standing_by.append(function)


def awards_owing() -> "list[QuerySet[Any, Any]]":
    """The awards on which something is still to come back, whatever was suspended: subqueries of their keys, one for each room."""
    return [named(name)() for name in _standing_by]


_set_off_by: list[str] = []


def set_off_told_to(function: str) -> None:
    """Say which function writes an offset on what is owed back: ``"package.module:function"``, called as ``f(enterprise, amount, on,
    reference, to, here)`` in the transaction of the payment, and answering how much it wrote or gives back, in euro."""
    if function not in _set_off_by:
        _set_off_by.append(function)


def set_off(
    enterprise: int, amount: Decimal, *, on: date, reference: str, to: int | None, here: Decimal = ZERO
) -> Decimal:
    """Write what a payment kept as an offset where it is owed to who paid (``to``: the key of the agency, none: the Section); how much was.
    ``here`` is what was owed on our registers when it was kept: what of it is owed no more is to be given back, and counts as written. The
    rest is owed on somebody else's register."""
    done = ZERO
    for name in _set_off_by:
        if amount > done:
            write: Callable[..., Decimal] = named(name)
            done += write(enterprise, amount - done, on, reference, to, max(here - done, ZERO))
    return done


_collector_told_by: list[str] = []


def collector_told_by(function: str) -> None:
    """Say which function knows what else is given to the collector under its orders: ``"package.module:function"``, called as
    ``f(enterprise ids)`` and answering ``{enterprise id: euro}``, in one query."""
    if function not in _collector_told_by:
        _collector_told_by.append(function)


def given_to_collector(enterprises: Iterable[int]) -> dict[int, Decimal]:
    """What the rooms above give the collector of each of these enterprises."""
    found: dict[int, Decimal] = {}
    for name in _collector_told_by:
        ask: Callable[[set[int]], dict[int, Decimal]] = named(name)
        for enterprise, amount in ask(set(enterprises)).items():
            found[enterprise] = found.get(enterprise, ZERO) + amount
    return found
