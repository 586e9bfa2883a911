"""Who asks for meetings only comes to them without a place, and is told so; who may not is told why."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from tests.initiatives.world import OPEN
from tests.meetings.world import AFTER, DAY, MORNING, SYSTEM, move_initiative
from tests.participations.world import decided, make_world

from levante.initiatives.api import Initiative, correct_initiative, express_interest, ways_offered, withdraw_interest
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.messages.api import Notice
from levante.participations.api import (
    Participation,
    Selection,
    accept_place,
    costs_of,
    keep_who_came,
    presence_to_keep,
    record_contract,
    set_selection,
)
from levante.participations.rules import rules_unwritten
from levante.participations.selecting import Request, _candidates
from levante.parties.api import Buyer
from levante.web.components.catalogue import entries_of, has_catalogue
from levante.web.desk.initiatives.life import LABELS, SELECT, life_of
from levante.wins.api import FollowUp, make_follow_ups, origins_of
from levante.wins.following import left_to_ask

pytestmark = pytest.mark.django_db
#: Some days after the last one.
OVER = datetime(2026, 6, 15, 9, tzinfo=UTC)
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
    # Once it is over who came is asked in Today, and is kept by itself where an arrival was registered.
    with clock_at(MORNING):
        api.check_in(actor=SYSTEM, agenda=agenda, seen=seen(agenda, one))
        assert presence_to_keep() == []
    Initiative.objects.update(state="following")
    with clock_at(OVER):
        assert "è finita: indica chi è venuto" in signed_in(desk.users.anna).get("/ufficio/").content.decode()
        (over,) = presence_to_keep()
        assert [keep_who_came(actor=SYSTEM, initiative=over) for _ in range(2)] == [1, 0]
        assert world.row(one).state == "attended"
        assert "indica chi è venuto" not in signed_in(desk.users.anna).get("/ufficio/").content.decode()


def seen(agenda, *firms):
    rows = agenda.attendees.filter(enterprise__in=firms)
    return [{"attendee": row.pk, "at": MORNING.isoformat()} for row in rows]


@pytest.mark.slow  # an agenda, its day, what is asked and counted afterwards
def test_who_comes_without_a_list_takes_part(world, desk, signed_in):
    Selection.objects.all().delete()
    world.initiative.interests.exclude(enterprise__in=world.firms[:3]).delete()
    one, two, away = world.firms[:3]
    with clock_at(AFTER):
        buyer = Buyer.objects.create(name="Buyer", country_id="DE")
        agenda = api.bring_attendees(actor=SYSTEM, agenda=opened(world))
        other = api.Attendee.objects.create(agenda=agenda, side="b", buyer=buyer, token="b")
        for slot, row in zip(agenda.slots.all(), agenda.attendees.filter(side="a"), strict=False):
            api.Meeting.objects.create(agenda=agenda, a=row, b=other, slot=slot, changed_at=AFTER)
        given = {
            "subject": "Sala",
            "supplier": "S",
            "amount": Decimal("300.00"),
            "signed_on": AFTER.date(),
            "no_cig": "x",
        }
        record_contract(actor=SYSTEM, initiative=world.initiative, **given)
        assert not has_catalogue(world.initiative)
        api.Agenda.objects.update(state="published", published_at=AFTER)
        assert has_catalogue(world.initiative)
        assert [row["name"] for row in entries_of(world.initiative)] == [firm.name for firm in (one, two, away)]
        assert costs_of(world.initiative).each == Decimal("100.00"), "planned: who is coming"
    Initiative.objects.update(state="following")
    with clock_at(MORNING):
        api.check_in(actor=SYSTEM, agenda=agenda, seen=seen(agenda, one))
        api.record_held(actor=SYSTEM, meeting=api.Meeting.objects.get(a__enterprise=two), held=True)
    asks_who_came = "indica chi è venuto agli incontri, poi chiudi l’agenda"
    with clock_at(OVER):
        anna = signed_in(desk.users.anna)
        assert asks_who_came in anna.get("/ufficio/").content.decode()
        assert [one.text.it for one in left_to_ask(initiative=world.initiative)] == [
            "dire chi è venuto agli incontri, o chiudere l’agenda: 1", "domande di seguito ancora da fare: 8"
        ]  # fmt: skip
        api.move_agenda(actor=SYSTEM, agenda=agenda, step="close")
        assert asks_who_came not in anna.get("/ufficio/").content.decode()
        assert make_follow_ups(actor=SYSTEM) == 2
        assert set(FollowUp.objects.values_list("enterprise", flat=True)) == {one.pk, two.pk}
        assert [[row.pk for row in origins_of(firm.pk)[0]] for firm in (one, away)] == [[world.initiative.pk], []]
        assert costs_of(world.initiative).each == Decimal("150.00"), "who came"
        with pytest.raises(Refused, match="domande di seguito ancora da fare: 6; domande di seguito senza risposta: 2"):
            move_initiative(actor=SYSTEM, initiative=world.initiative, step="conclude")
    # In the next selection it took part, or was absent.
    initiative = SimpleNamespace(pk=0, starts_on=date(2027, 6, 1), closes_at=None, sectors=world.initiative.sectors)
    asks = [Request(firm, "1") for firm in (one, two, away)]
    facts = _candidates(SimpleNamespace(initiative=initiative, no_show_years=3), asks)
    assert [(row.took_part, row.absences) for row in facts] == [(1, 0), (1, 0), (0, 1)]


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
