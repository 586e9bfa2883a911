"""The day itself, where things go wrong: clocks, second thoughts, late messages, pauses; and what one may want."""

from datetime import timedelta

import pytest
from tests.meetings.world import AFTER, DAY, MORNING, SYSTEM, all_ask, arranged, make_meetings, published

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
        assert set(api.Arrival.objects.values_list("day", "at")) == {(DAY, MORNING)}
        assert api.Arrival.objects.count() == 3
        board = f"/ufficio/iniziative/{made.initiative.code}/incontri/oggi/"
        assert "Non è qui" in chief.get(board).content.decode()
        chief.post(f"/ufficio/incontri/persone/{made.a[0].pk}/non-arrivato/", {"day": DAY})
    assert not api.Arrival.objects.filter(attendee=made.a[0]).exists()
    assert api.live_board(made.agenda)["came"] == 2


@pytest.mark.slow  # a dozen pages
def test_on_each_day_everybody_is_waited_for_again(made, signed_in, officer):
    """A slot is on the next day: who was there on the first has not come yet."""
    published(arranged(all_ask(made)))
    met = api.Meeting.objects.standing().order_by("pk").first()
    api.Slot.objects.filter(pk=met.slot_id).update(starts_at=met.slot.starts_at + timedelta(days=1))
    here, next_day, agenda = {met.a_id, met.b_id}, DAY + timedelta(days=1), made.fresh()
    everybody = list(agenda.attendees.values_list("pk", flat=True))
    chief = signed_in(officer(roles.DIRECTOR))
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(MORNING):
        api.check_in(
            actor=SYSTEM, agenda=agenda, seen=[{"attendee": pk, "at": MORNING.isoformat()} for pk in everybody]
        )
        assert (api.live_board(agenda)["came"], api.live_board(agenda)["absent"]) == (5, [])
        with pytest.raises(Refused, match="deve ancora venire"):
            api.check_in(
                actor=SYSTEM, agenda=agenda, seen=[{"attendee": met.a_id, "at": MORNING.isoformat()}], day=next_day
            )
    with clock_at(met.slot.starts_at + timedelta(days=1, minutes=5)):
        board = api.live_board(agenda)
        assert (board["days"], board["day"], board["came"], board["free"]) == ([DAY, next_day], next_day, 0, [])
        assert here <= {row.pk for row in board["missing"]} == {row.pk for row in board["absent"]}
        page = chief.get(f"{base}oggi/").content.decode()
        assert page.count("data-checkin-form") == 5
        assert f'data-checkin-day="{next_day}"' in page
        early = MORNING - timedelta(minutes=3)
        api.check_in(actor=SYSTEM, agenda=agenda, seen=[{"attendee": met.a_id, "at": early.isoformat()}])
        assert api.Arrival.objects.get(attendee=met.a_id).at == early, "a message of yesterday stays yesterday's"
        idle = next(pk for pk in everybody if pk not in {row.pk for row in board["missing"]})
        for pk in (met.a_id, idle):
            chief.post(f"{base}arrivi/", {"attendee": pk})
        board = api.live_board(agenda)
        assert met.a_id not in {row.pk for row in board["missing"]}
        assert [row.pk for row in board["free"]] == [idle]
        # The day before can be looked at slot by slot, and put right.
        page = chief.get(f"{base}oggi/", {"day": DAY}).content.decode()
        assert (page.count("Non è qui"), "data-checkin-form" in page, "hx-get" in page) == (5, False, False)
        chief.post(f"/ufficio/incontri/persone/{met.b_id}/non-arrivato/", {"day": DAY, "past": "yes"})
        assert not api.Arrival.objects.filter(attendee=met.b_id).exists()
        first = next(slot for slot in made.slots if slot.pk != met.slot_id)
        board = api.live_board(agenda, day=DAY, slot=first.pk)
        busy = {pk for one in board["meetings"] for pk in (one.a_id, one.b_id)}
        assert {row.pk for row in board["free"]} == set(everybody) - busy - {met.b_id}
        again = chief.post(f"{base}arrivi/", {"attendee": met.b_id, "day": DAY})
        assert again["Location"].endswith(f"?day={DAY}")
        assert set(api.Arrival.objects.filter(attendee=met.b_id).values_list("day", flat=True)) == {DAY}
    page = chief.get(f"{base}persone/").content.decode()
    assert [page.count(f'datetime="{day}"') for day in (DAY, next_day)] == [5, 2], "on which days each came"
    assert api.checked_in(made.initiative)[met.a.enterprise_id] == early


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
