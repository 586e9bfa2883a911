"""The life of an initiative after its call: prepared, on site from its first day, followed after its last, concluded with nothing left."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.utils.translation import override
from tests.initiatives.world import OPEN, SYSTEM, called, make_fair

from levante.initiatives import api
from levante.kernel.api import Refused, clock_at, system
from levante.messages.api import Notice
from levante.participations.api import set_selection
from levante.web.desk.initiatives.worklist import my_turn

pytestmark = pytest.mark.django_db
DAYS = system("initiatives.days")


def noon(month, day):
    return clock_at(datetime(2026, month, day, 11, tzinfo=UTC))


@pytest.fixture
def made(countries):
    return make_fair()


def state(made):
    return api.Initiative.objects.get(pk=made.initiative.pk).state


def move(made, step, **given):
    made.initiative = api.move_initiative(
        actor=given.pop("actor", SYSTEM), initiative=made.initiative, step=step, **given
    )
    return made.initiative


def test_from_the_preparation_to_the_end_each_step_on_its_days(made, desk):
    with clock_at(OPEN):
        called(made)
    with noon(3, 1):  # the end of the call
        move(made, "close")
        move(made, "prepare", actor=desk.anna)
        with pytest.raises(Refused, match="il primo giorno, 01/06/2026"):
            move(made, "begin")
    with noon(6, 1):
        move(made, "begin")
    with noon(6, 5), pytest.raises(Refused, match="la fine, dopo il 05/06/2026"):
        move(made, "follow")
    with noon(6, 6):
        move(made, "follow")
        move(made, "conclude")
    steps = api.InitiativeStep.objects.filter(initiative=made.initiative).order_by("at", "pk")
    assert [(row.name, row.before, row.after) for row in steps][2:] == [
        ("close", "calling", "closed"), ("prepare", "closed", "preparing"), ("begin", "preparing", "on_site"),
        ("follow", "on_site", "following"), ("conclude", "following", "done"),
    ]  # fmt: skip
    assert steps[3].by_id == desk.anna.user_id
    assert steps[0].act == made.second.act, "the approval keeps its act"


def test_the_days_move_what_nobody_moved_and_once(made):
    with clock_at(OPEN):
        called(made)
    with noon(5, 31):
        assert api.keep_the_days(actor=DAYS) == 0
    with noon(6, 1):
        assert api.keep_the_days(actor=DAYS) == 1
        assert api.keep_the_days(actor=DAYS) == 0
        assert state(made) == "on_site"
    with noon(6, 5):
        assert api.keep_the_days(actor=DAYS) == 0, "the last day is still on site"
    with noon(6, 6):
        assert api.keep_the_days(actor=DAYS) == 1
        assert state(made) == "following"


def test_days_that_went_by_without_the_worker_are_made_up_for(made):
    with clock_at(OPEN):
        move(made, "approve")
    with noon(9, 1):
        assert api.keep_the_days(actor=DAYS) == 2
    assert state(made) == "following"


def test_what_was_not_approved_does_not_begin(made):
    with noon(9, 1):
        assert api.keep_the_days(actor=DAYS) == 0
    assert state(made) == "planned"


@pytest.mark.parametrize(("when", "back"), [((5, 31), 100), ((6, 2), 40)])
def test_a_cancellation_has_its_day_and_gives_back_what_the_day_says(made, when, back):
    with clock_at(OPEN):
        called(made)
    with noon(*when):
        api.keep_the_days(actor=DAYS)
        if back != 100:
            for missing in (None, -1, 101):
                with pytest.raises(Refused, match="quanta parte delle quote"):
                    move(made, "cancel", reason="Sciopero", back=missing)
        move(made, "cancel", reason="Sciopero", back=40)
        day = made.initiative.cancelled_on
    assert (day, made.initiative.cancelled_back) == (date(2026, *when), back)
    assert made.initiative.steps.get(name="cancel").reason == "Sciopero"


def test_what_is_over_is_not_cancelled(made):
    with clock_at(OPEN):
        called(made)
    with noon(6, 1):
        api.keep_the_days(actor=DAYS)
    with noon(6, 6):
        with pytest.raises(Refused, match="già finita"):
            move(made, "cancel", reason="Tardi", back=0)
        api.keep_the_days(actor=DAYS)
        with pytest.raises(Refused, match="Non si può più fare"):
            move(made, "cancel", reason="Tardi", back=0)


def test_what_has_begun_changes_little(made):
    with clock_at(OPEN):
        called(made)
    with noon(6, 1):
        api.keep_the_days(actor=DAYS)
        with pytest.raises(Refused) as why:
            api.correct_initiative(actor=SYSTEM, initiative=made.initiative, starts_on=date(2026, 6, 2))
        assert why.value.field == "starts_on"
        api.correct_initiative(actor=SYSTEM, initiative=made.initiative, ends_on=date(2026, 6, 4))
        api.vary_cost(actor=SYSTEM, initiative=made.initiative, cost=Decimal("0.00"), act=made.second.act)


def test_steps_are_written_once_and_the_database_holds_the_rest(made):
    with clock_at(OPEN):
        move(made, "approve")
    with pytest.raises(ProgrammingError), transaction.atomic():
        api.InitiativeStep.objects.update(reason="altro")
    step = api.InitiativeStep.objects.get()
    step.pk, step.left = None, [{"it": "x", "en": "x"}]
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        api.Initiative.objects.filter(pk=made.initiative.pk).update(cancelled_back=50)


def test_steps_are_the_offices(made, desk, actor_for, person):
    with clock_at(OPEN):
        move(made, "approve")
    assert api.InitiativeStep.objects.visible_to(desk.anna).exists()
    assert not api.InitiativeStep.objects.visible_to(actor_for(person())).exists()


@pytest.mark.slow  # a call closed and opened again at the desk, and its public page
def test_a_call_ends_before_its_published_end_by_an_act_alone(
    made, desk, enterprise, representative, actor_for, signed_in, client
):
    firm = enterprise("Cantieri")
    user = representative(firm)
    step = f"/ufficio/iniziative/{made.initiative.code}/passo/close/"
    with clock_at(OPEN):
        published = called(made).closes_at
        api.express_interest(actor=actor_for(user, firm), initiative=made.initiative, products="barche")
        anna = signed_in(desk.users.anna)
        for sent, words in (({}, "obbligatorio"), ({"close-reason": "Pieno"}, "la chiude un atto")):
            answer = anna.post(step, sent)
            assert (answer.status_code, words in answer.content.decode()) == (400, True)
        for shorter in (published - timedelta(hours=1), None):
            with pytest.raises(Refused, match="si allunga, non si accorcia") as why:
                api.correct_initiative(actor=SYSTEM, initiative=made.initiative, closes_at=shorter)
            assert why.value.field == "closes_at"
        published += timedelta(days=2)
        api.correct_initiative(actor=SYSTEM, initiative=made.initiative, closes_at=published)
        act = {"close-number": "90", "close-adopted_on": "2026-02-14"}
        assert anna.post(step, {"close-reason": "Posti esauriti", **act}).status_code == 302
        one = api.InitiativeStep.objects.get(name="close")
        one.initiative.refresh_from_db()
        assert (one.published_until, one.initiative.closes_at, one.act.number) == (published, OPEN, "90")
        shown = client.get(f"/fiere/{made.initiative.code}/").content.decode()
        assert "Chiusa prima della fine pubblicata" in shown
        assert "Posti esauriti" in shown
        assert (
            "prima della fine pubblicata" in anna.get(f"/ufficio/iniziative/{made.initiative.code}/").content.decode()
        )
    with noon(2, 20):
        call = step.replace("close", "call")
        for sent, words in (
            ({"call-reason": "Più posti"}, "obbligatorio"),
            ({"call-reason": "Più posti", "call-closes_at": "2026-02-20T09:00"}, "un istante nel futuro"),
            ({"call-reason": "Più posti", "call-closes_at": "2026-06-01T09:00"}, "prima che l’iniziativa cominci"),
        ):
            answer = anna.post(call, sent)
            assert (answer.status_code, words in answer.content.decode()) == (400, True)
        with pytest.raises(Refused, match="perché la raccolta si riapre"):
            move(made, "call", closes_at=published, reason=" ")
        assert anna.post(call, {"call-reason": "Più posti", "call-closes_at": "2026-03-03T12:00"}).status_code == 302
        shown = client.get(f"/fiere/{made.initiative.code}/").content.decode()
        assert "La raccolta si è riaperta" in shown
        assert "Chiusa prima della fine pubblicata" not in shown
    again = api.InitiativeStep.objects.get(name="call", before="closed")
    assert (again.open_until, again.reason) == (published, "Più posti")
    again.pk, again.reason = None, ""
    with pytest.raises(IntegrityError, match="opened_again"), transaction.atomic():
        again.save(force_insert=True)
    told = Notice.objects.filter(user=user, kind__startswith="initiative-").order_by("pk")
    open_again = "La raccolta di adesioni è aperta fino al 03/03/2026, ore 12:00."
    assert [row.body_it for row in told] == [
        open_again, "Motivo: Posti esauriti", f"{open_again} Motivo: Più posti",
    ]  # fmt: skip
    one.pk, one.reason = None, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_a_window_that_has_come_waits_in_today_to_be_opened_and_then_to_be_closed(made, desk):
    def asked(day):
        with clock_at(day), override("it"):
            return [item.why for item in my_turn(desk.anna)]

    first = move(made, "approve")
    assert first.opens_at is not None
    assert asked(first.opens_at - timedelta(minutes=1)) == []
    assert asked(first.opens_at) == ["la finestra è cominciata: apri la raccolta"]
    assert asked(first.closes_at)[0].startswith("la finestra è passata")
    with clock_at(first.opens_at):
        set_selection(actor=SYSTEM, initiative=first, method="chronological", places=10)
        move(made, "call")
    assert asked(first.opens_at) == []
    assert asked(first.closes_at) == ["la finestra è finita: chiudi la raccolta"]
