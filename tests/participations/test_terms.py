"""What the office does afterwards (letting a quota go, more or fewer places, other days) costs no enterprise its place or its money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.controls.api import Refund, cancel_due, record_due_payment
from levante.initiatives.api import Initiative, correct_initiative
from levante.kernel.api import Refused, clock_at, system
from levante.messages.api import Notice
from levante.participations import api
from levante.participations.ending import list_undecided

pytestmark = pytest.mark.django_db
D = Decimal
REFUNDS = [{"days_before": 30, "percent": 50}]


def pay(due, amount):
    record_due_payment(
        actor=SYSTEM, due=due, source="treasury", reference=f"r{due.pk}", on=AFTER.date(), amount=D(amount)
    )


def test_what_the_office_does_afterwards_costs_no_place_and_no_money(desk, enterprise, representative, actor_for):
    made = make_world(enterprise, representative, actor_for, firms=4, places=2, quota=D("100.00"), refunds=REFUNDS)
    one, two, three, four = made.firms
    assert list(list_undecided(initiative=made.initiative))
    api.Selection.objects.filter(pk=made.selection.pk).delete()
    assert list(list_undecided(initiative=made.initiative)), "who asked waits for an answer, rules or not"
    Initiative.objects.update(state="preparing")
    rules = {"method": "chronological", "places": 2, "quota": D("100.00"), "refunds": REFUNDS}
    made.initiative.interests.filter(enterprise=one).update(way="meetings")
    with made.at():
        made.selection = api.set_selection(actor=SYSTEM, initiative=made.initiative, ways=["stand"], **rules)
        (out,) = [turn.request for turn in api.order_of(made.selection) if turn.placed is None]
        assert (out.enterprise, "solo incontri" in out.barred.it) == (one, True), "it did not ask for a stand"
        both = ["stand", "meetings"]
        made.selection = api.set_selection(actor=SYSTEM, initiative=made.initiative, ways=both, **rules)
    decided(made)
    assert made.states() == ["offered", "offered", "listed", "listed"], "the preparation begun too soon is no dead end"
    with made.at():
        due = api.accept_place(actor=made.actors[0], row=made.row(one)).due
        cancel_due(actor=SYSTEM, due=due, reason="Quota non dovuta")
        assert made.row(one).state == "confirmed", "nothing is to be paid for it any more"
        for places, words in ((1, "già dati sono 2"), (0, "già dati sono 2")):
            with pytest.raises(Refused, match=words):
                api.change_places(actor=SYSTEM, initiative=made.initiative, places=places, act=made.act)
        with pytest.raises(Refused, match="dirigente"):
            api.change_places(actor=made.actors[0], initiative=made.initiative, places=3, act=made.act)
        api.change_places(actor=SYSTEM, initiative=made.initiative, places=3, act=made.act)
        assert (made.row(three).state, made.row(three).seat) == ("offered", 3)
        pay(api.accept_place(actor=made.actors[1], row=made.row(two)).due, "40.00")
        api.renounce_place(actor=made.actors[0], row=made.row(one))
        assert (made.row(four).state, made.row(four).seat) == ("offered", 1)
        api.renounce_place(actor=made.actors[3], row=made.row(four))
        api.change_places(actor=SYSTEM, initiative=made.initiative, places=2, act=made.act)
        assert {made.row(two).seat, made.row(three).seat} == {1, 2}, "who held the third has the first that is free"
        pay(api.accept_place(actor=made.actors[2], row=made.row(three)).due, "100.00")
    with clock_at(AFTER + timedelta(days=15)):
        api.lapse_offers(actor=system("test"))
        assert made.row(two).state == "lapsed"
        assert Refund.objects.get(due=made.row(two).due).amount == D("20.00"), "as who gives up that day, not more"
    with clock_at(AFTER + timedelta(days=16)):
        correct_initiative(
            actor=SYSTEM, initiative=made.initiative, starts_on=date(2026, 5, 20), ends_on=date(2026, 5, 22)
        )
        told = Notice.objects.get(user=made.users[2], kind__startswith="place-moved-")
        assert "entro il 11/05/2026" in told.body_it
    with clock_at(AFTER + timedelta(days=25)):
        api.renounce_place(actor=made.actors[2], row=made.row(three))
        assert Refund.objects.get(due=made.row(three).due).amount == D("100.00"), (
            "less than 30 days before, but moved by us"
        )
