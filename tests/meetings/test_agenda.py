"""From requests to the agenda, by hand and by the solver, to the day itself."""

from datetime import date, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from tests.meetings.world import (
    AFTER,
    DAY,
    MORNING,
    SYSTEM,
    all_ask,
    arranged,
    make_meetings,
    move_initiative,
    published,
)

from levante.kernel.api import NotYours, Refused, clock_at
from levante.meetings import api
from levante.meetings.building import instance_of
from levante.messages.api import Notice
from levante.messages.services import send_pending
from levante.parties.api import Enterprise, Mandate
from levante.programme.api import Sector
from levante.wins.spread import spread_of

pytestmark = pytest.mark.django_db
D = Decimal
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def test_those_with_a_place_and_the_buyers_that_asked_come_once(made):
    assert (len(made.a), len(made.b), len(made.slots)) == (3, 2, 4)
    with clock_at(AFTER):
        before = made.fresh().revision
        api.bring_attendees(actor=SYSTEM, agenda=made.agenda)
    assert made.fresh().revision == before, "nobody new: nothing changes"


def test_slots_never_overlap(made):
    with clock_at(AFTER), pytest.raises(Refused, match="Si sovrappone"):
        api.add_slots(actor=SYSTEM, agenda=made.agenda, day=DAY, begins=time(10, 45), ends=time(12), minutes=30)
    with clock_at(AFTER), pytest.raises(Refused, match="nessuna fascia"):
        api.add_slots(actor=SYSTEM, agenda=made.agenda, day=DAY, begins=time(15), ends=time(15, 10), minutes=30)
    assert made.agenda.slots.count() == 4


def test_asking_and_answering(made):
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[0], priority=3, message="Barche?")
    assert made.ask(made.buyer_actors[0], made.b[0], made.a[0], priority=3, message="Barche?").pk == request.pk
    with pytest.raises(Refused, match="Chiede e risponde"):
        made.ask(made.buyer_actors[1], made.b[0], made.a[1])
    with pytest.raises(NotYours):
        made.ask(made.buyer_actors[0], made.b[0], made.b[1])
    told = Notice.objects.filter(kind="meeting-asked").get()
    assert request.token in told.body_it
    with clock_at(AFTER):
        api.answer_by_token(actor=api_nobody(), token=request.token, accept=True)
        request.refresh_from_db()
        assert request.state == "accepted"
        api.withdraw_request(actor=made.buyer_actors[0], request=request)
        with pytest.raises(Refused, match="ritirata"):
            api.answer_by_token(actor=api_nobody(), token=request.token, accept=True)
        with pytest.raises(NotYours):
            api.answer_by_token(actor=api_nobody(), token="x" * 43, accept=True)


def api_nobody():
    from levante.kernel.api import ANONYMOUS

    return ANONYMOUS


def test_a_no_is_changed_only_by_who_said_it(made):
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[0])
    with clock_at(AFTER):
        api.answer_request(actor=made.seller_actors[0], request=request, accept=False)
        with pytest.raises(Refused, match="solo chi ha risposto"):
            api.withdraw_request(actor=made.buyer_actors[0], request=request)
    with pytest.raises(Refused, match="solo chi ha risposto"):
        made.ask(made.buyer_actors[0], made.b[0], made.a[0], priority=3)
    arranged(made, objective="weighted")
    assert not api.Meeting.objects.exists()
    with clock_at(AFTER):
        assert api.answer_request(actor=made.seller_actors[0], request=request, accept=True).state == "accepted"


def test_who_is_asked_says_how_much_it_wants_it_too_and_nothing_is_left_to_answer(made):
    first = made.ask(made.seller_actors[0], made.a[0], made.b[0], priority=3, message="Barche")
    waits = {row.pk: row.waits for row in api.Attendee.objects.annotate(waits=api.to_answer())}
    assert (waits[made.b[0].pk], waits[made.a[0].pk]) == (1, 0)
    second = made.ask(made.buyer_actors[0], made.b[0], made.a[0], priority=3, message="Wooden ones?")
    first.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "open")
    assert not any(row.waits for row in api.Attendee.objects.annotate(waits=api.to_answer())), "both said it"
    told = Notice.objects.filter(kind="meeting-asked", user_id=made.world.users[0].pk).get()
    assert told.body_en == "Buyer 1: Wooden ones?", "no address: there is nothing to answer"
    pair = next(
        one for one in instance_of(made.agenda).pairs if (one.a, one.b) == (str(made.a[0].pk), str(made.b[0].pk))
    )
    assert (pair.weight, pair.mutual) == (13.0, True)
    assert all(one.mutual for me in (made.a[0], made.b[0]) for one in api.candidates_for(me)[:1])
    with clock_at(AFTER):
        api.answer_request(actor=made.buyer_actors[0], request=first, accept=False)
    with pytest.raises(Refused, match="prima accettala"):
        made.ask(made.buyer_actors[0], made.b[0], made.a[0], priority=1)


def test_who_asked_is_told_each_answer_and_the_name_only_of_a_yes(made):
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[0])
    for minute, accept in enumerate((False, True, False, True)):
        with clock_at(AFTER + timedelta(minutes=minute)):
            api.answer_request(actor=made.seller_actors[0], request=request, accept=accept)
    told = list(Notice.objects.filter(kind="meeting-answer").order_by("created_at"))
    assert ["Impresa 1" in one.title_it + one.body_it + one.body_en for one in told] == [False, True, False, True]


def test_the_e_mail_of_a_request_opens_by_itself_and_goes_to_who_may_answer(made, person, settings):
    settings.SITE_URL = "https://levante.example"
    reader, seller = person(), person()
    for user, scopes in ((reader, ["read"]), (seller, ["apply"])):
        Mandate.objects.create(
            user=user, enterprise=made.a[0].enterprise, kind="delegate", scopes=scopes, state=Mandate.CONFIRMED, since=date(2024, 1, 1),
            requested_at=AFTER, decided_at=AFTER, act="x",
        )  # fmt: skip
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[0], message="Barche?")
    told = Notice.objects.filter(kind="meeting-asked")
    assert {one.user_id for one in told} == {made.world.users[0].pk, seller.pk}, "who only reads cannot answer"
    mail.outbox.clear()
    one = told.first()
    send_pending(kind=one.kind, subject_type=one.subject_type, subject_id=one.subject_id, user_ids=[one.user_id])
    assert f"https://levante.example/incontri/rispondi/{request.token}/" in mail.outbox[-1].body


def test_names_are_told_only_to_who_is_asked_until_it_is_mutual(made):
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[0])
    seller_sees = {one.row.pk: one.name for one in api.candidates_for(made.a[0])}
    buyer_sees = {one.row.pk: one.name for one in api.candidates_for(made.b[0])}
    assert seller_sees[made.b[0].pk] == "Buyer 1", "it asked: it has said who it is"
    assert seller_sees[made.b[1].pk] == ""
    assert buyer_sees[made.a[0].pk] == "", "it has not answered yet"
    with clock_at(AFTER):
        api.answer_request(actor=made.seller_actors[0], request=request, accept=True)
    assert {one.row.pk: one.name for one in api.candidates_for(made.b[0])}[made.a[0].pk] == "Impresa 1"


def test_who_must_not_meet_is_never_put_together(made):
    all_ask(made)
    with clock_at(AFTER):
        api.block_pair(actor=SYSTEM, a=made.a[0], b=made.b[0], reason="Sono in causa")
        with pytest.raises(Refused, match="non si fissano"):
            made.ask(made.buyer_actors[0], made.b[0], made.a[0], priority=1)
    arranged(made)
    assert not api.Meeting.objects.filter(a=made.a[0], b=made.b[0]).exists()


def test_the_solver_gives_everybody_what_can_be_given_and_says_so(made):
    arranged(all_ask(made))
    rows = list(api.Meeting.objects.standing())
    assert len(rows) == 6, "three by two, four slots: all of them"
    assert len({(row.slot_id, row.a_id) for row in rows}) == len({(row.slot_id, row.b_id) for row in rows}) == 6
    score = api.score_of(made.agenda)
    assert (score.valid, score.shortfall, score.unmet_mutual) == (True, 0, 0)
    assert made.run.result["bound"] == pytest.approx(score.objective)
    made.run.refresh_from_db()
    with clock_at(AFTER):
        api.edit_meeting(
            actor=SYSTEM, agenda=made.fresh(), edit=api.Edit("remove", str(rows[0].a_id), str(rows[0].b_id))
        )
        api.undo_edit(actor=SYSTEM, agenda=made.fresh())
        assert made.run.revision >= made.fresh().event_revision, "what no agenda exceeds is still known"
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=api.Edit("lock", str(rows[0].a_id), str(rows[0].b_id)))
    assert made.run.revision < made.fresh().event_revision


def test_a_run_is_not_applied_to_an_agenda_that_changed(made):
    from levante.meetings.arranging import work_run

    all_ask(made)
    with clock_at(AFTER):
        run = api.ask_run(actor=SYSTEM, agenda=made.agenda)
        assert api.ask_run(actor=SYSTEM, agenda=made.agenda).pk == run.pk
        work_run(run.pk)
        api.remove_slot(actor=SYSTEM, slot=made.slots[3])
        run.refresh_from_db()
        with pytest.raises(Refused, match="è cambiata"):
            api.apply_run(actor=SYSTEM, run=run)
    assert not api.Meeting.objects.exists()


def test_a_run_that_is_stopped_leaves_the_agenda_and_keeps_the_best_it_had(made, monkeypatch):
    from levante.meetings import arranging

    all_ask(made)
    with clock_at(AFTER):
        run = api.ask_run(actor=SYSTEM, agenda=made.agenda)
    tell = arranging._progress(run.pk)

    def stopped_while_it_searches(stage, value):
        tell(stage, value)
        if stage == "search":
            with clock_at(AFTER):
                api.stop_run(actor=SYSTEM, run=run)

    monkeypatch.setattr(arranging, "_progress", lambda pk: stopped_while_it_searches)
    arranging.work_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.stage, run.usable) == ("stopped", "search", True)
    assert not api.Meeting.objects.exists()
    with clock_at(AFTER):
        api.apply_run(actor=SYSTEM, run=run)
        assert api.Meeting.objects.standing().count() == len(run.result["meetings"]) == 6
        waiting = api.ask_run(actor=SYSTEM, agenda=made.fresh())
        api.stop_run(actor=SYSTEM, run=waiting)
        arranging.work_run(waiting.pk, apart=True)
        with pytest.raises(Refused, match="non è finito"):
            api.apply_run(actor=SYSTEM, run=waiting)


def test_locked_meetings_stay_where_they_are(made):
    all_ask(made)
    with clock_at(AFTER):
        edit = api.Edit("add", str(made.a[0].pk), str(made.b[0].pk), slot=str(made.slots[3].pk))
        api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=edit)
        api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=api.Edit("lock", str(made.a[0].pk), str(made.b[0].pk)))
    arranged(made)
    assert api.Meeting.objects.get(a=made.a[0], b=made.b[0]).slot == made.slots[3]
    assert api.Meeting.objects.standing().count() == 6


def test_an_edit_says_what_it_costs_and_what_it_breaks(made):
    arranged(all_ask(made))
    one = api.Meeting.objects.standing().order_by("pk").first()
    free = api.cost_of(made.agenda, api.Edit("remove", str(one.a_id), str(one.b_id)))
    assert free.allowed
    assert free.change < 0
    taken = api.Meeting.objects.standing().exclude(pk=one.pk).filter(a=one.a).first()
    broken = api.cost_of(made.agenda, api.Edit("move", str(one.a_id), str(one.b_id), slot=str(taken.slot_id)))
    assert not broken.allowed
    assert any(
        words.en.startswith(f"{one.a.name}, ") and words.en.endswith(f"(with {taken.b.name})")
        for words in broken.conflicts
    ), "who, when, and what is in the way"
    with pytest.raises(Refused, match="già in agenda"):
        api.cost_of(made.agenda, api.Edit("add", str(one.a_id), str(one.b_id), slot=str(taken.slot_id)))
    edit = api.Edit("move", str(one.a_id), str(one.b_id), slot=str(taken.slot_id))
    with clock_at(AFTER), pytest.raises(Refused, match="due incontri nello stesso momento"):
        api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=edit)
    edit = api.Edit("remove", str(one.a_id), str(one.b_id))
    with clock_at(AFTER), pytest.raises(Refused, match="ricarica la pagina"):
        api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=edit, revision=made.agenda.revision - 1)


def test_after_publishing_only_those_whose_meetings_change_are_told(made):
    published(arranged(all_ask(made)))
    assert Notice.objects.filter(kind="agenda-publish").count() == 5
    one = api.Meeting.objects.standing().order_by("pk").first()
    with clock_at(AFTER):
        edit = api.Edit("remove", str(one.a_id), str(one.b_id))
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
        with pytest.raises(Refused, match="si ripara"):
            api.ask_run(actor=SYSTEM, agenda=made.agenda)
    assert Notice.objects.filter(kind="agenda-changed").count() == 2
    free = next(
        slot for slot in made.slots
        if slot != one.slot and not made.agenda.meetings.standing().filter(Q(a=one.a_id) | Q(b=one.b_id), slot=slot).exists()
    )  # fmt: skip
    for kind, slot, said in (
        ("add", one.slot, " (new)"),
        ("move", free, f" (it was {one.slot.starts_at.astimezone(ROME):%d/%m %H:%M})"),
    ):
        with clock_at(AFTER + timedelta(minutes=1)):
            edit = api.Edit(kind, str(one.a_id), str(one.b_id), slot=str(slot.pk))
            api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
        told = Notice.objects.filter(kind="agenda-changed", subject_id__endswith=f":{made.fresh().revision}")
        assert [said in row.body_en for row in told] == [True, True], "what it was is told too"


def test_who_does_not_come_leaves_its_meetings_and_nobody_else_moves(made):
    published(arranged(all_ask(made)))
    before = {(row.a_id, row.b_id): row.slot_id for row in api.Meeting.objects.standing().exclude(b=made.b[0])}
    with clock_at(MORNING - timedelta(hours=2)):
        shown = api.preview_absence(made.fresh(), made.b[0], start=None, end=None, moves="0")
        assert (shown.lost, shown.disturbed) == (3, 0)
        api.record_absence(actor=SYSTEM, agenda=made.agenda, row=made.b[0])
    after = {(row.a_id, row.b_id): row.slot_id for row in api.Meeting.objects.standing()}
    assert after == before
    assert not api.Attendee.objects.coming().filter(pk=made.b[0].pk).exists()
    told = Notice.objects.filter(kind="agenda-changed")
    assert told.count() == 4, "the buyer and its three, once each"


def test_on_site_who_came_and_what_was_held(made):
    published(arranged(all_ask(made)))
    with clock_at(MORNING):
        seen = [{"attendee": made.a[0].pk, "at": MORNING.isoformat()}, {"attendee": 0, "at": "x"}]
        api.check_in(actor=SYSTEM, agenda=made.fresh(), seen=seen)
        api.check_in(actor=SYSTEM, agenda=made.agenda, seen=seen)
        early = [{"attendee": made.a[0].pk, "at": (MORNING - timedelta(minutes=9)).isoformat()}]
        api.check_in(actor=SYSTEM, agenda=made.agenda, seen=early)
    assert api.Arrival.objects.get(attendee=made.a[0]).at == MORNING - timedelta(minutes=9), "the first instant counts"
    board = api.live_board(made.agenda)
    assert board["came"] == 1
    first = api.Meeting.objects.standing().order_by("slot__starts_at", "pk").first()
    with clock_at(first.slot.starts_at - timedelta(minutes=1)), pytest.raises(Refused, match="non è ancora cominciato"):
        api.record_held(actor=SYSTEM, meeting=first, held=True)
    index = next(i for i, row in enumerate(made.a) if row.pk == first.a_id)
    with clock_at(first.slot.starts_at + timedelta(minutes=40)):
        given = {"quality": 4, "next_step": "quote", "expected": D("12000.00"), "key": "k1", "confidential": False}
        said = api.tell_feedback(actor=made.seller_actors[index], meeting=first, side="a", **given)
        assert api.tell_feedback(actor=made.seller_actors[index], meeting=first, side="a", **given).pk == said.pk
        with pytest.raises(Refused, match="chi era all’incontro"):
            api.tell_feedback(actor=made.buyer_actors[0], meeting=first, side="a", quality=3, next_step="none")
        with pytest.raises(Refused, match="da 1 a 5"):
            api.tell_feedback(actor=made.seller_actors[index], meeting=first, side="a", quality=9, next_step="none")
    first.refresh_from_db()
    assert first.state == "held"
    outcome = api.outcome_of(made.agenda)
    assert (outcome.held, outcome.told, outcome.quality, outcome.expected) == (1, 1, D("4.0"), D("12000.00"))
    assert not api.Feedback.objects.visible_to(made.buyer_actors[0]).exists(), "the other side reads nothing"
    codes = list(Sector.objects.filter(programme=made.initiative.direction.programme_id).values_list("code", flat=True))
    Enterprise.objects.filter(pk=first.a.enterprise_id).update(sectors=codes[:2])
    firms = {row.enterprise_id for row in made.a}
    sectors, provinces = spread_of(made.initiative, made.agenda, firms, [], {})
    told = sorted((row.enterprises, row.held, row.quality) for row in sectors if row.held)
    assert told == [(1, 1, D("4.00"))] * 2, "an enterprise of two sectors is in both"
    assert [(row.enterprises, row.held) for row in sectors if not row.held] == [(2, 0)]
    assert [(row.enterprises, row.held, row.quality) for row in provinces] == [(3, 1, D("4.00"))]


def test_the_calendar_feed_follows_what_changes(made):
    published(arranged(all_ask(made)))
    text = api.feed("Agenda", api.events_of(made.b[0]))
    assert text.count("BEGIN:VEVENT") == 3
    one = api.Meeting.objects.standing().filter(b=made.b[0]).first()
    with clock_at(AFTER + timedelta(hours=1)):
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=api.Edit("remove", str(one.a_id), str(one.b_id)))
    assert "STATUS:CANCELLED" in api.feed("Agenda", api.events_of(made.b[0]))


def test_the_database_holds_nobody_in_two_places(made):
    published(arranged(all_ask(made)))
    one, other = api.Meeting.objects.standing().filter(b=made.b[0]).order_by("pk")[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        api.Meeting.objects.filter(pk=one.pk).update(slot=other.slot_id)
    third = api.Meeting.objects.standing().exclude(b=made.b[0]).filter(slot=one.slot).first()
    if third is not None:
        with pytest.raises(IntegrityError), transaction.atomic():
            api.Meeting.objects.filter(pk__in=[one.pk, third.pk]).update(table=1)


def test_a_cancelled_initiative_has_no_meetings(made):
    published(arranged(all_ask(made)))
    with clock_at(AFTER):
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="no")
    assert not api.Meeting.objects.standing().exists()
    assert made.fresh().state == "closed"


def test_only_the_office_and_those_who_come_see_it(made, actor_for, person):
    published(arranged(all_ask(made)))
    assert api.Meeting.objects.visible_to(made.buyer_actors[0]).count() == 3
    assert api.Meeting.objects.visible_to(made.seller_actors[0]).count() == 2
    assert not api.Meeting.objects.visible_to(actor_for(person())).exists()
    assert api.Agenda.objects.visible_to(made.buyer_actors[0]).count() == 1


def test_who_leaves_after_a_meeting_and_who_declines_late_do_not_stop_the_next_mending(made):
    published(arranged(all_ask(made)))
    first = made.agenda.slots.order_by("starts_at").first()
    begun = api.Meeting.objects.standing().filter(slot__starts_at__lte=first.starts_at + timedelta(minutes=30))
    were = set(begun.values_list("pk", "slot"))
    with clock_at(first.starts_at + timedelta(minutes=31)):  # the first slot is over, the second has begun
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=made.b[0])
        assert set(begun.all().values_list("pk", "slot")) == were, "what has begun stays"
        assert begun.filter(b=made.b[0]).exists()
        api.MeetingRequest.objects.filter(asker=made.b[1]).update(state="declined")
        api.preview_absence(made.fresh(), made.a[0], start=None, end=None, moves="0")
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=made.a[0])
        assert api.score_of(made.fresh()).valid


def test_once_the_last_slot_has_begun_nothing_is_mended(made):
    published(arranged(all_ask(made)))
    last = made.agenda.slots.order_by("-starts_at").first()
    before = set(api.Meeting.objects.standing().values_list("pk", "slot"))
    with clock_at(last.starts_at + timedelta(minutes=1)), pytest.raises(Refused, match="già cominciati"):
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=made.b[0])
    assert set(api.Meeting.objects.standing().values_list("pk", "slot")) == before
