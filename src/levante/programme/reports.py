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
from levante.programme.money import BudgetLine, Movement

K = TypeVar("K", bound=Hashable)

#: Which movements make a figure: the link from a total to its rows.
FIGURES: dict[str, tuple[str, ...]] = {
    "allocated": (words.ALLOCATION, words.REPROGRAMMING),
    "reserved": (words.RESERVATION, words.COMMITMENT, words.RELEASE),
    "committed": (words.COMMITMENT, words.RELEASE),
    "liquidated": (words.LIQUIDAZIONE,),
    "paid": (words.PAYMENT,),
    "recovered": (words.RECOVERY,),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What the movements of one line, exercise and month add up to."""

    line: BudgetLine
    exercise: int
    month: date
    balances: Balances
    invented: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Total:
    """The balances of a group, and which of them invented movements are part of."""

    balances: Balances = Balances()
    invented: frozenset[str] = frozenset()

    def plus(self, piece: Piece) -> "Total":
        return Total(self.balances.plus(piece.balances), self.invented | piece.invented)

    @property
    def demonstration(self) -> bool:
        return bool(self.invented)


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
    invented: dict[tuple[int, int, date], set[str]] = defaultdict(set)
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
        if group["demonstration"]:
            invented[where] |= {name for name, kinds in FIGURES.items() if group["kind"] in kinds}
    pieces = [
        Piece(by_id[line], exercise, month, groups[line, exercise, month], frozenset(invented[line, exercise, month]))
        for line, exercise, month in sorted(groups)
    ]
    return Report(on, rows, pieces)


@dataclass(frozen=True, slots=True)
class Share:
    """The money that subjects hold, and how many subjects."""

    balances: Balances
    subjects: int


def by_sector(lines: QuerySet[BudgetLine], on: date) -> tuple[dict[int, Share], int]:
    """By sector (primary key), and how many subjects there are when each counts once. Three queries.

    The total of the money is the report's: what subjects hold is counted there once, whatever their sectors.
    """
    movements = _of_subjects(lines, on)
    sums = _sums(movements, "position__sectors")
    counted = movements.order_by().values("position__sectors").annotate(subjects=Count("position", distinct=True))
    counts = {group["position__sectors"]: group["subjects"] for group in counted}
    once = movements.aggregate(subjects=Count("position", distinct=True))["subjects"]
    return {key: Share(balances, counts[key]) for key, balances in sums.items() if key is not None}, once


def by_comune(lines: QuerySet[BudgetLine], on: date) -> dict[str, Balances]:
    """By comune of the subjects (ISTAT code; empty where it is not known). One query."""
    return _sums(_of_subjects(lines, on), "position__comune")


def _of_subjects(lines: QuerySet[BudgetLine], on: date) -> QuerySet[Movement]:
    return Movement.objects.filter(line__in=lines.values("pk"), on__lte=on, position__isnull=False)


def _sums(movements: QuerySet[Movement], key: str) -> dict[Any, Balances]:
    sums: dict[Any, Balances] = defaultdict(Balances)
    grouped = movements.order_by().values(key, "kind").annotate(total=Sum("amount"), reserved=Sum("from_reserved"))
    for group in grouped:
        sums[group[key]] = sums[group[key]].plus(change_of(group["kind"], group["total"], group["reserved"]))
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
