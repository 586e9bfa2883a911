"""The day itself, where things go wrong: clocks, second thoughts, late messages, pauses; and what one may want."""

from datetime import timedelta

import pytest
from tests.meetings.world import AFTER, MORNING, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.meetings import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


@pytest.mark.slow  # the page of a day
def test_a_telephone_with_a_wrong_clock_tells_now_and_an_arrival_is_taken_back(made, signed_in, officer):
    published(arranged(all_ask(made)))
    wrong = ["0001-01-01T00:00+14:00", "1970-01-01T00:00:00+00:00", "2031-01-01T00:00:00+00:00"]
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(MORNING):
        for row, at in zip(made.a, wrong, strict=True):
            api.check_in(actor=SYSTEM, agenda=made.fresh(), seen=[{"attendee": row.pk, "at": at}])
        assert set(made.agenda.attendees.filter(side="a").values_list("came_at", flat=True)) == {MORNING}
        board = f"/ufficio/iniziative/{made.initiative.code}/incontri/oggi/"
        assert "Non è qui" in chief.get(board).content.decode()
        chief.post(f"/ufficio/incontri/persone/{made.a[0].pk}/non-arrivato/")
    assert api.Attendee.objects.get(pk=made.a[0].pk).came_at is None
    assert api.live_board(made.agenda)["came"] == 2


def test_the_board_shows_the_slot_under_way_and_nothing_in_a_pause_or_after(made, signed_in, officer):
    published(arranged(all_ask(made)))
    last = made.slots[-1]
    idle = next(row for row in made.a if not api.Meeting.objects.standing().filter(slot=last, a=row).exists())
    idle.away.add(last)
    chief = signed_in(officer(roles.DIRECTOR))
    address = f"/ufficio/iniziative/{made.initiative.code}/incontri/oggi/"
    with clock_at(last.starts_at + timedelta(minutes=5)):
        seen = [{"attendee": row.pk, "at": last.starts_at.isoformat()} for row in made.a]
        api.check_in(actor=SYSTEM, agenda=made.fresh(), seen=seen)
        shown = api.live_board(made.agenda)
        assert shown["slot"] == last
        assert idle not in shown["free"], "it is away in this slot"
        part = chief.get(address, HTTP_HX_REQUEST="true").content.decode()
        assert part.startswith('<div id="now"'), "only what changes is drawn again"
        assert "data-checkin" not in part
    with clock_at(last.starts_at + timedelta(minutes=31)):
        assert api.live_board(made.agenda)["slot"] is None
        assert "Gli incontri sono finiti" in chief.get(address).content.decode()


def test_what_a_telephone_said_before_and_sends_later_replaces_nothing(made):
    published(arranged(all_ask(made)))
    one = api.Meeting.objects.standing().filter(b=made.b[0]).order_by("slot__starts_at").first()
    begun = one.slot.starts_at
    with clock_at(begun + timedelta(hours=3)):
        given = {"actor": made.buyer_actors[0], "meeting": one, "side": "b", "next_step": "info"}
        api.tell_feedback(**given, quality=5, key="later", said_at=begun + timedelta(hours=2))
        api.tell_feedback(**given, quality=1, key="sooner", said_at=begun + timedelta(hours=1))
        assert api.Feedback.objects.get().quality == 5
        api.tell_feedback(**given, quality=3, key="last", said_at=begun + timedelta(days=9))
    said = api.Feedback.objects.get()
    assert (said.quality, said.at) == (3, begun + timedelta(hours=3)), "nobody speaks from the future"


def test_who_was_kept_apart_may_meet_again(made, signed_in, officer):
    all_ask(made)
    with clock_at(AFTER):
        pair = api.block_pair(actor=SYSTEM, a=made.a[0], b=made.b[0], reason="Sono in causa")
        asked = api.MeetingRequest.objects.get(asker=made.b[0], asked=made.a[0])
        with pytest.raises(Refused, match="non si fissano"):
            api.answer_by_token(actor=SYSTEM, token=asked.token, accept=False)
        chief = signed_in(officer(roles.DIRECTOR))
        assert chief.post(f"/ufficio/incontri/separati/{pair.pk}/togli/").status_code == 302
    arranged(made)
    assert api.Meeting.objects.filter(a=made.a[0], b=made.b[0]).exists()


def test_who_comes_says_how_many_at_most_and_the_office_how_many_at_least(made, signed_in):
    row = made.a[0]
    with clock_at(AFTER):
        mine = signed_in(made.world.users[0], made.world.firms[0])
        address = f"/impresa/incontri/{made.initiative.code}/disponibilita/"
        assert 'name="minimum"' not in mine.get(address).content.decode()
        given = {"minimum": 100, "maximum": 4, "languages": "it"}
        assert mine.post(address, given).status_code == 302
        row.refresh_from_db()
        assert (row.minimum, row.least, row.most) == (1, 1, 4)
        mine.post(address, {"maximum": 0})
        row.refresh_from_db()
        assert (row.minimum, row.maximum, row.least, row.most) == (1, 4, 0, 0)


def test_one_goes_back_to_a_way_that_was_in_use(made, signed_in, officer):
    arranged(all_ask(made), objective="weighted")
    first = made.run
    arranged(made, objective="mutual")
    proved = [[run.result[name] for name in ("least_unmet_mutual", "best_least_share")] for run in (first, made.run)]
    assert proved[0] == proved[1], "of the same event they are reckoned once"
    one = api.Meeting.objects.standing().order_by("pk").first()
    first.refresh_from_db()
    with clock_at(AFTER + timedelta(minutes=1)):
        api.Meeting.objects.filter(pk=one.pk).delete()  # the two ways differ
        api.apply_run(actor=SYSTEM, run=first)
    assert api.Meeting.objects.standing().count() == 6
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(AFTER):
        page = chief.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/").content.decode()
    assert "in uso da" in page
