"""The one timeline of an enterprise: what parties know, and what each room adds.

A room that has something to say keeps a module ``timeline.py`` beside its desk screens (``web/desk/<journey>/``) with
``happenings(actor, enterprise) -> list[Happening]``: at most ``LIMIT`` of them, in one query, only what the actor may
see.
"""

import importlib
import pkgutil
from dataclasses import replace
from functools import cache
from types import ModuleType
from urllib.parse import urlsplit

from django.urls import resolve

from levante.kernel.api import Actor
from levante.parties.api import Enterprise, Happening, timeline_of, users_told
from levante.web import desk
from levante.web.access import may_open

LIMIT = 50


@cache
def contributors() -> tuple[ModuleType, ...]:
    """The ``timeline`` modules of the other desk journeys, by name."""
    found = []
    for entry in sorted(pkgutil.iter_modules(desk.__path__), key=lambda module: module.name):
        if not entry.ispkg or entry.name == "enterprises":
            continue
        inside = importlib.import_module(f"levante.web.desk.{entry.name}")
        if any(module.name == "timeline" for module in pkgutil.iter_modules(inside.__path__)):
            found.append(importlib.import_module(f"levante.web.desk.{entry.name}.timeline"))
    return tuple(found)


def whole_timeline(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    """Everything that happened to an enterprise, from every room, latest first."""
    items = timeline_of(enterprise)
    for module in contributors():
        items += module.happenings(actor, enterprise)
    latest = sorted(items, key=lambda one: one.at, reverse=True)[: 2 * LIMIT]
    people = users_told(actor, {one.user_id for one in latest})
    return [
        replace(one, who=people.get(one.user_id, one.who), url=one.url if _leads(actor, one.url) else "")
        for one in latest
    ]


def _leads(actor: Actor, url: str) -> bool:
    """What happened is told to whoever sees the file; its page is for who may open it."""
    return not url or may_open(actor, resolve(urlsplit(url).path).view_name)
