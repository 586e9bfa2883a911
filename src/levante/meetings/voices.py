"""How many interpreters there are in each slot, and who interprets at which meeting."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from levante.kernel.api import now
from levante.matching.api import Interpreters
from levante.meetings import states
from levante.meetings.models import Agenda, Meeting, Shift, Slot


def languages_offered(agenda: Agenda) -> frozenset[str]:
    """The languages that the agenda has interpreters of: told by number, or by name. One query."""
    return frozenset(agenda.interpreters) | frozenset(_shifts(agenda).values_list("language", flat=True).distinct())


def interpreters_at(agenda: Agenda, slots: Iterable[Slot]) -> dict[str, Interpreters]:
    """How many in each slot, by language: the persons who are there for the whole of it, and no less than the number that the agenda (or
    the slot) says, of whom some may not be named yet. One query."""
    rows, every = list(_shifts(agenda)), list(slots)
    found = {}
    for language in sorted({*agenda.interpreters, *(one.language for one in rows)}):
        least = agenda.interpreters.get(language, 0)
        there = {
            str(slot.pk): max(slot.interpreters.get(language, least), len(_covering(rows, slot, language)))
            for slot in every
        }
        found[language] = Interpreters(least, {pk: number for pk, number in there.items() if number != least})
    return found


@dataclass(frozen=True, slots=True)
class Cover:
    """Of a slot and a language: how many meetings want an interpreter, how many are named, for how many nobody is."""

    slot: Slot
    language: str
    wanted: int
    named: int
    left: int


def cover_of(agenda: Agenda, slots: Sequence[Slot], meetings: Iterable[Meeting]) -> list[Cover]:
    """Of each slot and language with a meeting or an interpreter, in the order of time. One query."""
    rows = list(_shifts(agenda))
    met = [one for one in meetings if one.interpreter]
    wanted = Counter((one.slot_id, one.interpreter) for one in met)
    left = Counter((one.slot_id, one.interpreter) for one in met if one.interpreted_by_id is None)
    found = []
    for slot in slots:
        languages = {
            *(one.language for one in rows if _covers(one, slot)),
            *(lang for pk, lang in wanted if pk == slot.pk),
        }
        for language in sorted(languages):
            key = (slot.pk, language)
            found.append(Cover(slot, language, wanted[key], len(_covering(rows, slot, language)), left[key]))
    return found


def seat_interpreters(agenda: Agenda) -> None:
    """Each meeting to come that wants an interpreter has one who is there, where there are enough: who had it keeps it; a buyer is given
    the one it has already, then who has fewest meetings. For a service that holds the agenda and has written its meetings."""
    rows = list(_shifts(agenda).order_by("interpreter__name", "interpreter"))
    if not rows and not agenda.meetings.filter(interpreted_by__isnull=False).exists():
        return
    spoken = agenda.meetings.standing().exclude(interpreter="").select_related("slot")
    standing = list(spoken.order_by("slot__starts_at", "pk"))
    there: dict[tuple[int, str], list[int]] = {}
    for one in standing:
        key = one.slot_id, one.interpreter
        if key not in there:
            there[key] = _covering(rows, one.slot, one.interpreter)
    moment = now()
    meetings = [one for one in standing if one.state == states.PLANNED and one.slot.starts_at > moment]
    ahead = {one.pk for one in meetings}
    taken = {(one.slot_id, one.interpreted_by_id) for one in standing if one.pk not in ahead}  # what has begun stays
    wrong = []
    for one in meetings:
        who = one.interpreted_by_id
        if who is None:
            continue
        if who in there[one.slot_id, one.interpreter] and (one.slot_id, who) not in taken:
            taken.add((one.slot_id, who))
        else:
            one.interpreted_by_id = None
            wrong.append(one.pk)
    Meeting.objects.filter(pk__in=wrong).update(interpreted_by=None)
    with_buyer = Counter((one.b_id, one.interpreted_by_id) for one in standing if one.interpreted_by_id)
    busy = Counter(one.interpreted_by_id for one in standing if one.interpreted_by_id)
    for one in meetings:
        if one.interpreted_by_id is not None:
            continue
        free = [who for who in there[one.slot_id, one.interpreter] if (one.slot_id, who) not in taken]
        if not free:
            continue
        who = min(free, key=lambda pk: (-with_buyer[one.b_id, pk], busy[pk], free.index(pk)))
        one.interpreted_by_id = who
        one.save(update_fields=["interpreted_by"])
        taken.add((one.slot_id, who))
        with_buyer[one.b_id, who] += 1
        busy[who] += 1


def _shifts(agenda: Agenda) -> "QuerySet[Shift]":
    return Shift.objects.filter(interpreter__agenda=agenda)


def _covers(shift: Shift, slot: Slot) -> bool:
    return shift.starts_at <= slot.starts_at and slot.starts_at + timedelta(minutes=slot.minutes) <= shift.ends_at


def _covering(rows: Iterable[Shift], slot: Slot, language: str) -> list[int]:
    """Who is there for the whole of a slot, in a language: numbers of interpreters, in the order of the rows."""
    return [one.interpreter_id for one in rows if one.language == language and _covers(one, slot)]
