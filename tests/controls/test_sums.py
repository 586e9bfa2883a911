"""Interest, plans and money that comes in: to the cent, whatever the days and the order."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.controls.sums import Open, Part, Return, count_in, interest_to, last_paid, schedule
from levante.kernel.pure import ZERO
from levante.payments.pure.interest import legal_interest

D = Decimal
MONEY = st.integers(10_000, 50_000_000).map(lambda cents: D(cents) / 100)
DAYS = st.dates(date(2021, 1, 1), date(2026, 12, 31))
PARTS = st.lists(st.builds(Part, MONEY, DAYS), min_size=1, max_size=4)


def test_worked_by_hand():
    part = Part(D("10000.00"), date(2023, 12, 21))
    assert interest_to([part], [], until=date(2025, 1, 10)) == D("269.86")
    # Half comes back on 31/12/2023: ten days on it, all the days on the other.
    half = [Return(D("5000.00"), date(2023, 12, 31))]
    expected = D("6.85") + legal_interest(D("5000"), paid_on=date(2023, 12, 21), returned_on=date(2025, 1, 10)).total
    assert interest_to([part], half, until=date(2025, 1, 10)) == expected
    assert last_paid([Part(D("40"), date(2024, 1, 1)), Part(D("60"), date(2025, 1, 1))], D("70")) == [
        Part(D("10"), date(2024, 1, 1)),
        Part(D("60"), date(2025, 1, 1)),
    ]
    with pytest.raises(ValueError, match="less was paid"):
        last_paid([part], D("10000.01"))


@given(PARTS, st.integers(1, 36), st.integers(1, 6), st.integers(1, 90))
def test_a_plan_adds_up_to_the_cent(parts, count, months, wait):
    since = max(part.paid_on for part in parts) + timedelta(days=30)
    first = since + timedelta(days=wait)
    plan = schedule(parts, [], ZERO, since=since, first_due=first, count=count, months=months)
    principal = sum(part.amount for part in parts)
    matured = interest_to(parts, [], until=since)
    assert sum(one.capital for one in plan) == principal
    assert sum(one.interest for one in plan) >= matured
    assert [one.number for one in plan] == list(range(1, count + 1))
    assert all(one.due_on < after.due_on for one, after in pairwise(plan))
    # Paid each on its day, all comes in and nothing more is owed.
    left = [Open(one.capital, one.interest, ZERO, one.due_on) for one in plan]
    for one in list(left):
        counted = count_in(one.capital + one.interest, on=one.due_on, open_now=left)
        assert (counted.excess, counted.late) == (ZERO, ZERO)
        assert counted.each[0] == one.capital + one.interest
        left = left[1:]


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=6), MONEY, st.integers(0, 400))
def test_money_that_comes_in_is_counted_whole(asked, amount, after):
    day = date(2025, 3, 1)
    rows = [Open(capital, interest, ZERO, day) for capital, interest in asked]
    counted = count_in(amount, on=day + timedelta(days=after), open_now=rows)
    owed = sum((one.capital + one.interest for one in rows), ZERO)
    assert counted.capital + counted.interest + counted.excess == amount
    assert sum(counted.each) == min(amount, owed)
    assert counted.excess == max(amount - owed, ZERO)
    assert (counted.late > 0) <= (after > 0 and counted.capital > 0)
    # What is full comes before what is begun, and that before what is untouched; within each, interest first.
    touched = [part > 0 for part in counted.each]
    assert touched == sorted(touched, reverse=True)
