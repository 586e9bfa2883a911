"""Interpreters are persons with hours: counted where they are there, given to meetings, each with a sheet of its own."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.meetings.world import AFTER, DAY, SYSTEM, all_ask, arranged, make_meetings, published

from levante.documents.api import pdf_available
from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.meetings.building import instance_of
from levante.meetings.personal import forget_old_words
from levante.meetings.sound import broken_rules


@pytest.fixture
def made(db, desk, enterprise, representative, actor_for, person):
    """Two buyers who speak German, three enterprises who speak Italian; slots from 9 to 11."""
    made = make_meetings(enterprise, representative, actor_for, person)
    made.base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    return made


def book(made, name="Ada Neri", begins=time(9), ends=time(11), language="de", at=AFTER):
    with clock_at(at):
        return api.book_interpreter(
            actor=SYSTEM, agenda=made.fresh(), name=name, language=language, day=DAY, begins=begins, ends=ends
        )


def places(made):
    return {one.pk: one.interpreted_by_id for one in api.Meeting.objects.standing()}


@pytest.mark.slow  # an agenda, its pages and a document
def test_they_are_counted_by_their_hours_given_to_meetings_and_read_their_sheet(made, officer, signed_in, client):
    ada, ugo = book(made), book(made, "Ugo  Bianchi", ends=time(10))
    assert (book(made).pk, api.Shift.objects.count()) == (ada.pk, 2), "a second click"
    with pytest.raises(Refused, match="già impegnata"):
        book(made, begins=time(10), language="ja")
    found = instance_of(made.fresh()).interpreters["de"]
    assert [found.at(str(slot.pk)) for slot in made.slots] == [2, 2, 1, 1]
    arranged(all_ask(made))
    rows = list(api.Meeting.objects.standing().order_by("slot__starts_at", "pk"))
    assert len(rows) == 6, "two at a time until ten, then one"
    assert {one.interpreter for one in rows} == {"de"}
    assert not broken_rules(made.fresh())
    assert all(one.interpreted_by_id for one in rows)
    assert len({(one.slot_id, one.interpreted_by_id) for one in rows}) == 6, "nobody in two places"
    by_ugo = [one for one in rows if one.interpreted_by_id == ugo.pk]
    assert {one.slot_id for one in by_ugo} <= {made.slots[0].pk, made.slots[1].pk}
    chief = signed_in(officer(roles.DIRECTOR))
    page = chief.get(f"{made.base}interpreti/").content.decode()
    assert ("Ugo Bianchi" in page, "tedesco" in page, f"/incontri/interprete/{ada.token}/" in page) == (
        True,
        True,
        True,
    )
    given = {"name": "Eva Blu", "language": "de", "day": DAY, "begins": "10:00", "ends": "09:00"}
    wrong = chief.post(f"{made.base}interpreti/aggiungi/", given)
    assert (
        wrong.status_code,
        "Finisce prima" in wrong.content.decode(),
        'value="Eva Blu"' in wrong.content.decode(),
    ) == (400, True, True)
    if pdf_available():
        assert chief.get(f"{made.base}interpreti.pdf").content.startswith(b"%PDF")
    sheet = f"/incontri/interprete/{ugo.token}/"
    client.logout()
    assert "non è ancora pronta" in client.get(sheet).content.decode()
    published(made)
    shown = client.get(sheet).content.decode()
    assert (shown.count("lv-panel"), "Buyer 1" in shown or "Buyer 2" in shown) == (len(by_ugo), True)
    assert client.get("/incontri/interprete/nessuno/").status_code == 404
    with clock_at(AFTER):
        # Who comes reads who interprets, and when it has no meeting; on paper too, with whom it meets.
        mine = f"/impresa/incontri/{made.initiative.code}/"
        firm = signed_in(made.world.users[0], made.world.firms[0])
        read = firm.get(mine).content.decode()
        first = next(one for one in rows if one.a_id == made.a[0].pk)
        assert first.interpreted_by.name in read
        assert ("nessun incontro in queste ore" in read, "non ci sei" in read) == (True, False)
        made.a[0].away.set(
            [slot for slot in made.slots if slot.pk not in {one.slot_id for one in rows if one.a_id == made.a[0].pk}]
        )
        away = firm.get(mine).content.decode()
        assert ("nessun incontro in queste ore" in away, "non ci sei" in away) == (False, True)
        made.a[0].away.clear()
        if pdf_available():
            assert firm.get(f"{mine}foglio.pdf").content.startswith(b"%PDF")
    with clock_at(AFTER):
        shift = ada.shifts.get()
        with pytest.raises(Refused, match="non starebbe più in piedi"):
            api.free_interpreter(actor=SYSTEM, shift=shift)
        assert api.Shift.objects.filter(pk=shift.pk).exists()
        before = places(made)
        eva = book(made, "Eva Blu", begins=time(8))
        assert places(made) == before, "who has a meeting keeps it"
        api.free_interpreter(actor=SYSTEM, shift=ada.shifts.get())
        rows = list(api.Meeting.objects.standing().order_by("pk"))
        assert {one.interpreted_by_id for one in rows} == {eva.pk, ugo.pk}, "another takes hers"
        assert not api.Interpreter.objects.filter(pk=ada.pk).exists()
        # Moved by hand, who is there then interprets.
        one, last = (next(row for row in rows if row.slot_id == made.slots[number].pk) for number in (0, 3))
        for kind, row in (("remove", last), ("move", one)):
            slot = str(made.slots[3].pk) if kind == "move" else None
            edit = api.Edit(kind, str(row.a_id), str(row.b_id), slot=slot)
            api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
        one.refresh_from_db()
        assert (one.slot, one.interpreted_by_id) == (made.slots[3], eva.pk)
        initiative = made.initiative
        type(initiative).objects.filter(pk=initiative.pk).update(starts_on=DAY, ends_on=DAY + timedelta(days=9))
        hours = eva.shifts.get().starts_at
        api.move_slots(actor=SYSTEM, agenda=made.fresh(), days=2)
        assert eva.shifts.get().starts_at == hours + timedelta(days=2), "their hours go with the slots"
        assert not broken_rules(made.fresh())
    with clock_at(AFTER.replace(year=2040)):
        assert forget_old_words(actor=SYSTEM) > 0
        assert set(api.Interpreter.objects.values_list("name", flat=True)) == {""}
    assert client.get(sheet).status_code == 404


def test_the_database_holds_that_nobody_interprets_two_things_at_once(made):
    row = book(made)
    shift = row.shifts.get()
    half = timedelta(minutes=30)
    for wrong in ({"starts_at": shift.starts_at + half}, {"ends_at": shift.starts_at}, {"language": "DE"}):
        given = {"interpreter": row, "language": "ja", "starts_at": shift.starts_at, "ends_at": shift.ends_at} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            api.Shift.objects.create(**given)
    given = {"agenda": made.agenda, "slot": made.slots[0], "changed_at": AFTER, "interpreted_by": row}
    with pytest.raises(IntegrityError, match="meeting_interpreted_in_a_language"), transaction.atomic():
        api.Meeting.objects.create(a=made.a[0], b=made.b[0], **given)
    api.Meeting.objects.create(a=made.a[0], b=made.b[0], interpreter="de", **given)
    with pytest.raises(IntegrityError, match="meeting_interpreter_in_one_place"), transaction.atomic():
        api.Meeting.objects.create(a=made.a[1], b=made.b[1], interpreter="de", **given)


def test_a_number_alone_is_the_least_there_are(made):
    row = made.agenda
    names = ("mode", "zone", "call_base", "tables", "languages", "penalty", "requests_until")
    with clock_at(AFTER):
        given = {name: getattr(row, name) for name in names} | {"interpreters": {"de": 1}}
        api.set_agenda(actor=SYSTEM, agenda=row, **given)
    for name in ("Ada Neri", "Ugo Bianchi"):
        book(made, name, ends=time(10))
    found = instance_of(made.fresh()).interpreters["de"]
    assert [found.at(str(slot.pk)) for slot in made.slots] == [2, 2, 1, 1], "one more is not named yet, from ten on"
    assert api.can_talk(made.agenda, made.a[0], made.b[0])
    with clock_at(AFTER), pytest.raises(Refused, match="non ci sono incontri"):
        api.book_interpreter(
            actor=SYSTEM, agenda=made.fresh(), name="Eva", language="de", day=DAY + timedelta(days=9), begins=time(9), ends=time(10)
        )  # fmt: skip
