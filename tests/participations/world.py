"""A fair whose call for interest is over, with enterprises that asked to take part one after the other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tests.initiatives.world import OPEN, SYSTEM, called, make_fair
from tests.kept import kept

from levante.aid.api import THREE
from levante.identity.api import User
from levante.initiatives.api import express_interest, move_initiative
from levante.kernel.api import Actor, clock_at, today
from levante.participations import api
from levante.programme.api import record_act

AFTER = datetime(2026, 4, 15, 9, tzinfo=UTC)


class World(SimpleNamespace):
    def at(self, instant: datetime = AFTER) -> Any:
        return clock_at(instant)

    def rows(self) -> list[Any]:
        return list(api.Participation.objects.filter(selection__initiative=self.initiative).order_by("position", "pk"))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def row(self, firm: Any) -> Any:
        return api.Participation.objects.get(selection__initiative=self.initiative, enterprise=firm)


def make_world(enterprise: Any, representative: Any, actor_for: Any, firms: int = 4, **rules: Any) -> World:
    """The rules of the selection are written, ``firms`` enterprises asked in order, the call is closed, nothing is decided."""
    return kept(  # type: ignore[no-any-return]
        ("asked", firms, sorted(rules.items())), lambda: _asked(enterprise, representative, actor_for, firms, rules)
    )


def _asked(enterprise: Any, representative: Any, actor_for: Any, firms: int, rules: dict[str, Any]) -> World:
    made = make_fair()
    given = {"places": 2, "answer_days": 10} | rules
    world = World(made=made, initiative=called(made, **given), firms=[], actors=[], users=[])
    for number in range(firms):
        firm = enterprise(f"Impresa {number + 1}", size="small", size_on=date(2026, 1, 1))
        user = representative(firm)
        actor = actor_for(user, firm)
        with clock_at(OPEN + timedelta(minutes=number)):
            express_interest(actor=actor, initiative=world.initiative, products="cose")
        world.firms.append(firm)
        world.actors.append(actor)
        world.users.append(user)
    with world.at():
        world.initiative = move_initiative(actor=SYSTEM, initiative=world.initiative, step="close")
        world.selection = api.Selection.objects.get(initiative=world.initiative)
        world.act = record_act(
            actor=SYSTEM, triennium=made.second.lines[0].triennium, code="lista", number="77", adopted_on=date(2026, 4, 14),
            title_it="Lista", title_en="List",
        )  # fmt: skip
    return world


def decided(world: World, **aid: Any) -> World:
    """The list is decided by its act; a place is no aid unless told."""

    def decide() -> World:
        with world.at():
            given = {"is_aid": False, "reason": "quota di mercato", "act": world.act} | aid
            api.decide_aid(actor=SYSTEM, initiative=world.initiative, **given)
            api.decide_list(actor=SYSTEM, initiative=world.initiative, act=world.act)
        return world

    vars(world).update(vars(kept(("decided", world.initiative.pk, sorted(aid.items())), decide)))
    return world


def checked(*rows: Any, kinds: Any = THREE, vercor: str = "", on: date | None = None, listed: bool = False) -> None:
    """The visure of these places were asked on the site of the RNA, today unless told, and a person of the office wrote them."""
    person = replace(SYSTEM, user_id=User.objects.order_by("pk").values_list("pk", flat=True)[0])
    for row in rows:
        for number, kind in enumerate(THREE, 1):
            if kind in kinds:
                api.record_place_visura(
                    actor=person, row=row, kind=kind, vercor=vercor or f"{number}{row.pk}", made_on=on or today(), whole=True,
                    listed=listed if kind == "deggendorf" else None,
                )  # fmt: skip


NOBODY = Actor()
ONE = Decimal("1.00")
