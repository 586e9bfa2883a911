"""On site: who came, day by day, and how a meeting was; told once or many times, also from a telephone that was offline."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypedDict

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import euro
from levante.meetings import policies, states
from levante.meetings.days import day_at, day_for, day_shown, days_of
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda, Arrival, Attendee, Feedback, Meeting
from levante.participations.api import accepted_terms

#: How long before the first slot an arrival can be: the stand is set up on the day before.
A_DAY = timedelta(days=1)


class Seen(TypedDict):
    """Somebody checked in: the number of its row, and when the telephone saw it (ISO 8601, with its offset)."""

    attendee: int
    at: str


@service("meetings.check_in")
def check_in(*, actor: Actor, agenda: Agenda, seen: Sequence[Seen], day: date | None = None) -> Agenda:
    """Who came, as the operators' telephones tell it, in any order and as often as they like: of each day of the meetings, in the hours
    of the place, the first instant counts. A telephone whose clock is wrong, so that the instant is in the future or more than a day before
    the first slot, told us now. ``day``: a day of the meetings, begun, of which it is told afterwards. Unknown numbers are left out."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if len(seen) > 5000:
        refuse("Sono troppi per una volta.", "They are too many at once.")
    slots = list(held.slots.order_by("starts_at"))
    days = days_of(held, slots)
    if day is not None and (day not in days or day > day_shown(held, days)):
        refuse(
            "In questo giorno non ci sono incontri, o deve ancora venire.",
            "There are no meetings on this day, or it is yet to come.",
        )
    earliest = (slots[0].starts_at if slots else now()) - A_DAY
    known = set(held.attendees.filter(pk__in=[one["attendee"] for one in seen]).values_list("pk", flat=True))
    rows = {(row.attendee_id, row.day): row for row in Arrival.objects.filter(attendee__in=known)}
    fresh: dict[tuple[int, date], Arrival] = {}
    sooner: dict[tuple[int, date], Arrival] = {}
    for one in seen:
        moment = _instant(one["at"], earliest)
        if one["attendee"] not in known or moment is None:
            continue
        key = one["attendee"], day or day_for(days, day_at(held, moment))
        row = rows.get(key)
        if row is None:
            rows[key] = fresh[key] = Arrival(attendee_id=key[0], day=key[1], at=moment, by_id=actor.user_id)
        elif moment < row.at:
            row.at, row.by_id = moment, actor.user_id
            if key not in fresh:
                sooner[key] = row
    if not fresh and not sooner:
        return unchanged(held)
    Arrival.objects.bulk_create(fresh.values())
    Arrival.objects.bulk_update(sooner.values(), ["at", "by"])
    note(came=sorted({pk for pk, _ in (*fresh, *sooner)}), days=sorted({str(on) for _, on in (*fresh, *sooner)}))
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
def undo_check_in(*, actor: Actor, row: Attendee, day: date | None = None) -> Attendee:
    """The arrival was somebody else's: it is taken back, that of a day of the meetings, or of the day to which now belongs."""
    agenda = locked_agenda(row.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    if agenda.state == states.CLOSED:
        refuse("L’agenda è conclusa.", "The agenda is closed.")
    wanted = day or day_shown(agenda, days_of(agenda, agenda.slots.all()))
    found = Arrival.objects.filter(attendee=row, day=wanted).first()
    if found is None:
        return unchanged(row)
    note(came_at=found.at.isoformat(), day=str(wanted))
    found.delete()
    return row


def _gives_back(row: Meeting) -> bool:
    """Did its buyer accept to give costs back for the meetings that it does not hold? Two queries."""
    terms = accepted_terms(row.agenda.initiative).get(row.b.buyer_id or 0)
    return terms is not None and terms.owed_percent > 0


@service("meetings.tell_feedback")
def tell_feedback(
    *, actor: Actor, meeting: Meeting, side: str, quality: int, next_step: str, expected: Decimal | None = None,
    confidential: bool = True,
    words: str = "", key: str = "", said_at: datetime | None = None,
) -> Feedback:  # fmt: skip
    """How a meeting was, in ten seconds: 1–5, what comes next, what it may be worth. Said again it replaces what was
    said; the same ``key`` twice is one, and what a telephone said before (``said_at``) what is known already, and sends
    later, replaces nothing. A meeting that one of the two talks about was held, unless the office has said that it was not; not on the word
    of a hosted buyer alone, that gives back costs for those it does not hold."""
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
    if row.state == states.PLANNED and not (side == states.BUYER and _gives_back(row)):
        row.state = states.HELD
        row.save(update_fields=["state"])
    note(quality=quality, next_step=next_step)
    return said
