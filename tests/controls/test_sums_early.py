"""Interest is that of the days the capital was out: paid before the day, after it, in pieces, with a plan or without."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from levante.controls.sums import Open, Part, Return, count_in, interest_to, schedule, to_pay
from levante.kernel.pure import ZERO

D = Decimal
PAID, ASKED, DUE = date(2025, 1, 15), date(2026, 1, 30), date(2026, 3, 31)
MONEY = st.integers(100_000, 20_000_000).map(lambda cents: D(cents) / 100)
CENT = D("0.01")


def pay(rows, amount, on):
    """The rows after money of a day, and how it was counted."""
    counted = count_in(amount, on=on, open_now=rows)
    after = [
        Open(one.capital, one.interest - less, one.received + part, one.due_on)
        for one, part, less in zip(rows, counted.each, counted.lowered, strict=True)
    ]
    return [one for one in after if one.received < one.capital + one.interest], counted


def test_worked_by_hand():
    part = Part(D("100000.00"), PAID)
    rows = [Open(part.amount, interest_to([part], [], until=DUE), ZERO, DUE)]
    whole, day = rows[0].capital + rows[0].interest, date(2026, 2, 2)
    left, counted = pay(rows, whole, day)
    assert left == []
    assert counted.interest == interest_to([part], [], until=day) == D("2062.47")
    assert counted.excess == whole - to_pay(day, rows) == D("249.86"), "not of days that never were"
    # Once a late payment is in a plan, what had matured is in it: nothing is left to be asked for delay.
    late_day, since = date(2026, 5, 30), date(2026, 6, 1)
    left, counted = pay(rows, D("52312.33"), late_day)
    plan = schedule(
        [part],
        [Return(counted.capital, late_day)],
        counted.interest,
        since=since,
        first_due=since + timedelta(30),
        count=2,
        months=1,
    )
    assert counted.late > 0
    asked = counted.interest + sum(one.interest for one in plan)
    true = interest_to(
        [part],
        [Return(counted.capital, late_day), *(Return(one.capital, one.due_on) for one in plan)],
        until=plan[-1].due_on,
    )
    assert abs(asked - true) <= 2 * CENT
    # Interest paid ahead, of days that were to come, is not asked again by a plan.
    left, counted = pay(rows, D("52312.33"), day)
    since = day + timedelta(days=1)
    plan = schedule(
        [part], [Return(counted.capital, day)], counted.interest, since=since, first_due=DUE, count=2, months=1
    )
    back = [Return(counted.capital, day), *(Return(one.capital, one.due_on) for one in plan)]
    asked = counted.interest + sum(one.interest for one in plan)
    assert counted.interest > interest_to([part], back, until=since), "some was paid ahead"
    assert abs(asked - interest_to([part], back, until=plan[-1].due_on)) <= 2 * CENT


@settings(max_examples=20)
@given(
    st.lists(MONEY, min_size=1, max_size=3),
    st.integers(0, 24),
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 500)), min_size=1, max_size=4),
    st.integers(1, 400),
)
def test_all_the_interest_asked_is_that_of_the_days(amounts, count, pieces, last):
    """One row or a plan; money in pieces, each some of what pays all on its day; then the rest: capital and interest add up."""
    parts = [Part(amount, PAID + timedelta(days=place)) for place, amount in enumerate(amounts)]
    capital = sum(amounts)
    rows = [Open(capital, interest_to(parts, [], until=DUE), ZERO, DUE)]
    if count > 1:
        plan = schedule(parts, [], ZERO, since=ASKED, first_due=DUE, count=count, months=1)
        rows = [Open(one.capital, one.interest, ZERO, one.due_on) for one in plan]
    day, back, interest, late = ASKED, [], ZERO, ZERO
    for share, wait in [*pieces, (100, last)]:
        if not rows:
            break
        day += timedelta(days=wait)
        owed = to_pay(day, rows)
        money = max((owed * share / 100).quantize(CENT), CENT)
        rows, counted = pay(rows, money, day)
        assert counted.capital + counted.interest + counted.excess == money
        assert counted.excess == 0, "no more is asked than what pays all"
        assert all(one.interest >= 0 and one.received >= 0 for one in rows)
        interest, late = interest + counted.interest, late + counted.late
        back += [Return(counted.capital, day)] if counted.capital else []
    assert rows == []
    assert sum(one.amount for one in back) == capital
    # Every sum is rounded by itself: half a cent each.
    roundings = 4 * (len(amounts) + max(count, 1)) * (len(pieces) + 1)
    assert abs(interest + late - interest_to(parts, back, until=day)) <= roundings * CENT / 2


@settings(max_examples=30)
@given(
    st.lists(MONEY, min_size=1, max_size=2),
    st.integers(1, 12),
    st.lists(st.integers(0, 45), min_size=1, max_size=14),
)
def test_what_is_paid_by_notice_before_its_day_is_capital_interest_to_that_day_and_what_is_given_back(
    amounts, count, waits
):
    """Each notice asks what is left of the next row with the interest to its day; it is paid before. Every notice closes its row, what was
    beyond goes on those that follow, and of the last one is given back: nothing is left."""
    parts = [Part(amount, PAID + timedelta(days=place)) for place, amount in enumerate(amounts)]
    plan = schedule(parts, [], ZERO, since=ASKED, first_due=DUE, count=count, months=1)
    rows = [Open(one.capital, one.interest, ZERO, one.due_on) for one in plan]
    day, back, interest, paid, excess, notices = ASKED, [], ZERO, ZERO, ZERO, 0
    while rows:
        first = rows[0]
        day = min(day + timedelta(days=waits[notices % len(waits)]), first.due_on)
        money, owed = first.capital + first.interest - first.received, to_pay(day, rows)
        left, counted = pay(rows, money, day)
        assert first.due_on not in [one.due_on for one in left], "the notice closes what it was of"
        assert counted.late == 0
        assert counted.excess == max(money - owed, ZERO)
        assert bool(counted.excess) <= (left == []), "while something is owed, nothing is given back"
        rows, notices = left, notices + 1
        interest, paid, excess = interest + counted.interest, paid + money, excess + counted.excess
        back.append(Return(counted.capital, day))
    assert notices <= count
    assert paid == sum(amounts) + interest + excess
    assert sum(one.amount for one in back) == sum(amounts)
    roundings = 4 * (len(amounts) + count) * (notices + 1)
    assert abs(interest - interest_to(parts, [one for one in back if one.amount], until=day)) <= roundings * CENT / 2
