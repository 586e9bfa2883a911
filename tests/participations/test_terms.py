"""What the office does afterwards (letting a quota go, more or fewer places, other days) costs no enterprise its place or its money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.controls.api import PaymentNotice, Refund, cancel_due, record_due_payment
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


@pytest.mark.slow  # the whole story of a list, and a page
def test_what_the_office_does_afterwards_costs_no_place_and_no_money(
    desk, enterprise, representative, actor_for, client
):
    made = make_world(enterprise, representative, actor_for, firms=4, places=2, quota=D("100.00"), refunds=REFUNDS)
    one, two, three, four = made.firms
    assert list(list_undecided(initiative=made.initiative))
    api.Selection.objects.filter(pk=made.selection.pk).delete()
    assert list(list_undecided(initiative=made.initiative)), "who asked waits for an answer, rules or not"
    Initiative.objects.update(state="preparing")
    rules = {
        "method": "chronological",
        "places": 2,
        "quota": D("100.00"),
        "refunds": REFUNDS,
        "act": made.act,
        "reason": "Più spazio",
    }
    made.initiative.interests.filter(enterprise=one).update(way="meetings")
    with made.at():
        for missing, words in (({"act": None}, "con un atto adottato"), ({"reason": " "}, "perché le regole cambiano")):
            # though none are written: who asked did so without
            with pytest.raises(Refused, match=words):
                api.set_selection(actor=SYSTEM, initiative=made.initiative, ways=["stand"], **(rules | missing))
        made.selection = api.set_selection(actor=SYSTEM, initiative=made.initiative, ways=["stand"], **rules)
        told = Notice.objects.filter(kind="place-rules")
        assert set(told.values_list("user_id", flat=True)) == {user.pk for user in made.users}, "who asked is told"
        same = rules | {"act": None, "reason": "", "details_by": AFTER.date()}
        api.set_selection(actor=SYSTEM, initiative=made.initiative, ways=["stand"], **same)
        assert told.count() == 4, "nothing that they read is another"
        shown = client.get(f"/fiere/{made.initiative.code}/").content.decode()
        for words in (
            "Come si danno i posti",
            "in ordine di arrivo",
            "nello stand della Regione",
            "100,00",
            "50 %",
            "Più spazio",
        ):
            assert words in shown
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


def test_a_quota_has_one_last_day_and_an_initiative_that_moves_lets_go_for_nothing(
    desk, enterprise, representative, actor_for, settings
):
    settings.PAGOPA_URL, settings.PAGOPA = "http://127.0.0.1:9", {"creditor": "80017210727", "segregation": "01"}
    made = decided(make_world(enterprise, representative, actor_for, firms=2, quota=D("100.00"), refunds=REFUNDS))
    one, two = made.firms

    def told():
        return list(
            Notice.objects.filter(user=made.users[1], kind__startswith="place-moved-").order_by("pk").values_list("body_it", flat=True)
        )  # fmt: skip

    def correct(hour, **changes):
        with clock_at(AFTER + timedelta(days=1, hours=hour)):
            correct_initiative(actor=SYSTEM, initiative=made.initiative, **changes)

    with made.at():
        api.accept_place(actor=made.actors[0], row=made.row(one))
        pay(api.accept_place(actor=made.actors[1], row=made.row(two)).due, "100.00")
    correct(0, starts_on=date(2026, 4, 22), ends_on=date(2026, 4, 24))
    row, eve = made.row(one), date(2026, 4, 21)
    assert (row.answer_by, row.due.due_on) == (eve, eve), "of the place, and of what is to be paid for it"
    notices = PaymentNotice.objects.filter(due=row.due).order_by("pk")
    assert [(notice.state, notice.due_on) for notice in notices] == [("cancelled", date(2026, 4, 25)), ("asked", eve)]
    correct(1, city="DÜSSELDORF")
    assert len(told()) == 1, "the same city, written otherwise"
    correct(2, city="Berlino")
    correct(3, ends_on=date(2026, 4, 26))
    Initiative.objects.update(state="approved")  # where a list by a ranking is decided, and the market is not fixed
    correct(4, market="IT")
    assert [text.split(" Se rinunci")[0] for text in told()[1:]] == [
        "Non è più a DÜSSELDORF: è a Berlino.", "Finisce il 26/04/2026.", "Il mercato non è più Germania: è Italia."
    ]  # fmt: skip
    assert all("entro il 21/04/2026 la quota ti si rende tutta" in text for text in told())
    with clock_at(AFTER + timedelta(days=6)):
        record_due_payment(actor=SYSTEM, due=row.due, source="treasury", reference="late", on=eve, amount=D("100.00"))
        assert made.row(one).state == "confirmed", "paid on its one last day"
        api.renounce_place(actor=made.actors[1], row=made.row(two))
        assert Refund.objects.get(due=made.row(two).due).amount == D("100.00")
    type(row.due).objects.filter(pk=row.due_id).update(state="due", received=0, paid_on=None)
    api.Participation.objects.filter(pk=row.pk).update(state="offered", answer_by=date(2026, 4, 20))
    with pytest.raises(ProgrammingError, match="two last days"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    api.Participation.objects.filter(pk=row.pk).update(state="confirmed")
