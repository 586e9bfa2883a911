"""One box for everything: each kind of thing says how it is found, and shows only what the actor may see.

A room plugs in with a module ``found.py`` beside its desk screens (``web/desk/<journey>/found.py``) holding
``PROVIDERS: list[Provider]``. ``Provider.find`` makes one query (two at most) and returns at most ``limit`` hits; it goes
through ``visible_to(actor)``.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_lazy

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.parties.api import Buyer, Enterprise, Institution, Investor, Person, window
from levante.programme.api import Act
from levante.web import desk

LIMIT = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its title, where it is, a line that tells it from others like it."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of thing: its name for the list and how it is found; ``rank`` orders the kinds."""

    label: str
    find: Callable[[Actor, str, int], list[Hit]]
    rank: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    label: str
    hits: list[Hit]
    more: bool


def search_everything(actor: Actor, text: str) -> list[Found]:
    """What answers to ``text``, kind by kind; kinds with nothing are left out."""
    found = []
    for provider in providers():
        hits = provider.find(actor, text, LIMIT + 1)
        if hits:
            found.append(Found(str(provider.label), hits[:LIMIT], len(hits) > LIMIT))
    return found


@cache
def providers() -> tuple[Provider, ...]:
    """Ours and those of the other journeys, in order."""
    found = list(OURS)
    for entry in pkgutil.iter_modules(desk.__path__):
        if not entry.ispkg:
            continue
        inside = importlib.import_module(f"levante.web.desk.{entry.name}")
        if any(module.name == "found" for module in pkgutil.iter_modules(inside.__path__)):
            found += importlib.import_module(f"levante.web.desk.{entry.name}.found").PROVIDERS
    return tuple(sorted(found, key=lambda provider: provider.rank))


def find_enterprises(actor: Actor, text: str, limit: int) -> list[Hit]:
    rows = window(Enterprise.objects.visible_to(actor).search(text), sort="rank", size=limit).rows
    return [
        Hit(
            row.name,
            reverse("desk:enterprise", args=[row.pk]),
            " · ".join(filter(None, [row.tax_code, row.comune_name, row.get_status_display()])),
        )
        for row in rows
    ]


def find_people(actor: Actor, text: str, limit: int) -> list[Hit]:
    rows = Person.objects.visible_to(actor).search(text).order_by("family_name", "given_name", "id")[:limit]
    return [Hit(str(row), reverse("desk:person", args=[row.pk]), row.email) for row in rows]


def find_counterparts(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Buyers, investors and institutions; each leads to its screen when there is one."""
    hits: list[Hit] = []
    kinds = (
        (Buyer, "desk:buyer", gettext("buyer")),
        (Investor, "desk:investor", gettext("investor")),
        (Institution, "desk:institution", gettext("institution")),
    )
    for model, name, label in kinds:
        rows = model.objects.visible_to(actor).search(text).select_related("country").order_by("search_name", "id")
        hits += [Hit(row.name, _address(name, row.pk), f"{label} · {row.country}") for row in rows[:limit]]
    return hits[:limit]


def find_acts(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Acts of the programme, which are public, by number, title or kind."""
    if not actor.has_role(*roles.EVERY_ROLE):
        return []
    condition = Q()
    for word in text.split():
        condition &= Q(title_it__icontains=word) | Q(number=word) | Q(code__icontains=word)
    rows = Act.objects.filter(condition).order_by("-adopted_on", "id")[:limit]
    return [Hit(str(row), _address("desk:act", row.pk) or _address("desk:programme"), row.title_it) for row in rows]


def _address(name: str, *arguments: int) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


OURS = (
    Provider(gettext_lazy("Enterprises"), find_enterprises, 10),
    Provider(gettext_lazy("People"), find_people, 20),
    Provider(gettext_lazy("Buyers, investors, institutions"), find_counterparts, 60),
    Provider(gettext_lazy("Acts"), find_acts, 70),
)
