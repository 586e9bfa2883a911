"""Meetings at a distance: a call of its own for each, hours that each reads in its own time zone; and the agenda on paper."""

import re

import pytest
from tests.meetings.test_screens import as_buyer
from tests.meetings.world import AFTER, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db
CALLS = "https://calls.example/puglia-"


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def online(made, call_base=CALLS):
    given = {"tables": None, "interpreters": {}, "languages": ["it", "en"], "penalty": 25, "requests_until": None}
    with clock_at(AFTER):
        return api.set_agenda(
            actor=SYSTEM, agenda=made.fresh(), zone="Europe/Rome", mode="online", call_base=call_base, **given
        )


def set_zone(made, row, zone):
    with clock_at(AFTER):
        api.set_attendee(
            actor=SYSTEM, row=row, minimum=1, maximum=4, per_day=None, rest_after=0, own_table="", languages=["de"], away=[],
            zone=zone,
        )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", ["calls.example", "http://calls.example/", "https://", "javascript:alert(1)", "https://a b"]
)
def test_a_call_is_opened_over_https(made, wrong):
    with pytest.raises(Refused, match="https"):
        online(made, wrong)


@pytest.mark.slow  # an agenda made, a page and a calendar of it
def test_each_meeting_has_a_call_that_only_its_two_know(made, client):
    online(made)
    arranged(all_ask(made))
    online(made, "")
    with clock_at(AFTER):
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="close_requests")
        with pytest.raises(Refused, match="l’indirizzo delle chiamate"):
            api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="publish")
    online(made)
    with clock_at(AFTER):
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="publish")
    with pytest.raises(Refused, match="l’indirizzo delle chiamate"):
        online(made, "")
    made.fresh()
    calls = [row.call for row in api.Meeting.objects.standing().select_related("agenda", "a", "b")]
    assert len(set(calls)) == 6
    assert all(re.fullmatch(re.escape(CALLS) + "[0-9a-f]{24}", call) for call in calls)
    with clock_at(AFTER):
        shown = as_buyer(client, made.buyers[0]).get(f"/partner/incontri/{made.initiative.code}/").content.decode()
        assert {call for call in calls if call in shown} == {
            row.call for row in api.Meeting.objects.standing().filter(b=made.b[0]).select_related("agenda", "a", "b")
        }
        assert CALLS in client.get(f"/incontri/calendario/{made.b[0].token}.ics").content.decode().replace("\r\n ", "")


def test_hours_are_told_to_each_in_its_own_time_zone(made, client, signed_in, officer):
    with pytest.raises(Refused, match="fuso orario"):
        set_zone(made, made.b[0], "Mars/Olympus")
    set_zone(made, made.b[0], "America/New_York")
    published(arranged(all_ask(made)))
    one = api.Meeting.objects.standing().filter(b=made.b[0], slot=made.slots[0]).first()
    assert one is not None
    with clock_at(AFTER):
        page = as_buyer(client, made.buyers[0]).get(f"/partner/incontri/{made.initiative.code}/").content.decode()
        assert "03:00" in page
        assert "America/New_York" in page
    online(made)
    type(made.agenda).objects.update(zone="Asia/Dubai")
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(AFTER):
        board = chief.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/impostazioni/").content.decode()
    assert "11:00" in board, "the office reads the hours of the place, and not those of Rome"
    assert "09:00" not in board
    told = Notice.objects.filter(kind="agenda-changed", user=made.buyers[0].user).last()
    assert "03:00" in told.body_it
    assert "Ore di America/New_York." in told.body_it
    theirs = Notice.objects.filter(kind="agenda-changed", user=made.world.users[0]).last()
    assert "Ore di Europe/Rome." in theirs.body_it


def test_the_night_of_who_comes_is_said_where_it_chooses_its_slots(made, client):
    set_zone(made, made.b[0], "America/New_York")
    with clock_at(AFTER):
        page = as_buyer(client, made.buyers[0]).get(f"/partner/incontri/{made.initiative.code}/disponibilita/")
    assert page.content.decode().count("(di notte)") == 4


@pytest.mark.slow  # two documents are laid out
def test_the_agenda_on_paper(made, signed_in, officer):
    arranged(all_ask(made))
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(AFTER):
        for name in ("agende.pdf", "tavoli.pdf"):
            answer = chief.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/{name}")
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF")
