"""What the office and who comes set does not undo what the other set; slots with tables and interpreters of their own."""

import re

import pytest
from tests.meetings.test_sound import set_agenda, told
from tests.meetings.world import AFTER, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.meetings import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def mark_in(answer):
    return re.search(r'name="read" value="([0-9a-f]{16})"', answer.content.decode())[1]


@pytest.mark.slow  # two pages, each asked four times
def test_two_who_set_the_same_do_not_undo_each_other(made, signed_in, officer):
    row, last = made.b[0], made.slots[3]
    chief = signed_in(officer(roles.DIRECTOR))
    page = f"/ufficio/incontri/persone/{row.pk}/"
    given = {"minimum": "1", "maximum": "3", "languages": "de", "offers": row.offers}
    with clock_at(AFTER):
        read = mark_in(chief.get(page))
        api.set_attendee(
            actor=made.buyer_actors[0], row=row, minimum=0, maximum=4, per_day=None, rest_after=0, own_table="", languages=["de"],
            away=[last.pk],
        )  # fmt: skip
        second = chief.post(page, given | {"read": read})
        shown = second.content.decode()
        assert "Qualcuno ha salvato un’altra versione" in shown
        assert "Che cosa c’è adesso" in shown
        assert 'value="3"' in shown, "what was typed is there"
        row.refresh_from_db()
        assert (row.maximum, list(row.away.all())) == (4, [last])
        assert chief.post(page, given | {"read": mark_in(second), "away": [str(last.pk)]}).status_code == 302
        row.refresh_from_db()
        assert (row.maximum, list(row.away.all())) == (3, [last])

        page = f"/ufficio/iniziative/{made.initiative.code}/incontri/impostazioni/"
        read = mark_in(chief.get(page))
        set_agenda(made, tables=2)
        given = {
            "mode": "presence",
            "zone": "Europe/Rome",
            "languages": "it, en",
            "penalty": "25",
            "interpreters": "ja 0",
        }
        second = chief.post(page, given | {"read": read})
        assert "Che cosa c’è adesso" in second.content.decode()
        assert made.fresh().tables == 2
        assert chief.post(page, given | {"read": mark_in(second)}).status_code == 302
    assert (made.fresh().tables, made.agenda.interpreters) == (None, {"ja": 0})


def test_some_slots_have_tables_and_interpreters_of_their_own(made, signed_in, officer):
    set_agenda(made, tables=3, interpreters={"de": 3})
    chief = signed_in(officer(roles.DIRECTOR))
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    morning = [str(slot.pk) for slot in made.slots[:3]]
    with clock_at(AFTER):
        with pytest.raises(Refused, match="Scrivi prima ja tra gli interpreti"):
            api.limit_slots(
                actor=SYSTEM, agenda=made.agenda, slots=[made.slots[0].pk], tables=None, interpreters={"ja": 1}
            )
        wrong = chief.post(f"{base}fasce/limiti/", {"limits-interpreters": "de 0"})
        assert wrong.status_code == 400
        sent = {"limits-slots": morning, "limits-tables": "1", "limits-interpreters": "de 1"}
        assert chief.post(f"{base}fasce/limiti/", sent).status_code == 302
        shown = chief.get(f"{base}impostazioni/").content.decode()
        assert shown.count("de 1</span>") == 3
    published(arranged(all_ask(made)))
    per_slot = [api.Meeting.objects.standing().filter(slot=slot).count() for slot in made.slots]
    assert per_slot == [1, 1, 1, 2], "one table and one interpreter, but in the last"
    with clock_at(AFTER), pytest.raises(Refused, match="più incontri che tavoli"):
        api.limit_slots(actor=SYSTEM, agenda=made.fresh(), slots=[made.slots[3].pk], tables=1, interpreters={})
    assert made.slots[3].tables is None
    with clock_at(AFTER):
        api.limit_slots(actor=SYSTEM, agenda=made.fresh(), slots=morning, tables=2, interpreters={})
    assert not told(), "who has a table keeps it"
