"""One box for everything: each kind of thing says how it is found, and shows only what the actor may see.

A room plugs in with a module ``found.py`` beside its desk screens (``web/desk/<journey>/found.py``) holding
``PROVIDERS: list[Provider]``. ``Provider.find`` makes one query (two at most) and returns at most ``limit`` hits; it goes
through ``visible_to(actor)`` and finds names through ``parties.api.answering``, so that accents and capitals never matter.
Typing mistakes are forgiven when nothing at all answers to what was typed: the kinds are asked again, ``loose``.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.calls.api import Call
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.parties.api import Buyer, Enterprise, Institution, Investor, Person, answering, window
from levante.programme.api import Act
from levante.web import desk
from levante.web.access import may_open

LIMIT = 8
#: Beyond this rank of ``Enterprise.search`` the name only resembles what was typed.
_RESEMBLES = 2.5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its title, where it is, a line that tells it from others like it, and the name of its kind where the
    provider finds several."""

    title: str
    url: str
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of thing: its name for the list and how it is found (actor, text, limit, loose); ``rank`` orders the kinds,
    ``page`` is the screen that hits lead to: who may not open it is not shown the kind."""

    label: str
    find: Callable[[Actor, str, int, bool], list[Hit]]
    rank: int = 50
    page: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    label: str
    hits: list[Hit]
    more: bool


def search_everything(actor: Actor, text: str) -> list[Found]:
    """What answers to ``text``, kind by kind; kinds with nothing are left out."""
    return _asked(actor, text, loose=False) or _asked(actor, text, loose=True)


def _asked(actor: Actor, text: str, *, loose: bool) -> list[Found]:
    found = []
    for provider in providers():
        if provider.page and not may_open(actor, provider.page):
            continue
        hits = provider.find(actor, text, LIMIT + 1, loose)
        for label in dict.fromkeys(hit.kind or str(provider.label) for hit in hits):
            held = [hit for hit in hits if label == (hit.kind or str(provider.label))]
            found.append(Found(label, held[:LIMIT], len(held) > LIMIT))
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


def titled(row: object) -> str:
    """The title of something that has one in each language."""
    name = "title_en" if (get_language() or "it").startswith("en") else "title_it"
    return str(getattr(row, name))


def find_enterprises(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    found = Enterprise.objects.visible_to(actor).search(text)
    rows = window(found if loose else found.filter(rank__lt=_RESEMBLES), sort="rank", size=limit).rows
    return [
        Hit(
            row.name,
            reverse("desk:enterprise", args=[row.pk]),
            " · ".join(filter(None, [row.tax_code, row.comune_name, row.get_status_display()])),
        )
        for row in rows
    ]


def find_people(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = Person.objects.visible_to(actor).search(text, loose=loose)
    order = ("-likeness",) if loose else ("family_name", "given_name")
    return [
        Hit(str(row), reverse("desk:person", args=[row.pk]), row.email) for row in rows.order_by(*order, "id")[:limit]
    ]


def find_counterparts(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """Buyers, investors and institutions; each leads to its screen when there is one."""
    hits: list[Hit] = []
    kinds = (
        (Buyer, "desk:buyer", gettext("buyer")),
        (Investor, "desk:investor", gettext("investor")),
        (Institution, "desk:institution", gettext("institution")),
    )
    for model, name, label in kinds:
        rows = model.objects.visible_to(actor).search(text, loose=loose).select_related("country")
        rows = rows.order_by("-likeness", "search_name", "id")
        hits += [Hit(row.name, _address(name, row.pk), f"{label} · {row.country}") for row in rows[:limit]]
    return hits[:limit]


def find_calls(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """Calls by title or code; the page of a call is the public one, once it is published."""
    found = answering(Call.objects.visible_to(actor), text, "title_it", "title_en", "code", loose=loose)
    public = set(Call.objects.public().values_list("pk", flat=True))
    return [
        Hit(titled(row), reverse("site:call", args=[row.code]) if row.pk in public else "", row.code)
        for row in found.order_by("-likeness", "-pk")[:limit]
    ]


def find_acts(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """Acts of the programme, which are public, by number, title or code."""
    if not actor.has_role(*roles.EVERY_ROLE):
        return []
    found = answering(Act.objects.all(), text, "title_it", "title_en", "number", "code", loose=loose)
    rows = found.order_by("-likeness", "-adopted_on", "id")[:limit]
    return [Hit(str(row), _address("desk:act", row.pk) or _acts_page(actor), titled(row)) for row in rows]


def _acts_page(actor: Actor) -> str:
    return reverse("desk:programme_data", args=["acts"]) if may_open(actor, "desk:programme_data") else ""


def _address(name: str, *arguments: int) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


OURS = (
    Provider(gettext_lazy("Enterprises"), find_enterprises, 10, "desk:enterprise"),
    Provider(gettext_lazy("People"), find_people, 20, "desk:person"),
    Provider(gettext_lazy("Calls"), find_calls, 35),
    Provider(gettext_lazy("Buyers, investors, institutions"), find_counterparts, 60),
    Provider(gettext_lazy("Acts"), find_acts, 70),
)
