"""Interest on money that comes back: the legal rate of each year (art. 1284 c.c.), simple, day by day, and a plan of instalments.

From the day after the payment to the day of the return, included. The days of each year are at its rate; the sum is rounded once, and
its lines add up to it. Where the rate of a year is not known yet the last one known is used, and the line says that it is provisional.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta

from levante.kernel.pure import CENT, ZERO, apportion, euro, money_text
from levante.law import parameters

RATE, YEAR_DAYS = "interest.legal.rate", "interest.year.days"
MOST_INSTALMENTS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """Some days at one rate. ``amount`` is their part of the rounded sum."""

    first: date
    last: date
    days: int
    rate: Decimal
    reference: str
    provisional: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Interest:
    capital: Decimal
    paid_on: date
    returned_on: date
    total: Decimal
    lines: tuple[Line, ...]

    @property
    def provisional(self) -> bool:
        return any(line.provisional for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        return {
            "capital": money_text(self.capital),
            "paid_on": self.paid_on.isoformat(),
            "returned_on": self.returned_on.isoformat(),
            "total": money_text(self.total),
            "provisional": self.provisional,
            "lines": [
                {
                    "first": line.first.isoformat(),
                    "last": line.last.isoformat(),
                    "days": line.days,
                    "rate": str(line.rate),
                    "reference": line.reference,
                    "provisional": line.provisional,
                    "amount": money_text(line.amount),
                }
                for line in self.lines
            ],
        }


def legal_interest(capital: Decimal, *, paid_on: date, returned_on: date) -> Interest:
    """Interest on ``capital`` from the day after ``paid_on`` to ``returned_on``. ``ValueError`` when the capital is not
    positive or the days run backwards; ``parameters.Missing`` before the first rate that is known."""
    capital = euro(capital)
    if capital <= 0 or returned_on < paid_on:
        raise ValueError("a capital is positive, and money comes back after it was paid")
    spans: list[tuple[date, date, parameters.Parameter, bool]] = []
    first = paid_on + timedelta(days=1)
    while first <= returned_on:
        rate, provisional = _rate_on(first)
        end = date(first.year, 12, 31) if provisional else min(rate.valid_to or returned_on, returned_on)
        last = min(end, returned_on)
        spans.append((first, last, rate, provisional))
        first = last + timedelta(days=1)
    shares = [
        Fraction(capital) * Fraction(rate.value) * ((last - start).days + 1) / 100 / int(_year_days(start))
        for start, last, rate, _ in spans
    ]
    total = _round(sum(shares, Fraction(0)))
    parts = apportion(total, shares) if any(shares) else [ZERO for _ in shares]
    lines = tuple(
        Line(start, last, (last - start).days + 1, Decimal(rate.value), rate.reference, provisional, part)
        for (start, last, rate, provisional), part in zip(spans, parts, strict=True)
    )
    return Interest(capital, paid_on, returned_on, total, lines)


@dataclass(frozen=True, slots=True)
class Instalment:
    """``amount = capital + interest``; ``residual`` is the capital left after it."""

    number: int
    due_on: date
    capital: Decimal
    interest: Decimal
    amount: Decimal
    residual: Decimal
    provisional: bool


def plan(capital: Decimal, *, since: date, first_due: date, count: int, months: int = 1) -> list[Instalment]:
    """``count`` equal parts of the capital, one every ``months`` months from ``first_due``, each with the interest matured since the one
    before (the first since ``since``) on the capital still owed. The parts add up to the capital to the cent.

    A due day that a month does not have is its last one. ``ValueError`` for a plan that makes no sense.
    """
    capital = euro(capital)
    if not 1 <= count <= MOST_INSTALMENTS or not 1 <= months <= 12 or first_due <= since or capital < count * CENT:
        raise ValueError("the number of instalments, their months or the first day make no sense")
    parts = apportion(capital, [1] * count)
    found: list[Instalment] = []
    owed, before = capital, since
    for number, part in enumerate(parts, start=1):
        due = first_due + relativedelta(months=months * (number - 1))
        interest = legal_interest(owed, paid_on=before, returned_on=due)
        owed -= part
        found.append(Instalment(number, due, part, interest.total, part + interest.total, owed, interest.provisional))
        before = due
    return found


def _rate_on(day: date) -> tuple[parameters.Parameter, bool]:
    """The rate of a day; after the last one known, that one and that it is provisional."""
    last = parameters.history(RATE)[-1]
    if last.valid_to is not None and day > last.valid_to:
        parameters.note_use(last)
        return last, True
    return parameters.value(RATE, on=day), False


def _year_days(day: date) -> Any:
    return parameters.value(YEAR_DAYS, on=day).value


def _round(exact: Fraction) -> Decimal:
    """To the cent, halves up, from the exact fraction: no quotient is cut before."""
    cents = (exact * 100 * 2 + 1) // 2
    return Decimal(int(cents)) * CENT
