"""What waits for a person: each journey says its own part, and “Today” puts the parts together.

A journey that has something to say keeps a module ``worklist.py`` beside its views
(``web/<portal|desk>/<journey>/worklist.py``) with any of these functions; each gets the ``Actor`` and returns items:

- ``my_turn(actor)``: what this person must do (enterprise) or may take up (desk);
- ``moved(actor, since)``: what changed after the instant ``since``;
- ``suggestions(actor)``: what could be worth doing; the first one is shown, lowest ``rank`` first.

A function reads through ``visible_to(actor)``, makes a fixed number of queries and returns at most ``LIMIT`` items of a kind:
where there are more, one line says how many others there are (``first_of``), so that nothing is left out of the numbers.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import ngettext

from levante.kernel.api import ROME, Actor, now
from levante.web.templatetags.levante import counted

LIMIT = 50
Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of “Today”, in the language of who reads.

    ``due`` is the term (a day or an instant), ``at`` when it happened (for what moved), ``why`` one sentence, ``kind`` a
    short word for the list ("application", already translated), ``tone`` one of ``{% status %}``. ``shared``: anyone of the
    office may take it up; otherwise it is this person's alone, by charge or by role. ``count``: how many things the line stands
    for, with ``due`` the nearest of their terms, and ``late`` how many of them are past it.
    """

    title: str
    url: str
    kind: str = ""
    why: str = ""
    due: date | datetime | None = None
    at: date | datetime | None = None
    tone: str = "waiting"
    rank: int = 50
    shared: bool = False
    count: int = 1
    late: int | None = None

    @property
    def is_late(self) -> bool:
        return instant(self.due) < now()

    @property
    def late_count(self) -> int:
        """How many of those it stands for are past their term: of one with its term, that one."""
        return int(self.is_late) if self.late is None else self.late


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
    return sorted(_collect(audience, "my_turn", actor), key=soonest)


def moved(audience: str, actor: Actor, since: datetime) -> list[Item]:
    """What changed since then, newest first."""
    return sorted(_collect(audience, "moved", actor, since), key=lambda item: instant(item.at), reverse=True)[:LIMIT]


def suggestion(audience: str, actor: Actor) -> Item | None:
    """The one thing worth doing, if any."""
    return min(_collect(audience, "suggestions", actor), key=lambda item: (item.rank, item.title), default=None)


def soonest(item: Item) -> tuple[datetime, int, str]:
    """The order of what waits: by term, what has none last; then by weight."""
    return instant(item.due), item.rank, item.title


def first_of(rows: "QuerySet[Any, Row] | list[Row]") -> tuple[list[Row], int]:
    """The first ``LIMIT`` rows and how many others there are: counted, with a query of its own, only where there are."""
    found = list(rows[: LIMIT + 1])
    if len(found) <= LIMIT:
        return found, 0
    return found[:LIMIT], (len(rows) if isinstance(rows, list) else rows.count()) - LIMIT


def others(count: int, url: str, kind: str, *, shared: bool = False, late: int = 0) -> Iterable[Item]:
    """The line of those that have none of their own, last of its kind; nothing when there are no others."""
    if count:
        text = ngettext("and %(count)s other", "and %(count)s others", count) % {"count": counted(count)}
        yield Item(text, url, kind, rank=99, shared=shared, count=count, late=late)


#: What journeys asked while they are gathered.
_asked: ContextVar[dict[Any, Any] | None] = ContextVar("asked", default=None)


def once(ask: Callable[..., Answer], *arguments: Any) -> Answer:
    """The answer to what several journeys ask: asked once while “Today” is put together, each time outside it."""
    held = _asked.get()
    if held is None:
        return ask(*arguments)
    key = (ask, arguments)
    if key not in held:
        held[key] = ask(*arguments)
    answer: Answer = held[key]
    return answer


def _collect(audience: str, name: str, *arguments: Any) -> list[Item]:
    items: list[Item] = []
    token = _asked.set({})
    try:
        for module in journeys(audience):
            provider: Callable[..., Iterable[Item]] | None = getattr(module, name, None)
            if provider is not None:
                items.extend(provider(*arguments))
    finally:
        _asked.reset(token)
    return items


def instant(moment: date | datetime | None) -> datetime:
    """A common measure: a day ends at its midnight in Italy, what has no term comes after everything."""
    if moment is None:
        return datetime.max.replace(tzinfo=UTC)
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.max, tzinfo=ROME)
