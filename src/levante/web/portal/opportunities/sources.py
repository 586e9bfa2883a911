"""Where opportunities come from. A journey that has some keeps a module ``opportunities.py`` beside its views
(``web/portal/<journey>/opportunities.py``) with ``find(enterprise, *, instant) -> list[Opportunity]``: calls are here, fairs
and help plug in the same way and end up in the same comparison."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from levante.calls.api import Call, Check, card_of, check_rules, enterprise_facts, most, with_openings
from levante.kernel.api import day_of
from levante.kernel.pure import Bilingual


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


_ORDER = {"yes": 0, "unknown": 1, "no": 2}


def opportunities_for(enterprise: Any, *, instant: datetime) -> list[Opportunity]:
    """Everything the enterprise could get, what is open and possible first."""
    found = calls_for(enterprise, instant=instant)
    for source in _plugged():
        found += source(enterprise, instant=instant)
    return sorted(found, key=lambda one: (not one.is_open, _ORDER[one.check.outcome], one.title.it))


def calls_for(enterprise: Any, *, instant: datetime) -> list[Opportunity]:
    """The public calls that are open or coming, each judged on the facts of the enterprise's file."""
    from django.urls import reverse

    facts = enterprise_facts(enterprise, on=day_of(instant))
    found = []
    for call in with_openings(Call.objects.public()):
        card = card_of(call, instant)
        if card.opening is None or card.phase is None or card.phase.code not in {"open", "coming", "suspended"}:
            continue
        found.append(
            Opportunity(
                kind=Bilingual("Bando", "Call"),
                title=Bilingual(call.title_it, call.title_en),
                url=reverse("site:call", args=[call.code]),
                check=check_rules(call.eligibility, facts=facts),
                phase=card.phase.label,
                is_open=card.phase.is_open,
                amount=most(call.money),
                until=card.opening.closes_at,
                is_demo=call.is_demo,
                start_url=reverse("portal:application_start", args=[card.opening.pk]) if card.phase.is_open else "",
            )
        )
    return found
