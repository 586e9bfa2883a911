"""Two files of one enterprise in the same list, agenda or follow-up: the one further on stays; two that both stand are told before."""

from decimal import Decimal
from functools import partial

import pytest
from tests.conftest import vat_number
from tests.initiatives.world import SYSTEM
from tests.meetings.world import make_meetings
from tests.participations.test_aid import AID, later_act
from tests.participations.world import AFTER, checked, decided, make_world
from tests.wins.world import LATER, over

from levante.aid.api import record_merger, undo_event
from levante.controls.api import Due, record_due_payment
from levante.identity.api import roles
from levante.kernel.api import Refused, today
from levante.meetings.api import Attendee
from levante.participations import api
from levante.participations.api import Participation
from levante.parties.api import merge_enterprises, merge_preview
from levante.wins.api import FollowUp, make_follow_ups

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def merge(survivor, absorbed):
    return merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="Stessa impresa")


@pytest.mark.slow  # a page, and two merges
def test_two_places_that_stand_are_told_before_and_after_one_gives_up_the_other_stays(
    world, client, officer, signed_in
):
    made = decided(world())
    one, two = made.firms[:2]
    assert "una delle due rinuncia prima" in merge_preview(one, two)["against"][0].it
    with made.at(), pytest.raises(Refused, match="Tutte e due hanno un posto"):
        merge(one, two)
    signed_in(officer(roles.DIRECTOR))
    page = client.get(f"/ufficio/imprese/{one.pk}/unisci/{two.pk}/").content.decode()
    assert "Da sistemare prima" in page
    assert "Unisci le due schede" not in page
    with made.at():
        api.renounce_place(actor=made.actors[0], row=made.row(one))
        merge(one, two)
    rows = {row.enterprise_id: row.state for row in made.rows()}
    assert (rows[one.pk], rows[two.pk]) == ("offered", "renounced"), "the place that stands is the survivor's"


def test_a_place_that_ended_stays_with_the_file_that_is_no_more(world):
    made = decided(world())
    one, two = made.firms[:2]
    with made.at():
        api.renounce_place(actor=made.actors[1], row=made.row(two))
        merge(one, two)
    rows = {row.enterprise_id: row.state for row in made.rows()}
    assert (rows[one.pk], rows[two.pk]) == ("offered", "renounced")


def test_a_merger_by_deed_gives_place_and_quota_to_the_other_but_where_both_have_a_place(world, enterprise):
    """Art. 2504-bis c.c.: who comes out of it takes over what the other had."""
    made = decided(world(quota=Decimal("500.00")))
    one, two = made.firms[:2]
    heir = enterprise("Chi incorpora S.p.A.", vat_number(77))
    with made.at():
        api.accept_place(actor=made.actors[0], row=made.row(one))
        due = Due.objects.get(enterprise=one)
        deed = {"actor": SYSTEM, "on": today(), "deed": "Notaio Verdi, rep. 77"}
        both = record_merger(**deed, parties=[two.tax_code], into=one.tax_code)
        assert "uno va lasciato" in both.passed[0]["it"]
        was = made.row(one).state
        event = record_merger(**deed, parties=[one.tax_code], into=heir.tax_code)
        assert "Quote da pagare, ora di Chi incorpora S.p.A.: 1." in [row["it"] for row in event.passed]
        # Undone by an act, place and quota are whose they were, unless something was done with them since.
        undo = {"actor": SYSTEM, "act": "AD 9/2026", "reason": "Registrata per errore"}
        Participation.objects.filter(enterprise=heir).update(modules=2)
        with pytest.raises(Refused, match="è cambiato dopo"):
            undo_event(event=event, **undo)
        Participation.objects.filter(enterprise=heir).update(modules=1)
        assert len(undo_event(event=event, **undo).returned) == 3, "the place, its request, its quota"
        assert (Due.objects.get(pk=due.pk).enterprise, made.row(one).state) == (one, was)
        paid = record_merger(**deed, parties=[one.tax_code], into=heir.tax_code)
        record_due_payment(
            actor=SYSTEM,
            due=Due.objects.get(pk=due.pk),
            source="treasury",
            reference="t",
            on=today(),
            amount=Decimal("1"),
        )
        with pytest.raises(Refused, match="è stata pagata"):
            undo_event(event=paid, **undo)
    due.refresh_from_db()
    firms = {row.enterprise_id: row.state for row in made.rows()}
    assert (due.enterprise, heir.pk in firms, one.pk in firms, two.pk in firms) == (heir, True, False, True)


def test_where_both_had_a_place_that_of_the_firm_is_the_heirs_once_the_heir_gives_its_own_up(world):
    """Art. 2504-bis c.c.; one after the other: the third firm is merged into the second, the second into the first."""
    made = decided(world(firms=3, places=3, quota=Decimal("500.00")))
    one, two, three = made.firms
    deed = {"actor": SYSTEM, "on": AFTER.date(), "deed": "Notaio Verdi, rep. 77"}
    with made.at():
        api.accept_place(actor=made.actors[0], row=made.row(one))
        last = record_merger(**deed, parties=[three.tax_code], into=two.tax_code)
        event = record_merger(**deed, parties=[two.tax_code], into=one.tax_code)
        assert any("uno va lasciato" in row["it"] for row in event.passed)
        api.accept_place(actor=made.actors[1], row=made.row(two))
        theirs = made.row(two)
        due = theirs.due
        api.renounce_place(actor=made.actors[0], row=made.row(one))
        assert (made.row(one).pk, made.row(one).state, made.row(two).state) == (theirs.pk, theirs.state, "renounced")
        event.refresh_from_db()
        assert {f"Quote da pagare, ora di {one.name}: 1.", f"Da {two.name} a {one.name}: posto in «{made.initiative.title_it}»."} <= {
            row["it"] for row in event.passed
        }  # fmt: skip
        due.refresh_from_db()
        assert due.enterprise == one
        with pytest.raises(Refused, match="Prima si annulla l’operazione registrata dopo"):
            undo_event(event=last, actor=SYSTEM, act="AD 9/2026", reason="Registrata per errore")
        undo_event(event=event, actor=SYSTEM, act="AD 9/2026", reason="Registrata per errore")
        assert (made.row(two).pk, made.row(two).state, made.row(one).state) == (theirs.pk, theirs.state, "renounced")
        due.refresh_from_db()
        assert due.enterprise == two
        record_merger(**deed | {"deed": "rep. 79"}, parties=[two.tax_code], into=one.tax_code)
        assert made.row(one).pk == theirs.pk, "its own had ended"
        third = made.row(three)
        api.renounce_place(actor=made.actors[0], row=made.row(one))
    assert (made.row(one).pk, made.row(three).pk) == (third.pk, theirs.pk), "the next, merged before into the second"


def test_a_place_being_registered_is_held_and_registered_anew_for_the_heir_that_had_given_its_own_up(world):
    """What was held and registered was of a firm that is no more: DM 115/2017 art. 9 wants the code of who is granted the aid."""
    made = decided(world(firms=3), **AID)
    one, two = made.firms[:2]
    deed = {"actor": SYSTEM, "on": AFTER.date(), "deed": "Notaio Verdi, rep. 78"}
    with made.at():
        api.renounce_place(actor=made.actors[1], row=made.row(two))
        api.write_cor(actor=SYSTEM, row=made.row(one), cor="1234567")
        checked(made.row(one))
        first = made.row(one).reservation
        event = record_merger(**deed, parties=[one.tax_code], into=two.tax_code)
    first.refresh_from_db()
    place = made.row(two)
    assert (place.state, place.cor, place.reservation.enterprise, place.reservation.state) == (
        "registering",
        "",
        two,
        "reserved",
    )
    assert (made.row(one).state, first.state) == ("renounced", "released"), (
        "what had ended stays with the file that is no more"
    )
    assert [(work.cor, work.what) for work in api.to_do_by_hand(made.selection)] == [("1234567", "cancel")]
    assert not [row for row in event.passed if "sia" in row["it"]], "it has one place, and one request that counts"
    with made.at():
        undo_event(event=event, actor=SYSTEM, act="AD 9/2026", reason="Registrata per errore")
        assert (made.row(one).reservation.enterprise, made.row(two).state) == (one, "renounced")
        record_merger(**deed | {"deed": "Notaio Verdi, rep. 79"}, parties=[one.tax_code], into=two.tax_code)
        api.write_cor(actor=SYSTEM, row=made.row(two), cor="1234568")
        admit = partial(api.admit_with_act, actor=SYSTEM, initiative=made.initiative, cors=["1234568"])
        act = later_act(made, AFTER.date())
        with pytest.raises(Refused, match="Manca la visura"):
            admit(act=act)  # those that there are were of the firm that is no more
        checked(made.row(two))
        admit(act=act)
    assert (made.row(two).state, made.row(two).aid.enterprise) == ("offered", two)


def test_before_the_list_is_decided_the_heir_has_the_request_with_what_the_office_wrote_of_it(world, enterprise):
    made = world(firms=3)
    one, two, three = made.firms
    heir = enterprise("Chi incorpora S.p.A.", vat_number(77))
    deed = {"actor": SYSTEM, "on": AFTER.date(), "deed": "Notaio Verdi, rep. 78"}
    with made.at():
        api.exclude_request(actor=SYSTEM, initiative=made.initiative, enterprise_id=one.pk, reason="Fuori settore")
        event = record_merger(**deed, parties=[one.tax_code], into=heir.tax_code)
        both = record_merger(**deed, parties=[two.tax_code], into=three.tax_code)
        turns = {turn.request.enterprise.pk: turn.request for turn in api.order_of(made.selection)}
        assert (turns[heir.pk].barred.it, turns[heir.pk].interest.turn) == ("Fuori settore", 1)
        assert f"la richiesta di {two.name} va esclusa" in both.passed[0]["it"]
        undo_event(event=event, actor=SYSTEM, act="AD 9/2026", reason="Registrata per errore")
        assert made.row(one).interest.enterprise == one
        record_merger(**deed | {"deed": "rep. 79"}, parties=[one.tax_code], into=heir.tax_code)
        api.readmit_request(actor=SYSTEM, row=made.row(heir))
        decided(made)
    assert made.row(heir).state == "offered"


def test_who_waits_and_who_has_a_place_are_told_too(world):
    made = decided(world())
    with made.at(), pytest.raises(Refused, match="in lista d’attesa"):
        merge(made.firms[0], made.firms[2])


def test_two_that_come_to_an_agenda_are_told_before(desk, enterprise, representative, actor_for, person):
    made = make_meetings(enterprise, representative, actor_for, person, firms=2, buyers=1)
    one, two = made.world.firms
    heir, mine = enterprise("Chi incorpora S.p.A.", vat_number(77)), Attendee.objects.get(enterprise=one)
    deed = {"actor": SYSTEM, "on": AFTER.date(), "parties": [one.tax_code], "deed": "Notaio Verdi, rep. 78"}
    with made.world.at():
        told = record_merger(**deed, into=two.tax_code)
        assert any("vengono sia" in row["it"] for row in told.passed)
        own = Attendee.objects.get(enterprise=two)
        api.renounce_place(actor=made.world.actors[1], row=made.world.row(two))
        mine.refresh_from_db()
        own.refresh_from_db()
        assert (mine.enterprise, mine.withdrawn_at, own.enterprise) == (two, None, one), (
            "the one that left stays with the other"
        )
        undo_event(event=told, actor=SYSTEM, act="AD 9/2026", reason="Registrata per errore")
        own.refresh_from_db()
        assert own.enterprise == two
        Attendee.objects.filter(pk=own.pk).update(withdrawn_at=None)
        Attendee.objects.create(agenda=mine.agenda, side="a", enterprise=heir, token="t", withdrawn_at=AFTER)
        event = record_merger(**deed | {"deed": "rep. 79"}, into=heir.tax_code)
        mine.refresh_from_db()
        assert (mine.enterprise, mine.withdrawn_at) == (heir, None), "by a deed who comes out of it comes in its place"
        undo_event(event=event, actor=SYSTEM, act="AD 9/2026", reason="Registrata per errore")
        mine.refresh_from_db()
        assert (mine.enterprise, Attendee.objects.get(enterprise=heir).withdrawn_at) == (one, AFTER)
    assert any("incontri" in words.it for words in merge_preview(one, two)["against"])
    Attendee.objects.filter(enterprise=one).update(withdrawn_at=LATER)
    assert any("nell’altro verso" in words.it for words in merge_preview(one, two)["against"])
    assert not any("incontri" in words.it for words in merge_preview(two, one)["against"])


def test_two_that_were_there_and_were_asked_are_one_after(desk, enterprise, representative, actor_for):
    made = over(enterprise, representative, actor_for)
    with made.at(LATER):
        assert make_follow_ups(actor=SYSTEM) == 2
        one, two = made.firms
        merge(one, two)
    assert FollowUp.objects.filter(enterprise=one).count() == 1
    assert FollowUp.objects.filter(enterprise=two).count() == 1
    assert {row.enterprise_id for row in made.rows()} == {one.pk, two.pk}
