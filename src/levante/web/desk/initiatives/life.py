"""Where an initiative is in its life: the stages behind and ahead, whose turn it is, by when; the steps it made."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy

from levante.initiatives.api import INITIATIVES, Initiative, InitiativeStep, states
from levante.kernel.api import Actor, day_of
from levante.participations.api import Selection
from levante.participations.api import states as places
from levante.wins.api import followed_until

PLAN, CALL, SELECT, ADMIT, PREPARE, SITE, FOLLOW, END = (
    "plan", "call", "select", "admit", "prepare", "site", "follow", "end",
)  # fmt: skip
LABELS: dict[str, Any] = {
    PLAN: gettext_lazy("Plan and approval"),
    CALL: gettext_lazy("Call for interest"),
    SELECT: gettext_lazy("Selection"),
    ADMIT: gettext_lazy("Places and quotas"),
    PREPARE: gettext_lazy("Preparation"),
    SITE: gettext_lazy("On site"),
    FOLLOW: gettext_lazy("Follow-up"),
    END: gettext_lazy("Concluded"),
}
TURNS: dict[str, Any] = {
    PLAN: gettext_lazy("The director approves it by an act"),
    CALL: gettext_lazy("Enterprises express interest"),
    SELECT: gettext_lazy("The director decides the list of who takes part"),
    ADMIT: gettext_lazy("Enterprises accept their places and pay their quotas"),
    PREPARE: gettext_lazy("The office prepares it"),
    SITE: gettext_lazy("The office writes who came"),
    FOLLOW: gettext_lazy("Enterprises tell what came of it, then the office concludes it"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """The stages as the stepper shows them; whose turn it is and by when, where it is anybody's."""

    stages: list[dict[str, Any]]
    turn: str
    by: date | None


def life_of(initiative: Initiative, selection: Selection | None) -> Life:
    """One query at most: the last day on which a place is still to be answered."""
    called = [CALL] if initiative.opens_at is not None or selection is not None else []
    listed = [SELECT, ADMIT] if called and _has_list(initiative, selection) else []
    stages = [PLAN, *called, *listed, PREPARE, SITE, FOLLOW, END]
    here = _here(initiative, selection)
    place = stages.index(here) if here in stages else len(stages)
    shown = [
        {"label": LABELS[code], "state": "done" if at < place else "current" if at == place else "todo"}
        for at, code in enumerate(stages)
    ]
    return Life(shown, TURNS.get(here, ""), _by(initiative, selection, here))


def _has_list(initiative: Initiative, selection: Selection | None) -> bool:
    """Places are announced, so that there is a list of who has them."""
    return initiative.places is not None or selection is not None


def _here(initiative: Initiative, selection: Selection | None) -> str:
    decided = selection is not None and selection.decided_at is not None
    if initiative.state == states.APPROVED:
        return CALL if initiative.opens_at is not None else SELECT if selection is not None and not decided else PREPARE
    if initiative.state == states.CLOSED:
        return ADMIT if decided else SELECT if _has_list(initiative, selection) else PREPARE
    return {
        states.PLANNED: PLAN, states.CALLING: CALL, states.PREPARING: PREPARE, states.ON_SITE: SITE, states.FOLLOWING: FOLLOW,
    }.get(initiative.state, "")  # fmt: skip


def _by(initiative: Initiative, selection: Selection | None, here: str) -> date | None:
    if here == CALL:
        instant = initiative.closes_at if initiative.state == states.CALLING else initiative.opens_at
        return day_of(instant) if instant is not None else initiative.starts_on
    if here == ADMIT and selection is not None:
        offered = selection.participations.filter(state=places.OFFERED).aggregate(last=Max("answer_by"))
        last: date | None = offered["last"]
        return last or initiative.starts_on
    if here == FOLLOW:
        return followed_until(initiative)
    days = {
        PLAN: initiative.starts_on,
        SELECT: initiative.starts_on,
        PREPARE: initiative.starts_on,
        SITE: initiative.ends_on,
    }
    return days.get(here)


def steps_made(actor: Actor, initiative: Initiative) -> list[dict[str, Any]]:
    """The steps it made, the last first. One query."""
    rows = InitiativeStep.objects.visible_to(actor).filter(initiative=initiative).select_related("by", "act")
    return [
        {"row": row, "label": INITIATIVES.transitions[row.name].label, "state": states.STATES[row.after]}
        for row in rows.order_by("-at", "-pk")
    ]
