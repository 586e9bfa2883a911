"""An initiative and the budget: the plan reserves, the approval commits, a cancellation gives back; each cites its act."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.initiatives.world import OPEN, SYSTEM, make_fair

from levante.initiatives import api
from levante.initiatives.models import Initiative
from levante.kernel.api import Refused, clock_at, today
from levante.messages.api import Notice
from levante.participations.api import set_selection
from levante.parties.api import Mandate
from levante.programme.api import Movement, allocate, liquidate
from levante.programme.queries import reconcile

pytestmark = pytest.mark.django_db


def euro(value):
    return Decimal(value)


def funded(amount="1000.00", **changes):
    """A fair not yet in the plan's money, on a line with an allocation: the cost is written by a correction."""
    made = make_fair(cost=None, act=None, **changes)
    made.line = made.second.lines[0]
    allocate(actor=SYSTEM, line=made.line, amount=euro(amount), act=made.second.act, exercise=2023, on=date(2023, 2, 1))
    return made


def held(made):
    made.line.refresh_from_db()
    balances = api.balances_of(Initiative.objects.get(pk=made.initiative.pk))
    return balances.reserved, balances.committed, made.line.available


def plan(made, actor=SYSTEM, **changes):
    given = {"cost": euro("400.00"), "planning_act": made.second.act} | changes
    return api.correct_initiative(actor=actor, initiative=made.initiative, **given)


def approve(made, actor=SYSTEM, **more):
    given = {"number": "12/DIR", "adopted_on": date(2026, 1, 20)} | more
    return api.move_initiative(actor=actor, initiative=made.initiative, step="approve", **given)


def cancel(made, reason="Poche adesioni", **more):
    return api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason=reason, **more)


def test_from_the_plan_to_the_cancellation(desk):
    made = funded()
    with clock_at(OPEN):
        plan(made, actor=desk.anna)
        assert held(made) == (euro("400.00"), 0, euro("600.00"))
        approved = approve(made, actor=desk.dir)
    assert approved.act.number == "12/DIR"
    assert approved.act.triennium == made.second.triennium
    assert held(made) == (0, euro("400.00"), euro("600.00"))
    cancelled = cancel(made)
    assert cancelled.cancelled_reason == "Poche adesioni"
    assert held(made) == (0, 0, euro("1000.00"))
    moves = Movement.objects.filter(subject_type=api.SUBJECT).order_by("pk")
    assert [(row.kind, row.amount, row.act_id) for row in moves] == [
        ("reservation", euro("400.00"), made.second.act.pk),
        ("commitment", euro("400.00"), approved.act_id),
        ("release", euro("400.00"), approved.act_id),
    ]
    assert {row.exercise for row in moves} == {2026}
    assert reconcile(made.root) == []


def test_a_plan_larger_than_the_line_is_refused_and_keeps_nothing(desk):
    made = funded("300.00")
    with pytest.raises(Refused) as why:
        plan(made, actor=desk.anna)
    assert why.value.field == "amount"
    assert "300,00" in why.value.reason.it
    assert Initiative.objects.get(pk=made.initiative.pk).cost is None
    assert held(made) == (0, 0, euro("300.00"))


def test_the_reservation_follows_cost_and_line(desk):
    made = funded()
    plan(made)
    plan(made, cost=euro("150.00"))
    assert held(made) == (euro("150.00"), 0, euro("850.00"))
    other = made.second.lines[1]
    allocate(actor=SYSTEM, line=other, amount=euro("200.00"), act=made.second.act, exercise=2023, on=date(2023, 2, 1))
    plan(made, cost=euro("150.00"), budget_line=other)
    made.line.refresh_from_db()
    assert made.line.available == euro("1000.00")
    assert api.balances_of(Initiative.objects.get()).reserved == euro("150.00")


def test_what_is_approved_changes_its_cost_only_by_an_act(desk):
    made = funded()
    plan(made)
    approve(made)
    for change in ({"cost": euro("1.00")}, {"budget_line": made.second.lines[1]}):
        with pytest.raises(Refused) as why:
            api.correct_initiative(actor=desk.dir, initiative=made.initiative, **change)
        assert why.value.field == next(iter(change))
    vary = {"number": "30/DIR", "adopted_on": date(2026, 2, 2)}
    with pytest.raises(Refused):
        api.vary_cost(actor=desk.dir, initiative=made.initiative, cost=euro("900.00"))
    with pytest.raises(Refused):
        api.vary_cost(actor=desk.anna, initiative=made.initiative, cost=euro("900.00"), **vary)
    api.vary_cost(actor=desk.dir, initiative=made.initiative, cost=euro("900.00"), **vary)
    assert held(made) == (0, euro("900.00"), euro("100.00"))
    with pytest.raises(Refused):
        api.vary_cost(actor=desk.dir, initiative=made.initiative, cost=euro("1000.01"), **vary)
    api.vary_cost(actor=desk.dir, initiative=made.initiative, cost=euro("250.00"), **vary)
    assert held(made) == (0, euro("250.00"), euro("750.00"))


def test_what_was_verified_as_due_stays_when_it_is_cancelled(desk):
    made = funded()
    plan(made)
    act = approve(made).act
    liquidate(
        actor=SYSTEM, line=made.line, amount=euro("120.00"), act=act, exercise=2026, subject_type=api.SUBJECT,
        subject_id=str(made.initiative.pk),
    )  # fmt: skip
    with pytest.raises(Refused):
        api.vary_cost(actor=desk.dir, initiative=made.initiative, cost=euro("100.00"), act=act)
    cancel(made)
    assert held(made) == (0, euro("120.00"), euro("880.00"))


def test_a_cancellation_says_why_and_tells_who_asked(desk, enterprise, representative, actor_for):
    made = funded()
    plan(made)
    approve(made)
    with pytest.raises(Refused, match="le regole di chi partecipa"):
        api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="call")
    set_selection(actor=SYSTEM, initiative=made.initiative, method="chronological", places=10)
    made.initiative = api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="call")
    firm = enterprise()
    person = representative(firm)
    with clock_at(OPEN):
        api.express_interest(actor=actor_for(person, firm), initiative=made.initiative, products="boats")
    with pytest.raises(Refused) as why:
        cancel(made, reason=" ")
    assert why.value.field == "reason"
    future = representative(firm, kind="delegate", given="Ivo")
    Mandate.objects.filter(user=future).update(since=today() + timedelta(days=1))
    api.correct_initiative(actor=desk.anna, initiative=made.initiative, city="Colonia")
    cancel(made)
    assert set(Notice.objects.values_list("kind", flat=True)) >= {"initiative-moved", "initiative-cancelled"}
    assert not Notice.objects.filter(user=future).exists(), "a mandate that has not begun"


def test_an_act_of_another_triennium_is_refused(desk):
    made = funded()
    with pytest.raises(Refused) as why:
        plan(made, planning_act=made.first.act)
    assert "triennio" in why.value.reason.it


def test_one_number_and_one_day_are_one_act(desk):
    made = funded()
    plan(made)
    act = approve(made).act
    with pytest.raises(Refused) as why:
        cancel(made, number="12/DIR", adopted_on=date(2026, 1, 21))
    assert why.value.field == "adopted_on"
    assert cancel(made, number="12/dir", adopted_on=act.adopted_on).state == "cancelled"
    assert Movement.objects.latest("pk").act == act


def test_an_edition_cancelled_takes_no_new_initiative(desk):
    made = make_fair()
    with pytest.raises(Refused):
        api.cancel_edition(actor=desk.anna, edition=made.edition, reason="")
    edition = api.cancel_edition(actor=desk.anna, edition=made.edition, reason="Annullata dall’organizzatore")
    assert edition.cancelled_on is not None
    with pytest.raises(Refused) as why:
        api.plan_initiative(
            actor=desk.anna, code="other", kind="fair", title_it="A", title_en="A", direction=made.direction, market="DE",
            starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), lead_office=made.office, edition=edition,
        )  # fmt: skip
    assert why.value.field == "edition"
    api.correct_initiative(actor=desk.anna, initiative=made.initiative, title_it="Ancora qui", edition=edition)


STEP = st.one_of(
    st.tuples(st.just("plan"), st.integers(0, 70)),
    st.tuples(st.just("vary"), st.integers(0, 70)),
    st.tuples(st.just("approve"), st.just(0)),
    st.tuples(st.just("cancel"), st.just(0)),
)


@pytest.mark.slow(reason="each example walks two initiatives through the register of movements")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 1), STEP), max_size=10))
def test_whatever_is_done_the_line_holds_what_its_initiatives_hold(desk, steps):
    """Any walk of two initiatives: never below zero, and the line is the sum of what they hold."""
    from django.db import transaction

    with transaction.atomic(), clock_at(datetime(2026, 2, 10, 9, tzinfo=UTC)):
        made = funded("100.00")
        second = api.plan_initiative(
            actor=SYSTEM, code="second", kind="fair", title_it="B", title_en="B", direction=made.direction, market="DE",
            starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), lead_office=made.office, budget_line=made.line,
        )  # fmt: skip
        rows = [made.initiative, second]
        for place, (word, amount) in steps:
            made.initiative = rows[place]
            try:
                if word == "plan":
                    plan(made, cost=euro(amount))
                elif word == "vary":
                    api.vary_cost(actor=SYSTEM, initiative=rows[place], cost=euro(amount), act=made.second.act)
                elif word == "approve":
                    approve(made)
                else:
                    cancel(made)
            except Refused:
                continue
        made.line.refresh_from_db()
        states = {row.pk: row for row in Initiative.objects.all()}
        both = [api.balances_of(row) for row in states.values()]
        assert made.line.reserved == sum(each.reserved for each in both)
        assert made.line.committed == sum(each.committed for each in both)
        assert made.line.available >= 0
        for row, balances in zip(states.values(), both, strict=True):
            cost = row.cost or 0
            expected = {"planned": (cost, 0), "approved": (0, cost), "cancelled": (0, 0)}[row.state]
            if row.planning_act_id is None and row.state == "planned":
                expected = (0, 0)
            assert (balances.reserved, balances.committed) == expected
        assert reconcile(made.root) == []
        transaction.set_rollback(True)
