"""Every kind of thing that the desk's one box finds, only what the actor may see.

A journey plugs in with a module ``found.py`` (``web/desk/<journey>/found.py``) holding ``PROVIDERS: list[Kind]``. The rows of a
kind go through ``visible_to(actor)`` and are found by name through ``parties.api.answering``, so that accents and capitals
never matter. Typing mistakes are forgiven when nothing at all answers to what was typed: the kinds are asked again, ``loose``.
"""

import importlib
import pkgutil
from functools import cache

from levante.kernel.api import Actor
from levante.web import desk
from levante.web.access import may_open
from levante.web.searching import Found, Kind, ask


def search_everything(actor: Actor, text: str) -> list[Found]:
    """What answers to ``text``, kind by kind; kinds with nothing, or whose page is closed to the actor, are left out."""
    kinds = [kind for kind in providers() if not kind.page or may_open(actor, kind.page)]
    return ask(actor, kinds, text, loose=False) or ask(actor, kinds, text, loose=True)


@cache
def providers() -> tuple[Kind, ...]:
    """Those of all the journeys, in order."""
    found: list[Kind] = []
    for entry in pkgutil.iter_modules(desk.__path__):
        if not entry.ispkg:
            continue
        inside = importlib.import_module(f"levante.web.desk.{entry.name}")
        if any(module.name == "found" for module in pkgutil.iter_modules(inside.__path__)):
            found += importlib.import_module(f"levante.web.desk.{entry.name}.found").PROVIDERS
    return tuple(sorted(found, key=lambda kind: kind.rank))
