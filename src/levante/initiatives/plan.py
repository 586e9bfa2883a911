"""The plan of a year: its initiatives by market, sector or direction, what they cost, beside the year before.

An initiative is of the year of its first day, as its movements are imputed (see ``levante.initiatives.money``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from levante.initiatives import states
from levante.initiatives.models import Initiative, InitiativeQuerySet
from levante.initiatives.money import SUBJECT
from levante.kernel.pure import ZERO, Bilingual
from levante.programme.api import Position, mark

MARKET, SECTOR, DIRECTION = "market", "sector", "direction"
#: By what the initiatives of a plan are put together.
GROUPINGS: dict[str, Bilingual] = {
    MARKET: Bilingual("Mercato", "Market"),
    SECTOR: Bilingual("Settore", "Sector"),
    DIRECTION: Bilingual("Direttrice", "Direction"),
}
#: Where an initiative with no sector of its own goes.
EVERY_SECTOR = Bilingual("Tutti i settori", "All sectors")

#: What initiatives came to, euro, by their id: asked of who knows it, in a room above.
CameTo = Callable[[Sequence[int]], dict[int, Decimal]]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An initiative in the plan and its money, euro: ``committed`` and ``paid`` (less what was recovered) on the lines of the budget;
    ``came_to``, what was bought and arranged for it."""

    initiative: Initiative
    committed: Decimal = ZERO
    paid: Decimal = ZERO
    came_to: Decimal = ZERO

    @property
    def stands(self) -> bool:
        return self.initiative.state != states.CANCELLED

    @property
    def planned(self) -> Decimal | None:
        """Its cost in the plan; none while it is to be decided, nor once it is cancelled: the plan does not spend it."""
        return self.initiative.cost if self.stands else None


@dataclass(frozen=True, slots=True)
class Sums:
    """What some lines add up to. ``number`` and ``planned`` are of those that are not cancelled, ``undecided`` of these have no cost
    yet; the money already committed, paid and spent is of all: that a thing was cancelled does not bring it back."""

    number: int
    cancelled: int
    undecided: int
    planned: Decimal
    committed: Decimal
    paid: Decimal
    came_to: Decimal
    demonstration: str

    @classmethod
    def of(cls, lines: Iterable[PlanLine]) -> "Sums":
        every = list(lines)
        standing = [line for line in every if line.stands]
        invented = [line.initiative.demonstration for line in every]
        return cls(
            number=len(standing),
            cancelled=len(every) - len(standing),
            undecided=sum(line.planned is None for line in standing),
            planned=sum((line.planned or ZERO for line in standing), ZERO),
            committed=sum((line.committed for line in every), ZERO),
            paid=sum((line.paid for line in every), ZERO),
            came_to=sum((line.came_to for line in every), ZERO),
            demonstration=mark(invented=any(invented), genuine=not all(invented)),
        )


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """The lines of one market, sector or direction; ``before`` is what it was in the year before."""

    code: str
    label: Bilingual
    lines: list[PlanLine]
    sums: Sums
    before: Sums


@dataclass(frozen=True, slots=True)
class Plan:
    """A year: every initiative once in ``lines`` and in ``total``, and in each of its groups. ``months`` are the lines, not cancelled,
    by the month of their first day, January first."""

    year: int
    by: str
    groups: list[PlanGroup]
    lines: list[PlanLine]
    total: Sums
    before: Sums
    months: list[list[PlanLine]]


def years_of_plan(rows: InitiativeQuerySet, *, on: date) -> list[int]:
    """The years that have initiatives, and the one we are in; the latest first. One query."""
    return sorted({day.year for day in rows.dates("starts_on", "year")} | {on.year}, reverse=True)


def plan_of(rows: InitiativeQuerySet, *, year: int, by: str = MARKET, came_to: CameTo | None = None) -> Plan:
    """The plan of a year, of the initiatives given (those that who asks may see). Three queries, and those of ``came_to``."""
    wanted = rows.filter(starts_on__gte=date(year - 1, 1, 1), starts_on__lt=date(year + 1, 1, 1)).with_place()
    wanted = wanted.select_related("direction", "intervention", "act", "planning_act", "budget_line")
    lines = _lines(list(wanted.order_by("starts_on", "ends_on", "code")), came_to)
    here = [line for line in lines if line.initiative.starts_on.year == year]
    before = [line for line in lines if line.initiative.starts_on.year < year]
    months: list[list[PlanLine]] = [[] for _ in range(12)]
    for line in here:
        if line.stands:
            months[line.initiative.starts_on.month - 1].append(line)
    return Plan(year, by, _groups(here, before, by), here, Sums.of(here), Sums.of(before), months)


def _lines(found: list[Initiative], came_to: CameTo | None) -> list[PlanLine]:
    """Each with its money: on every line it ever held money on, not only on its present one."""
    keys = [row.pk for row in found]
    held = (
        Position.objects.filter(subject_type=SUBJECT, subject_id__in=[str(key) for key in keys])
        .order_by()
        .values("subject_id")
        .annotate(all_committed=Sum("committed"), all_paid=Sum("paid"), all_recovered=Sum("recovered"))
    )
    money = {row["subject_id"]: row for row in held}
    spent = came_to(keys) if came_to is not None else {}
    lines = []
    for row in found:
        mine = money.get(str(row.pk))
        committed = mine["all_committed"] if mine else ZERO
        paid = mine["all_paid"] - mine["all_recovered"] if mine else ZERO
        lines.append(PlanLine(row, committed, paid, spent.get(row.pk, ZERO)))
    return lines


def _groups(here: list[PlanLine], before: list[PlanLine], by: str) -> list[PlanGroup]:
    """The largest planned cost first; what has no sector of its own last."""
    labels: dict[str, Bilingual] = {}
    now: dict[str, list[PlanLine]] = defaultdict(list)
    then: dict[str, list[PlanLine]] = defaultdict(list)
    for lines, found in ((here, now), (before, then)):
        for line in lines:
            for code, label in _places(line.initiative, by):
                labels[code] = label
                found[code].append(line)
    groups = [PlanGroup(code, labels[code], now[code], Sums.of(now[code]), Sums.of(then[code])) for code in labels]
    return sorted(groups, key=lambda group: (not group.code, -group.sums.planned, group.code))


def _places(initiative: Initiative, by: str) -> list[tuple[str, Bilingual]]:
    """The groups an initiative is in: more than one when it is of several sectors."""
    if by == SECTOR:
        return [_named(row) for row in initiative.sectors.all()] or [("", EVERY_SECTOR)]
    return [_named(initiative.direction if by == DIRECTION else initiative.market)]


def _named(row: Any) -> tuple[str, Bilingual]:
    return row.code, Bilingual(row.name_it, row.name_en)
