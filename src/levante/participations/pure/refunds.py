"""How much of a quota is given back to who renounces, by the day on which it does. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypedDict

from levante.kernel.pure import round_euro


class RefundRule(TypedDict):
    """Until so many days before the first day of the initiative, so much is given back (per cent)."""

    days_before: int
    percent: int


class Back(NamedTuple):
    """Until a day, that day too, so much is given back (per cent)."""

    last: date
    percent: int


def percent_back(rules: Sequence[RefundRule], *, starts_on: date, on: date, free_until: date | None = None) -> int:
    """The best rule that still holds on a day; none: nothing is given back. All of it until ``free_until``, the last day on which who
    does not want the days to which the office moved the initiative may give up for nothing."""
    if free_until is not None and on <= free_until:
        return 100
    left = (starts_on - on).days
    return max((rule["percent"] for rule in rules if left >= rule["days_before"]), default=0)


def amount_back(paid: Decimal, rules: Sequence[RefundRule], *, starts_on: date, on: date) -> Decimal:
    """Euro given back of what was paid, to the cent."""
    return round_euro(paid * percent_back(rules, starts_on=starts_on, on=on) / 100)


def back_by_day(
    rules: Sequence[RefundRule], *, starts_on: date, on: date, free_until: date | None = None
) -> list[Back]:
    """Until which day how much is given back, the nearest first, from ``on`` to the eve of the initiative, the last day on which one may
    give up. After the last line nothing is given back."""
    eve = starts_on - timedelta(days=1)
    ends = {starts_on - timedelta(days=rule["days_before"]) for rule in rules} | ({free_until} if free_until else set())
    lines: list[Back] = []
    for last in sorted({min(day, eve) for day in ends if day >= on and eve >= on}):
        percent = percent_back(rules, starts_on=starts_on, on=last, free_until=free_until)
        if lines and lines[-1].percent == percent:
            lines.pop()
        if percent:
            lines.append(Back(last, percent))
    return lines
