"""The quota of a place: paid by its day whenever it is recorded, given back by what the rules say, whole or in part."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.controls.api import (
    Due,
    Refund,
    confirm_told_incoming,
    give_up_told_incoming,
    record_due_payment,
    tell_due_payment,
)
from levante.kernel.api import clock_at, system
from levante.messages.api import Notice
from levante.participations import api

pytestmark = pytest.mark.django_db
D = Decimal
LAST = (AFTER + timedelta(days=10)).date()


@pytest.fixture
def accepted(desk, enterprise, representative, actor_for):
    """A place accepted, its quota of 500 euro to be paid by the tenth day."""

    def make(**rules):
        made = decided(make_world(enterprise, representative, actor_for, firms=2, places=1, quota=D("500.00"), **rules))
        with made.at():
            api.accept_place(actor=made.actors[0], row=made.rows()[0])
        return made

    return make


def pay(made, amount, *, on, recorded):
    due = Due.objects.get()
    with clock_at(AFTER + timedelta(days=recorded)):
        record_due_payment(actor=SYSTEM, due=due, source="treasury", reference=f"r{amount}", on=on, amount=D(amount))


def lapse(days):
    with clock_at(AFTER + timedelta(days=days)):
        return api.lapse_offers(actor=system("test"))


@pytest.fixture
def tellers(officer, actor_for):
    return [actor_for(officer("finance", given=name)) for name in ("Fausta", "Fabio")]


def say(teller, amount, *, on, told):
    with clock_at(AFTER + timedelta(days=told)):
        return tell_due_payment(
            actor=teller, due=Due.objects.get(), source="treasury", reference="a mano", on=on, amount=D(amount)
        )


def test_a_transfer_of_the_last_day_recorded_later_keeps_the_place(accepted, tellers):
    made = accepted()
    assert lapse(13) == 0
    said = say(tellers[0], "500.00", on=LAST, told=13)
    assert lapse(15) == 0, "it waits for another person to confirm"
    with clock_at(AFTER + timedelta(days=15)):
        confirm_told_incoming(actor=tellers[1], told=said)
    assert (made.states(), lapse(15), Refund.objects.count()) == (["confirmed", "listed"], 0, 0)


def test_a_transfer_made_after_the_last_day_does_not(accepted):
    made = accepted()
    pay(made, "500.00", on=LAST + timedelta(days=1), recorded=12)
    assert made.states() == ["lapsed", "offered"]
    assert Refund.objects.get().amount == D("500.00")


def test_money_paid_in_time_that_comes_when_the_place_is_lost_is_told(accepted, desk, tellers):
    made = accepted()
    said = say(tellers[0], "500.00", on=LAST, told=13)
    with clock_at(AFTER + timedelta(days=14)):
        give_up_told_incoming(actor=tellers[1], told=said, reason="È di un’altra impresa")
    assert lapse(15) == 1
    pay(made, "300.00", on=LAST + timedelta(days=1), recorded=16)
    assert not Notice.objects.filter(kind__startswith="place-paid").exists(), "late is late"
    pay(made, "200.00", on=LAST, recorded=16)
    told = set(Notice.objects.filter(kind__startswith="place-paid").values_list("user_id", flat=True))
    assert {desk.users.dir.pk, made.users[0].pk} <= told
    assert sum(refund.amount for refund in Refund.objects.all()) == D("500.00")


@given(paid=st.integers(1, 50_000), percent=st.integers(0, 100))
@example(paid=49_900, percent=0)
@example(paid=50_000, percent=0)
@example(paid=33_333, percent=50)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_gives_up_has_back_the_per_cent_of_what_was_paid_whole_or_not(accepted_once, paid, percent):
    """Never more than the rules say, to the cent: paying all but a euro is no way round them."""
    made = accepted_once
    with transaction.atomic():
        api.Selection.objects.update(refunds=[{"days_before": 0, "percent": percent}])
        amount = D(paid) / 100
        pay(made, str(amount), on=AFTER.date(), recorded=0)
        with made.at():
            api.renounce_place(actor=made.actors[0], row=made.rows()[0])
        back = sum((refund.amount for refund in Refund.objects.all()), D("0.00"))
        assert abs(back - amount * percent / 100) <= D("0.005")
        transaction.set_rollback(True)


@pytest.fixture
def accepted_once(accepted):
    return accepted()
