"""A meeting that was missed is arranged again: the hours in which it could be, and the meeting in one of them."""

from dataclasses import dataclass, replace

from levante.kernel.api import Actor, note, now, refuse, require, service
from levante.matching.api import Edit, NoSuchEdit, edit_cost, edited
from levante.meetings import policies, states
from levante.meetings.building import instance_of, solved_of, with_pair
from levante.meetings.editing import edit_meeting
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda, Meeting, Slot


@dataclass(frozen=True, slots=True)
class Offer:
    """An hour to come in which both are free, with a table and an interpreter where they need them. ``place``: the number of the table or
    the name of the stand; empty: by a call (``apart``), or nowhere yet."""

    slot: Slot
    place: str
    interpreter: str
    apart: bool

    @property
    def numbered(self) -> bool:
        return self.place.isdecimal()


def left_to_arrange(agenda: Agenda) -> list[Meeting]:
    """The meetings that were missed and have no other time yet, while there are hours to come; the last missed first. Two queries."""
    if agenda.state == states.CLOSED or not agenda.slots.filter(starts_at__gt=now()).exists():
        return []
    rows = agenda.meetings.standing().filter(state=states.MISSED).select_related("slot", "a__enterprise", "b__buyer")
    return list(rows.order_by("-slot__starts_at", "pk"))


def times_for(meeting: Meeting) -> list[Offer]:
    """When a missed meeting could be held: on the same day or later, breaking no rule of the agenda. None where the two are not brought
    together any more (one left, or said no), or have another time already. Ten queries."""
    agenda = meeting.agenda
    if not _is_left(agenda, meeting) or agenda.state == states.CLOSED:
        return []
    a, b = str(meeting.a_id), str(meeting.b_id)
    whole = instance_of(agenda, as_it_stands=True)
    others = tuple(pair for pair in whole.pairs if (pair.a, pair.b) != (a, b))
    instance = with_pair(agenda, replace(whole, pairs=others), meeting.a_id, meeting.b_id)
    before = solved_of(agenda)
    before = replace(before, meetings=tuple(one for one in before.meetings if (one.a, one.b) != (a, b)))
    busy = {one.slot for one in before.meetings if a in (one.a, one.b) or b in (one.a, one.b)}
    found = []
    for slot in agenda.slots.filter(starts_at__gt=now()).order_by("starts_at"):
        edit = Edit("add", a, b, slot=str(slot.pk))
        if edit.slot in busy:
            continue
        try:
            if not edit_cost(instance, before, edit).allowed:
                continue
            _, after = edited(instance, before, edit)
        except NoSuchEdit:
            return []
        new = next(one for one in after.meetings if (one.a, one.b) == (a, b))
        stand = meeting.a.own_table or meeting.b.own_table
        apart = agenda.mode == states.ONLINE or meeting.is_apart
        found.append(Offer(slot, stand or ("" if new.table is None else str(new.table)), new.interpreter or "", apart))
    return found


def _is_left(agenda: Agenda, meeting: Meeting) -> bool:
    """Was it missed, and do the two have no other meeting?"""
    others = agenda.meetings.standing().filter(a=meeting.a_id, b=meeting.b_id).exclude(pk=meeting.pk)
    return meeting.state == states.MISSED and not others.exists()


@service("meetings.arrange_again")
def arrange_again(*, actor: Actor, meeting: Meeting, slot: Slot, revision: int | None = None) -> Meeting:
    """The two of a meeting that was missed are given another time: a meeting of its own, a step by hand that can be undone. The first stays
    missed, with whose fault it was. What would break a rule is refused with its words; once published, the two are told of the new one, and
    nobody else of anything. ``revision``: the agenda that was read; another is refused."""
    agenda = locked_agenda(meeting.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if row.state != states.MISSED:
        refuse("Si fissa di nuovo solo un incontro non tenuto.", "Only a meeting that was not held is arranged again.")
    if not _is_left(agenda, row):
        refuse("I due hanno già un altro incontro.", "The two have another meeting already.")
    if slot.agenda_id != agenda.pk or slot.closed_at is not None:
        refuse("Scegli un’ora di questa agenda.", "Choose an hour of this agenda.", field="slot")
    if row.again_at is None:
        row.again_at = now()
        row.save(update_fields=["again_at"])
    edit_meeting(
        actor=actor, agenda=agenda, edit=Edit("add", str(row.a_id), str(row.b_id), slot=str(slot.pk)), revision=revision
    )
    made: Meeting = agenda.meetings.standing().get(a=row.a_id, b=row.b_id)
    note(missed=row.pk, missed_by=row.missed_by, again=made.pk, slot=slot.pk)
    return made
