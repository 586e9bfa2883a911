"""Who asks for meetings only comes to them without a place, and is told so; who may not is told why."""

from datetime import time

import pytest
from django.db import IntegrityError, transaction
from tests.initiatives.world import OPEN
from tests.meetings.world import AFTER, DAY, SYSTEM, move_initiative
from tests.participations.world import decided, make_world

from levante.initiatives.api import Initiative, correct_initiative, express_interest, ways_offered, withdraw_interest
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.messages.api import Notice
from levante.participations.api import Participation, Selection, accept_place, set_selection
from levante.participations.rules import rules_unwritten
from levante.web.desk.initiatives.life import LABELS, SELECT, life_of

pytestmark = pytest.mark.django_db
RULES = {"method": "chronological", "places": 1}


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    made = make_world(enterprise, representative, actor_for, firms=4, **RULES)
    made.initiative.interests.exclude(enterprise=made.firms[0]).update(way="meetings")
    type(made.firms[3]).objects.filter(pk=made.firms[3].pk).update(size="large")
    return made


def opened(world):
    agenda = api.open_agenda(actor=SYSTEM, initiative=world.initiative)
    api.add_slots(actor=SYSTEM, agenda=agenda, day=DAY, begins=time(9), ends=time(11), minutes=30)
    return agenda


@pytest.mark.slow  # a list decided, an agenda, three pages
def test_who_asks_for_meetings_only_comes_without_a_place(world, desk, client, signed_in):
    one, two, three, large = world.firms
    with clock_at(AFTER):
        for wrong in ({"ways": []}, {"ways": ["stand", "meetings"]}):
            with pytest.raises(Refused, match="senza un posto, o ne ha uno"):
                set_selection(actor=SYSTEM, initiative=world.initiative, meetings_apart=True, **RULES, **wrong)
        with pytest.raises(IntegrityError, match="meetings_apart"), transaction.atomic():
            Selection.objects.filter(initiative=world.initiative).update(meetings_apart=True)
        by = {"act": world.act, "reason": "Chi chiede incontri non prende uno stand"}
        set_selection(actor=SYSTEM, initiative=world.initiative, ways=["stand"], meetings_apart=True, **RULES, **by)
    Initiative.objects.update(state="calling")
    with clock_at(OPEN):
        with pytest.raises(Refused, match="Scegli come partecipare"):
            express_interest(actor=world.actors[0], initiative=world.initiative, products="x", way="catalogue")
        shown = signed_in(world.users[0], one).get(f"/impresa/fiere/{world.initiative.code}/").content.decode()
        assert ('value="meetings"' in shown, 'value="catalogue"' in shown) == (True, False)
    Initiative.objects.update(state="closed")
    decided(world)
    assert [row.enterprise for row in world.rows()] == [one], "nobody is refused a place that it did not ask for"
    with clock_at(AFTER):
        accept_place(actor=world.actors[0], row=world.row(one))
        agenda = api.bring_attendees(actor=SYSTEM, agenda=opened(world))
        assert {row.enterprise for row in agenda.attendees.all()} == {one, two, three}
        page = signed_in(desk.users.anna).get(f"/ufficio/iniziative/{world.initiative.code}/incontri/persone/")
        assert f"{large.name}: È una grande impresa" in page.content.decode()
        mine = signed_in(world.users[1], two).get(f"/impresa/fiere/{world.initiative.code}/").content.decode()
        assert "senza un posto nello stand" in mine
        assert "on è tra i partecipanti" not in mine
        interest = world.initiative.interests.get(enterprise=two)
        withdraw_interest(actor=world.actors[1], interest=interest)
        row = agenda.attendees.get(enterprise=two)
        assert row.withdrawn_at == AFTER, "who takes its request back comes no more"
        with pytest.raises(Refused, match="ha ritirato la richiesta"):
            api.bring_back(actor=SYSTEM, row=row)
    Initiative.objects.update(state="calling")
    with clock_at(OPEN):
        express_interest(actor=world.actors[1], initiative=world.initiative, products="x", way="meetings")
    assert Notice.objects.filter(kind="buyer-back", title_it__startswith="Un’impresa ci ripensa").exists()
    with clock_at(AFTER):
        assert api.bring_back(actor=SYSTEM, row=row).withdrawn_at is None
    assert Participation.objects.count() == 1


def test_an_initiative_without_a_list_has_its_sellers(world):
    Selection.objects.all().delete()
    world.initiative.places = None
    assert ways_offered(world.initiative) == ["meetings"], "no places are announced, nobody asks for one"
    assert not list(rules_unwritten(initiative=world.initiative))
    assert LABELS[SELECT] not in [one["label"] for one in life_of(world.initiative, None).stages]
    with pytest.raises(Refused, match="i posti si annunciano scrivendo le regole"):
        correct_initiative(actor=SYSTEM, initiative=world.initiative, places=3)
    world.initiative.interests.filter(enterprise=world.firms[0]).delete()
    with clock_at(AFTER):
        move_initiative(actor=SYSTEM, initiative=world.initiative, step="prepare")
        agenda = api.bring_attendees(actor=SYSTEM, agenda=opened(world))
    assert {row.enterprise for row in agenda.attendees.all()} == {*world.firms[1:3]}, (
        "who is large has no meetings either"
    )
