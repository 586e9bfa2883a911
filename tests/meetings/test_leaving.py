"""Who leaves: its meetings go, those it would have met are told, and it still reads and says what was; who comes back."""

from datetime import timedelta

import pytest
from tests.meetings.test_screens import as_buyer
from tests.meetings.world import AFTER, SYSTEM, all_ask, arranged, make_meetings, move_initiative, published

from levante.identity.api import roles
from levante.initiatives.api import BuyerInterest, withdraw_buyer_interest
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.messages.api import Notice
from levante.participations.api import Participation, renounce_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def standing():
    return {(row.a_id, row.b_id): row.slot_id for row in api.Meeting.objects.standing()}


def told():
    return set(Notice.objects.filter(kind="agenda-changed").values_list("user_id", flat=True))


def test_a_place_given_up_takes_its_meetings_along_and_both_sides_are_told(made):
    published(arranged(all_ask(made)))
    gone, before = made.a[0], standing()
    row = Participation.objects.get(enterprise=gone.enterprise, selection__initiative=made.initiative)
    with clock_at(AFTER):
        renounce_place(actor=made.seller_actors[0], row=row)
    assert standing() == {pair: slot for pair, slot in before.items() if pair[0] != gone.pk}, "and nobody else moves"
    gone.refresh_from_db()
    assert gone.withdrawn_at == AFTER
    assert told() == {made.world.users[0].pk, *(one.user.pk for one in made.buyers)}
    with clock_at(AFTER), pytest.raises(Refused, match="Non ha più un posto"):
        api.bring_back(actor=SYSTEM, row=gone)


def test_a_buyer_that_withdraws_before_the_agenda_is_published_is_in_no_agenda(made):
    arranged(all_ask(made))
    gone = made.b[0]
    interest = BuyerInterest.objects.get(initiative=made.initiative, buyer=gone.buyer)
    with clock_at(AFTER):
        withdraw_buyer_interest(actor=made.buyer_actors[0], interest=interest)
    assert all(pair[1] != gone.pk for pair in standing())
    assert not told(), "nobody has read it yet"
    with clock_at(AFTER), pytest.raises(Refused, match="è cambiata"):
        api.apply_run(actor=SYSTEM, run=made.run)


@pytest.mark.slow  # pages of who leaves, an agenda made and mended
def test_who_left_reads_its_page_its_calendar_and_says_how_its_meetings_were(made, client):
    published(arranged(all_ask(made)))
    first, second = made.slots[:2]
    with clock_at(second.starts_at - timedelta(minutes=1)):
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=made.b[0])
        page = as_buyer(client, made.buyers[0])
        shown = page.get(f"/partner/incontri/{made.initiative.code}/").content.decode()
        assert "Non partecipi più" in shown
        assert "annullato" in shown
        text = page.get(f"/incontri/calendario/{made.b[0].token}.ics").content.decode()
        assert text.count("STATUS:CANCELLED") == api.Meeting.objects.filter(b=made.b[0], state="cancelled").count() > 0
    held = api.Meeting.objects.standing().filter(b=made.b[0], slot=first).first()
    if held is not None:
        with clock_at(second.starts_at):
            given = {"quality": 4, "next_step": "info"}
            assert api.tell_feedback(actor=made.buyer_actors[0], meeting=held, side="b", **given).quality == 4


def test_who_comes_after_all_has_meetings_again_and_nobody_else_moves(made, signed_in, officer):
    published(arranged(all_ask(made)))
    before = standing()
    chief = signed_in(officer(roles.DIRECTOR))
    with clock_at(AFTER):
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=made.b[0])
        left = standing()
        assert (
            "Partecipa comunque"
            in chief.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/persone/").content.decode()
        )
        assert chief.post(f"/ufficio/incontri/persone/{made.b[0].pk}/torna/").status_code == 302
    after = standing()
    assert set(after) == set(before)
    assert {pair: after[pair] for pair in left} == left
    assert api.score_of(made.fresh()).valid
    made.b[0].refresh_from_db()
    assert made.b[0].withdrawn_at is None


def test_who_comes_back_does_not_bring_back_what_was_taken_out_by_hand_elsewhere(made):
    published(arranged(all_ask(made)))
    other = api.Meeting.objects.standing().exclude(b=made.b[0]).first()
    with clock_at(AFTER):
        api.record_absence(actor=SYSTEM, agenda=made.fresh(), row=made.b[0])
        edit = api.Edit("remove", str(other.a_id), str(other.b_id))
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
        api.bring_back(actor=SYSTEM, row=made.b[0])
    assert (other.a_id, other.b_id) not in standing()
    assert sum(pair[1] == made.b[0].pk for pair in standing()) == 3


def test_an_initiative_cancelled_before_its_agenda_is_published_closes_it_and_calendars_follow(made):
    arranged(all_ask(made))
    with clock_at(AFTER + timedelta(hours=1)):
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="no")
        agenda = made.fresh()
        assert agenda.state == "closed"
        with pytest.raises(Refused, match="non sono aperte"):
            api.ask_meeting(actor=made.buyer_actors[0], asker=made.b[0], asked=made.a[0], priority=1)
        with pytest.raises(Refused):
            api.move_agenda(actor=SYSTEM, agenda=agenda, step="publish")
    assert {row.changed_at for row in api.Meeting.objects.all()} == {AFTER + timedelta(hours=1)}


def test_staff_that_takes_part_for_a_firm_reads_no_agenda_of_others_at_the_desk(made, officer, signed_in):
    from levante.parties.api import Mandate

    published(arranged(all_ask(made)))
    staff = officer(roles.AGENCY_STAFF, office="another")
    Mandate.objects.create(
        user=staff, enterprise=made.a[0].enterprise, kind="legal_representative", scopes=[], state=Mandate.CONFIRMED,
        since=AFTER.date() - timedelta(days=300), requested_at=AFTER, decided_at=AFTER, act="x",
    )  # fmt: skip
    with clock_at(AFTER):
        page = signed_in(staff, made.a[0].enterprise)
        base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
        assert "Impresa 2" not in page.get(base).content.decode()
        for path in ("persone/", "oggi/", "badge.pdf", "agenda.csv"):
            assert page.get(f"{base}{path}").status_code == 404, path
        assert page.get(f"/ufficio/incontri/persone/{made.a[0].pk}/").status_code == 404
