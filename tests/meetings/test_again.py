"""A meeting that was missed is arranged again: when both are free, once, the first kept as it was."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.meetings.world import SYSTEM, make_meetings, published
from tests.programme.test_concurrency import together

from levante.kernel.api import Refused, clock_at
from levante.kernel.models import AuditEntry
from levante.meetings import api, hosted
from levante.meetings.sound import broken_rules
from levante.messages.api import Notice


def placed(desk, enterprise, representative, actor_for, person):
    """Published: enterprise 1 with buyer 1 in the first slot and with buyer 2 in the third, at one table; the first was missed, and it is
    ten minutes past its hour."""
    from tests.meetings.world import AFTER

    made = make_meetings(enterprise, representative, actor_for, person)
    made.base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(AFTER):
        row = made.agenda
        names = ("mode", "zone", "call_base", "languages", "penalty", "requests_until")
        given = {name: getattr(row, name) for name in names} | {"tables": 1, "interpreters": {"de": 1}}
        api.set_agenda(actor=SYSTEM, agenda=row, **given)
        for a, b, slot in ((0, 0, 0), (0, 1, 2), (1, 0, 3)):
            edit = api.Edit("add", str(made.a[a].pk), str(made.b[b].pk), slot=str(made.slots[slot].pk))
            api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
    published(made)
    made.moment = made.slots[0].starts_at + timedelta(minutes=10)
    made.one = api.Meeting.objects.select_related("agenda__initiative", "a", "b").get(slot=made.slots[0])
    with clock_at(made.moment):
        api.record_held(actor=SYSTEM, meeting=made.one, held=False, missed_by="b")
    made.one.refresh_from_db()
    return made


@pytest.fixture
def made(db, desk, enterprise, representative, actor_for, person):
    return placed(desk, enterprise, representative, actor_for, person)


def again(made, slot, **more):
    return api.arrange_again(actor=SYSTEM, meeting=made.one, slot=made.slots[slot], **more)


@pytest.mark.slow  # an agenda and its pages
def test_the_two_are_given_an_hour_in_which_both_are_free(made, desk, signed_in):
    anna = signed_in(desk.users.anna)
    page = f"/ufficio/incontri/{made.one.pk}/di-nuovo/"
    with clock_at(made.moment):
        told = Notice.objects.filter(kind="agenda-changed")
        before = set(told.values_list("pk", flat=True))
        offered = api.times_for(made.one)
        assert [(one.slot, one.place, one.interpreter) for one in offered] == [(made.slots[1], "1", "de")], (
            "met, or no table"
        )
        assert f"{page}?back=board" in anna.get(f"{made.base}oggi/").content.decode()
        assert "Non tenuti, ancora senza un altro orario" in anna.get(f"{made.base}tenuti/").content.decode()
        assert (
            "di-nuovo" in anna.get(f"{made.base}modifica/", {"a": made.one.a_id, "b": made.one.b_id}).content.decode()
        )
        shown = anna.get(page, {"back": "board"}).content.decode()
        assert (shown.count('name="slot"'), "tavolo" in shown, "non è venuto il buyer" in shown) == (1, True, True)
        for slot, words in ((0, "già cominciata"), (2, "due incontri"), (3, "due incontri")):
            with pytest.raises(Refused, match=words):
                again(made, slot)
        made.one.refresh_from_db()
        assert made.one.again_at is None, "refused, nothing is kept"
        stale = anna.post(page, {"slot": made.slots[1].pk, "revision": made.agenda.revision + 5})
        assert ("ricarica la pagina" in stale.content.decode(), 'name="slot"' in stale.content.decode()) == (True, True)
        given = {"slot": made.slots[1].pk, "revision": made.fresh().revision, "back": "board"}
        done = anna.post(page, given, follow=True)
        assert done.redirect_chain[0][0] == f"{made.base}oggi/"
        assert "Fissato di nuovo" in done.content.decode()
        new = api.Meeting.objects.get(slot=made.slots[1])
        made.one.refresh_from_db()
        assert (made.one.state, made.one.missed_by, made.one.slot) == ("missed", "b", made.slots[0])
        assert (new.state, new.table, new.interpreter, new.a, new.b) == ("planned", 1, "de", made.one.a, made.one.b)
        assert {row.subject_id.split(":")[0] for row in told.exclude(pk__in=before)} == {str(new.a_id), str(new.b_id)}
        assert not broken_rules(made.fresh())
        assert AuditEntry.objects.filter(verb="meetings.arrange_again").count() == 1
        with pytest.raises(Refused, match="hanno già un altro incontro"):
            again(made, 1)
        assert "I due hanno già un altro orario" in anna.get(page).content.decode()
        with pytest.raises(Refused, match="prima si annulla il nuovo"):
            api.record_held(actor=SYSTEM, meeting=made.one, held=True)
        board = anna.get(f"{made.base}oggi/").content.decode()
        assert ("fissato di nuovo" in board, page in board) == (True, False)
        assert made.slots[0].meetings.arranged().count() == 1, "what happened is still told of its slot"
        # Undone, the first is as it was, and may be arranged again or be said to have been held.
        api.undo_edit(actor=SYSTEM, agenda=made.fresh())
        assert [one.slot for one in api.times_for(made.one)] == [made.slots[1]]
        new = again(made, 1)
    met, buyer = hosted._met, made.one.b.buyer_id
    with clock_at(made.slots[1].starts_at):
        assert met(made.initiative)[buyer] == (0, 0, 2), "what a hosted buyer missed waits for how the other goes"
        api.record_held(actor=SYSTEM, meeting=new, held=False, missed_by="b")
        assert met(made.initiative)[buyer] == (0, 1, 1), "with one it did not meet, once"
        api.record_held(actor=SYSTEM, meeting=new, held=True)
        assert met(made.initiative)[buyer] == (1, 0, 1)
        outcome = api.outcome_of(made.agenda)
        assert (outcome.arranged, outcome.held, outcome.missed, outcome.again, outcome.unsaid) == (3, 1, 0, 1, 0)
        with pytest.raises(Refused, match="non tenuto"):
            api.arrange_again(actor=SYSTEM, meeting=new, slot=made.slots[3])
    mine = signed_in(made.world.users[0], made.world.firms[0]).get(f"/impresa/incontri/{made.initiative.code}/")
    assert [words in mine.content.decode() for words in ("non è venuto il buyer", "tenuto")] == [True, True]


def test_whoever_left_or_said_no_is_given_no_other_time(made):
    with clock_at(made.moment):
        api.withdraw_attendee(actor=SYSTEM, row=made.b[0])
        assert api.times_for(made.one) == []
        with pytest.raises(Refused, match="non si fanno incontrare"):
            again(made, 1)
    with clock_at(made.slots[3].starts_at + timedelta(minutes=40)):
        assert api.left_to_arrange(made.fresh()) == [], "no hour is to come"


def test_only_what_was_missed_has_another_time(made):
    for state in ("planned", "held", "cancelled"):
        with pytest.raises(IntegrityError, match="meeting_again_was_missed"), transaction.atomic():
            api.Meeting.objects.filter(pk=made.one.pk).update(state=state, missed_by="", again_at=made.moment)
    with pytest.raises(IntegrityError, match="meeting_once"), transaction.atomic():
        api.Meeting.objects.create(
            agenda=made.agenda, a=made.one.a, b=made.one.b, slot=made.slots[1], changed_at=made.moment
        )


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_give_one_other_time(desk, enterprise, representative, actor_for, person):
    made = placed(desk, enterprise, representative, actor_for, person)

    def give():
        with clock_at(made.moment):
            return again(made, 1)

    outcomes = together(give, give)
    assert sorted(type(one).__name__ for one in outcomes) == ["Meeting", "Refused"], outcomes
    assert api.Meeting.objects.standing().filter(a=made.one.a, b=made.one.b).count() == 1
