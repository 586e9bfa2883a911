"""An agenda in June 2026 with enterprises that have a place and buyers that asked to take part."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

from tests.initiatives.world import SYSTEM
from tests.kept import kept
from tests.participations.world import AFTER, decided, make_world

from levante.initiatives.api import express_buyer_interest, move_initiative
from levante.kernel.api import BUYER, Actor, Party, clock_at, now
from levante.meetings import api
from levante.participations.api import accept_place
from levante.parties.api import Buyer, Mandate

DAY = date(2026, 6, 1)
MORNING = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)


class Meetings(SimpleNamespace):
    def fresh(self) -> Any:
        self.agenda = api.Agenda.objects.select_related("initiative__lead_office").get(pk=self.agenda.pk)
        return self.agenda

    def ask(self, actor: Actor, asker: Any, asked: Any, **more: Any) -> Any:
        with clock_at(AFTER):
            return api.ask_meeting(actor=actor, asker=asker, asked=asked, **more)


def make_meetings(
    enterprise: Any, representative: Any, actor_for: Any, person: Any, firms: int = 3, buyers: int = 2, **rules: Any
) -> Meetings:
    """``firms`` sellers, ``buyers`` buyers, four slots of half an hour on the first morning, requests open."""
    return kept(  # type: ignore[no-any-return]
        ("meetings", firms, buyers, sorted(rules.items())),
        lambda: _meetings(enterprise, representative, actor_for, person, firms, buyers, rules),
    )


def _meetings(
    enterprise: Any,
    representative: Any,
    actor_for: Any,
    person: Any,
    firms: int,
    buyers: int,
    rules: dict[str, Any],
) -> Meetings:
    world = decided(make_world(enterprise, representative, actor_for, firms=firms, places=firms))
    made = Meetings(world=world, initiative=world.initiative, sellers=[], buyers=[])
    with clock_at(AFTER):
        for actor, row in zip(world.actors, world.rows(), strict=True):
            accept_place(actor=actor, row=row)
        type(world.initiative).objects.filter(pk=world.initiative.pk).update(open_to_buyers=True)
        world.initiative.refresh_from_db()
        for number in range(buyers):
            buyer = Buyer.objects.create(
                name=f"Buyer {number + 1}", country_id="DE", languages=["de"], looking_for="boats"
            )
            user = person()
            Mandate.objects.create(
                user=user, buyer=buyer, kind="legal_representative", scopes=[], state=Mandate.CONFIRMED, since=date(2024, 1, 1),
                requested_at=now(), decided_at=now(), act="x",
            )  # fmt: skip
            actor = Actor(user_id=user.pk, party=Party(BUYER, buyer.pk), scopes=frozenset({"read", "ask", "meet"}))
            express_buyer_interest(actor=actor, initiative=world.initiative, looking_for="wooden boats")
            made.buyers.append(SimpleNamespace(buyer=buyer, user=user, actor=actor))
        made.agenda = api.open_agenda(actor=SYSTEM, initiative=world.initiative)
        given = {"begins": time(9), "ends": time(11), "minutes": 30} | rules
        api.add_slots(actor=SYSTEM, agenda=made.agenda, day=DAY, **given)
        api.bring_attendees(actor=SYSTEM, agenda=made.agenda, minimum=1, maximum=4)
        made.agenda = api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="open_requests")
    made.slots = list(made.agenda.slots.order_by("starts_at"))
    made.a = list(made.agenda.attendees.filter(side="a").order_by("pk"))
    made.b = list(made.agenda.attendees.filter(side="b").order_by("pk"))
    made.seller_actors = world.actors
    made.buyer_actors = [one.actor for one in made.buyers]
    return made


def all_ask(made: Meetings) -> Meetings:
    """Every buyer asks for every seller, who all accept."""
    return _once(made, "all ask", lambda: _all_ask(made))


def _once(made: Meetings, what: str, do: Any) -> Meetings:
    vars(made).update(vars(kept((what, made.agenda.pk), do)))
    return made


def _all_ask(made: Meetings) -> Meetings:
    for actor, row in zip(made.buyer_actors, made.b, strict=True):
        for seller, answers in zip(made.a, made.seller_actors, strict=True):
            request = made.ask(actor, row, seller)
            with clock_at(AFTER):
                api.answer_request(actor=answers, request=request, accept=True)
    return made


def arranged(made: Meetings, **more: Any) -> Meetings:
    """An agenda made by the solver and put in place."""
    return _once(made, f"arranged {sorted(more.items())}", lambda: _arranged(made, more))


def _arranged(made: Meetings, more: dict[str, Any]) -> Meetings:
    from levante.meetings.arranging import work_run

    with clock_at(AFTER):
        run = api.ask_run(actor=SYSTEM, agenda=made.agenda, **more)
        work_run(run.pk)
        run.refresh_from_db()
        api.apply_run(actor=SYSTEM, run=run)
    made.run = run
    made.fresh()
    return made


def published(made: Meetings) -> Meetings:
    return _once(made, "published", lambda: _published(made))


def _published(made: Meetings) -> Meetings:
    with clock_at(AFTER):
        for step in ("close_requests", "publish"):
            made.agenda = api.move_agenda(actor=SYSTEM, agenda=made.agenda, step=step)
    return made


__all__ = ["AFTER", "DAY", "MORNING", "SYSTEM", "all_ask", "arranged", "make_meetings", "move_initiative", "published"]
