"""What happened since the agenda was made: who does not come, who comes late, new pairs, slots that are gone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from levante.matching.fields import Fields
from levante.matching.instance import Instance, Pair, Slot
from levante.matching.reading import pairs_from, slot_known

__all__ = ["Absence", "Changes", "changed", "changes_from"]


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is not there from a slot to another, both included; without one of them, from the start or to the end."""

    id: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """``not_before``: the slots that begin before this one are past; what was held there stays, and nothing is added."""

    absences: tuple[Absence, ...] = ()
    added_pairs: tuple[Pair, ...] = ()
    removed_slots: tuple[str, ...] = ()
    not_before: str | None = None


def changes_from(document: Any, instance: Instance) -> Changes:
    """``{absent[{id,from?,to?}], late[{id,from}], added_pairs[…], removed_slots[SLOT], not_before?: SLOT}``."""
    fields = Fields(document)
    people = {person.id for person in instance.participants}
    begins = {slot.id: slot.begins for slot in instance.slots}
    order = [slot.id for slot in in_time(instance)]
    known = set(order)
    absences = []
    for name in ("absent", "late"):
        for item in fields.objects(name):
            who = item.id("id")
            if who not in people:
                raise item.bad("id", f"partecipante sconosciuto: {who}", f"unknown participant: {who}")
            start = slot_known(item.raw("from"), item.at("from"), known) if name == "late" or item.has("from") else None
            end = slot_known(item.raw("to"), item.at("to"), known) if name == "absent" and item.has("to") else None
            item.end()
            if start is not None and end is not None and begins[end] < begins[start]:
                raise item.bad("to", f"{end} viene prima di {start}", f"{end} comes before {start}")
            if name == "absent":
                absences.append(Absence(who, start, end))
            else:
                absences += _until(who, str(start), instance)
    pairs = pairs_from(fields, "added_pairs", instance.participants, known, instance.interpreters, taken=instance.pairs)
    for index, pair in enumerate(pairs):
        if pair.pinned is not None:
            raise fields.bad(
                f"added_pairs[{index}].pinned",
                "una coppia aggiunta non si fissa: si sposta dopo",
                "an added pair is not pinned: it is moved afterwards",
            )
    removed = fields.ids("removed_slots")
    for index, slot in enumerate(removed):
        slot_known(slot, f"removed_slots[{index}]", known)
    now = slot_known(fields.raw("not_before"), "not_before", known) if fields.has("not_before") else None
    fields.end()
    return Changes(tuple(absences), pairs, tuple(removed), now)


def in_time(instance: Instance) -> list[Slot]:
    return sorted(instance.slots, key=lambda slot: slot.begins)


def _until(who: str, start: str, instance: Instance) -> Sequence[Absence]:
    """The absence of who comes late: every slot that begins before the one it is there from."""
    first = next(slot for slot in instance.slots if slot.id == start)
    before = [slot for slot in in_time(instance) if slot.begins < first.begins]
    return [Absence(who, None, before[-1].id)] if before else []


def changed(instance: Instance, changes: Changes) -> Instance:
    """The event after the changes. Who is absent throughout has no minimum; a pin that cannot be kept is no pin any more."""
    begins = {slot.id: slot.begins for slot in instance.slots}
    gone = set(changes.removed_slots)
    away: dict[str, set[str]] = {}
    for absence in changes.absences:
        since = begins[absence.start] if absence.start is not None else min(begins.values())
        until = begins[absence.end] if absence.end is not None else max(begins.values())
        away.setdefault(absence.id, set()).update(slot for slot, at in begins.items() if since <= at <= until)
    participants = []
    there: dict[str, set[str]] = {}
    for person in instance.participants:
        out = gone | away.get(person.id, set())
        available = tuple(slot for slot in person.available if slot not in out)
        there[person.id] = set(available)
        absent = person.id in away and not available
        participants.append(replace(person, available=available, min=0 if absent else person.min))
    pairs = tuple(
        replace(pair, pinned=None)
        if pair.pinned is not None and not (pair.pinned in there[pair.a] and pair.pinned in there[pair.b])
        else pair
        for pair in (*instance.pairs, *changes.added_pairs)
    )
    return replace(
        instance,
        slots=tuple(slot for slot in instance.slots if slot.id not in gone),
        participants=tuple(participants),
        pairs=pairs,
        table_slots={slot: n for slot, n in instance.table_slots.items() if slot not in gone},
        interpreters={
            language: replace(there_are, slots={slot: n for slot, n in there_are.slots.items() if slot not in gone})
            for language, there_are in instance.interpreters.items()
        },
    )
