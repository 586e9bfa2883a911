"""The firms of a group claim each its own costs, and all together stay within the limits of the call."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.applications.conftest import own_call  # noqa: F401
from tests.applications.test_group import membership, network  # noqa: F401
from tests.claims.world import MONEY
from tests.conftest import vat_number
from tests.grants.test_groups import group  # noqa: F401

from levante.calls.api import Call
from levante.claims.group_limits import limits_of_firm, money_of_award
from levante.claims.plan import plan_as_sent
from levante.claims.reckoning import Cost, earned
from levante.grants.api import Award, draft_award_act
from levante.kernel.api import system
from levante.parties.api import merge_enterprises

D = Decimal
PLANNED = st.fixed_dictionaries(
    {code: st.integers(0, 900_000).map(lambda cents: D(cents) / 100) for code in ("stand", "study", "travel")}
)
FIRMS = st.integers(2, 4).flatmap(
    lambda count: st.tuples(
        st.lists(PLANNED, min_size=count, max_size=count),
        st.lists(st.integers(1, 500_000).map(lambda cents: D(cents) / 100), min_size=count, max_size=count),
    )
)


@settings(max_examples=60)
@given(FIRMS)
def test_the_parts_of_every_limit_add_up_to_it(firms):
    plans, parts = firms
    money = {**MONEY, "cap": "10000.00", "floor": "500.00", "least": "100.01"}
    each = [limits_of_firm(money, place, plans=plans, parts=parts) for place in range(len(plans))]
    for name in ("cap", "floor", "least"):
        assert sum(D(one[name]) for one in each) == D(money[name])
    ceilings = [next(item["ceiling"] for item in one["items"] if item["code"] == "stand") for one in each]
    assert sum(map(D, ceilings)) == D("4000.00")


@settings(max_examples=60)
@given(FIRMS, st.lists(st.integers(0, 1_000_000).map(lambda cents: D(cents) / 100), min_size=4, max_size=4))
def test_whatever_they_spend_all_together_earn_no_more_than_the_call_gives_to_the_whole(firms, spent):
    plans, parts = firms
    awarded, earns, counts = D("90000.00"), D(0), D(0)
    for place, stand in enumerate(spent[: len(plans)]):
        mine = limits_of_firm(MONEY, place, plans=plans, parts=parts)
        found = earned(mine, {}, {}, [Cost("c", "stand", stand)], awarded=awarded)
        earns, counts = earns + found.grant, counts + found.counts["c"]
    assert counts <= D("4000.00"), "the ceiling of the stand is one, and not one for each firm"
    assert earns <= D("2000.00") + D("0.01") * len(plans)  # half of it, each rounded to the cent


@pytest.mark.django_db
def test_a_firm_has_its_part_of_the_ceiling_and_of_the_least_spending(group, desk):  # noqa: F811
    """Of 6,000 euro of stands 1,000, 3,000 and 2,000 are of each: a ceiling of 3,000 is 500, 1,500 and 1,000."""
    application, _actors = group
    draft_award_act(actor=desk, applications=[application])
    call = application.opening.call
    items = [{**item, "ceiling": "3000.00"} if item["code"] == "stand" else item for item in call.money["items"]]
    Call.objects.filter(pk=call.pk).update(money={**call.money, "items": items, "floor": "3000.00"})
    call.refresh_from_db()
    awards = list(Award.objects.select_related("application__opening__call", "enterprise").order_by("pk"))
    ceilings = [
        next(item["ceiling"] for item in money_of_award(one)["items"] if item["code"] == "stand") for one in awards
    ]
    assert ceilings == ["500.00", "1500.00", "1000.00"]
    first = awards[0]
    answers = application.frozen["answers"]
    costs = [Cost("a", "stand", D("900.00"))]
    alone = earned(call.money, answers, {}, costs, awarded=first.amount)
    assert alone.grant == 0, "the least spending of the whole group, asked of one firm"
    mine = earned(money_of_award(first), answers, {}, costs, awarded=first.amount)
    assert (mine.counts["a"], mine.grant) == (D("500.00"), D("250.00"))
    assert "divisi tra le 3 imprese" in mine.steps[0].text.it
    # The second firm's plan is varied: the ceiling follows the plans in force.
    tried = money_of_award(first, [{"item": "stand", "amount": "5000.00"}])
    assert next(item["ceiling"] for item in tried["items"] if item["code"] == "stand") == "1500.00"


@pytest.mark.django_db
def test_a_firm_that_took_the_place_of_another_by_a_merger_has_that_part_and_no_more(group, desk, enterprise):  # noqa: F811
    """Into a firm outside the group, then into another: the parts of the ceiling are still those of the three."""
    application, _actors = group
    draft_award_act(actor=desk, applications=[application])
    call = application.opening.call
    items = [{**item, "ceiling": "3000.00"} if item["code"] == "stand" else item for item in call.money["items"]]
    Call.objects.filter(pk=call.pk).update(money={**call.money, "items": items})

    def parts() -> list[tuple[str, str]]:
        rows = Award.objects.select_related("application__opening__call", "enterprise").order_by("pk")
        told = [
            next(item["ceiling"] for item in money_of_award(one)["items"] if item["code"] == "stand") for one in rows
        ]
        return list(zip(told, [plan_as_sent(one)[0]["amount"] for one in rows], strict=True))

    as_sent = [("500.00", "1000.00"), ("1500.00", "3000.00"), ("1000.00", "2000.00")]
    assert parts() == as_sent
    second = Award.objects.select_related("enterprise").order_by("pk")[1].enterprise
    told = {"actor": system("test"), "chosen": {}, "reason": "fusione"}
    outside, further = enterprise("Fuori S.r.l.", vat_number(77)), enterprise("Lontano S.r.l.", vat_number(78))
    merge_enterprises(survivor=outside, absorbed=second, **told)
    assert parts() == as_sent
    merge_enterprises(survivor=further, absorbed=outside, **told)
    assert parts() == as_sent
    # By a deed the third takes the place of the first: two awards of one firm, each with its own part.
    first, _, third = Award.objects.order_by("pk")
    Award.objects.filter(pk=first.pk).update(awarded_to=first.enterprise, enterprise=third.enterprise)
    assert parts() == as_sent
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=first.pk).update(awarded_to=None)
