"""Where opportunities come from. A journey that has some keeps a module ``opportunities.py`` beside its views
(``web/portal/<journey>/opportunities.py``) with ``find(enterprise, *, instant, headroom) -> list[Opportunity]``: calls are here, fairs
and help plug in the same way and end up in the same comparison."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.urls import reverse

from levante.aid.api import story_of
from levante.calls.api import (
    Call,
    Check,
    Requirement,
    card_of,
    check_rules,
    enterprise_facts,
    most,
    requirements_of,
    with_openings,
)
from levante.kernel.api import day_of
from levante.kernel.pure import Bilingual, format_euro
from levante.parties.api import Enterprise

YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One line of the comparison. ``check`` holds the outcome with the reason of each requirement."""

    kind: Bilingual
    title: Bilingual
    url: str
    check: Check
    phase: Bilingual
    is_open: bool
    amount: Decimal | None = None
    until: datetime | None = None
    is_demo: bool = False
    start_url: str = ""
    #: What the button says, and whether it begins something at once (a POST) or leads to a page.
    action: Bilingual = Bilingual("Fai domanda", "Apply for it")
    begins: bool = False
    #: ``call``, ``fair`` or ``help``: what the list may be narrowed to.
    group: str = "help"


#: The groups of the comparison, in the order people meet them.
GROUPS = {
    "call": Bilingual("Bandi e voucher", "Calls and vouchers"),
    "fair": Bilingual("Fiere e missioni", "Fairs and missions"),
    "help": Bilingual("Aiuto e formazione", "Help and training"),
}


@dataclass(frozen=True, slots=True)
class Headroom:
    """What the enterprise's single undertaking may still receive as de minimis aid, today."""

    residual: Decimal
    ceiling: Decimal
    frees_on: date | None
    undecided: bool


Source = Callable[..., list[Opportunity]]


@cache
def _plugged() -> tuple[Source, ...]:
    package = importlib.import_module("levante.web.portal")
    found = []
    for entry in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if not entry.ispkg or entry.name == "opportunities":
            continue
        inside = importlib.import_module(f"{package.__name__}.{entry.name}")
        if any(module.name == "opportunities" for module in pkgutil.iter_modules(inside.__path__)):
            found.append(importlib.import_module(f"{inside.__name__}.opportunities").find)
    return tuple(found)


_ORDER = {YES: 0, UNKNOWN: 1, NO: 2}


def opportunities_for(enterprise: Any, *, instant: datetime, headroom: Headroom | None = None) -> list[Opportunity]:
    """Everything the enterprise could get, what is open and possible first."""
    found = calls_for(enterprise, instant=instant, headroom=headroom)
    for source in _plugged():
        found += source(enterprise, instant=instant, headroom=headroom)
    return sorted(found, key=lambda one: (not one.is_open, _ORDER[one.check.outcome], one.title.it))


def headroom_of(enterprise: Any, *, on: date) -> Headroom:
    """The headroom of a day, from the position."""
    story = story_of(enterprise, on=on, outside=True)
    return Headroom(
        residual=story.residual,
        ceiling=story.ceiling,
        frees_on=story.frees_on,
        undecided=bool(story.answer["decision_required"]),
    )


def headroom_requirement(headroom: Headroom, amount: Decimal | None) -> Requirement:
    """Does the most that the call gives fit in what is left? A part of it may fit: then it is to be checked."""
    left_it, left_en = format_euro(headroom.residual), format_euro(headroom.residual, "en")
    if headroom.undecided:
        outcome, reason = UNKNOWN, Bilingual(
            "un legame della tua impresa attende una decisione dell’ufficio",
            "a link of your enterprise waits for a decision of the office",
        )  # fmt: skip
    elif not headroom.residual:
        when = headroom.frees_on
        outcome, reason = NO, Bilingual(
            "oggi non c’è più posto" + (f"; se ne libera dal {when:%d/%m/%Y}" if when else ""),
            "there is no room today" + (f"; some frees from {when:%d/%m/%Y}" if when else ""),
        )  # fmt: skip
    elif amount is not None and amount > headroom.residual:
        outcome, reason = UNKNOWN, Bilingual(
            f"restano {left_it}: il massimo del bando non ci sta, un importo minore sì",
            f"{left_en} are left: the most that the call gives does not fit, a smaller amount does",
        )  # fmt: skip
    else:
        outcome, reason = YES, Bilingual(f"restano {left_it}", f"{left_en} are left")
    return Requirement(
        code="de_minimis",
        outcome=outcome,
        text=Bilingual("Avere posto nel massimale de minimis", "Have room in the de minimis ceiling"),
        reason=reason,
        question=None,
        reference="Reg. (UE) 2023/2831, art. 3(2)",
        known_from="file",
    )


def calls_for(enterprise: Any, *, instant: datetime, headroom: Headroom | None = None) -> list[Opportunity]:
    """The public calls that are open or coming, each judged on the facts of the enterprise's file and its headroom."""
    facts = enterprise_facts(enterprise, on=day_of(instant))
    found = []
    for call in with_openings(Call.objects.public()):
        card = card_of(call, instant)
        if card.opening is None or card.phase is None or card.phase.code not in {"open", "coming", "suspended"}:
            continue
        check, amount = check_rules(requirements_of(call), facts=facts), most(call.money)
        if call.regime.startswith("de_minimis"):
            headroom = headroom or headroom_of(enterprise, on=day_of(instant))
            check = Check((*check.requirements, headroom_requirement(headroom, amount)))
        found.append(
            Opportunity(
                group="call",
                begins=True,
                kind=Bilingual("Bando", "Call"),
                title=Bilingual(call.title_it, call.title_en),
                url=reverse("site:call", args=[call.code]),
                check=check,
                phase=card.phase.label,
                is_open=card.phase.is_open,
                amount=amount,
                until=card.opening.closes_at,
                is_demo=call.is_demo,
                start_url=reverse("portal:application_start", args=[card.opening.pk]) if card.can_start else "",
            )
        )
    return found


def unmet_among(calls: Iterable[Call], *, enterprise_id: int | None, on: date) -> frozenset[str]:
    """The codes of the calls whose rules the enterprise surely does not meet, by its file: nobody is advised to apply for them.

    Three queries whatever the calls, none for no call; each with its openings fetched. What the headroom still allows is
    weighed by the comparison, not here.
    """
    asked = list(calls)
    found = Enterprise.objects.filter(pk=enterprise_id).first() if asked else None
    if found is None:
        return frozenset()
    facts = enterprise_facts(found, on=on)
    return frozenset(call.code for call in asked if check_rules(requirements_of(call), facts=facts).outcome == NO)
