"""What is owed of a recovery: the interest of each payment to its return, a plan of instalments, how money that comes in is counted.

Plain arithmetic on days and euro (no database): the rates are those of ``payments.pure.interest``. Docs:
``docs/algorithms/recoveries.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levante.kernel.pure import CENT, ZERO, apportion
from levante.payments.pure.interest import Interest, legal_interest
from levante.payments.pure.interest import plan as equal_parts


@dataclass(frozen=True, slots=True)
class Part:
    """A payment that must come back, or what of it must."""

    amount: Decimal
    paid_on: date


@dataclass(frozen=True, slots=True)
class Return:
    """Capital that came back on a day."""

    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Owed:
    """An instalment to be written: ``capital + interest``."""

    number: int
    due_on: date
    capital: Decimal
    interest: Decimal
    provisional: bool


@dataclass(frozen=True, slots=True)
class Open:
    """An instalment as it stands: what it asks, what of it came in."""

    capital: Decimal
    interest: Decimal
    received: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class Counted:
    """Money that came in, counted: what each instalment has of it, by how much its interest is lowered, of capital and interest in all
    (interest below zero: some that was paid before its day is capital now, or is given back), the interest for delay that it bears (to
    be asked), and what is more than was owed."""

    each: tuple[Decimal, ...]
    lowered: tuple[Decimal, ...]
    capital: Decimal
    interest: Decimal
    late: Decimal
    excess: Decimal


def last_paid(payments: Sequence[Part], amount: Decimal) -> list[Part]:
    """The parts of what was paid that make ``amount``, the last payments first: those that bear the least interest. In order of day.
    ``ValueError`` when less than that was paid."""
    left, found = amount, []
    for one in sorted(payments, key=lambda part: part.paid_on, reverse=True):
        take = min(left, one.amount)
        if take > 0:
            found.append(Part(take, one.paid_on))
            left -= take
    if left > 0:
        raise ValueError("less was paid than must come back")
    return found[::-1]


def interest_lines(parts: Sequence[Part], returns: Sequence[Return], *, until: date) -> list[Interest]:
    """The interest of each piece of capital, from its payment to its return, or to ``until`` when it is still out. The oldest payment
    comes back first; a return after ``until`` is not there yet."""
    waiting = [[one.amount, one.paid_on] for one in sorted(parts, key=lambda part: part.paid_on)]
    lines = []
    for back in sorted((one for one in returns if one.on <= until), key=lambda one: one.on):
        left = back.amount
        while left > 0:
            if not waiting:
                raise ValueError("more came back than was paid")
            piece, paid_on = min(left, waiting[0][0]), waiting[0][1]
            lines.append(legal_interest(piece, paid_on=paid_on, returned_on=max(back.on, paid_on)))
            left -= piece
            waiting[0][0] -= piece
            if not waiting[0][0]:
                waiting.pop(0)
    return [*lines, *(legal_interest(amount, paid_on=day, returned_on=max(until, day)) for amount, day in waiting)]


def interest_to(parts: Sequence[Part], returns: Sequence[Return], *, until: date) -> Decimal:
    return sum((one.total for one in interest_lines(parts, returns, until=until)), ZERO)


def schedule(
    parts: Sequence[Part],
    returns: Sequence[Return],
    interest_in: Decimal,
    *,
    since: date,
    first_due: date,
    count: int,
    months: int,
) -> list[Owed]:
    """``count`` instalments of the capital still out from ``first_due``, one every ``months`` months: each with the interest on what is
    left since the one before, and an equal share of what had matured by ``since`` and was not paid (no interest on it); interest paid
    ahead of its days is taken off the first ones. Capital and interest add up to the cent. ``ValueError`` for a plan that makes no sense.
    """
    capital = sum((one.amount for one in parts), ZERO) - sum((one.amount for one in returns), ZERO)
    matured = interest_to(parts, returns, until=since) - interest_in
    base = equal_parts(capital, since=since, first_due=first_due, count=count, months=months)
    shares, ahead = apportion(max(matured, ZERO), [1] * count), max(-matured, ZERO)
    found = []
    for one, share in zip(base, shares, strict=True):
        less = min(ahead, one.interest)
        ahead -= less
        found.append(Owed(one.number, one.due_on, one.capital, one.interest + share - less, one.provisional))
    return found


def count_in(amount: Decimal, *, on: date, open_now: Sequence[Open]) -> Counted:
    """Money of a day on the instalments that are open, in their order: of each its interest first, then its capital (art. 1194 c.c.).
    Capital that
    comes after its day bears interest for the days of delay. Capital that comes before it bears none for the days that are not over:
    the interest of its instalment is lowered, then that of those paid before it with the same money; where it was paid already, it
    counts as money that came in."""
    left, capital, late = amount, ZERO, ZERO
    each: list[Decimal] = []
    lowered: list[Decimal] = []
    for one in open_now:
        waiting = max(one.interest - one.received, ZERO)
        of_capital, saved = _capital_of(one, waiting, left, on)
        if of_capital and on > one.due_on:
            late += legal_interest(of_capital, paid_on=one.due_on, returned_on=on).total
        less = min(saved, one.interest)
        _lower(open_now, each, lowered, saved - less)
        paid = waiting + of_capital - less if of_capital else min(left, waiting)
        each.append(paid)
        lowered.append(less)
        capital, left = capital + of_capital, left - (paid - (saved - less))
    return Counted(tuple(each), tuple(lowered), capital, amount - capital - left, late, left)


def _lower(open_now: Sequence[Open], each: list[Decimal], lowered: list[Decimal], saved: Decimal) -> None:
    """Interest that these had, the last ones first, is not owed any more: what was counted on it is money again."""
    for place in range(len(each) - 1, -1, -1):
        less = min(saved, each[place], open_now[place].interest - lowered[place])
        each[place], lowered[place], saved = each[place] - less, lowered[place] + less, saved - less


def _capital_of(one: Open, waiting: Decimal, money: Decimal, on: date) -> tuple[Decimal, Decimal]:
    """How much capital of an instalment ``money`` pays once its interest (``waiting``) is, and the interest that it saves."""
    whole = one.capital + min(one.interest - one.received, ZERO)
    if on >= one.due_on or money <= ZERO:
        return min(max(money - waiting, ZERO), whole), ZERO

    def saved(cents: int) -> Decimal:
        return legal_interest(cents * CENT, paid_on=on, returned_on=one.due_on).total if cents else ZERO

    # One cent more of capital asks for one more, or for none: the most that the money pays is found by halves.
    most, least = int(whole / CENT), int(max(money - waiting, ZERO) / CENT)
    low, high = min(least, most), min(least + int(saved(most) / CENT), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if waiting + middle * CENT - saved(middle) <= money else (low, middle - 1)
    return low * CENT, saved(low)


def to_pay(on: date, open_now: Sequence[Open]) -> Decimal:
    """What pays all of these instalments on a day: before theirs, with the interest of that day."""
    asked = sum((one.capital + one.interest - one.received for one in open_now), ZERO)
    return asked - count_in(asked, on=on, open_now=open_now).excess if asked else ZERO
