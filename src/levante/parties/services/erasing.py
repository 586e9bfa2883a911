"""What other rooms hold of a person who is erased: each takes its own away, in the same transaction.

A room says it in its ``apps.py``: ``erased_with("package.module:function")``, called as ``f(actor=, erased=) -> int`` before the names
are emptied; it returns how many rows it emptied.
"""

from dataclasses import dataclass

from levante.exchange.api import named
from levante.kernel.api import Actor


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is being erased: the account, if there is one, and the name as it still is."""

    user_id: int | None
    name: str


_erasers: list[str] = []


def erased_with(function: str) -> None:
    """Say what a room does when a person is erased."""
    if function not in _erasers:
        _erasers.append(function)


def erase_elsewhere(actor: Actor, erased: Erased) -> dict[str, int]:
    """Every room takes away what it holds; how many rows each emptied, by its name, of those that emptied any."""
    found = {one.partition(":")[0]: named(one)(actor=actor, erased=erased) for one in sorted(_erasers)}
    return {name: number for name, number in found.items() if number}
