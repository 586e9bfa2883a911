"""The acts that an opening's work needs (a committee, a seed, a new version of a list), recorded when the office has them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from levante.applications import policies
from levante.applications.models import Seat
from levante.calls.api import OPENINGS, Call, CallEvent, Opening, may_design
from levante.kernel.api import Actor, note, refuse, require, service, system, today
from levante.kernel.pure import Decision
from levante.programme.api import Act, record_act, vocabulary


@transaction.atomic
def on_act(
    write: Callable[..., Any], *, actor: Actor, opening: Opening, act: Act | None, number: str, adopted_on: date | None,
    title: str, **said: Any,
) -> Any:  # fmt: skip
    """Decide something of an opening (``write``, a service that takes ``actor``, ``opening`` and ``act``) on an act that is
    recorded already, or on one recorded with it when its number is given: both, or neither."""
    if number.strip():
        if adopted_on is None:
            refuse("Scrivi il giorno dell’atto.", "Write the day of the act.", field="act_date")
        act = record_opening_act(actor=actor, opening=opening, number=number, adopted_on=adopted_on, title=title)
    return write(actor=actor, opening=opening, act=act, **said)


def may_record(actor: Actor, opening: Opening) -> Decision:
    """Record an act about an opening: who decides of it, who designs its call, who publishes its lists."""
    decisions = (OPENINGS.transitions["suspend"].allowed(actor, opening), may_design(actor, opening.call))
    return next((one for one in decisions if one), policies.may_publish_ranking(actor, opening))


def _code(call: Call, number: str, adopted_on: date) -> str:
    """The code of an act that is recorded for a call."""
    tag = re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")
    return f"{call.code[:40]}-{adopted_on.year}-{tag}"[:70]


def was_recorded_for(act: Act, call: Call) -> bool:
    """Was the act recorded about an opening of this call? Of another nobody but who reads it knows what it decides."""
    return act.adopted_on is not None and act.code == f"{vocabulary.AT_WORK}{_code(call, act.number, act.adopted_on)}"


def decided_otherwise(act: Act) -> bool:
    """Has the act decided something other than a list: a call, its openings (dates, budget, suspension), the seed of a draw, a
    committee? That it approves a list too, nobody but who reads it knows. Four queries at most."""
    return (
        Call.objects.filter(act=act).exists()
        or CallEvent.objects.filter(act=act).exists()
        or Opening.objects.filter(seed_act=act).exists()
        or Seat.objects.filter(act=act).exists()
    )


@service("applications.record_opening_act")
def record_opening_act(*, actor: Actor, opening: Opening, number: str, adopted_on: date, title: str) -> Act:
    """Record an act adopted about an opening: number, day and title. The same number of the same year is the same act."""
    require(may_record(actor, opening))
    number = number.strip()
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z/ .-]{0,39}", number):
        refuse("Scrivi il numero dell’atto.", "Write the number of the act.", field="act_number")
    if adopted_on > today():
        refuse("La data dell’atto è nel futuro.", "The day of the act is in the future.", field="act_date")
    if not title.strip():
        refuse("Scrivi l’oggetto dell’atto.", "Write the title of the act.", field="act_title")
    line = opening.call.budget_lines.select_related("line__triennium__programme").order_by("position", "pk").first()
    triennium = line.line.triennium if line is not None else opening.call.act.triennium if opening.call.act else None
    if triennium is None:
        refuse("Il bando non ha ancora una linea di bilancio.", "The call has no budget line yet.")
    note(opening=opening.code, number=number)
    return record_act(
        actor=system("applications.record_opening_act"),
        triennium=triennium,
        code=_code(opening.call, number, adopted_on),
        number=number,
        adopted_on=adopted_on,
        title_it=title.strip()[:1000],
        title_en=title.strip()[:1000],
        demonstration=opening.is_demo or opening.call.is_demo,
    )
