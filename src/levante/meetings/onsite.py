"""On site: who came, which meetings were held; told once or many times, also from a telephone that was offline."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import euro
from levante.meetings import policies, states
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda, Attendee, Feedback, Meeting


class Seen(TypedDict):
    """Somebody checked in: the number of its row, and when the telephone saw it (ISO 8601, with its offset)."""

    attendee: int
    at: str


@service("meetings.check_in")
def check_in(*, actor: Actor, agenda: Agenda, seen: Sequence[Seen]) -> Agenda:
    """Who came, as the operators' telephones tell it, in any order and as often as they like: the first instant
    counts, none in the future.
    Unknown numbers are left out."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if len(seen) > 5000:
        refuse("Sono troppi per una volta.", "They are too many at once.")
    rows = {row.pk: row for row in held.attendees.select_for_update().filter(pk__in=[one["attendee"] for one in seen])}
    touched: set[int] = set()
    for one in seen:
        row = rows.get(one["attendee"])
        moment = _instant(one["at"])
        if row is None or moment is None:
            continue
        if row.came_at is None or moment < row.came_at:
            row.came_at, row.checked_by_id = moment, actor.user_id
            touched.add(row.pk)
    if not touched:
        return unchanged(held)
    Attendee.objects.bulk_update([rows[pk] for pk in sorted(touched)], ["came_at", "checked_by"])
    note(came=sorted(touched))
    note_object(held)
    return held


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return min(found, now()) if found.tzinfo is not None else None


@service("meetings.record_held")
def record_held(*, actor: Actor, meeting: Meeting, held: bool) -> Meeting:
    """Whether a meeting was held, by the office; it may be put right until the agenda is closed."""
    agenda = locked_agenda(meeting.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    row = Meeting.objects.select_for_update(of=("self",)).select_related("slot").get(pk=meeting.pk)
    if row.state == states.CANCELLED or agenda.state == states.CLOSED:
        refuse("L’incontro è annullato o l’agenda è conclusa.", "The meeting is cancelled or the agenda is closed.")
    if now() < row.slot.starts_at:
        refuse("L’incontro non è ancora cominciato.", "The meeting has not begun yet.")
    after = states.HELD if held else states.MISSED
    if row.state == after:
        return unchanged(row)
    row.state = after
    row.save(update_fields=["state"])
    note(state=after)
    return row


@service("meetings.tell_feedback")
def tell_feedback(
    *, actor: Actor, meeting: Meeting, side: str, quality: int, next_step: str, expected: Decimal | None = None,
    confidential: bool = True,
    words: str = "", key: str = "",
) -> Feedback:  # fmt: skip
    """How a meeting was, in ten seconds: 1–5, what comes next, what it may be worth. Said again it replaces what was
    said; the same ``key``
    twice is one. A meeting that one of the two talks about was held."""
    locked_agenda(meeting.agenda_id)
    row = Meeting.objects.select_for_update(of=("self",)).select_related("slot", "a", "b", "agenda").get(pk=meeting.pk)
    if side not in states.SIDES:
        refuse("Scegli chi parla.", "Choose who speaks.", field="side")
    require(policies.may_tell(actor, row, side))
    if now() < row.slot.starts_at:
        refuse("L’incontro non è ancora cominciato.", "The meeting has not begun yet.")
    if not 1 <= quality <= 5:
        refuse("Il giudizio va da 1 a 5.", "It is from 1 to 5.", field="quality")
    if next_step not in states.NEXT_STEPS:
        refuse("Scegli che cosa viene dopo.", "Choose what comes next.", field="next_step")
    if expected is not None and expected < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="expected")
    known = Feedback.objects.filter(meeting=row, side=side).first()
    if known is not None and key and known.key == key:
        return unchanged(known)
    said = known or Feedback(meeting=row, side=side)
    said.quality, said.next_step, said.expected = quality, next_step, None if expected is None else euro(expected)
    said.confidential, said.note, said.key = confidential, words.replace("\0", "").strip()[:1000], key[:64]
    said.at, said.by_id = now(), actor.user_id
    said.save()
    if row.state == states.PLANNED:
        row.state = states.HELD
        row.save(update_fields=["state"])
    note(quality=quality, next_step=next_step)
    return said
