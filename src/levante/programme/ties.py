"""The tie between a direction and an action, changed at the desk: with a reason, an act where there is one, and its history.

What the desk has changed, the folder no longer changes: ``levante programme diff`` says where they differ, loading keeps the
desk's, and ``--ties-from-folder`` goes back to the folder's. See ``docs/how-to/write-a-programme.md``.
"""

from datetime import date
from typing import Any

from django.db.models import Q

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service
from levante.programme import vocabulary as words
from levante.programme.definitions import Direction, DirectionAction, TieChange
from levante.programme.frame import Act, Action, Programme
from levante.programme.policies import may_map_ties

_ATTRIBUTES = ("since", "until", "confidence", "source", "note_it", "note_en")


@service("programme.record_tie")
def record_tie(
    *,
    actor: Actor,
    direction: Direction,
    action: Action,
    since: date | None,
    until: date | None,
    note_it: str,
    note_en: str,
    act: Act | None = None,
    tie: DirectionAction | None = None,
) -> DirectionAction:
    """Say that a direction follows an action in a period, or change ``tie``. Without an act it is an assumption, with why."""
    require(may_map_ties(actor))
    _one_at_a_time(direction.programme)
    why = note_it.replace("\0", "").strip()[:1000]
    if not why:
        refuse("Scrivi perché.", "Say why.", field="note_it")
    if since is not None and until is not None and until < since:
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="until")
    if action.fund.programme_id != direction.programme_id:
        refuse("Sono di programmi diversi.", "They belong to different programmes.", field="action")
    others = overlapping(direction, action, since, until)
    if others.exclude(pk=tie.pk if tie is not None else None).exists():
        refuse(
            "C’è già un legame tra questa direttrice e questa azione negli stessi giorni.",
            "There is already a tie between this direction and this action in the same days.",
            field="since",
        )
    row = tie or DirectionAction(programme=direction.programme, code=_free_code(direction, action))
    before = attributes_of(row) if tie is not None else {}
    row.direction, row.action, row.since, row.until = direction, action, since, until
    row.note_it, row.note_en = why, note_en.replace("\0", "").strip()[:1000] or why
    row.confidence = words.SOURCED if act is not None else words.ASSUMPTION
    row.source = act.name_it if act is not None else ""
    row.save()
    kind = TieChange.CHANGED if tie is not None else TieChange.ADDED
    _log(actor, row, kind, before=before, after=attributes_of(row), act=act, reason=why)
    note(code=row.code, kind=kind, act=act.code if act is not None else "")
    return row


@service("programme.remove_tie")
def remove_tie(*, actor: Actor, tie: DirectionAction, reason: str, act: Act | None = None) -> None:
    """Take away a tie that never was: one that ends in time is given its last day instead."""
    require(may_map_ties(actor))
    _one_at_a_time(tie.programme)
    why = reason.replace("\0", "").strip()[:1000]
    if not why:
        refuse("Scrivi perché.", "Say why.", field="reason")
    _log(actor, tie, TieChange.REMOVED, before=attributes_of(tie), after={}, act=act, reason=why)
    note_object(tie.programme)
    note(code=tie.code)
    tie.delete()


def held_at_desk(programme: Programme | None) -> dict[str, TieChange]:
    """The ties the desk has changed (or removed), by code, with the latest change; those given back to the folder are not."""
    if programme is None:
        return {}
    rows = TieChange.objects.filter(programme=programme).select_related("act").order_by("code", "-id").distinct("code")
    return {row.code: row for row in rows if row.kind != TieChange.FOLDER}


def give_back(actor: Actor, programme: Programme, codes: set[str]) -> None:
    """Write that the folder holds these ties again (called by the loading, in its transaction)."""
    for code in sorted(codes):
        kept = (
            DirectionAction.objects.filter(programme=programme, code=code).select_related("direction", "action").first()
        )
        row = kept or DirectionAction(programme=programme, code=code)
        after = attributes_of(kept) if kept is not None else {}
        _log(
            actor,
            row,
            TieChange.FOLDER,
            before={},
            after=after,
            act=None,
            reason="Ripreso dalla cartella del programma",
        )


def overlapping(direction: Direction, action: Action, since: date | None, until: date | None) -> Any:
    """The ties of a direction and an action that share a day with a period."""
    rows = DirectionAction.objects.filter(direction=direction, action=action)
    if until is not None:
        rows = rows.filter(Q(since__isnull=True) | Q(since__lte=until))
    if since is not None:
        rows = rows.filter(Q(until__isnull=True) | Q(until__gte=since))
    return rows


def attributes_of(row: DirectionAction) -> dict[str, Any]:
    """A tie as it is kept in its history."""
    found: dict[str, Any] = {"direction": row.direction.code, "action": row.action.code}
    for name in _ATTRIBUTES:
        value = getattr(row, name)
        found[name] = value.isoformat() if isinstance(value, date) else value
    return found


def _one_at_a_time(programme: Programme) -> None:
    """Ties of a programme are changed one after the other: the history is in the order of the changes."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _free_code(direction: Direction, action: Action) -> str:
    """``A/3.5.b``, then ``A/3.5.b/2``: never one that the history knows as another tie."""
    base = f"{direction.code}/{action.code}"[:70]
    taken = set(TieChange.objects.filter(code__startswith=base).values_list("code", flat=True))
    taken |= set(DirectionAction.objects.filter(code__startswith=base).values_list("code", flat=True))
    place, code = 2, base
    while code in taken:
        place, code = place + 1, f"{base}/{place}"
    return code


def _log(
    actor: Actor,
    row: DirectionAction,
    kind: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    act: Act | None,
    reason: str,
) -> None:
    TieChange.objects.create(
        programme=row.programme,
        code=row.code,
        kind=kind,
        before=before,
        after=after,
        act=act,
        reason=reason,
        at=now(),
        by_id=actor.user_id,
        by_label=actor.label[:200],
    )
