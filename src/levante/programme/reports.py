"""Totals of the programme's money on a day, by every way of looking at it. Two queries whatever the number of ways.

A subject with several sectors counts whole in each of them and once in the totals: rows by sector do not add up to the total,
and the screens say so.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from levante.programme import vocabulary as words
from levante.programme.balances import Balances, change_of
from levante.programme.definitions import Sector
from levante.programme.money import BudgetLine, Movement

K = TypeVar("K", bound=Hashable)

#: Which movements make a figure: the link from a total to its rows.
FIGURES: dict[str, tuple[str, ...]] = {
    "allocated": (words.ALLOCATION, words.REPROGRAMMING),
    "reserved": (words.RESERVATION, words.COMMITMENT, words.RELEASE),
    "committed": (words.COMMITMENT, words.RELEASE),
    "liquidated": (words.LIQUIDAZIONE, words.UNDONE),
    "paid": (words.PAYMENT, words.RETURNED),
    "recovered": (words.RECOVERY,),
}


#: How much of a figure is demonstration data.
NONE, PART, WHOLE = "", "part", "whole"


def mark(*, invented: bool, genuine: bool) -> str:
    """The mark of a figure from what made it: nothing, demonstration data in part, or wholly."""
    return (PART if genuine else WHOLE) if invented else NONE


@dataclass(frozen=True, slots=True)
class Origin:
    """Which figures invented movements are part of, and which genuine ones."""

    invented: frozenset[str] = frozenset()
    genuine: frozenset[str] = frozenset()

    def plus(self, other: "Origin") -> "Origin":
        return Origin(self.invented | other.invented, self.genuine | other.genuine)

    def of(self, *figures: str) -> str:
        """The mark of a figure that these figures make."""
        return mark(invented=bool(self.invented & {*figures}), genuine=bool(self.genuine & {*figures}))

    @property
    def marks(self) -> dict[str, str]:
        """The mark of each figure; what is available is what was allocated less what is bound."""
        return {name: self.of(name) for name in FIGURES} | {"available": self.of("allocated", "reserved", "committed")}

    @property
    def mark(self) -> str:
        """The mark of all the figures together."""
        return self.of(*FIGURES)


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Piece:
    """What the movements of one line, exercise and month add up to."""

    line: BudgetLine
    exercise: int
    month: date
    balances: Balances
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Total:
    """The balances of a group, and what of them is demonstration data."""

    balances: Balances = Balances()
    origin: Origin = NOWHERE

    def plus(self, piece: "Piece | Total") -> "Total":
        return Total(self.balances.plus(piece.balances), self.origin.plus(piece.origin))

    @property
    def marks(self) -> dict[str, str]:
        return self.origin.marks

    @property
    def demonstration(self) -> str:
        return self.origin.mark


@dataclass(slots=True)
class Report:
    """The money of some lines at the end of a day."""

    on: date
    lines: list[BudgetLine]
    pieces: list[Piece] = field(default_factory=list)

    def by(self, key: Callable[[Piece], K]) -> dict[K, Total]:
        """Totals by a key of the pieces; only keys that have movements."""
        found: dict[K, Total] = defaultdict(Total)
        for piece in self.pieces:
            where = key(piece)
            found[where] = found[where].plus(piece)
        return dict(found)

    def total(self, wanted: Callable[[Piece], bool] = lambda piece: True) -> Total:
        result = Total()
        for piece in self.pieces:
            if wanted(piece):
                result = result.plus(piece)
        return result

    def month_by_month(self, wanted: Callable[[Piece], bool] = lambda piece: True) -> list[tuple[date, Balances]]:
        """The balances at the end of each month that had movements, in order."""
        changes: dict[date, Balances] = defaultdict(Balances)
        for piece in self.pieces:
            if wanted(piece):
                changes[piece.month] = changes[piece.month].plus(piece.balances)
        walked, balances = [], Balances()
        for month in sorted(changes):
            balances = balances.plus(changes[month])
            walked.append((month, balances))
        return walked


def budget_report(lines: QuerySet[BudgetLine], on: date) -> Report:
    """The money of ``lines`` at the end of the day ``on``. Two queries."""
    rows = list(
        lines.select_related("triennium", "direction", "action", "fund", "intervention", "initiative", "office")
    )
    by_id = {row.pk: row for row in rows}
    groups: dict[tuple[int, int, date], Balances] = defaultdict(Balances)
    origins: dict[tuple[int, int, date], Origin] = defaultdict(Origin)
    grouped = (
        Movement.objects.filter(line__in=list(by_id), on__lte=on)
        .order_by()
        .annotate(month=TruncMonth("on"))
        .values("line_id", "exercise", "month", "kind", "demonstration")
        .annotate(total=Sum("amount"), reserved=Sum("from_reserved"))
    )
    for group in grouped:
        where = group["line_id"], group["exercise"], group["month"]
        groups[where] = groups[where].plus(change_of(group["kind"], group["total"], group["reserved"]))
        origins[where] = origins[where].plus(_origin(group))
    pieces = [
        Piece(by_id[line], exercise, month, groups[line, exercise, month], origins[line, exercise, month])
        for line, exercise, month in sorted(groups)
    ]
    return Report(on, rows, pieces)


def _origin(group: dict[str, Any]) -> Origin:
    """What a group of movements of one kind (``kind``, ``demonstration``) says of the figures it is part of."""
    figures = frozenset(name for name, kinds in FIGURES.items() if group["kind"] in kinds)
    return Origin(invented=figures) if group["demonstration"] else Origin(genuine=figures)


@dataclass(frozen=True, slots=True)
class Share(Total):
    """The money that subjects hold, and how many subjects."""

    subjects: int = 0


def by_sector(lines: QuerySet[BudgetLine], on: date) -> tuple[dict[int, Share], int]:
    """By sector (primary key), and how many subjects there are when each counts once. Three queries.

    The total of the money is the report's: what subjects hold is counted there once, whatever their sectors.
    """
    movements = _of_subjects(lines, on)
    sums = _sums(movements, "position__sectors")
    counted = movements.order_by().values("position__sectors").annotate(subjects=Count("position", distinct=True))
    counts = {group["position__sectors"]: group["subjects"] for group in counted}
    once = movements.aggregate(subjects=Count("position", distinct=True))["subjects"]
    return {key: Share(each.balances, each.origin, counts[key]) for key, each in sums.items() if key is not None}, once


def of_sector(lines: QuerySet[BudgetLine], sector: Sector, on: date) -> dict[int, Share]:
    """What the subjects of one sector hold, by triennium (primary key). Two queries."""
    movements = _of_subjects(lines, on).filter(position__sectors=sector)
    sums = _sums(movements, "line__triennium")
    counted = movements.order_by().values("line__triennium").annotate(subjects=Count("position", distinct=True))
    counts = {group["line__triennium"]: group["subjects"] for group in counted}
    return {key: Share(each.balances, each.origin, counts[key]) for key, each in sums.items()}


def by_comune(lines: QuerySet[BudgetLine], on: date) -> dict[str, Total]:
    """By comune of the subjects (ISTAT code; empty where it is not known). One query."""
    return _sums(_of_subjects(lines, on), "position__comune")


def _of_subjects(lines: QuerySet[BudgetLine], on: date) -> QuerySet[Movement]:
    return Movement.objects.filter(line__in=lines.values("pk"), on__lte=on, position__isnull=False)


def _sums(movements: QuerySet[Movement], key: str) -> dict[Any, Total]:
    sums: dict[Any, Total] = defaultdict(Total)
    grouped = (
        movements.order_by()
        .values(key, "kind", "demonstration")
        .annotate(total=Sum("amount"), reserved=Sum("from_reserved"))
    )
    for group in grouped:
        change = change_of(group["kind"], group["total"], group["reserved"])
        sums[group[key]] = sums[group[key]].plus(Total(change, _origin(group)))
    return dict(sums)


def late_lines(report: Report) -> list[tuple[BudgetLine, Balances]]:
    """Lines of a past year with money not yet committed, the largest sum first."""
    by_line = report.by(lambda piece: piece.line.pk)
    found = [
        (line, by_line[line.pk].balances)
        for line in report.lines
        if line.year and line.year < report.on.year and line.pk in by_line and by_line[line.pk].balances.available > 0
    ]
    return sorted(found, key=lambda pair: -pair[1].available)
