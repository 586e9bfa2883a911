"""Which meetings were held, and of the others who was missing: said by the office as they go, or of many at once afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.db.models import Count, Q, QuerySet

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.meetings import policies, states
from levante.meetings.days import day_at
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda, Arrival, Meeting, Slot

#: It is not said whether they were held, or who was missing.
UNSAID = Q(state=states.PLANNED) | Q(state=states.MISSED, missed_by="")
#: At most so many at once.
MOST = 5000


class Said(TypedDict):
    """Of a meeting (its number): whether it was held; if not, who was missing (``states.MISSED_BY``; empty: as the arrivals tell)."""

    meeting: int
    held: bool
    missed_by: str


@service("meetings.record_held")
def record_held(*, actor: Actor, meeting: Meeting, held: bool, missed_by: str = "") -> Meeting:
    """Whether a meeting was held, by the office, and if not who did not come (``states.MISSED_BY``; not told, it is who had not been
    checked in on that day, if the other had). It may be put right until the agenda is closed."""
    agenda = locked_agenda(meeting.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    row = _rows([meeting.pk])[meeting.pk]
    if not _say(agenda, row, held, missed_by):
        return unchanged(row)
    note(state=row.state, missed_by=row.missed_by)
    return row


@service("meetings.record_attendance")
def record_attendance(*, actor: Actor, agenda: Agenda, said: Sequence[Said], rest: Sequence[int] = ()) -> Agenda:
    """The same of many meetings of an agenda: all, or none where one cannot be said. ``rest``: of these, those of which nothing is said yet
    were held. Numbers of other agendas are left out."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if len(said) + len(rest) > MOST:
        refuse("Sono troppi per una volta.", "They are too many at once.")
    found = _rows([*(one["meeting"] for one in said), *rest])
    rows = {pk: row for pk, row in found.items() if row.agenda_id == held.pk}
    told: dict[str, list[int]] = {}
    others: list[Said] = [
        {"meeting": pk, "held": True, "missed_by": ""} for pk in rest if pk in rows and rows[pk].state == states.PLANNED
    ]
    for one in (*said, *others):
        row = rows.get(one["meeting"])
        if row is not None and _say(held, row, one["held"], one["missed_by"]):
            told.setdefault(row.missed_by or row.state, []).append(row.pk)
    if not told:
        return unchanged(held)
    note(**told)
    note_object(held)
    return held


def _rows(pks: Sequence[int]) -> dict[int, Meeting]:
    """Held until the end of the transaction, in the order of their numbers."""
    related = ("slot", "a__enterprise", "b__buyer")
    rows = Meeting.objects.select_for_update(of=("self",)).select_related(*related).filter(pk__in=pks)
    return {row.pk: row for row in rows.order_by("pk")}


def _say(agenda: Agenda, row: Meeting, held: bool, missed_by: str) -> bool:
    """Write it down; ``False`` when it is so already."""
    who = f"{row.a.name} × {row.b.name}"
    if agenda.state == states.CLOSED:
        refuse("L’agenda è conclusa: prima riaprila.", "The agenda is closed: open it again first.")
    if row.state == states.CANCELLED:
        refuse(f"{who}: l’incontro è annullato.", f"{who}: the meeting is cancelled.")
    if now() < row.slot.starts_at:
        refuse(f"{who}: l’incontro non è ancora cominciato.", f"{who}: the meeting has not begun yet.")
    if missed_by and (held or missed_by not in states.MISSED_BY):
        refuse("Scegli chi non è venuto.", "Choose who did not come.", field="missed_by")
    after = states.HELD if held else states.MISSED
    missing = "" if held else missed_by or _absent(agenda, row)
    if (row.state, row.missed_by) == (after, missing):
        return False
    if held and row.again_at is not None:
        if agenda.meetings.standing().filter(a=row.a_id, b=row.b_id).exists():
            refuse(
                f"{who}: è stato fissato di nuovo: prima si annulla il nuovo incontro.",
                f"{who}: it was arranged again: cancel the new meeting first.",
            )
        row.again_at = None
    row.state, row.missed_by = after, missing
    row.save(update_fields=["state", "missed_by", "again_at"])
    return True


def _absent(agenda: Agenda, row: Meeting) -> str:
    """Who of the two was not there, if the arrivals of that day tell: one of the two came and the other did not."""
    if row.is_apart or agenda.mode == states.ONLINE:
        return ""  # who is elsewhere is checked in by nobody
    here = Arrival.objects.filter(attendee__in=[row.a_id, row.b_id], day=day_at(agenda, row.slot.starts_at))
    came = set(here.values_list("attendee", flat=True))
    if (row.a_id in came) == (row.b_id in came):
        return ""
    return states.SELLER if row.b_id in came else states.BUYER


@dataclass(frozen=True, slots=True)
class Begun:
    """A slot that has begun: the day it is of, how many meetings it has, of how many it is not said whether they were held."""

    slot: Slot
    day: date
    meetings: int
    unsaid: int


def begun_of(agenda: Agenda) -> list[Begun]:
    """The slots with meetings that have begun, in the order of time. One query."""
    standing = Q(meetings__state__in=[states.PLANNED, states.HELD, states.MISSED])
    unsaid = Q(meetings__state=states.PLANNED) | Q(meetings__state=states.MISSED, meetings__missed_by="")
    rows = Slot.everywhere.filter(agenda=agenda, starts_at__lte=now()).annotate(
        all=Count("meetings", filter=standing), left=Count("meetings", filter=unsaid)
    )
    return [
        Begun(row, day_at(agenda, row.starts_at), row.all, row.left)
        for row in rows.filter(all__gt=0).order_by("starts_at")
    ]


def unsaid_of(agenda: Agenda) -> int:
    """Of how many meetings that have begun it is not said whether they were held. One query."""
    return Meeting.objects.filter(UNSAID, agenda=agenda, slot__starts_at__lte=now()).count()


def meetings_unsaid() -> "QuerySet[Meeting, int]":
    """The ids of the initiatives that are over, whose published agenda is not closed and has meetings of which nobody said whether they
    were held, or who was missing: a query to be put within another."""
    rows = Meeting.objects.filter(
        UNSAID, agenda__state=states.PUBLISHED, agenda__initiative__ends_on__lt=today(), slot__starts_at__lte=now()
    )
    return rows.order_by().values_list("agenda__initiative_id", flat=True)
