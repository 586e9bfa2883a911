"""Interpreters are booked by name, for hours and a language; what is booked is what the agenda counts."""

import secrets
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from levante.kernel.api import Actor, note, note_object, refuse, require, service, unchanged
from levante.kernel.pure.languages import KNOWN
from levante.meetings import policies
from levante.meetings.days import days_of
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.models import Agenda, Interpreter, Meeting, Shift
from levante.meetings.setting import require_open, tell_two
from levante.meetings.sound import follow, nothing_breaks

#: An agenda has at most so many interpreters.
MOST = 200


@service("meetings.book_interpreter")
def book_interpreter(
    *, actor: Actor, agenda: Agenda, name: str, language: str, day: date, begins: time, ends: time
) -> Interpreter:
    """Somebody interprets a language on a day of the meetings, from an hour to another of the place; one booked already (by its name)
    has these hours more, which must not lie on its others. Meetings that now need an interpreter, or another, are told to their two."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    who = " ".join(name.replace("\0", "").split())[:120]
    if not who:
        refuse("Scrivi nome e cognome.", "Write the name.", field="name")
    if language not in KNOWN:
        refuse("Scegli la lingua.", "Choose the language.", field="language")
    slots = list(held.slots.all())
    if day not in days_of(held, slots):
        refuse("In questo giorno non ci sono incontri.", "There are no meetings on this day.", field="day")
    if ends <= begins:
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="ends")
    zone = ZoneInfo(held.zone)
    start, end = datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)
    row = held.voices.filter(name=who).first()
    if row is None:
        if held.voices.named().count() >= MOST:
            refuse(f"Al massimo {MOST} interpreti.", f"At most {MOST} interpreters.", field="name")
        row = Interpreter(agenda=held, name=who, token=secrets.token_urlsafe(32))
    elif row.shifts.filter(starts_at__lt=end, ends_at__gt=start).exists():
        same = row.shifts.filter(starts_at=start, ends_at=end, language=language)
        if same.exists():  # a second click
            return unchanged(row)
        refuse("In queste ore è già impegnata.", "This person is booked in these hours already.", field="begins")
    with nothing_breaks(held):
        row.save()
        Shift.objects.create(interpreter=row, language=language, starts_at=start, ends_at=end)
        touched = follow(held)
    _kept(actor, held, row, touched)
    note(interpreter=row.pk, language=language, starts_at=start.isoformat(), ends_at=end.isoformat())
    return row


@service("meetings.free_interpreter")
def free_interpreter(*, actor: Actor, shift: Shift) -> Agenda:
    """Somebody is not booked for these hours any more; without hours, and with no meeting interpreted, it is taken off. Not where the
    meetings of a published agenda would lack an interpreter."""
    held = locked_agenda(shift.interpreter.agenda_id)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    row = Shift.objects.select_related("interpreter").filter(pk=shift.pk).first()
    if row is None:
        return unchanged(held)
    who = row.interpreter
    note(
        interpreter=who.pk, language=row.language, starts_at=row.starts_at.isoformat(), ends_at=row.ends_at.isoformat()
    )
    with nothing_breaks(held):
        row.delete()
        touched = follow(held)
    _kept(actor, held, who, touched)
    if not who.shifts.exists() and not who.meetings.exists():
        who.delete()
    return held


def _kept(actor: Actor, agenda: Agenda, row: Interpreter, touched: list[Meeting]) -> None:
    changed(agenda)
    tell_two(actor, agenda, touched)
    note_object(row)


def sheet_of(row: Interpreter) -> list[Meeting]:
    """The meetings at which one interprets, in the order of time, once the agenda is published. One query."""
    rows = row.meetings.arranged().filter(agenda__published_at__isnull=False)
    related = ("slot", "agenda", "a__enterprise", "b__buyer__country")
    return list(rows.select_related(*related).order_by("slot__starts_at", "pk"))
