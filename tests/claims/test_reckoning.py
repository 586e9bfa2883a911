"""What a claim comes to, for any costs: to the cent, within the limits, never above the award. No database."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.world import MONEY, PAYMENT

from levante.claims.reckoning import Cost, Earned, due_of, earned, of_this_claim

D, ZERO = Decimal, Decimal("0.00")
AWARDED = D("6000.00")
euros = st.integers(1, 900_000).map(lambda cents: D(cents) / 100)
#: Real costs of two items, credit notes among them, and trips.
costs_of_items = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["stand", "study"]), euros),
        st.tuples(st.sampled_from(["stand", "study"]), euros.map(lambda amount: -amount / 4)),
        st.tuples(st.just("travel"), st.integers(1, 6)),
    ),
    min_size=1,
    max_size=12,
)


def as_costs(drawn):
    return [
        Cost(str(place), item, quantity=D(told))
        if item == "travel"
        else Cost(str(place), item, told.quantize(D("0.01")))
        for place, (item, told) in enumerate(drawn)
    ]


def reckoned(costs, awarded=AWARDED):
    return earned(MONEY, {}, {}, costs, awarded=awarded)


def by_item(costs, made):
    return {
        code: sum((made.counts[one.ref] for one in costs if one.item == code), ZERO)
        for code in ("stand", "study", "travel")
    }


@settings(max_examples=80, deadline=None)
@given(costs_of_items)
def test_costs_count_to_the_cent_within_the_limits_of_the_call(drawn):
    costs = as_costs(drawn)
    made = reckoned(costs)
    assert set(made.counts) == {one.ref for one in costs}
    counts = by_item(costs, made)
    told = {code: sum((one.amount for one in costs if one.item == code), ZERO) for code in counts}
    for code in ("stand", "study"):
        assert counts[code] <= max(told[code], ZERO) or counts[code] == told[code]
    assert counts["stand"] <= D("4000.00"), "the ceiling of an item"
    room = (max(counts["stand"], ZERO) + max(counts["study"], ZERO)) / 5
    assert counts["travel"] <= room + D("0.005"), "a fifth of the others"
    assert made.grant <= AWARDED
    assert made.grant == min(AWARDED, (made.eligible / 2).quantize(D("0.01"), "ROUND_HALF_UP"))
    assert made.eligible == sum((max(amount, ZERO) for amount in counts.values()), ZERO), (
        "nothing is lost in the sharing"
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(costs_of_items, min_size=2, max_size=3))
def test_what_all_the_claims_are_admitted_stays_within_the_limits(drawn):
    costs, admitted = [], {}
    for claim in drawn:
        mine = [replace(one, ref=f"{len(costs)}-{one.ref}") for one in as_costs(claim)]
        costs += mine
        counts = reckoned(costs).counts
        now = of_this_claim(counts, costs, admitted)
        asked = {one.ref: one.amount for one in mine if one.quantity is None}
        assert set(now) == set(asked), "what the earlier ones were admitted stays"
        assert all(min(ZERO, amount) <= now[ref] <= max(ZERO, amount) for ref, amount in asked.items())
        before, admitted = admitted, admitted | now
        for code in ("stand", "study"):
            of = [one.ref for one in costs if one.item == code]
            room = sum((counts[ref] for ref in of), ZERO)
            had = sum((before.get(ref, ZERO) for ref in of), ZERO)
            plus = sum((max(asked.get(ref, ZERO), ZERO) for ref in of), ZERO)
            minus = sum((min(asked.get(ref, ZERO), ZERO) for ref in of), ZERO)
            assert sum((admitted.get(ref, ZERO) for ref in of), ZERO) == min(max(room, had + minus), had + plus)
            assert code != "stand" or had <= D("4000.00")


def test_a_second_claim_has_what_the_first_left_of_the_ceiling():
    costs = [Cost("a", "stand", D("3000.00")), Cost("b", "stand", D("3000.00"))]
    assert of_this_claim(reckoned(costs).counts, costs, {"a": D("3000.00")}) == {"b": D("1000.00")}


def test_a_lump_sum_is_counted_and_not_listed():
    basis = {"kind": "lump", "amount": "100.00"}
    fair = {"code": "fair", "it": "Fiera", "en": "Fair", "legal": "eligible", "basis": basis}
    money = {**MONEY, "items": [fair]}
    made = earned(money, {}, {}, [Cost("a", "fair", quantity=D(10**9))], awarded=AWARDED)
    assert (made.eligible, made.grant) == (D("100000000000.00"), AWARDED)


@settings(max_examples=60, deadline=None)
@given(costs_of_items, st.randoms(use_true_random=False))
def test_the_order_of_the_documents_does_not_matter(drawn, chance):
    costs = as_costs(drawn)
    other = list(costs)
    chance.shuffle(other)
    one, two = reckoned(costs), reckoned(other)
    assert one.grant == two.grant
    assert by_item(costs, one) == by_item(costs, two)


@settings(max_examples=80, deadline=None)
@given(costs_of_items, st.data())
def test_a_cut_never_raises_what_is_earned(drawn, data):
    costs = as_costs(drawn)
    place = data.draw(st.integers(0, len(costs) - 1))
    cut = costs[place]
    if cut.quantity is not None:
        less = Cost(cut.ref, cut.item, quantity=D(data.draw(st.integers(0, int(cut.quantity)))))
    elif cut.amount > 0:
        less = Cost(cut.ref, cut.item, D(data.draw(st.integers(0, int(cut.amount * 100)))) / 100)
    else:
        return
    assert reckoned([*costs[:place], less, *costs[place + 1 :]]).grant <= reckoned(costs).grant


@settings(max_examples=80, deadline=None)
@given(st.lists(costs_of_items, min_size=1, max_size=3), costs_of_items, euros, st.booleans())
def test_all_the_claims_of_an_award_never_pass_it(sals, last, awarded, with_advance):
    """An advance, progress payments, the balance, each on all the costs so far."""
    before, costs, count = ZERO, [], 0

    def claim(mode):
        nonlocal before
        made = None if mode == "advance" else reckoned(costs, awarded)
        due = due_of(PAYMENT, mode, awarded=awarded, earned=made, before=before, sals=count)
        assert due.amount >= 0
        assert not (due.amount and due.excess)
        before += due.amount
        assert before <= awarded
        return made, due

    if with_advance:
        _, due = claim("advance")
        assert due.amount <= awarded * D("0.4") + D("0.01")
    for drawn in sals:
        start = len(costs)
        costs += [Cost(f"{start}-{one.ref}", one.item, one.amount, one.quantity) for one in as_costs(drawn)]
        claim("sal")
        count += 1
        assert before <= (awarded * D("0.8")).quantize(D("0.01"), "ROUND_HALF_UP"), "40 and 40 per cent"
    start = len(costs)
    costs += [Cost(f"{start}-{one.ref}", one.item, one.amount, one.quantity) for one in as_costs(last)]
    made, due = claim("balance")
    assert before - due.excess == made.grant, "in the end what is due is what is earned, no more and no less"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 100), max_size=4), euros)
def test_a_fixed_amount_is_earned_in_its_share(shares, awarded):
    costs = [Cost(str(place), "", quantity=D(one) / 100) for place, one in enumerate(shares)]
    made = earned({"kind": "fixed"}, {}, {}, costs, awarded=awarded)
    assert ZERO <= made.grant <= awarded
    assert sum(made.counts.values(), ZERO) == made.grant


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(["advance", "sal"]), max_size=3), st.integers(100, 900_000), st.booleans(), st.data())
def test_what_a_revocation_asks_back_is_neither_due_again_nor_given_back_twice(modes, cents, enough, data):
    """An award that acts reduce between one claim and the next, asking part of what was due back."""
    awarded, back, before, sals = D(cents) / 100, ZERO, ZERO, 0
    payment = {"modes": [{"code": "advance", "percent": "40"}, {"code": "sal", "percent": "40"}, {"code": "balance"}]}
    of_costs = awarded * 2 if enough else D(data.draw(st.integers(0, cents))) / 100
    for mode in [*modes, "balance"]:
        whole = min(of_costs, awarded + back)
        made = Earned({}, whole, whole, ()) if mode != "advance" else None
        due = due_of(payment, mode, awarded=awarded, taken_back=back, earned=made, before=before, sals=sals)
        before, sals = before + due.amount, sals + (mode == "sal")
        assert due.amount >= 0
        assert before - due.excess - back <= awarded
        if mode == "balance":
            break
        if awarded > 1 and data.draw(st.booleans()):
            had = before - back
            less = D(data.draw(st.integers(1, int(awarded * 100) - 1))) / 100
            least = max(ZERO, had - (awarded - less))
            asked = D(data.draw(st.integers(int(least * 100), int(min(less, had) * 100)))) / 100
            awarded, back = awarded - less, back + asked
    assert due.excess <= before - back, "no more comes back than was had, and not what an act asked"
    assert before - due.excess == max(min(of_costs, awarded + back), back)
    if enough:
        assert before - due.excess - back == awarded, "what is left of the award is had, to the cent"
        assert due.excess == 0
