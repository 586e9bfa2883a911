"""Reads of the programme's money."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from levante.programme.balances import AMOUNTS, Balances, change_of
from levante.programme.frame import Programme, Triennium
from levante.programme.money import BudgetLine, Movement, Position


def main_programme() -> Programme | None:
    """The programme whose folder was loaded first: the one the screens show unless told otherwise."""
    return Programme.objects.order_by("id").first()


def main_trienniums() -> QuerySet[Triennium]:
    """The triennia of the main programme, with it: one query for both."""
    first = Programme.objects.order_by("id").values("pk")[:1]
    rows: QuerySet[Triennium] = Triennium.objects.filter(programme__in=first).select_related("programme")
    return rows


def present_triennium(trienniums: Iterable[Triennium]) -> Triennium | None:
    """The triennium at work, that figures are of where nothing else is said: the latest of a programme's."""
    return max(trienniums, key=lambda row: (row.last_year, row.first_year, row.code), default=None)


def availability(line: BudgetLine, *, on: date | None = None) -> Balances:
    """The balances of a line (``.available`` and the others, euro): now, or at the end of a day. One query."""
    if on is None:
        return Balances.of(BudgetLine.objects.only(*AMOUNTS).get(pk=line.pk))
    return balances_of(Movement.objects.filter(line=line, on__lte=on))


def balances_of(movements: QuerySet[Movement]) -> Balances:
    """The balances that some movements add up to. One query."""
    result = Balances()
    rows = movements.order_by().values("kind").annotate(total=Sum("amount"), reserved=Sum("from_reserved"))
    for row in rows:
        result = result.plus(change_of(row["kind"], row["total"], row["reserved"]))
    return result


def changes_by_day(movements: QuerySet[Movement], after: date) -> tuple[Balances, dict[date, Balances]]:
    """The balances at the end of the day ``after``, and what each later day changes. Two queries."""
    opening = balances_of(movements.filter(on__lte=after))
    later: dict[date, Balances] = defaultdict(Balances)
    rows = (
        movements.filter(on__gt=after)
        .order_by()
        .values("on", "kind")
        .annotate(total=Sum("amount"), reserved=Sum("from_reserved"))
    )
    for row in rows:
        later[row["on"]] = later[row["on"]].plus(change_of(row["kind"], row["total"], row["reserved"]))
    return opening, dict(later)


def reconcile(programme: Programme) -> list[str]:
    """Every balance that its movements do not add up to, in words; empty when the register holds. Four queries."""
    found: list[str] = []
    for rows, key, name in (
        (BudgetLine.objects.of(programme), "line_id", "line"),
        (Position.objects.filter(line__programme=programme), "position_id", "position"),
    ):
        sums: dict[int, Balances] = defaultdict(Balances)
        grouped = (
            Movement.objects.of(programme)
            .filter(**{f"{name}__isnull": False})
            .order_by()
            .values(key, "kind")
            .annotate(total=Sum("amount"), reserved=Sum("from_reserved"))
        )
        for group in grouped:
            sums[group[key]] = sums[group[key]].plus(change_of(group["kind"], group["total"], group["reserved"]))
        for row in rows.order_by("pk"):
            kept, moved = Balances.of(row), sums[row.pk]
            for amount in AMOUNTS:
                is_kept, is_moved = _amount(kept, amount), _amount(moved, amount)
                if is_kept != is_moved:
                    found.append(f"{name} {row.pk} {amount}: kept {is_kept}, movements {is_moved}")
    return found


def _amount(balances: Balances, name: str) -> Decimal:
    value: Decimal = getattr(balances, name)
    return value
