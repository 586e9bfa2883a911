"""The shape of every write: keyword-only, one transaction, one audit entry, consequences on commit."""

import functools
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, NoReturn, ParamSpec, TypeVar

from django.db import models, transaction

from levante.kernel import clock
from levante.kernel.actor import Actor
from levante.kernel.models import AuditEntry
from levante.kernel.pure import Bilingual, Decision

P = ParamSpec("P")
R = TypeVar("R")

_notes: ContextVar[dict[str, Any] | None] = ContextVar("audit_notes", default=None)
_UNCHANGED = "_unchanged"


class Refused(Exception):
    """A write that may not be done, with the reason in both languages: 403 on a screen, problem+json in the API. ``way``: the
    page where what is missing is done, to which a page that was asked for leads."""

    def __init__(self, reason: Bilingual, field: str = "", way: str = "") -> None:
        super().__init__(reason.it)
        self.reason = reason
        self.field = field
        self.way = way


class NotYours(Exception):
    """The object exists but not for this actor: a screen answers 404."""


def refuse(it: str, en: str, *, field: str = "") -> NoReturn:
    """Stop the service with a reason; ``field`` names the input to mend, if there is one."""
    raise Refused(Bilingual(it, en), field)


def require(decision: Decision, *, way: str = "") -> None:
    """Go on only when the decision is yes; ``way`` leads to the page where what is missing is done."""
    if not decision:
        raise Refused(decision.reason, way=way)


def note(**data: Any) -> None:
    """Add to the audit entry of the service at work: our numbers, codes of things, amounts as text; never
    personal data: an enterprise by its number, since the tax code of a sole trader is a person's."""
    notes = _notes.get()
    if notes is None:
        raise RuntimeError("note() belongs inside a service")
    notes.update(data)


def note_object(subject: models.Model) -> None:
    """Say which object the audit entry is about, when it is not what the service returns."""
    note(_object=subject)


def unchanged(result: R) -> R:
    """Say that the service found its work done already, and give back what there is: ``return unchanged(known)``.

    A request repeated under the same key, a file loaded again, a second click: nothing was written, so no audit entry is.
    What has been noted must not be lost: noting and then saying that nothing changed is a mistake.
    """
    notes = _notes.get()
    if notes is None:
        raise RuntimeError("unchanged() belongs inside a service")
    if notes.keys() - {_UNCHANGED}:
        raise RuntimeError(f"unchanged() after note(): {sorted(notes)} would be lost")
    notes[_UNCHANGED] = True
    return result


def service(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the only way to do one write.

    It runs in one transaction and leaves one audit entry naming ``verb``, the actor and the object (the model instance
    returned, or the one given to :func:`note_object`). A service called inside another joins its transaction and leaves
    an entry of its own. What raises leaves nothing, and neither does what says :func:`unchanged`.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{verb}: a service takes keyword arguments only")
            actor = kwargs.get("actor")
            if not isinstance(actor, Actor):
                raise TypeError(f"{verb}: a service is told who acts")
            token = _notes.set({})
            try:
                with transaction.atomic():
                    result = function(*args, **kwargs)
                    notes = _notes.get() or {}
                    if _UNCHANGED not in notes:
                        _write_entry(verb, actor, result, notes)
                    elif len(notes) > 1:
                        raise RuntimeError(f"{verb}: note() after unchanged()")
                return result
            finally:
                _notes.reset(token)

        run.is_service = True  # type: ignore[attr-defined]
        return run

    return wrap


def unname(user_id: int) -> int:
    """Empty the name that the audit keeps of a person whose account is closed, in the entry of the service at work too; how
    many entries held it (GDPR art. 17). That an account did what it did stays (art. 17(3)(b) and (e))."""
    note(_unnamed=user_id)
    return AuditEntry.objects.filter(user_id=user_id).exclude(actor_label="").update(actor_label="")


def _write_entry(verb: str, actor: Actor, result: object, notes: dict[str, Any]) -> None:
    subject = notes.pop("_object", result if isinstance(result, models.Model) else None)
    unnamed = notes.pop("_unnamed", None)
    entry = _entry(verb, actor, subject, notes)
    if unnamed is not None and unnamed == actor.user_id:
        entry.actor_label = ""
    entry.save(force_insert=True)


def _entry(verb: str, actor: Actor, subject: models.Model | None, data: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        at=clock.now(),
        user_id=actor.user_id,
        actor_label=actor.label[:200],
        enterprise_id=actor.enterprise_id,
        buyer_id=actor.buyer_id,
        investor_id=actor.investor_id,
        verb=verb,
        object_type=subject._meta.label if subject is not None else "",
        object_id=str(subject.pk) if subject is not None else "",
        data=data,
    )


def audit_each(verb: str, *, actor: Actor, subjects: Iterable[models.Model], **data: Any) -> None:
    """One audit entry for each of many objects that one service writes alike, as if it had been called for each: ``verb`` is
    that of the service for one. In few statements, within the transaction of the service at work."""
    if _notes.get() is None:
        raise RuntimeError("audit_each() belongs inside a service")
    AuditEntry.objects.bulk_create([_entry(verb, actor, subject, dict(data)) for subject in subjects], batch_size=1000)


def after_commit(function: Callable[..., object], /, **arguments: Any) -> None:
    """Call a function once the transaction is durable; its failure never undoes the write and is logged."""
    transaction.on_commit(functools.partial(function, **arguments), robust=True)
