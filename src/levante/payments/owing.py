"""What enterprises owe back, as the rooms above say it: the gate asks them before any money leaves."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from levante.exchange.api import named

#: What an enterprise owes back: the number people know it by, and how much.
Owed = tuple[str, Decimal]
_told_by: list[str] = []


def owing_told_by(function: str) -> None:
    """Say which function knows what is owed back: ``"package.module:function"``, called as ``f(enterprise ids)`` and answering
    ``{enterprise id: [(number, euro)]}``, in one query."""
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
