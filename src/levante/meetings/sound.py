"""Whether an agenda keeps its rules, in words; and its meetings, where they follow what was set since."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.db.models import Q

from levante.kernel.api import now, refuse
from levante.kernel.pure import Bilingual
from levante.matching.api import KINDS, Violation, check
from levante.meetings import states
from levante.meetings.building import instance_of, solved_of
from levante.meetings.models import Agenda, Meeting, Slot

#: So many broken rules are told at once.
MOST_TOLD = 5


def broken_rules(agenda: Agenda) -> list[Violation]:
    """What the agenda as it stands breaks, as the checker finds it."""
    return list(check(instance_of(agenda, as_it_stands=True), solved_of(agenda)).violations)


def in_words(agenda: Agenda, broken: list[Violation]) -> list[Bilingual]:
    """Each with who and when: “Rossi, 01/06 09:30: the participant has two meetings at once”. Two queries."""
    wanted = {one for rule in broken for one in rule.who}
    names = {
        str(row.pk): row.name for row in agenda.attendees.select_related("enterprise", "buyer") if str(row.pk) in wanted
    }
    hours = {str(slot.pk): _hour(agenda, slot) for slot in agenda.slots.all()}
    found = []
    for rule in broken:
        where = ", ".join(
            [*(names.get(one, one) for one in rule.who), *([hours[rule.slot]] if rule.slot in hours else [])]
        )
        it, en = KINDS[rule.kind]
        found.append(Bilingual(f"{where}: {it}" if where else it, f"{where}: {en}" if where else en))
    return list(dict.fromkeys(found))


def _hour(agenda: Agenda, slot: Slot) -> str:
    return f"{slot.starts_at.astimezone(ZoneInfo(agenda.zone)):%d/%m %H:%M}"


def slots_outside(agenda: Agenda) -> list[Slot]:
    """The slots that are not in the days of the initiative, in the hours of the place: it was moved since."""
    zone, initiative = ZoneInfo(agenda.zone), agenda.initiative
    rows = agenda.slots.order_by("starts_at")
    return [
        row for row in rows if not initiative.starts_on <= row.starts_at.astimezone(zone).date() <= initiative.ends_on
    ]


def require_sound(agenda: Agenda) -> None:
    """Refuse an agenda that breaks a rule, or holds meetings on days that are not the initiative's: people would read it."""
    broken = in_words(agenda, broken_rules(agenda))
    if broken:
        _refuse("L’agenda non rispetta le sue regole.", "The agenda breaks its rules.", broken)
    require_calls(agenda)
    outside = {slot.pk for slot in slots_outside(agenda)}
    if agenda.meetings.standing().filter(slot__in=outside).exists():
        refuse(
            "Ci sono incontri in giorni che non sono quelli dell’iniziativa: sposta le fasce.",
            "There are meetings on days that are not the initiative’s: move the slots.",
        )


def require_calls(agenda: Agenda) -> None:
    """Refuse meetings at a distance that nobody could join."""
    if agenda.call_base:
        return
    if agenda.mode != states.ONLINE and agenda.attendees.coming().filter(remote=True).exists():
        refuse(
            "C’è chi partecipa a distanza: prima scrivi nelle impostazioni l’indirizzo delle chiamate.",
            "Somebody takes part from afar: first write the address of the calls in the settings.",
            field="call_base",
        )
    if agenda.mode == states.ONLINE:
        refuse(
            "Gli incontri sono a distanza: prima scrivi nelle impostazioni l’indirizzo delle chiamate.",
            "The meetings are online: first write the address of the calls in the settings.",
            field="call_base",
        )


@contextmanager
def nothing_breaks(agenda: Agenda) -> Iterator[None]:
    """What is set within breaks no rule of a published agenda that was kept before; refused, it is not set. For a
    service at work that holds the agenda."""
    if agenda.state != states.PUBLISHED:
        yield
        return
    before = {(one.kind, one.who, one.slot) for one in broken_rules(agenda)}
    yield
    fresh = [one for one in broken_rules(agenda) if (one.kind, one.who, one.slot) not in before]
    if fresh:
        _refuse(
            "L’agenda è pubblicata e così non starebbe più in piedi: prima sposta o annulla.",
            "The agenda is published and would no longer hold: move or cancel first.",
            in_words(agenda, fresh),
        )


def _refuse(it: str, en: str, broken: list[Bilingual]) -> None:
    told = broken[:MOST_TOLD]
    refuse(" ".join([it, *(f"{one.it}." for one in told)]), " ".join([en, *(f"{one.en}." for one in told)]))


def follow(agenda: Agenda) -> list[Meeting]:
    """The meetings still to come take the table and the interpreter that they need after what was set: a table of
    its own needs no number, without it the lowest that is free is given. Those whose place or interpreter changed, as
    they are now. For a service that holds the agenda."""
    rows = list(agenda.meetings.standing().select_related("slot", "a", "b").order_by("slot__starts_at", "pk"))
    if not rows:
        return []
    needed = {(one.a, one.b): one.interpreter or "" for one in instance_of(agenda, as_it_stands=True).pairs}
    taken: dict[int, set[int]] = {}
    for row in rows:
        if row.table is not None and not row.a.own_table and not row.b.own_table and not row.is_apart:
            taken.setdefault(row.slot_id, set()).add(row.table)
    touched = []
    for row in rows:
        if row.state != states.PLANNED or row.slot.starts_at <= now():
            continue
        table = _table(agenda, row, taken)
        interpreter = needed.get((str(row.a_id), str(row.b_id)), row.interpreter)
        if (table, interpreter) != (row.table, row.interpreter):
            if interpreter != row.interpreter:
                row.interpreted_by_id = None
            row.table, row.interpreter, row.changed_at = table, interpreter, now()
            row.save(update_fields=["table", "interpreter", "interpreted_by", "changed_at"])
            touched.append(row)
    return touched


def _table(agenda: Agenda, row: Meeting, taken: dict[int, set[int]]) -> int | None:
    there = row.slot.tables if row.slot.tables is not None else agenda.tables
    if row.a.own_table or row.b.own_table or row.is_apart or there is None or agenda.mode == states.ONLINE:
        return None
    if row.table is not None:
        return row.table
    here = taken.setdefault(row.slot_id, set())
    free = next(number for number in range(1, len(here) + 2) if number not in here)
    here.add(free)
    return free


def told_anew(agenda: Agenda, row_id: int | None = None) -> list[Meeting]:
    """The meetings still to come, of one or of all, whose hour or place is told in another way now: marked as changed,
    so that calendars follow."""
    rows = agenda.meetings.filter(state=states.PLANNED, slot__starts_at__gt=now())
    if row_id is not None:
        rows = rows.filter(Q(a=row_id) | Q(b=row_id))
    rows.update(changed_at=now())
    return list(rows)
