"""One box over many kinds of thing: each kind says how its rows are found and how one is shown; they are asked together.

However many the kinds, the database is asked once for all of them (``UNION ALL``, each branch with its own order and limit),
and once more for each kind that answers and is shown by more than its columns. The three searches stand on this: that of the
desk (``web/desk/search``), that of an enterprise (``web/portal/search``), the public one (``web/site/home``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db.models import Expression, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from levante.kernel.api import Actor
from levante.kernel.pure import reads_english

#: How many of a kind are shown.
LIMIT = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its title, where it is (empty: it has no page), a line that tells it from others like it; ``thing``
    when a page shows more of it than a line (a card)."""

    title: str
    url: str = ""
    note: str = ""
    thing: Any = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: its name for the list; its rows that answer (actor, text, loose), in order, or ``None`` when such
    words never name one; how one is shown (actor, row), ``None`` when it is not the one meant after all.

    What ``shown`` is given has the fields of ``told``: columns, columns of what a row refers to, expressions. A kind that
    needs more of its rows says with ``whole`` how they are read: one query more when it answers.
    ``rank`` orders the kinds; ``page`` is the screen that its hits lead to.
    """

    label: Any
    rows: Callable[[Actor, str, bool], "QuerySet[Any] | None"]
    shown: Callable[[Actor, Any], Hit | None]
    told: Callable[[], dict[str, Expression | F]] | None = None
    whole: "Callable[[], QuerySet[Any]] | None" = None
    rank: int = 50
    page: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    label: str
    hits: list[Hit]
    more: bool


def ask(actor: Actor, kinds: Iterable[Kind], text: str, *, loose: bool, limit: int = LIMIT) -> list[Found]:
    """What answers to ``text``, kind by kind in their order; kinds with nothing are left out."""
    asked = list(kinds)
    branches = []
    for place, kind in enumerate(asked):
        rows = kind.rows(actor, text, loose)
        if rows is None or rows.query.is_empty():
            continue
        told = kind.told() if kind.told is not None else {}
        rows = rows.annotate(lv_kind=Value(place, IntegerField()), lv_told=JSONObject(pk=F("pk"), **told))
        branches.append(rows.values_list("lv_kind", "lv_told")[: limit + 1])
    # A branch keeps its own order: nothing sorts, or takes the doubles from, what is put together.
    answers = branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0] if branches else ()
    by_kind: dict[int, list[dict[str, Any]]] = {}
    for place, told in answers:
        by_kind.setdefault(place, []).append(told)
    return [
        Found(str(asked[place].label), hits[:limit], len(hits) > limit)
        for place, rows_told in sorted(by_kind.items())
        if (hits := _shown(actor, asked[place], rows_told))
    ]


def _shown(actor: Actor, kind: Kind, told: list[dict[str, Any]]) -> list[Hit]:
    rows: list[Any] = [SimpleNamespace(**each) for each in told]
    if kind.whole is not None:
        read = kind.whole().in_bulk([each["pk"] for each in told])
        rows = [read[each["pk"]] for each in told if each["pk"] in read]
    return [hit for row in rows if (hit := kind.shown(actor, row)) is not None]


def in_language(field: str) -> Expression | F:
    """A field that is written in both languages (``title`` of ``title_it`` and ``title_en``), in that of the page."""
    if not reads_english(get_language()):
        return F(f"{field}_it")
    return Coalesce(NullIf(F(f"{field}_en"), Value("")), F(f"{field}_it"))


def noted(*parts: str | None) -> str:
    """What tells one from others like it, in a line; empty parts are left out."""
    return " · ".join(part for part in parts if part)


def address(page: str, *arguments: object) -> str:
    """Empty when there is no such screen."""
    try:
        return reverse(page, args=arguments)
    except NoReverseMatch:
        return ""
