"""On site: who came, which meetings were held; told once or many times, also from a telephone that was offline."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import euro
from levante.meetings import policies, states
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda, Attendee, Feedback, Meeting

#: How long before the first slot an arrival can be: the stand is set up on the day before.
A_DAY = timedelta(days=1)


class Seen(TypedDict):
    """Somebody checked in: the number of its row, and when the telephone saw it (ISO 8601, with its offset)."""

    attendee: int
    at: str


@service("meetings.check_in")
def check_in(*, actor: Actor, agenda: Agenda, seen: Sequence[Seen]) -> Agenda:
    """Who came, as the operators' telephones tell it, in any order and as often as they like: the first instant
    counts. A telephone whose clock is wrong, so that the instant is in the future or more than a day before the first
    slot, told us now. Unknown numbers are left out."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if len(seen) > 5000:
        refuse("Sono troppi per una volta.", "They are too many at once.")
    earliest = (held.slots.order_by("starts_at").values_list("starts_at", flat=True).first() or now()) - A_DAY
    rows = {row.pk: row for row in held.attendees.select_for_update().filter(pk__in=[one["attendee"] for one in seen])}
    touched: set[int] = set()
    for one in seen:
        row = rows.get(one["attendee"])
        moment = _instant(one["at"], earliest)
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


def _instant(text: str, earliest: datetime) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    if found.tzinfo is None:
        return None
    return found if earliest <= found <= now() else now()


@service("meetings.undo_check_in")
def undo_check_in(*, actor: Actor, row: Attendee) -> Attendee:
    """The arrival was somebody else's: it is taken back."""
    agenda = locked_agenda(row.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    if agenda.state == states.CLOSED:
        refuse("L’agenda è conclusa.", "The agenda is closed.")
    person = Attendee.objects.select_for_update().get(pk=row.pk)
    if person.came_at is None:
        return unchanged(person)
    note(came_at=person.came_at.isoformat())
    person.came_at, person.checked_by = None, None
    person.save(update_fields=["came_at", "checked_by"])
    return person


@service("meetings.record_held")
def record_held(*, actor: Actor, meeting: Meeting, held: bool, missed_by: str = "") -> Meeting:
    """Whether a meeting was held, by the office, and if not who did not come (``states.MISSED_BY``; not told, it is who had not checked in
    yet, if the other had). It may be put right until the agenda is closed."""
    agenda = locked_agenda(meeting.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    row = Meeting.objects.select_for_update(of=("self",)).select_related("slot", "a", "b").get(pk=meeting.pk)
    if row.state == states.CANCELLED or agenda.state == states.CLOSED:
        refuse("L’incontro è annullato o l’agenda è conclusa.", "The meeting is cancelled or the agenda is closed.")
    if now() < row.slot.starts_at:
        refuse("L’incontro non è ancora cominciato.", "The meeting has not begun yet.")
    if missed_by and (held or missed_by not in states.MISSED_BY):
        refuse("Scegli chi non è venuto.", "Choose who did not come.", field="missed_by")
    after = states.HELD if held else states.MISSED
    who = "" if held else missed_by or _absent(row)
    if (row.state, row.missed_by) == (after, who):
        return unchanged(row)
    row.state, row.missed_by = after, who
    row.save(update_fields=["state", "missed_by"])
    note(state=after, missed_by=who)
    return row


def _absent(row: Meeting) -> str:
    """Who of the two had not come, if the check-in tells: one of the two came and the other did not."""
    if (row.a.came_at is None) == (row.b.came_at is None):
        return ""
    return states.SELLER if row.a.came_at is None else states.BUYER


@service("meetings.tell_feedback")
def tell_feedback(
    *, actor: Actor, meeting: Meeting, side: str, quality: int, next_step: str, expected: Decimal | None = None,
    confidential: bool = True,
    words: str = "", key: str = "", said_at: datetime | None = None,
) -> Feedback:  # fmt: skip
    """How a meeting was, in ten seconds: 1–5, what comes next, what it may be worth. Said again it replaces what was
    said; the same ``key`` twice is one, and what a telephone said before (``said_at``) what is known already, and sends
    later, replaces nothing. A meeting that one of the two talks about was held, unless the office has said that it was not."""
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
    at = now() if said_at is None else max(row.slot.starts_at, min(said_at, now()))
    if known is not None and at < known.at:
        return unchanged(known)
    said = known or Feedback(meeting=row, side=side)
    said.quality, said.next_step, said.expected = quality, next_step, None if expected is None else euro(expected)
    said.confidential, said.note, said.key = confidential, words.replace("\0", "").strip()[:1000], key[:64]
    said.at, said.by_id = at, actor.user_id
    said.save()
    if row.state == states.PLANNED:
        row.state = states.HELD
        row.save(update_fields=["state"])
    note(quality=quality, next_step=next_step)
    return said
