"""At once, on the real database: two officers, two telephones, a slot that goes while the solver runs."""

from datetime import UTC, datetime
from threading import Event

import pytest
from tests.meetings.world import AFTER, SYSTEM, all_ask, arranged, make_meetings, published
from tests.programme.test_concurrency import together

from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.meetings.arranging import work_run
from levante.meetings.reminding import KIND, remind_of_tomorrow
from levante.messages.api import Notice
from levante.participations.api import Participation, renounce_place

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def at(task):
    def run():
        with clock_at(AFTER):
            return task()

    return run


def test_two_officers_put_two_meetings_in_the_same_place_and_one_is_refused(made):
    all_ask(made)
    slot = str(made.slots[0].pk)
    edits = [api.Edit("add", str(made.a[0].pk), str(one.pk), slot=slot) for one in made.b]
    outcomes = together(
        *(at(lambda edit=edit: api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=edit)) for edit in edits)
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Agenda", "Refused"], outcomes
    assert api.Meeting.objects.standing().count() == 1
    revision = made.fresh().revision
    undo = at(lambda: api.undo_edit(actor=SYSTEM, agenda=made.agenda, revision=revision))
    outcomes = together(undo, undo)
    assert sorted(type(one).__name__ for one in outcomes) == ["Agenda", "Refused"], outcomes
    assert [row.kind for row in made.agenda.edits.all()] == ["undo", "add"], "undone once"


def test_a_slot_goes_while_the_solver_runs_and_nothing_is_overrun(made, monkeypatch):
    """The solver is held where it tells how far it is, which is after it read the slots, until one of them is gone."""
    all_ask(made)
    with clock_at(AFTER):
        run = api.ask_run(actor=SYSTEM, agenda=made.agenda)
    read, gone = Event(), Event()

    def hold(stage, value):
        read.set()
        assert gone.wait(60)

    monkeypatch.setattr("levante.meetings.arranging._progress", lambda run_id: hold)

    def remove():
        assert read.wait(60)
        try:
            return api.remove_slot(actor=SYSTEM, slot=made.slots[3])
        finally:
            gone.set()

    assert isinstance(together(lambda: work_run(run.pk), at(remove))[1], api.Agenda)
    run.refresh_from_db()
    assert (run.state, len(run.result["meetings"])) == ("done", 6), "nobody waited for it"
    with clock_at(AFTER), pytest.raises(Refused, match="è cambiata"):
        api.apply_run(actor=SYSTEM, run=run)
    assert not api.Meeting.objects.exists()


def test_two_workers_remind_each_once(made):
    published(arranged(all_ask(made)))

    def remind():
        with clock_at(datetime(2026, 5, 31, 16, 15, tzinfo=UTC)):
            return remind_of_tomorrow(actor=SYSTEM)

    outcomes = together(remind, remind)
    assert all(isinstance(one, int) for one in outcomes), outcomes
    told = Notice.objects.filter(kind=KIND)
    assert told.count() == len(made.a) + len(made.b)


def test_a_run_used_by_two_clicks_is_used_once(made):
    all_ask(made)
    with clock_at(AFTER):
        run = api.make_agenda_now(actor=SYSTEM, agenda=made.agenda)
    use = at(lambda: api.apply_run(actor=SYSTEM, run=run))
    outcomes = together(use, use)
    assert all(isinstance(one, api.Agenda) for one in outcomes), outcomes
    assert api.Meeting.objects.standing().count() == 6


def test_a_run_is_worked_by_one_worker(made):
    all_ask(made)
    with clock_at(AFTER):
        run = api.ask_run(actor=SYSTEM, agenda=made.agenda)
    together(lambda: work_run(run.pk), lambda: work_run(run.pk))
    run.refresh_from_db()
    assert run.state == "done"


def test_the_same_request_on_two_telephones_is_one(made):
    ask = at(lambda: api.ask_meeting(actor=made.buyer_actors[0], asker=made.b[0], asked=made.a[0], priority=2))
    outcomes = together(ask, ask)
    assert all(isinstance(one, api.MeetingRequest) for one in outcomes), outcomes
    assert api.MeetingRequest.objects.count() == 1


def test_an_absence_and_an_edit_of_the_same_meeting(made):
    arranged(all_ask(made))
    one = api.Meeting.objects.standing().filter(b=made.b[0]).order_by("pk").first()
    together(
        at(lambda: api.record_absence(actor=SYSTEM, agenda=made.agenda, row=made.b[0])),
        at(
            lambda: api.edit_meeting(
                actor=SYSTEM, agenda=made.agenda, edit=api.Edit("lock", str(one.a_id), str(one.b_id))
            )
        ),
    )
    assert not api.Meeting.objects.standing().filter(b=made.b[0]).exists() or api.score_of(made.fresh()).valid


def test_a_place_is_given_up_while_its_meeting_is_put_in_the_agenda(made):
    all_ask(made)
    row = Participation.objects.get(enterprise=made.a[0].enterprise, selection__initiative=made.initiative)
    edit = api.Edit("add", str(made.a[0].pk), str(made.b[0].pk), slot=str(made.slots[0].pk))
    outcomes = together(
        at(lambda: renounce_place(actor=made.seller_actors[0], row=row)),
        at(lambda: api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=edit)),
    )
    assert isinstance(outcomes[0], Participation), outcomes
    assert isinstance(outcomes[1], api.Agenda | Refused), outcomes
    assert not api.Meeting.objects.standing().exists(), "whichever came first, who has left meets nobody"
