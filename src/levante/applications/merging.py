"""Typed answers put together with those that somebody else wrote meanwhile: nothing is lost, and both values are told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from levante.applications.models import Application, GroupMember, Saving
from levante.applications.policies import filling_of
from levante.kernel.api import Actor, now


@dataclass(slots=True)
class Merged:
    """Typed answers put together with those that are stored: what is stored then, what changed, what could not be written."""

    stored: dict[str, Any]
    changes: dict[str, list[Any]] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, Any] = field(default_factory=dict)


def merge(
    there: Mapping[str, Any],
    typed: Mapping[str, Any],
    known: Collection[str],
    before_here: Mapping[str, Any] | None,
    *,
    overwrite: bool,
    holder: str = "",
    aside: Collection[str] = (),
) -> Merged:
    """``before_here`` are the fields that somebody changed after the page was shown, as they were then; ``None`` for nobody.
    ``aside`` are those whose conflict was told and is not decided yet: they stay as they are until ``overwrite`` decides."""
    merged = Merged(dict(there))
    for name, value in typed.items():
        if name not in known or value == there.get(name):
            continue
        if holder:
            if before_here is None or value != before_here.get(name, there.get(name)):
                merged.conflicts[name], merged.refused[name] = there.get(name), value
            continue
        if name in aside and not overwrite:
            merged.conflicts[name], merged.refused[name] = there.get(name), value
            continue
        if before_here is not None and name in before_here and not overwrite:
            if value != before_here[name]:
                merged.conflicts[name], merged.refused[name] = there.get(name), value
            continue  # not touched here, changed elsewhere: theirs stands
        merged.changes[name] = [there.get(name), value]
        if value is None:
            merged.stored.pop(name, None)
        else:
            merged.stored[name] = value
    return merged


def record_saving(current: Application, actor: Actor, merged: Merged, *, member: GroupMember | None = None) -> None:
    """A line of the history, and the next revision, when something changed or could not be written."""
    if not (merged.changes or merged.refused):
        return
    current.revision += 1
    Saving.objects.create(
        application=current,
        member=member,
        revision=current.revision,
        at=now(),
        user_id=actor.user_id,
        filling=None if member is not None else filling_of(actor, current),
        changes=merged.changes,
        conflicts=merged.refused,
    )


def at_revision(application: Application, revision: int, *, member: GroupMember | None = None) -> dict[str, Any]:
    """What the fields changed after a revision were at that revision."""
    values: dict[str, Any] = {}
    for saving in application.savings.filter(revision__gt=revision, member=member).order_by("-revision"):
        for name, (before, _) in saving.changes.items():
            values[name] = before
    return values
