"""A change of the initiative is told to everybody who takes part, however they came, and each change once."""

from datetime import date, timedelta

import pytest
from tests.initiatives.world import SYSTEM
from tests.meetings.world import AFTER, MORNING, make_meetings

from levante.identity.api import roles
from levante.initiatives.api import BuyerInterest, ExpressionOfInterest, correct_initiative, move_initiative
from levante.kernel.api import Refused, clock_at
from levante.meetings.api import Arrival
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person, firms=2, buyers=1)


def test_everybody_who_takes_part_is_told_of_every_change_once(made):
    """One enterprise has its place by a ranking and the buyer was brought by the office: no interest of theirs stands."""
    gone = {"state": "withdrawn", "withdrawn_at": AFTER}
    ExpressionOfInterest.objects.filter(enterprise=made.world.firms[0]).update(**gone)
    BuyerInterest.objects.update(**gone)
    people = {made.world.users[0].pk, made.world.users[1].pk, made.buyers[0].user.pk}

    def told(kind):
        return sorted(Notice.objects.filter(kind=kind).values_list("user_id", flat=True))

    for minute, end in enumerate((6, 5, 6, 6)):
        with clock_at(AFTER + timedelta(minutes=minute)):
            correct_initiative(actor=SYSTEM, initiative=made.initiative, ends_on=date(2026, 6, end))
    with clock_at(AFTER):
        move_initiative(
            actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Poche adesioni", reason_en="Too few"
        )
    assert set(Notice.objects.filter(kind="initiative-cancelled").values_list("body_it", "body_en")) == {
        ("Motivo: Poche adesioni", "Reason: Too few")
    }
    assert told("initiative-moved") == sorted([*people] * 3), "also when it goes back to what it was"
    assert told("initiative-cancelled") == sorted(people)


def test_the_places_are_changed_where_their_rules_are(made):
    with clock_at(AFTER), pytest.raises(Refused, match="regole di chi partecipa"):
        correct_initiative(actor=SYSTEM, initiative=made.initiative, places=99)


@pytest.mark.slow  # a page with an agenda
def test_who_was_checked_in_at_the_meetings_is_proposed_as_present(made, client, officer, signed_in):
    signed_in(officer(roles.DIRECTOR))
    Arrival.objects.create(attendee=made.a[0], day=MORNING.date(), at=MORNING)
    with clock_at(MORNING):
        shown = client.get(f"/ufficio/iniziative/{made.initiative.code}/partecipanti/").content.decode()
    one, other = (made.world.row(firm).pk for firm in made.world.firms)
    assert shown.count("arrivo registrato") == 1
    assert f'name="row-{one}" value="yes" checked' in shown
    assert f'name="row-{other}" value="yes">' in shown
