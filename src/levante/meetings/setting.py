"""The agenda is opened: its slots, tables, interpreters, who comes with how many meetings, who must not meet."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.meetings import policies, states
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.marks import mark_of_settings, require_as_read
from levante.meetings.mending import without_slot
from levante.meetings.models import Agenda, Attendee, BlockedPair, Meeting, Shift, Slot
from levante.meetings.nights import give_hours, take_nights_off
from levante.meetings.publishing import tell_changes
from levante.meetings.sound import follow, nothing_breaks, require_calls, told_anew

#: An agenda has at most so many slots, people of a side and shared tables.
MOST_SLOTS, MOST_PEOPLE, MOST_TABLES = 200, 3000, 1000
#: What an address may be made of.
_PLAIN = re.compile(r"[!-~]+")


@service("meetings.open_agenda")
def open_agenda(
    *, actor: Actor, initiative: Initiative, zone: str = "Europe/Rome", mode: str = states.IN_PRESENCE
) -> Agenda:
    """The initiative has meetings: one agenda for each."""
    require(policies.may_arrange(actor, initiative))
    held = Initiative.objects.select_for_update().get(pk=initiative.pk)
    known = Agenda.objects.filter(initiative=held).first()
    if known is not None:
        return unchanged(known)
    if held.state in {initiative_states.PLANNED, initiative_states.CANCELLED}:
        refuse("L’iniziativa non è approvata.", "The initiative is not approved.")
    check_zone(zone)
    if mode not in states.MODES:
        refuse("Scegli come ci si incontra.", "Choose how one meets.", field="mode")
    made = Agenda.objects.create(initiative=held, zone=zone, mode=mode, languages=["it", "en"], created_at=now())
    note(initiative=held.code)
    return made


def check_zone(zone: str) -> None:
    """Refuse what is no time zone of the IANA."""
    if zone not in available_timezones():
        refuse("Questo fuso orario non esiste.", "There is no such time zone.", field="zone")


def _address(text: str) -> str:
    """How the addresses of calls begin, or nothing: over https, since they are opened from e-mails and calendars."""
    text = text.strip()
    parts = urlsplit(text)
    if text and (parts.scheme != "https" or not parts.hostname or len(text) > 170 or not _PLAIN.fullmatch(text)):
        refuse(
            "Scrivi un indirizzo che comincia con https://",
            "Write an address that begins with https://",
            field="call_base",
        )
    return text


@service("meetings.set_agenda")
def set_agenda(
    *,
    actor: Actor,
    agenda: Agenda,
    tables: int | None,
    interpreters: Mapping[str, int],
    languages: Sequence[str],
    penalty: Decimal,
    requests_until: datetime | None,
    zone: str,
    mode: str,
    call_base: str = "",
    read: str | None = None,
) -> Agenda:
    """Tables, interpreters at a time by language, the languages spoken without, what a missing meeting costs, until
    when requests are taken. Of a published agenda, only what leaves it whole; those whose hour or place changes are told.
    ``read``: the mark of what was read (``marks``); of another it is refused."""
    held = locked_agenda(agenda.pk)
    require_as_read(read, mark_of_settings(held))
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    check_zone(zone)
    call_base = _address(call_base)
    if tables is not None and not 0 <= tables <= MOST_TABLES:
        refuse(f"I tavoli vanno da 0 a {MOST_TABLES}.", f"Tables are from 0 to {MOST_TABLES}.", field="tables")
    wrong = [name for name in (*interpreters, *languages) if len(name) != 2 or not name.isalpha()]
    if wrong:
        refuse(
            f"{wrong[0]} non è una lingua (due lettere).",
            f"{wrong[0]} is no language (two letters).",
            field="interpreters",
        )
    if any(number < 0 for number in interpreters.values()) or penalty < 0:
        refuse("I numeri non sono negativi.", "Numbers are not negative.", field="interpreters")
    if mode not in states.MODES:
        refuse("Scegli come ci si incontra.", "Choose how one meets.", field="mode")
    elsewhere = (held.zone, held.mode, held.call_base) != (zone, mode, call_base)
    hours = (held.zone, held.mode)
    with nothing_breaks(held):
        held.tables, held.interpreters, held.languages = (
            tables,
            {k.lower(): v for k, v in interpreters.items()},
            sorted(languages),
        )
        held.penalty, held.requests_until, held.zone, held.mode = penalty, requests_until, zone, mode
        held.call_base = call_base
        held.save(
            update_fields=[
                "tables", "interpreters", "languages", "penalty", "requests_until", "zone", "mode", "call_base",
            ]
        )  # fmt: skip
        if held.state == states.PUBLISHED:
            require_calls(held)
        if hours != (zone, mode):
            _other_hours(held, everybody=hours[1] != mode)
        touched = follow(held)
    if elsewhere:  # every hour, or every place, is read in another way
        touched = told_anew(held)
    changed(held)
    tell_two(actor, held, touched)
    note(tables=tables, interpreters=held.interpreters)
    return held


def _other_hours(agenda: Agenda, *, everybody: bool) -> None:
    """Its hours, or whether one is there (``everybody``), are others: who takes part from elsewhere has those of its country, and its
    nights off."""
    rows = [row for row in agenda.attendees.coming().select_related("buyer") if everybody or not row.zone]
    Attendee.objects.bulk_update(give_hours(agenda, rows), ["zone"])
    take_nights_off(agenda, rows, agenda.slots.all())


@service("meetings.add_slots")
def add_slots(
    *, actor: Actor, agenda: Agenda, day: date, begins: time, ends: time, minutes: int, pause: int = 0
) -> Agenda:
    """A row of slots in a day, in the hours of the place: of so many minutes, with a pause between, until ``ends``.
    Those that would lie on one that is there are refused, and nothing is added; the day is one of the initiative's."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    if not 5 <= minutes <= 240 or not 0 <= pause <= 240:
        refuse("Una fascia dura da 5 a 240 minuti.", "A slot is of 5 to 240 minutes.", field="minutes")
    if not held.initiative.starts_on <= day <= held.initiative.ends_on:
        refuse(
            f"L’iniziativa è dal {held.initiative.starts_on:%d/%m/%Y} al {held.initiative.ends_on:%d/%m/%Y}.",
            f"The initiative is from {held.initiative.starts_on:%d/%m/%Y} to {held.initiative.ends_on:%d/%m/%Y}.",
            field="day",
        )
    zone = ZoneInfo(held.zone)
    made, start = [], datetime.combine(day, begins, zone)
    end = datetime.combine(day, ends, zone)
    while start + timedelta(minutes=minutes) <= end:
        made.append(Slot(agenda=held, starts_at=start, minutes=minutes))
        start += timedelta(minutes=minutes + pause)
    if not made:
        refuse("Non c’è tempo per nessuna fascia.", "There is no time for any slot.", field="ends")
    there = list(held.slots.all())
    if len(there) + len(made) > MOST_SLOTS:
        refuse(f"Al massimo {MOST_SLOTS} fasce.", f"At most {MOST_SLOTS} slots.", field="ends")
    for new in made:
        for old in there:
            if new.starts_at < old.starts_at + timedelta(
                minutes=old.minutes
            ) and old.starts_at < new.starts_at + timedelta(minutes=minutes):
                refuse(
                    "Si sovrappone a una fascia che c’è già.",
                    "It overlaps a slot that is there already.",
                    field="begins",
                )
    take_nights_off(held, held.attendees.coming(), Slot.objects.bulk_create(made))
    changed(held)
    note(day=day.isoformat(), slots=len(made))
    return held


@service("meetings.limit_slots")
def limit_slots(
    *, actor: Actor, agenda: Agenda, slots: Sequence[int], tables: int | None, interpreters: Mapping[str, int]
) -> Agenda:
    """Some slots (numbers) have other shared tables, or other interpreters at a time, than the agenda; ``None`` and a language that is not
    told: those of the agenda. Languages are the agenda's, at least with none. Of a published agenda, only what leaves it whole; those
    whose table or interpreter changes are told."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    rows = list(held.slots.filter(pk__in=list(slots)).order_by("starts_at"))
    if not rows:
        refuse("Scegli almeno una fascia.", "Choose at least a slot.", field="slots")
    if tables is not None and not 0 <= tables <= MOST_TABLES:
        refuse(f"I tavoli vanno da 0 a {MOST_TABLES}.", f"Tables are from 0 to {MOST_TABLES}.", field="tables")
    given = {language.lower(): number for language, number in interpreters.items()}
    missing = sorted(given.keys() - held.interpreters.keys())
    if missing:
        refuse(
            f"Scrivi prima {missing[0]} tra gli interpreti dell’agenda, anche con 0.",
            f"First write {missing[0]} among the interpreters of the agenda, with 0 too.",
            field="interpreters",
        )
    if any(number < 0 for number in given.values()):
        refuse("I numeri non sono negativi.", "Numbers are not negative.", field="interpreters")
    with nothing_breaks(held):
        for row in rows:
            row.tables, row.interpreters = tables, given
            row.save(update_fields=["tables", "interpreters"])
        touched = follow(held)
    changed(held)
    tell_two(actor, held, touched)
    note(slots=len(rows), tables=tables, interpreters=given)
    return held


@service("meetings.move_slots")
def move_slots(*, actor: Actor, agenda: Agenda, days: int) -> Agenda:
    """All slots, with their meetings, so many days later (earlier: negative), at the same hours of the place: the
    initiative was moved. To days of the initiative that are not past. Once the agenda is published everybody who has a meeting is
    told. Not once one was held."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    if not days or abs(days) > 3660:
        refuse("Di quanti giorni?", "By how many days?", field="days")
    if held.meetings.filter(state__in=[states.HELD, states.MISSED]).exists():
        refuse("Ci sono incontri già tenuti.", "Meetings have been held already.")
    zone, initiative = ZoneInfo(held.zone), held.initiative
    # From the last, or from the first when they go back, so that none takes the place of one that has not moved yet.
    rows = list(held.slots.order_by("-starts_at" if days > 0 else "starts_at"))
    for row in rows:
        local = row.starts_at.astimezone(zone)
        row.starts_at = datetime.combine(local.date() + timedelta(days=days), local.time(), zone)
    if any(not initiative.starts_on <= row.starts_at.astimezone(zone).date() <= initiative.ends_on for row in rows):
        refuse(
            f"Le fasce uscirebbero dall’iniziativa, che è dal {initiative.starts_on:%d/%m/%Y} al {initiative.ends_on:%d/%m/%Y}.",
            f"The slots would leave the initiative, which is from {initiative.starts_on:%d/%m/%Y} to {initiative.ends_on:%d/%m/%Y}.",
            field="days",
        )
    if any(row.starts_at < now() for row in rows):
        refuse(
            "Le fasce andrebbero in un’ora già passata.", "The slots would go to an hour that is past.", field="days"
        )
    for row in rows:
        row.save(update_fields=["starts_at"])
    _move_interpreters(held, days, zone)
    touched = told_anew(held)
    changed(held)
    note(days=days, slots=len(rows))
    tell_two(actor, held, touched)
    return held


def _move_interpreters(agenda: Agenda, days: int, zone: ZoneInfo) -> None:
    """Who is booked by name is booked so many days later, at the same hours of the place."""
    rows = Shift.objects.filter(interpreter__agenda=agenda).order_by("-starts_at" if days > 0 else "starts_at")
    for row in rows:
        begins, ends = (one.astimezone(zone) for one in (row.starts_at, row.ends_at))
        row.starts_at, row.ends_at = (
            datetime.combine(one.date() + timedelta(days=days), one.time(), zone) for one in (begins, ends)
        )
        row.save(update_fields=["starts_at", "ends_at"])


def tell_two(actor: Actor, agenda: Agenda, touched: Sequence[Meeting]) -> None:
    """Once the agenda is published, the two of each meeting that changed."""
    if agenda.state == states.PUBLISHED:
        tell_changes(actor, agenda, touched)


@service("meetings.remove_slot")
def remove_slot(*, actor: Actor, slot: Slot, mend: bool = False) -> Agenda:
    """Take a slot off. Meetings arranged in it are moved or cancelled first, or with ``mend`` all at once: they go where
    there is room, nobody else moves, and once the agenda is published those whose meetings change are told."""
    held = locked_agenda(slot.agenda_id)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    row = Slot.objects.select_for_update().filter(pk=slot.pk).first()
    if row is None:
        return unchanged(held)
    arranged = row.meetings.standing().exists()
    if arranged and not mend:
        refuse("In questa fascia ci sono incontri.", "There are meetings in this slot.")
    touched = without_slot(held, row) if arranged else []
    note(slot=row.starts_at.isoformat(), touched=len(touched))
    if row.meetings.exists():  # cancelled ones, that those who had them still read
        row.closed_at = now()
        row.save(update_fields=["closed_at"])
    else:
        row.delete()
    changed(held)
    tell_two(actor, held, touched)
    return held


@service("meetings.block_pair")
def block_pair(*, actor: Actor, a: Attendee, b: Attendee, reason: str) -> BlockedPair:
    """Two must not meet: their requests stay unanswered and the agenda never puts them together."""
    agenda = locked_agenda(a.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    if a.side != states.SELLER or b.side != states.BUYER or a.agenda_id != b.agenda_id:
        refuse("Scegli un’impresa e un buyer di questa agenda.", "Choose an enterprise and a buyer of this agenda.")
    if not reason.strip():
        refuse("Scrivi perché.", "Say why.", field="reason")
    known = BlockedPair.objects.filter(a=a, b=b).first()
    if known is not None:
        return unchanged(known)
    if agenda.meetings.standing().filter(a=a, b=b).exists():
        refuse("Hanno già un incontro: prima si annulla.", "They have a meeting already: cancel it first.")
    made = BlockedPair.objects.create(a=a, b=b, reason=reason.strip()[:500], at=now(), by_id=actor.user_id)
    changed(agenda)
    note(a=a.pk, b=b.pk)
    note_object(made)
    return made


@service("meetings.unblock_pair")
def unblock_pair(*, actor: Actor, pair: BlockedPair) -> Agenda:
    """Two who were kept apart may meet again; who did it, and the reason that no longer holds, stay in the audit."""
    agenda = locked_agenda(pair.a.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    row = BlockedPair.objects.filter(pk=pair.pk).first()
    if row is None:
        return unchanged(agenda)
    note(a=row.a_id, b=row.b_id, reason=row.reason)
    row.delete()
    changed(agenda)
    note_object(agenda)
    return agenda


def require_open(agenda: Agenda) -> None:
    """Nothing of a closed agenda is set."""
    if agenda.state == states.CLOSED:
        refuse("L’agenda è conclusa.", "The agenda is closed.")
