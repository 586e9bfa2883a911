"""A fair that is over, with two enterprises that came."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.initiatives.world import SYSTEM
from tests.kept import kept
from tests.participations.world import NOBODY, World, decided, make_world

from levante.kernel.api import clock_at
from levante.participations import api as places
from levante.parties.api import Country
from levante.wins import api

LATER = datetime(2026, 7, 15, 9, tzinfo=UTC)
WON = date(2026, 7, 1)
D = Decimal


def over(enterprise: Any, representative: Any, actor_for: Any) -> World:
    return kept("over", lambda: _over(enterprise, representative, actor_for))  # type: ignore[no-any-return]


def _over(enterprise: Any, representative: Any, actor_for: Any) -> World:
    world = decided(make_world(enterprise, representative, actor_for, firms=2))
    with world.at():
        for actor, row in zip(world.actors, world.rows(), strict=True):
            places.accept_place(actor=actor, row=row)
    with clock_at(datetime(2026, 6, 2, 9, tzinfo=UTC)):
        present = {row.pk: True for row in world.rows()}
        places.record_presence(actor=SYSTEM, initiative=world.initiative, present=present)
    world.nobody = NOBODY
    world.country = Country.objects.get(code="DE")
    return world


def tell(world: World, **changes: Any) -> Any:
    given = {
        "actor": world.actors[0], "enterprise": world.firms[0], "what": "Barche a vela", "customer": "Boote GmbH",
        "country": world.country, "kind": "export", "matter": "goods", "won_on": WON, "without_help": 40,
        "expected": {1: D("100.00"), 2: D("50.01")}, "origin": api.Share(api.WHOLE, world.initiative.pk),
    }  # fmt: skip
    with world.at(LATER):
        return api.tell_win(**(given | changes))


def confirm(world: World, win: Any, confirms: bool = True) -> Any:
    with world.at(LATER):
        _, token = api.ask_customer(actor=world.actors[0], win=win)
        return api.answer_as_customer(actor=world.nobody, token=token, confirms=confirms, rating=5)
