"""Places in the order of a call's published ranking: with its form, its criteria, its judges; read, never reckoned again."""

from datetime import timedelta

import pytest
from tests.applications.conftest import act_of_today, firm, own_call  # noqa: F401 - fixtures
from tests.applications.test_scrolling import ranked  # noqa: F401 - fixture
from tests.calls.conftest import programme, shipped  # noqa: F401 - fixtures
from tests.initiatives.world import SYSTEM, make_fair

from levante.applications.api import Application, renounce_place
from levante.initiatives.api import move_initiative
from levante.kernel.api import Refused, today
from levante.participations import api

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # a ranking of a call, published
def test_the_published_ranking_gives_the_places(ranked, countries, officer, actor_for):  # noqa: F811
    opening, _, people, _, _ = ranked
    ahead = today() + timedelta(days=100)
    made = make_fair(starts_on=ahead, ends_on=ahead + timedelta(days=3))
    initiative = move_initiative(actor=SYSTEM, initiative=made.initiative, step="approve")
    opening.lines.create(code="a", name_it="A", name_en="A", budget=10, position=1)
    given = {"actor": SYSTEM, "initiative": initiative, "method": "ranking", "places": 1}
    with pytest.raises(Refused, match="più linee"):
        api.set_selection(**given, opening=opening)
    with pytest.raises(Refused, match="Scegli lo sportello"):
        api.set_selection(**given)
    opening.lines.all().delete()
    selection = api.set_selection(**given, opening=opening)
    actor, _, alfa = people["Alfa"]
    turns = api.order_of(selection)
    assert [(turn.request.enterprise.name, str(turn.placed.total)) for turn in turns] == [
        ("Alfa", "30.00"), ("Beta", "20.00"), ("Gamma", "10.00"),
    ]  # fmt: skip
    (waits,) = api.awaited_from_office(actor_for(officer("director")), decides=True, most=5)
    assert waits.undecided, "Today asks it though there is no call for interest to be closed"
    act = act_of_today(opening.call, "L1")
    api.decide_aid(actor=SYSTEM, initiative=initiative, is_aid=False, reason="quota di mercato", act=act)
    api.decide_list(actor=SYSTEM, initiative=initiative, act=act)
    rows = api.Participation.objects.order_by("position")
    assert [(row.enterprise.name, row.state, row.application.enterprise_id == row.enterprise_id) for row in rows] == [
        ("Alfa", "offered", True), ("Beta", "listed", True), ("Gamma", "listed", True),
    ]  # fmt: skip
    assert [row.pk for row in api.places_of(actor)] == [rows[0].pk], "on its list, though it expressed no interest"
    api.renounce_place(actor=actor, row=rows.get(enterprise=alfa))
    assert [row.state for row in api.Participation.objects.order_by("position")] == ["renounced", "offered", "listed"]
    renounce_place(actor=actor, application=Application.objects.get(enterprise=alfa), reason="Altri impegni")
