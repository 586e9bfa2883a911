"""On the day: who does not come, or comes late; the agenda is mended, and only those whose meetings change are told."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service
from levante.matching.api import Absence, Changes
from levante.meetings import policies, states
from levante.meetings.building import instance_of, solved_of
from levante.meetings.editing import write_meetings
from levante.meetings.holding import changed, locked_agenda, require_revision
from levante.meetings.models import Agenda, Attendee, Slot

if TYPE_CHECKING:
    from levante.matching.api import Agenda as Solved
    from levante.matching.api import Instance, Repair
    from levante.meetings.models import Meeting

#: Seconds that mending takes at most while somebody waits.
MOST_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending would do: meetings lost, new, moved; of those kept how many are disturbed; how many people are
    told."""

    lost: int
    added: int
    moved: int
    kept: int
    disturbed: int
    told: int
    objective: float


def preview_absence(agenda: Agenda, row: Attendee, *, start: Slot | None, end: Slot | None, moves: str) -> Mended:
    """What mending would do, without doing it."""
    return _counted(_repair(agenda, row, start, end, moves))


@service("meetings.record_absence")
def record_absence(
    *, actor: Actor, agenda: Agenda, row: Attendee, start: Slot | None = None, end: Slot | None = None, moves: str = "0",
    own: bool = False, revision: int | None = None,
) -> Agenda:  # fmt: skip
    """Somebody is not there from a slot to another (none: from the beginning, to the end): its meetings are cancelled and the holes are
    filled, with no kept meeting touched (``0``), or very few moved for what it is worth (``priced``). Whole absence withdraws it. Only
    those whose meetings change are told. ``own``: by its own fault, so what it loses of a published agenda is missed by it.
    ``revision``: of the agenda for which it was told what would change; of another it may be something else."""
    from levante.meetings.publishing import tell_changes

    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if held.state == states.CLOSED:
        refuse("L’agenda è conclusa.", "The agenda is closed.")
    require_revision(held, revision)
    person = Attendee.objects.select_for_update().filter(pk=row.pk, agenda=held).first()
    if (
        person is None
        or (start is not None and start.agenda_id != held.pk)
        or (end is not None and end.agenda_id != held.pk)
    ):
        refuse("Non è di questa agenda.", "It is not of this agenda.")
    if start is not None and end is not None and end.starts_at < start.starts_at:
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="end")
    before = solved_of(held)
    found = _repair(held, person, start, end, moves)
    lost = list(held.meetings.filter(Q(a=person) | Q(b=person), state=states.PLANNED).values_list("pk", flat=True))
    touched = write_meetings(held, before, found.agenda)
    if own and held.published_at is not None:
        held.meetings.filter(pk__in=lost, state=states.CANCELLED).update(missed_by=person.side)
    if start is None and end is None:
        person.withdrawn_at = now()
        person.save(update_fields=["withdrawn_at"])
    else:
        gone = held.slots.all()
        gone = gone.filter(starts_at__gte=start.starts_at) if start is not None else gone
        gone = gone.filter(starts_at__lte=end.starts_at) if end is not None else gone
        person.away.add(*gone)
    changed(held)
    counted = _counted(found)
    note(attendee=person.pk, lost=counted.lost, added=counted.added, moved=counted.moved, moves=moves, own=own)
    note_object(held)
    if held.state == states.PUBLISHED:
        tell_changes(actor, held, touched)
    return held


def _repair(agenda: Agenda, row: Attendee, start: Slot | None, end: Slot | None, moves: str) -> "Repair":
    if moves not in {"0", "priced"}:
        refuse("Scegli se si può spostare.", "Choose whether meetings may move.", field="moves")
    coming = agenda.slots.filter(starts_at__gt=now()).order_by("starts_at").first()
    over = agenda.slots.filter(starts_at__lte=now()).exists()
    if over and coming is None:
        refuse("Tutti gli incontri sono già cominciati.", "All meetings have begun already.")
    if over and coming is not None and (start is None or start.starts_at < coming.starts_at):
        start = coming  # what has begun is not undone: who was there was there
    if start is not None and end is not None and end.starts_at < start.starts_at:
        refuse("Quel tempo è già passato.", "That time has passed already.", field="end")
    absence = Absence(
        str(row.pk), str(start.pk) if start is not None else None, str(end.pk) if end is not None else None
    )
    return mended(agenda, instance_of(agenda, as_it_stands=True), solved_of(agenda), (absence,), moves)


def mended(
    agenda: Agenda,
    instance: "Instance",
    before: "Solved",
    absences: "tuple[Absence, ...]",
    moves: str,
    removed: tuple[str, ...] = (),
) -> "Repair":
    """The agenda mended after some absences, without the slots ``removed``; what has begun stays, and nothing is added there."""
    from levante.matching.api import Run, repair  # with numpy and scipy, which only who reckons loads

    coming = agenda.slots.filter(starts_at__gt=now()).exclude(pk__in=removed).order_by("starts_at").first()
    over = agenda.slots.filter(starts_at__lte=now()).exists()
    changes = Changes(
        absences=absences, removed_slots=removed, not_before=str(coming.pk) if over and coming is not None else None
    )
    return repair(instance, before, changes, moves=moves, run=Run(seed=1, seconds=MOST_SECONDS))


def without_slot(agenda: Agenda, slot: Slot) -> "list[Meeting]":
    """The meetings of a slot that goes are put where there is room, or cancelled; nobody else moves. Those that changed.
    For a service that holds the agenda."""
    if slot.starts_at <= now():
        refuse("Questa fascia è già cominciata.", "This slot has begun already.")
    before = solved_of(agenda)
    if agenda.slots.filter(starts_at__gt=now()).exclude(pk=slot.pk).exists():
        instance = instance_of(agenda, as_it_stands=True)
        return write_meetings(agenda, before, mended(agenda, instance, before, (), "0", (str(slot.pk),)).agenda)
    left = tuple(one for one in before.meetings if one.slot != str(slot.pk))
    return write_meetings(agenda, before, replace(before, meetings=left))


def _counted(found: "Repair") -> Mended:
    kinds = [one.kind for one in found.changes]
    return Mended(
        lost=kinds.count("cancelled"), added=kinds.count("added"), moved=kinds.count("moved"), kept=found.kept, disturbed=found.disturbed,
        told=len(found.told()), objective=found.agenda.objective,
    )  # fmt: skip
