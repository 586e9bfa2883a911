"""An agenda is published whole, and stays so: what would break it is refused in words, who reads another hour or place is told."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.meetings.world import AFTER, DAY, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def set_agenda(made, **changes):
    given = {"tables": None, "interpreters": {}, "languages": ["it", "en"], "penalty": 25, "requests_until": None}
    given |= {"zone": "Europe/Rome", "mode": "presence"} | changes
    with clock_at(AFTER):
        return api.set_agenda(actor=SYSTEM, agenda=made.fresh(), **given)


def set_person(made, row, **changes):
    given = {
        "minimum": 1,
        "maximum": 4,
        "per_day": None,
        "rest_after": 0,
        "own_table": row.own_table,
        "languages": row.languages,
    }
    with clock_at(AFTER + timedelta(minutes=5)):
        return api.set_attendee(actor=SYSTEM, row=row, **(given | {"away": []} | changes))


def told():
    return set(Notice.objects.filter(kind="agenda-changed").values_list("user_id", flat=True))


def everybody(made):
    return {*(one.pk for one in made.world.users), *(one.user.pk for one in made.buyers)}


@pytest.mark.slow  # an agenda made, and its page
def test_an_agenda_that_breaks_a_rule_is_not_published_and_says_which(made, signed_in, officer):
    set_agenda(made, tables=2)
    arranged(all_ask(made))
    set_agenda(made, tables=1)
    with clock_at(AFTER):
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="close_requests")
        with pytest.raises(Refused, match=r"01/06 (09|10):[03]0: ci sono più incontri che tavoli"):
            api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="publish")
        page = (
            signed_in(officer(roles.DIRECTOR))
            .get(f"/ufficio/iniziative/{made.initiative.code}/incontri/")
            .content.decode()
        )
    assert "non rispetta le sue regole" in page
    assert "ci sono più incontri che tavoli" in page


def test_what_would_break_a_published_agenda_is_refused_and_not_set(made):
    set_agenda(made, tables=2)
    published(arranged(all_ask(made)))
    with pytest.raises(Refused, match="più incontri che tavoli"):
        set_agenda(made, tables=1)
    one = api.Meeting.objects.standing().filter(a=made.a[0]).first()
    with pytest.raises(Refused, match=r"Impresa 1.*non c’è in quella fascia"):
        set_person(made, made.a[0], away=[one.slot_id])
    with pytest.raises(Refused, match="Impresa 1: il partecipante supera"):
        set_person(made, made.a[0], minimum=0, maximum=1)
    made.a[0].refresh_from_db()
    assert (made.fresh().tables, made.a[0].maximum, made.a[0].away.count()) == (2, 4, 0)
    assert set_agenda(made, tables=3).tables == 3, "what leaves it whole is set"
    assert not told()


def test_another_place_is_told_to_the_two_of_each_meeting_and_calendars_follow(made):
    set_agenda(made, tables=2)
    published(arranged(all_ask(made)))
    rows = api.Meeting.objects.standing().filter(a=made.a[0])
    set_person(made, made.a[0], own_table="A12")
    assert {(row.place, row.table, row.changed_at) for row in rows.all()} == {
        ("A12", None, AFTER + timedelta(minutes=5))
    }
    assert told() == {made.world.users[0].pk, *(one.user.pk for one in made.buyers)}
    set_person(made, made.a[0], own_table="")
    assert api.score_of(made.fresh()).valid
    assert all(row.table in {1, 2} for row in rows.all()), "without its stand it sits at a table that is free"


def test_another_time_zone_is_told_to_everybody(made):
    published(arranged(all_ask(made)))
    set_agenda(made, zone="Asia/Dubai")
    assert told() == everybody(made)
    told_one = Notice.objects.filter(kind="agenda-changed").first()
    assert "01/06 11:00" in told_one.body_it or "01/06 11:30" in told_one.body_it or "01/06 12" in told_one.body_it


def test_another_language_is_another_interpreter(made):
    set_agenda(made, interpreters={"de": 4})
    arranged(all_ask(made))
    assert set(api.Meeting.objects.standing().filter(b=made.b[0]).values_list("interpreter", flat=True)) == {"de"}
    published(made)
    set_person(made, made.b[0], languages=["de", "it"])
    assert set(api.Meeting.objects.standing().filter(b=made.b[0]).values_list("interpreter", flat=True)) == {""}
    assert api.score_of(made.fresh()).valid


@pytest.mark.slow  # an agenda made and mended, and its page
def test_a_slot_goes_and_its_meetings_find_room_elsewhere(made, signed_in, officer):
    published(arranged(all_ask(made)))
    before = {(row.a_id, row.b_id): row.slot_id for row in api.Meeting.objects.standing()}
    first = next(slot for slot in made.slots if slot.pk in before.values())
    hour = first.starts_at.astimezone(ZoneInfo(made.agenda.zone))
    chief = signed_in(officer(roles.DIRECTOR))
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(AFTER):
        with pytest.raises(Refused, match="ci sono incontri"):
            api.remove_slot(actor=SYSTEM, slot=first)
        assert "Togli e ripara" in chief.get(f"{base}impostazioni/").content.decode()
        assert chief.post(f"/ufficio/incontri/fasce/{first.pk}/togli/", {"mend": "yes"}).status_code == 302
    after = {(row.a_id, row.b_id): row.slot_id for row in api.Meeting.objects.standing()}
    assert first.pk not in after.values()
    assert all(after[pair] == slot for pair, slot in before.items() if slot != first.pk), "nobody else moves"
    assert api.score_of(made.fresh()).valid
    assert told(), "those of the slot"
    with clock_at(AFTER):  # and the hour may be used again
        ends = (hour + timedelta(minutes=30)).time()
        api.add_slots(actor=SYSTEM, agenda=made.fresh(), day=DAY, begins=hour.time(), ends=ends, minutes=30)
        assert made.agenda.slots.count() == 4
    with clock_at(made.slots[3].starts_at), pytest.raises(Refused, match="già cominciata"):
        api.remove_slot(actor=SYSTEM, slot=api.Meeting.objects.standing().first().slot, mend=True)


def test_the_office_brings_together_two_who_did_not_ask_but_not_who_said_no(made):
    add = [api.Edit("add", str(row.pk), str(made.b[0].pk), slot=str(made.slots[n].pk)) for n, row in enumerate(made.a)]
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[1])
    with clock_at(AFTER):
        api.answer_request(actor=made.seller_actors[1], request=request, accept=False)
        api.block_pair(actor=SYSTEM, a=made.a[2], b=made.b[0], reason="Sono in causa")
        assert api.cost_of(made.fresh(), add[0]).allowed
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=add[0])
        for edit in add[1:]:
            with pytest.raises(Refused, match="non si fanno incontrare"):
                api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
    assert [row.a for row in api.Meeting.objects.standing()] == [made.a[0]]
    assert api.score_of(made.fresh()).valid


def test_slots_are_on_the_days_of_the_initiative_and_move_with_it(made, signed_in, officer):
    with clock_at(AFTER), pytest.raises(Refused, match="dal 01/06/2026 al 05/06/2026"):
        api.add_slots(actor=SYSTEM, agenda=made.agenda, day=date(2026, 6, 6), begins=time(9), ends=time(10), minutes=30)
    arranged(all_ask(made))
    type(made.initiative).objects.filter(pk=made.initiative.pk).update(
        starts_on=DAY + timedelta(days=1), ends_on=DAY + timedelta(days=5)
    )
    chief = signed_in(officer(roles.DIRECTOR))
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(AFTER):
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="close_requests")
        with pytest.raises(Refused, match="giorni che non sono quelli"):
            api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="publish")
        page = chief.get(f"{base}impostazioni/").content.decode()
        assert "Fasce in giorni che non sono quelli" in page
        assert 'value="1"' in page
        assert chief.post(f"{base}fasce/sposta/", {"days": "1"}).status_code == 302
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="publish")
        type(made.initiative).objects.filter(pk=made.initiative.pk).update(starts_on=DAY)
        api.move_slots(actor=SYSTEM, agenda=made.fresh(), days=-1)
    assert [slot.starts_at for slot in made.agenda.slots.order_by("starts_at")] == [
        slot.starts_at for slot in made.slots
    ]
    assert told() == everybody(made)
