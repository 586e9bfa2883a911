"""At once: two tabs make one expression of interest, two initiatives never take the same euro."""

from datetime import date
from decimal import Decimal

import pytest
from tests.initiatives.world import OPEN, SYSTEM, called, make_fair
from tests.programme.test_concurrency import together

from levante.initiatives import api
from levante.initiatives.models import ExpressionOfInterest
from levante.kernel.api import clock_at
from levante.programme.api import allocate

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_two_tabs_make_one(desk, enterprise, representative, actor_for):
    initiative = called(make_fair())
    firm = enterprise()
    actor = actor_for(representative(firm), firm)

    def tab():
        with clock_at(OPEN):
            return api.express_interest(actor=actor, initiative=initiative, products="boats")

    outcomes = together(tab, tab)
    assert all(isinstance(o, ExpressionOfInterest) for o in outcomes), outcomes
    assert len({(o.pk, o.number) for o in outcomes}) == 1
    assert ExpressionOfInterest.objects.count() == 1


def test_two_initiatives_never_reserve_the_same_euro(desk):
    first = make_fair(cost=None, act=None)
    line = first.second.lines[0]
    allocate(
        actor=SYSTEM, line=line, amount=Decimal("100.00"), act=first.second.act, exercise=2023, on=date(2023, 2, 1)
    )
    second = api.plan_initiative(
        actor=SYSTEM, code="other", kind="fair", title_it="Altra", title_en="Other", direction=first.direction, market="DE",
        starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), lead_office=first.office, budget_line=line,
    )  # fmt: skip

    def plan(initiative):
        return lambda: api.correct_initiative(
            actor=SYSTEM, initiative=initiative, cost=Decimal("60.00"), planning_act=first.second.act
        )

    outcomes = together(plan(first.initiative), plan(second))
    assert sorted(type(one).__name__ for one in outcomes) == ["Initiative", "Refused"]
    line.refresh_from_db()
    assert (line.reserved, line.available) == (Decimal("60.00"), Decimal("40.00"))


def test_an_approval_and_a_cancellation_at_once_leave_nothing_behind(desk):
    made = make_fair(cost=None)
    line = made.second.lines[0]
    allocate(actor=SYSTEM, line=line, amount=Decimal("100.00"), act=made.second.act, exercise=2023, on=date(2023, 2, 1))
    api.correct_initiative(actor=SYSTEM, initiative=made.initiative, cost=Decimal("60.00"))
    together(
        lambda: api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="approve"),
        lambda: api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="no"),
    )
    line.refresh_from_db()
    state = api.Initiative.objects.get(pk=made.initiative.pk).state
    assert state == "cancelled", "a cancellation is possible before and after the approval"
    assert (line.reserved, line.committed, line.available) == (0, 0, Decimal("100.00"))
