"""What waits for a person: each journey says its own part, and “Today” puts the parts together.

A journey that has something to say keeps a module ``worklist.py`` beside its views
(``web/<portal|desk>/<journey>/worklist.py``) with any of these functions; each gets the ``Actor`` and returns items:

- ``my_turn(actor)``: what this person must do (enterprise) or may take up (desk);
- ``moved(actor, since)``: what changed after the instant ``since``;
- ``suggestions(actor)``: what could be worth doing; the first one is shown, lowest ``rank`` first.

A function reads through ``visible_to(actor)``, makes a fixed number of queries and returns at most ``LIMIT`` items.
"""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from types import ModuleType
from typing import Any

from levante.kernel.api import ROME, Actor

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One line of “Today”, in the language of who reads.

    ``due`` is the term (a day or an instant), ``at`` when it happened (for what moved), ``why`` one sentence, ``kind`` a
    short word for the list ("application", already translated), ``tone`` one of ``{% status %}``.
    """

    title: str
    url: str
    kind: str = ""
    why: str = ""
    due: date | datetime | None = None
    at: date | datetime | None = None
    tone: str = "waiting"
    rank: int = 50


@cache
def journeys(audience: str) -> tuple[ModuleType, ...]:
    """The ``worklist`` modules of an audience, by name."""
    package = importlib.import_module(f"levante.web.{audience}")
    found = []
    for entry in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if entry.ispkg:
            name = f"{package.__name__}.{entry.name}"
            inside = importlib.import_module(name)
            if any(module.name == "worklist" for module in pkgutil.iter_modules(inside.__path__)):
                found.append(importlib.import_module(f"{name}.worklist"))
    return tuple(found)


def my_turn(audience: str, actor: Actor) -> list[Item]:
    """What waits for the actor, soonest term first; without a term last."""
    return sorted(_collect(audience, "my_turn", actor), key=lambda item: (_instant(item.due), item.rank, item.title))


def moved(audience: str, actor: Actor, since: datetime) -> list[Item]:
    """What changed since then, newest first."""
    return sorted(_collect(audience, "moved", actor, since), key=lambda item: _instant(item.at), reverse=True)[:LIMIT]


def suggestion(audience: str, actor: Actor) -> Item | None:
    """The one thing worth doing, if any."""
    return min(_collect(audience, "suggestions", actor), key=lambda item: (item.rank, item.title), default=None)


def kinds(items: list[Item]) -> list[tuple[str, int]]:
    """The kinds of work in a list, with how many of each, most first."""
    return sorted(Counter(item.kind for item in items if item.kind).items(), key=lambda row: (-row[1], row[0]))


def _collect(audience: str, name: str, *arguments: Any) -> list[Item]:
    items: list[Item] = []
    for module in journeys(audience):
        provider: Callable[..., Iterable[Item]] | None = getattr(module, name, None)
        if provider is not None:
            items.extend(provider(*arguments))
    return items


def _instant(moment: date | datetime | None) -> datetime:
    """A common measure: a day ends at its midnight in Italy, what has no term comes after everything."""
    if moment is None:
        return datetime.max.replace(tzinfo=UTC)
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.max, tzinfo=ROME)
