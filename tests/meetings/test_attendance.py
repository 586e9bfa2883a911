"""Held and missed: what is said of meetings after their slot too, one by one or many at once, and who is asked for it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.meetings.world import SYSTEM, all_ask, arranged, make_meetings, published

from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.meetings.coming import sellers_there
from levante.participations.api import AWAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # an agenda and its pages
OVER = datetime(2026, 6, 8, 9, tzinfo=UTC)


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    made = published(arranged(all_ask(make_meetings(enterprise, representative, actor_for, person))))
    made.met = list(api.Meeting.objects.standing().order_by("slot__starts_at", "table", "pk"))
    made.base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    return made


def state(meeting):
    meeting.refresh_from_db()
    return meeting.state, meeting.missed_by


def test_what_was_held_is_said_long_after(made, desk, signed_in):
    anna = signed_in(desk.users.anna)
    first, second, third, fourth, *_ = made.met
    keep = f"{made.base}tenuti/salva/"
    asked = "indica quali incontri sono stati tenuti e chi è mancato"
    with clock_at(first.slot.starts_at - timedelta(minutes=1)):
        assert "Nessun incontro è ancora cominciato" in anna.get(f"{made.base}tenuti/").content.decode()
    with clock_at(OVER):
        page = anna.get(f"{made.base}tenuti/").content.decode()
        assert (page.count("<select"), "6 da dire" in page) == (6, True)
        assert "da dire: 6" in " ".join(anna.get(made.base).content.decode().split())
        assert asked in anna.get("/ufficio/").content.decode()
        given = {f"m{first.pk}": "b", f"w{first.pk}": "", f"m{second.pk}": "", f"w{second.pk}": "", "rest": "yes"}
        assert anna.post(keep, given).status_code == 302
        assert (state(first), state(second), state(third)) == (("missed", "b"), ("held", ""), ("planned", ""))
        # What another said meanwhile of a meeting that stays as it was read is not undone, nor are "the others".
        api.record_held(actor=SYSTEM, meeting=second, held=False, missed_by="none")
        anna.post(keep, {f"m{second.pk}": "yes", f"w{second.pk}": "yes"})
        anna.post(keep, {f"m{second.pk}": "", f"w{second.pk}": "", "rest": "yes"})
        assert state(second) == ("missed", "none")
        # Refused, nothing is kept and what was chosen stays on the page.
        api.Meeting.objects.filter(pk=third.pk).update(state="cancelled")
        both = {f"m{third.pk}": "yes", f"w{third.pk}": "", f"m{fourth.pk}": "a", f"w{fourth.pk}": ""}
        refused = anna.post(keep, both)
        assert refused.status_code == 400
        assert "l’incontro è annullato" in refused.content.decode()
        assert '<option value="a" selected>' in refused.content.decode()
        assert state(fourth) == ("planned", "")
        everything = anna.get(f"{made.base}tenuti/", {"all": "yes"}).content.decode()
        assert everything.count("<select") == 5
        for actor, side, told in ((made.seller_actors, "a", False), (made.buyer_actors, "b", True)):
            index = [row.pk for row in (made.a if side == "a" else made.b)].index(getattr(second, f"{side}_id"))
            given = {
                "quality": 4,
                "next_step": "order",
                "expected": Decimal("1234.50"),
                "confidential": told,
                "words": "Segreto",
            }
            api.tell_feedback(actor=actor[index], meeting=second, side=side, **given)
        shown = " ".join(anna.get(f"{made.base}tenuti/", {"all": "yes"}).content.decode().split())
        assert "Impresa: 4/5 · un ordine · 1.234,50 €" in shown, "the office reads what is not confidential"
        assert "Buyer: 4/5 · riservato" in shown
        assert "Segreto" not in shown, "the note is of who wrote it"
        sheet = b"".join(anna.get(f"{made.base}agenda.csv").streaming_content).decode()
        assert "4;un ordine;1234.50;4;riservato" in sheet
        assert '<option value="b" selected>non è venuto il buyer' in everything
        # On the page of the meeting too, with what is said of it.
        shown = anna.get(f"{made.base}modifica/", {"a": first.a_id, "b": first.b_id}).content.decode()
        assert shown.count('aria-pressed="true"') == 1
        assert ("resta dov’è" in shown, 'value="move"' in shown) == (True, False)
        back = anna.post(f"/ufficio/incontri/{first.pk}/tenuto/", {"held": "yes", "back": "meeting"})
        assert back["Location"].endswith(f"modifica/?a={first.a_id}&b={first.b_id}")
        assert state(first) == ("held", "")
        assert (
            "non tenuto per un altro motivo" in b"".join(anna.get(f"{made.base}agenda.csv").streaming_content).decode()
        )
        left = [one for one in made.met if state(one)[0] == "planned"]
        assert "Di 3 incontri non è detto" in " ".join(anna.get(made.base).content.decode().split())
        results = anna.get(f"/ufficio/iniziative/{made.initiative.code}/risultati/").content.decode()
        assert "da dire: 3" in results, "an assessor reads how many are missing"
        assert "un ordine 1" in results
        assert "1.234,50" in results
        api.record_attendance(actor=SYSTEM, agenda=made.agenda, said=[], rest=[one.pk for one in left])
        outcome = api.outcome_of(made.agenda)
        assert (outcome.arranged, outcome.held, outcome.missed, outcome.unsaid) == (5, 4, 1, 0)
        assert "Di ogni incontro è detto" in anna.get(f"{made.base}tenuti/").content.decode()
        assert asked not in anna.get("/ufficio/").content.decode()


def test_who_is_not_there_by_its_own_fault_missed_what_it_loses(made):
    buyer, firm = made.b[0], made.a[0]
    gone = api.Meeting.objects.filter(state="cancelled").order_by("pk")
    with clock_at(made.met[0].slot.starts_at - timedelta(minutes=30)):
        api.record_absence(actor=SYSTEM, agenda=made.agenda, row=buyer, own=True, end=made.slots[2])
        assert {one.missed_by for one in gone.filter(b=buyer)} == {"b"}
        api.set_attendee(
            actor=SYSTEM, row=buyer, minimum=1, maximum=4, per_day=None, rest_after=0, own_table="", languages=["de"], away=[]
        )  # fmt: skip
        assert not gone.exclude(missed_by="").exists(), "it is there after all"
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=firm)
        assert not gone.exclude(missed_by="").exists(), "it has its reasons"
        api.bring_back(actor=SYSTEM, row=firm)
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=firm, own=True)
    assert gone.filter(a=firm, missed_by="a").exists()
    with clock_at(OVER):
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="close")
        told = {one.enterprise: one.how for one in sellers_there(initiatives=[made.initiative.pk])}
    assert told[firm.enterprise_id] == AWAY


def test_of_a_closed_agenda_it_is_said_once_it_is_open_again(made, desk, signed_in):
    anna, one = signed_in(desk.users.anna), made.met[0]
    given = {f"m{one.pk}": "yes", f"w{one.pk}": ""}
    with clock_at(OVER):
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="close")
        assert "prima riaprila" in anna.post(f"{made.base}tenuti/salva/", given).content.decode()
        page = anna.get(f"{made.base}tenuti/").content.decode()
        assert ("Riaprila" in page, "<select" in page) == (True, False)
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="reopen")
        anna.post(f"{made.base}tenuti/salva/", given)
    assert state(one) == ("held", "")


def test_what_has_not_begun_or_is_of_another_agenda_is_not_said(made):
    one = made.met[-1]
    said = [{"meeting": one.pk, "held": False, "missed_by": ""}]
    with clock_at(one.slot.starts_at - timedelta(minutes=1)), pytest.raises(Refused, match="non è ancora cominciato"):
        api.record_attendance(actor=SYSTEM, agenda=made.agenda, said=said)
    with clock_at(one.slot.starts_at + timedelta(minutes=40)):
        api.check_in(
            actor=SYSTEM, agenda=made.agenda, seen=[{"attendee": one.b_id, "at": one.slot.starts_at.isoformat()}]
        )
        api.record_attendance(
            actor=SYSTEM, agenda=made.agenda, said=[*said, {"meeting": 0, "held": True, "missed_by": ""}]
        )
    assert state(one) == ("missed", "a"), "the buyer was there, the enterprise was not"
