"""What letters are about: rooms above say of their things what a letter has to know, by a module with these functions.

- ``hidden_from(actor)`` → a queryset of the ids whose letters this officer must not see (a conflict of interest);
- ``may_read(actor, subject_id)`` → may this officer read what its letters say (a declaration that comes before);
- ``page(subject_id)`` → the path of the thing at the desk;
- ``enterprise_page(subject_id)`` → its path in the portal;
- ``hold(subject_id)``: lock the thing, before its letter is locked, when a letter that waited is let go;
- ``let_go(actor, letter)``: that letter leaves, in the transaction that says so (a decision that was held is told);
- ``delivered(actor, letter)``: a letter about it was delivered, in the transaction that says so (terms that run from receipt);
- ``plan(run, subject_id)`` → what the letter of a run says about it (``writing.Planned``); refused with why there is none;
- ``tell(actor, run, subject_id)``: that letter is written: who else is told, in its transaction.
"""

from importlib import import_module
from types import ModuleType

from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Decision

_modules: dict[str, str] = {}


def about(subject_type: str, module: str) -> None:
    """Say which module answers for a kind of thing (the model's label, ``applications.Application``)."""
    _modules[subject_type] = module


def module_of(subject_type: str) -> ModuleType | None:
    name = _modules.get(subject_type)
    return import_module(name) if name else None


def hidden_from(actor: Actor) -> Q:
    """The letters this officer must not see, whatever the role."""
    found = Q(pk__in=[])
    for subject_type in _modules:
        module = module_of(subject_type)
        if module is not None and hasattr(module, "hidden_from") and actor.user_id is not None:
            found |= Q(subject_type=subject_type, subject_id__in=module.hidden_from(actor))
    return found


def may_read_about(actor: Actor, subject_type: str, subject_id: int) -> Decision:
    """May the letters about a thing be read: yes when nobody said otherwise."""
    module = module_of(subject_type)
    if module is None or not hasattr(module, "may_read"):
        return Decision.yes()
    decision: Decision = module.may_read(actor, subject_id)
    return decision


def page_of(subject_type: str, subject_id: int, *, portal: bool = False) -> str:
    """Where the thing is seen, without language prefix; empty when nobody said."""
    module = module_of(subject_type)
    name = "enterprise_page" if portal else "page"
    return getattr(module, name)(subject_id) if module is not None and hasattr(module, name) else ""
