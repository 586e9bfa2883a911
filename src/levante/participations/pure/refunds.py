"""How much of a quota is given back to who renounces, by the day on which it does. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict

from levante.kernel.pure import round_euro


class RefundRule(TypedDict):
    """Until so many days before the first day of the initiative, so much is given back (per cent)."""

    days_before: int
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
