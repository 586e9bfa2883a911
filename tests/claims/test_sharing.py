"""What is paid of each cost of an award, over any claims: never more than was admitted of it, to the cent. No database."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.test_reckoning import ZERO, as_costs, costs_of_items, euros, reckoned
from tests.claims.world import MONEY, PAYMENT

from levante.claims.reckoning import due_of, of_this_claim
from levante.claims.sharing import Admitted, earned_of_each, paid_of_each, units_come_to, units_of_this_claim

D = Decimal


@settings(max_examples=60, deadline=None)
@given(st.lists(costs_of_items, min_size=1, max_size=3), euros, st.booleans())
def test_what_is_paid_of_a_cost_is_never_more_than_was_admitted_of_it(claims, awarded, with_advance):
    """An advance, progress payments, the balance: each admitted, due and paid; what is shared adds up to what was paid, less what is of no
    cost yet."""
    costs, admitted, paid, due_in_all = [], {}, {}, ZERO
    if with_advance:
        due_in_all += due_of(PAYMENT, "advance", awarded=awarded, earned=None, before=ZERO).amount
    for place, drawn in enumerate(claims):
        costs += [replace(one, ref=f"{place}-{one.ref}") for one in as_costs(drawn)]
        made = reckoned(costs, awarded)
        units = [one for one in costs if one.quantity is not None]
        worth = {one.ref: units_come_to(MONEY, one.item, one.quantity, awarded) for one in units}
        before = dict(admitted)
        admitted |= of_this_claim(made.counts, costs, {ref: one for ref, one in admitted.items() if ref not in worth})
        admitted |= units_of_this_claim(worth, made.counts, units, {ref: before[ref] for ref in worth if ref in before})
        assert all(before.get(ref, ZERO) <= admitted[ref] <= worth[ref] for ref in worth), "units keep what they had"
        mode = "balance" if place == len(claims) - 1 else "sal"
        due = due_of(PAYMENT, mode, awarded=awarded, earned=made, before=due_in_all, sals=place)
        due_in_all += due.amount
        rows = [Admitted(one.item, admitted[one.ref], paid.get(one.ref, ZERO)) for one in costs]
        earned = earned_of_each(made.grant, made.eligible, rows)
        now = paid_of_each(due_in_all, earned, rows)
        assert all(row.paid <= part <= max(row.amount, ZERO) for row, part in zip(rows, now, strict=True))
        assert all(part <= max(of, row.paid) for row, of, part in zip(rows, earned, now, strict=True)), "its share"
        most = sum((max(of, row.paid) for row, of in zip(rows, earned, strict=True)), ZERO)
        assert sum(now, ZERO) == min(due_in_all, most), "to the cent"
        paid = {one.ref: part for one, part in zip(costs, now, strict=True)}
    # A payment that came back leaves less of each, and no cost below zero.
    rows = [Admitted(one.item, admitted[one.ref], paid[one.ref]) for one in costs]
    left = paid_of_each(sum(paid.values(), ZERO) / 4 // D("0.01") * D("0.01"), [ZERO for _ in rows], rows)
    assert sum(left, ZERO) == sum(paid.values(), ZERO) / 4 // D("0.01") * D("0.01")
    assert all(ZERO <= part <= row.paid for row, part in zip(rows, left, strict=True))


def test_a_small_last_invoice_is_not_paid_for_the_others():
    """12,000 euro of studies, of which the cap held back 1,200; then 100 in the balance: 49.59 of the award at most are of it."""
    rows = [Admitted("study", D("12000.00"), D("4800.00")), Admitted("study", D("100.00"))]
    earned = earned_of_each(D("6000.00"), D("12100.00"), rows)
    assert earned == [D("5950.41"), D("49.59")]
    assert paid_of_each(D("6000.00"), earned, rows) == [D("5950.41"), D("49.59")]


def test_what_flat_rates_earn_is_of_no_cost():
    rows = [Admitted("stand", D("1000.00"))]
    earned = earned_of_each(D("1070.00"), D("1070.00"), rows)
    assert (earned, paid_of_each(D("1070.00"), earned, rows)) == ([D("1000.00")], [D("1000.00")])
