"""What is kept of a grant as tax on account, to the cent (DPR 600/1973, art. 28(2)): four per cent of what is paid to a firm for its
running costs, nothing of what is paid for capital goods. The call says the rate; the gross is the aid, in every public figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levante.kernel.pure import ZERO, euro, round_euro


@dataclass(frozen=True, slots=True)
class Paid:
    """Gross and withheld amounts already paid of the same award; ``subject`` is the part of the gross on which tax is kept."""

    subject: Decimal = ZERO
    withheld: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Split:
    """An amount to be paid: ``gross = withheld + net``; ``subject`` is the part that ``withheld`` is reckoned on."""

    gross: Decimal
    subject: Decimal
    withheld: Decimal
    net: Decimal


def split(gross: Decimal, *, rate: Decimal, capital: Decimal = ZERO, before: Paid | None = None) -> Split:
    """What is withheld now. ``rate`` in per cent; ``capital`` is the part of the gross for capital goods.

    Reckoned on all that was paid of the award so far and now, less what was withheld before: in however many parts a grant is paid, what
    is withheld adds up to its rate of the whole, rounded once. ``ValueError`` for amounts that make no sense.
    """
    gross, capital = euro(gross), euro(capital)
    before = before or Paid()
    if gross <= 0 or not 0 <= capital <= gross or not 0 <= rate <= 100 or before.subject < 0 or before.withheld < 0:
        raise ValueError("an amount to pay is positive, its capital part is within it, a rate is a percentage")
    subject = gross - capital
    withheld = round_euro((before.subject + subject) * rate / 100) - before.withheld
    withheld = min(max(withheld, ZERO), subject)
    return Split(gross, subject, withheld, gross - withheld)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a firm was paid and withheld in a calendar year (DPR 322/1998, art. 4(6-ter)): amounts count the year they are paid."""

    enterprise: str
    year: int
    payments: int
    gross: Decimal
    subject: Decimal
    withheld: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class MonthDue:
    """What was withheld on the payments executed in a month, and what of earlier ones was on money that came back in it: ``due`` is the
    difference, which goes to the treasury of the State by the day of the norm (negative: to be set off later)."""

    month: date
    payments: int
    gross: Decimal
    subject: Decimal
    withheld: Decimal
    came_back: Decimal

    @property
    def due(self) -> Decimal:
        return self.withheld - self.came_back


def months(executed: Iterable[tuple[date, Split]], returned: Iterable[tuple[date, Split]]) -> list[MonthDue]:
    """By month, in order, only those in which something was withheld or came back; days are those of the bank."""
    out: dict[date, list[Split]] = {}
    back: dict[date, Decimal] = {}
    for day, one in executed:
        if one.withheld:
            out.setdefault(day.replace(day=1), []).append(one)
    for day, one in returned:
        if one.withheld:
            back[day.replace(day=1)] = back.get(day.replace(day=1), ZERO) + one.withheld
    return [
        MonthDue(
            month,
            len(out.get(month, [])),
            sum((one.gross for one in out.get(month, [])), ZERO),
            sum((one.subject for one in out.get(month, [])), ZERO),
            sum((one.withheld for one in out.get(month, [])), ZERO),
            back.get(month, ZERO),
        )
        for month in sorted({*out, *back})
    ]


def certificates(year: int, paid: Iterable[tuple[str, Split]]) -> list[Certificate]:
    """One for each firm something was withheld from, in order of firm; ``paid`` are the payments executed in the year."""
    sums: dict[str, list[Split]] = {}
    for enterprise, one in paid:
        sums.setdefault(enterprise, []).append(one)
    return [
        Certificate(
            enterprise,
            year,
            len(rows),
            sum((one.gross for one in rows), ZERO),
            sum((one.subject for one in rows), ZERO),
            sum((one.withheld for one in rows), ZERO),
            sum((one.net for one in rows), ZERO),
        )
        for enterprise, rows in sorted(sums.items())
        if any(one.withheld for one in rows)
    ]
