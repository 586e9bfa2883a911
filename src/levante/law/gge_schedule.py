"""Time and interest: years between two days, present values, what is owed on a loan year by year."""

from datetime import date
from decimal import Decimal, localcontext
from typing import Literal

from levante.kernel.pure import ZERO, apportion
from levante.law.parameters import add_years

Repayment = Literal["linear", "bullet"]
REPAYMENTS: tuple[Repayment, ...] = ("linear", "bullet")

#: Digits kept while discounting: powers of fractional years are not exact, and only the result is rounded, to the cent.
_DIGITS = 40


def years_since(start: date, day: date) -> Decimal:
    """Whole years by the calendar, and then the days left over out of those of that year: an anniversary is exact."""
    whole = day.year - start.year
    if add_years(start, whole) > day:
        whole -= 1
    last = add_years(start, whole)
    left = (day - last).days
    if not left:
        return Decimal(whole)
    length = (add_years(start, whole + 1) - last).days
    with localcontext() as context:
        context.prec = _DIGITS
        return whole + Decimal(left) / length


def discounted(amount: Decimal, rate: Decimal, years: Decimal) -> Decimal:
    """The value today of an amount due in so many years, at a rate in per cent a year; not rounded."""
    with localcontext() as context:
        context.prec = _DIGITS
        return amount / (1 + rate / 100) ** years


def outstanding_by_year(amount: Decimal, years: int, repayment: Repayment, grace_years: int = 0) -> tuple[Decimal, ...]:
    """What is owed during each year. ``linear``: equal yearly parts after the years of grace, to the cent."""
    if repayment == "bullet":
        return (amount,) * years
    parts = apportion(amount, [1] * (years - grace_years))
    owed = [amount] * grace_years
    left = amount
    for part in parts:
        owed.append(left)
        left -= part
    assert left == ZERO
    return tuple(owed)
