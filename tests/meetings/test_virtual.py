"""Meetings at a distance: a call of its own for each, hours that each reads in its own time zone; and the agenda on paper."""

import re
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from tests.meetings.test_screens import as_buyer
from tests.meetings.world import AFTER, DAY, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.messages.api import Notice
from levante.parties.api import Country

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
    one = api.Meeting.objects.standing().filter(b=made.b[0]).order_by("slot__starts_at").first()
    hour = f"{one.slot.starts_at.astimezone(ZoneInfo('America/New_York')):%H:%M}"
    with clock_at(AFTER):
        page = as_buyer(client, made.buyers[0]).get(f"/partner/incontri/{made.initiative.code}/").content.decode()
        assert hour in page
        assert "Le tue ore: New York" in page
    online(made)
    type(made.agenda).objects.update(zone="Asia/Dubai")
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(AFTER):
        board = chief.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/impostazioni/").content.decode()
    assert "11:00" in board, "the office reads the hours of the place, and not those of Rome"
    assert "09:00" not in board
    told = Notice.objects.filter(kind="agenda-changed", user=made.buyers[0].user).last()
    assert hour in told.body_it
    assert "Fuso orario: New York." in told.body_it
    theirs = Notice.objects.filter(kind="agenda-changed", user=made.world.users[0]).last()
    assert "Fuso orario: Roma." in theirs.body_it


def test_the_night_of_who_comes_is_said_where_it_chooses_its_slots(made, client):
    set_zone(made, made.b[0], "America/New_York")
    with clock_at(AFTER):
        page = as_buyer(client, made.buyers[0]).get(f"/partner/incontri/{made.initiative.code}/disponibilita/")
    assert page.content.decode().count("(di notte)") == 4


@pytest.mark.slow  # an agenda made, three pages
def test_the_night_of_who_is_elsewhere_is_taken_off_until_it_wants_it(made, signed_in, officer):
    """Hours come from the country, the nights are off; who wants one is met in it and the desk is told before it is published."""
    tokyo, chicago = made.b
    for row, country in ((tokyo, "JP"), (chicago, "US")):
        Country.objects.get_or_create(code=country, defaults={"name_it": country, "name_en": country})
        type(row.buyer).objects.filter(pk=row.buyer_id).update(country=country)
    online(made)
    tokyo.refresh_from_db()
    assert (tokyo.zone, tokyo.away.count()) == ("Asia/Tokyo", 0), "09:00 here is 16:00 there"
    assert made.a[0].zone == "", "the enterprises are here"
    chief = signed_in(officer(roles.DIRECTOR))
    desk = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(AFTER):
        page = chief.get(desk).content.decode()
        assert "ha più fusi orari" in page
        api.add_slots(actor=SYSTEM, agenda=made.fresh(), day=DAY, begins=time(15), ends=time(16), minutes=30)
    evening = set(made.agenda.slots.filter(starts_at__gte=made.slots[3].starts_at + timedelta(hours=2)))
    assert set(tokyo.away.all()) == evening, "and its night in the slots that are added"
    form = chief.get(f"/ufficio/incontri/persone/{chicago.pk}/")
    assert b'<optgroup label="America">' in form.content
    assert ">Città del Messico<" in form.content.decode()
    set_zone(made, chicago, "America/Chicago")
    chicago.refresh_from_db()
    assert set(chicago.away.all()) == set(made.slots), "seven hours before"
    set_zone(made, chicago, "America/Chicago")
    assert not chicago.away.exists(), "who wants its night takes the tick off"
    arranged(all_ask(made))
    with clock_at(AFTER):
        page = chief.get(desk).content.decode()
    assert not api.Meeting.objects.standing().filter(b=tokyo, slot__in=evening).exists()
    met = api.Meeting.objects.standing().filter(b=chicago, slot__in=made.slots).count()
    assert met > 0
    assert page.count("America/Chicago</li>") == met


def test_who_takes_part_from_afar_has_a_call_and_no_table(made):
    afar, there = made.b
    given = {"tables": 1, "interpreters": {}, "languages": ["it", "en"], "penalty": 25, "requests_until": None}
    with clock_at(AFTER):
        api.set_agenda(actor=SYSTEM, agenda=made.agenda, zone="Europe/Rome", mode="presence", **given)
        more = {"minimum": 1, "maximum": 4, "per_day": None, "rest_after": 0, "languages": ["de"], "away": []}
        with pytest.raises(Refused, match="non ha uno stand"):
            api.set_attendee(actor=SYSTEM, row=afar, own_table="H1", remote=True, **more)
        api.set_attendee(actor=SYSTEM, row=afar, own_table="", remote=True, **more)
        with pytest.raises(IntegrityError, match="attendee_remote_has_no_table"), transaction.atomic():
            api.Attendee.objects.filter(pk=afar.pk).update(own_table="H1")
        arranged(all_ask(made))
        with pytest.raises(Refused, match="C’è chi partecipa a distanza"):
            published(made)
        base = {"zone": "Europe/Rome", "mode": "presence", "call_base": CALLS}
        api.set_agenda(actor=SYSTEM, agenda=made.fresh(), **given, **base)
        made.agenda = api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="publish")
    rows = api.Meeting.objects.standing().select_related("agenda", "a", "b")
    assert {(row.b_id, row.table, row.call[: len(CALLS)]) for row in rows} == {
        (afar.pk, None, CALLS),
        (there.pk, 1, ""),
    }
    assert rows.filter(b=afar).count() == 3, "its meetings take none of the tables"
    with clock_at(AFTER), pytest.raises(Refused, match="più incontri che tavoli"):
        api.set_attendee(actor=SYSTEM, row=afar, own_table="", remote=False, **more)


@pytest.mark.slow  # two documents are laid out
def test_the_agenda_on_paper(made, signed_in, officer):
    arranged(all_ask(made))
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(AFTER):
        for name in ("agende.pdf", "tavoli.pdf"):
            answer = chief.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/{name}")
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF")
