"""The part of a grant for capital goods: it and the rest are the whole, to the cent, and nothing is withheld on it. No database."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.test_reckoning import AWARDED, ZERO, as_costs, costs_of_items, euros
from tests.claims.world import MONEY, PAYMENT

from levante.claims.reckoning import Cost, Earned, due_of, earned
from levante.payments.pure.withholding import Paid, split

D = Decimal
CENT = D("0.01")
#: The stand of ``MONEY`` buys capital goods, the rest does not.
GOODS = "stand"
RATE = D(4)


def of_goods(made: Earned) -> Decimal:
    """What of what is earned is for the stand, exactly."""
    return made.capital / made.grant if made.grant else D(0)


def test_by_hand():
    """Half of 3,000 of stand and 1,000 of study: 2,000, of which 1,500 for the stand; 4 per cent of 500 is withheld."""
    made = earned(MONEY, {}, {}, [Cost("1", GOODS, D("3000.00")), Cost("2", "study", D("1000.00"))], awarded=AWARDED)
    due = due_of(PAYMENT, "balance", awarded=AWARDED, earned=made, before=ZERO)
    assert (due.amount, due.capital) == (D("2000.00"), D("1500.00"))
    assert due.steps[-1].text.it == "Di cui per beni strumentali, senza ritenuta; il resto è 500,00\xa0€"
    one = split(due.amount, rate=RATE, capital=due.capital)
    assert (one.subject, one.withheld, one.net) == (D("500.00"), D("20.00"), D("1980.00"))


def test_an_advance_follows_the_plan_and_none_is_told_without_goods():
    plan = earned(MONEY, {}, {}, [Cost("1", GOODS, D("3000.00")), Cost("2", "study", D("1000.00"))], awarded=AWARDED)
    due = due_of(PAYMENT, "advance", awarded=AWARDED, earned=None, before=ZERO, planned=plan)
    assert (due.amount, due.capital) == (D("2400.00"), D("1800.00"))
    whole = due_of(PAYMENT, "advance", awarded=AWARDED, earned=None, before=ZERO)
    assert (whole.amount, whole.capital) == (D("2400.00"), ZERO)
    study = earned(MONEY, {}, {}, [Cost("2", "study", D("1000.00"))], awarded=AWARDED)
    found = due_of(PAYMENT, "balance", awarded=AWARDED, earned=study, before=ZERO)
    assert found.capital == ZERO
    assert len(found.steps) == len(study.steps)


@settings(max_examples=80, deadline=None)
@given(costs_of_items)
def test_the_two_parts_are_what_is_earned_in_the_proportion_of_what_counts(drawn):
    costs = as_costs(drawn)
    made = earned(MONEY, {}, {}, costs, awarded=AWARDED)
    assert 0 <= made.capital <= made.grant
    counts = max(sum((made.counts[one.ref] for one in costs if one.item == GOODS), ZERO), ZERO)
    if made.eligible:
        assert abs(made.capital - made.grant * counts / made.eligible) < CENT


@settings(max_examples=120, deadline=None)
@given(st.lists(costs_of_items, min_size=0, max_size=3), costs_of_items, euros, st.none() | costs_of_items)
def test_whatever_the_claims_of_an_award_the_parts_add_up_and_what_is_withheld_is_the_rate_of_the_rest(
    sals, last, awarded, plan
):
    before, goods, count = ZERO, ZERO, 0
    paid, costs = Paid(), []
    planned = None if plan is None else earned(MONEY, {}, {}, as_costs(plan), awarded=awarded)
    ways = ["advance", *["sal"] * len(sals), "balance"] if plan is not None else [*["sal"] * len(sals), "balance"]
    lots = iter([*sals, last])
    made = None
    for mode in ways:
        if mode != "advance":
            start = len(costs)
            costs += [Cost(f"{start}-{one.ref}", one.item, one.amount, one.quantity) for one in as_costs(next(lots))]
            made = earned(MONEY, {}, {}, costs, awarded=awarded)
        due = due_of(
            PAYMENT, mode, awarded=awarded, earned=made if mode != "advance" else None, before=before, sals=count,
            capital_before=goods, planned=planned,
        )  # fmt: skip
        assert 0 <= due.capital <= due.amount
        reach = before + due.amount
        if mode != "advance" and made is not None and due.amount and not due.excess:
            wanted = reach * of_goods(made)
            exact = goods + due.capital
            # of all that was due up to now, the proportion of what is earned; unless earlier payments were for more, or what is due is less
            assert abs(exact - wanted) <= CENT or due.capital == 0 or due.capital == due.amount
        before, goods, count = reach, goods + due.capital, count + (mode == "sal")
        if due.amount:
            one = split(due.amount, rate=RATE, capital=due.capital, before=paid)
            assert one.gross == due.capital + one.subject == one.withheld + one.net
            assert one.withheld <= one.subject
            paid = Paid(paid.subject + one.subject, paid.withheld + one.withheld)
    assert before == goods + paid.subject
    assert paid.withheld == (paid.subject * RATE / 100).quantize(CENT, "ROUND_HALF_UP")
