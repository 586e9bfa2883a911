"""The rules read once more, apart from the solver: what an agenda breaks, and what it is worth.

Nothing here comes from the solver's numbers: it goes over the meetings one by one with the words of the instance.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from levante.matching.instance import Agenda, Instance, Meeting, Participant, Slot

__all__ = ["KINDS", "Report", "Violation", "check", "worth"]

#: What an agenda can break, in words: {kind: (Italian, English)}.
KINDS = {
    "unknown_pair": (
        "la coppia non è tra quelle che si possono incontrare",
        "the pair is not among those that may meet",
    ),
    "unknown_slot": ("la fascia oraria non esiste", "there is no such slot"),
    "repeated_pair": ("la coppia si incontra più di una volta", "the pair meets more than once"),
    "not_available": ("il partecipante non c’è in quella fascia", "the participant is not available in that slot"),
    "two_at_once": ("il partecipante ha due incontri nello stesso momento", "the participant has two meetings at once"),
    "no_rest": (
        "tra due incontri manca la pausa del partecipante",
        "the participant's rest between two meetings is missing",
    ),
    "over_maximum": (
        "il partecipante supera il suo massimo di incontri",
        "the participant is over its maximum of meetings",
    ),
    "over_day_maximum": (
        "il partecipante supera il suo massimo in un giorno",
        "the participant is over its maximum of a day",
    ),
    "tables_short": ("ci sono più incontri che tavoli", "there are more meetings than tables"),
    "table_unknown": (
        "il numero del tavolo supera i tavoli della fascia",
        "the table's number is over the slot's tables",
    ),
    "table_taken": ("due incontri allo stesso tavolo", "two meetings at the same table"),
    "interpreters_short": ("ci sono più incontri che interpreti", "there are more meetings than interpreters"),
    "interpreter_wrong": ("l’interprete non è quello della coppia", "the interpreter is not the pair's"),
    "pin_not_kept": ("un incontro fissato non è al suo posto", "a pinned meeting is not in its place"),
    "objective_wrong": ("il valore dichiarato non è quello dell’agenda", "the stated value is not the agenda's"),
    "shortfall_wrong": ("gli incontri mancanti dichiarati non sono quelli", "the stated shortfall is not the agenda's"),
    "unmet_mutual_wrong": (
        "le richieste reciproche dichiarate non sono quelle",
        "the stated unmet mutual requests are others",
    ),
    "bound_wrong": ("l’agenda supera il limite che dichiara", "the agenda exceeds the bound it states"),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken: by whom, where; ``meetings`` are the places of the meetings in the agenda."""

    kind: str
    who: tuple[str, ...] = ()
    slot: str | None = None
    meetings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What the checker found: the violations, and what the agenda is worth."""

    violations: tuple[Violation, ...]
    objective: float
    shortfall: int
    unmet_mutual: int

    @property
    def valid(self) -> bool:
        return not self.violations


def check(instance: Instance, agenda: Agenda, *, stated: Collection[str] = ()) -> Report:
    """Every rule that the agenda breaks; ``stated`` names the figures that it states, which must be its own."""
    found: list[Violation] = []
    people = {person.id: person for person in instance.participants}
    slots = {slot.id: slot for slot in instance.slots}
    pairs = {(pair.a, pair.b): pair for pair in instance.pairs}
    counted: dict[tuple[str, str], Meeting] = {}
    held: list[tuple[int, Meeting]] = []
    for index, meeting in enumerate(agenda.meetings):
        who = (meeting.a, meeting.b)
        if who not in pairs:
            found.append(Violation("unknown_pair", who, meeting.slot, (index,)))
        elif meeting.slot not in slots:
            found.append(Violation("unknown_slot", who, meeting.slot, (index,)))
        elif who in counted:
            found.append(Violation("repeated_pair", who, meeting.slot, (index,)))
        else:
            counted[who] = meeting
            held.append((index, meeting))
            if meeting.interpreter is not None and meeting.interpreter != pairs[who].interpreter:
                found.append(Violation("interpreter_wrong", who, meeting.slot, (index,)))
    diary: dict[str, list[tuple[int, Slot]]] = defaultdict(list)
    for index, meeting in held:
        diary[meeting.a].append((index, slots[meeting.slot]))
        diary[meeting.b].append((index, slots[meeting.slot]))
    hours = _hours(instance)
    for name, entries in diary.items():
        found += _of_a_person(people[name], entries, hours)
    found += _of_resources(instance, held)
    for pair in instance.pairs:
        if pair.pinned is not None:
            kept = counted.get((pair.a, pair.b))
            if kept is None or kept.slot != pair.pinned:
                found.append(Violation("pin_not_kept", (pair.a, pair.b), pair.pinned))
    objective, shortfall, unmet = worth(instance, counted)
    found += _of_figures(agenda, float(objective), shortfall, unmet, stated)
    return Report(tuple(found), float(objective), shortfall, unmet)


def worth(instance: Instance, held: Iterable[tuple[str, str]]) -> tuple[Fraction, int, int]:
    """The objective, exact; the meetings missing to the minimums; the mutual requests that are not met."""
    there = set(held)
    count: dict[str, int] = defaultdict(int)
    objective, unmet = Fraction(0), 0
    for pair in instance.pairs:
        if (pair.a, pair.b) in there:
            # The weight as it is written in decimals, and not as the machine halves it.
            objective += Fraction(repr(pair.weight))
            count[pair.a] += 1
            count[pair.b] += 1
        elif pair.mutual:
            unmet += 1
    shortfall = sum(max(0, person.min - count[person.id]) for person in instance.participants)
    return objective - Fraction(repr(instance.shortfall_penalty)) * shortfall, shortfall, unmet


def _hours(instance: Instance) -> dict[str, list[int]]:
    hours: dict[str, set[int]] = defaultdict(set)
    for slot in instance.slots:
        hours[slot.day].add(slot.begins)
    return {day: sorted(found) for day, found in hours.items()}


def _of_a_person(person: Participant, entries: list[tuple[int, Slot]], hours: dict[str, list[int]]) -> list[Violation]:
    found = []
    who = (person.id,)
    here = set(person.available)
    for index, slot in entries:
        if slot.id not in here:
            found.append(Violation("not_available", who, slot.id, (index,)))
    for (first, one), (second, other) in combinations(
        sorted(entries, key=lambda entry: (entry[1].begins, entry[0])), 2
    ):
        if other.begins < one.begins + one.minutes:
            found.append(Violation("two_at_once", who, other.id, (first, second)))
        elif person.rest_after and one.day == other.day:
            between = sum(one.begins < hour < other.begins for hour in hours[one.day])
            if between < person.rest_after:
                found.append(Violation("no_rest", who, other.id, (first, second)))
    if len(entries) > person.max:
        found.append(Violation("over_maximum", who, None, tuple(index for index, _ in entries)))
    if person.max_per_day is not None:
        days: dict[str, list[int]] = defaultdict(list)
        for index, slot in entries:
            days[slot.day].append(index)
        for meetings in days.values():
            if len(meetings) > person.max_per_day:
                found.append(Violation("over_day_maximum", who, None, tuple(meetings)))
    return found


def _of_resources(instance: Instance, held: list[tuple[int, Meeting]]) -> list[Violation]:
    found = []
    own = {person.id for person in instance.participants if person.own_table}
    language = {(pair.a, pair.b): pair.interpreter for pair in instance.pairs}
    at_tables: dict[str, list[int]] = defaultdict(list)
    numbered: dict[tuple[str, int], list[int]] = defaultdict(list)
    with_voice: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, meeting in held:
        if meeting.a not in own and meeting.b not in own:
            at_tables[meeting.slot].append(index)
            if meeting.table is not None:
                numbered[meeting.slot, meeting.table].append(index)
        spoken = language[meeting.a, meeting.b]
        if spoken is not None:
            with_voice[spoken, meeting.slot].append(index)
    for slot, meetings in at_tables.items():
        there = instance.tables_at(slot)
        if there is not None and len(meetings) > there:
            found.append(Violation("tables_short", (), slot, tuple(meetings)))
    for (slot, table), meetings in numbered.items():
        there = instance.tables_at(slot)
        if there is not None and table > there:
            found.append(Violation("table_unknown", (), slot, tuple(meetings)))
        if len(meetings) > 1:
            found.append(Violation("table_taken", (), slot, tuple(meetings)))
    for (spoken, slot), meetings in with_voice.items():
        if len(meetings) > instance.interpreters[spoken].at(slot):
            found.append(Violation("interpreters_short", (), slot, tuple(meetings)))
    return found


def _of_figures(
    agenda: Agenda, objective: float, shortfall: int, unmet: int, stated: Collection[str]
) -> list[Violation]:
    hair = 1e-6 * max(1.0, abs(objective))
    wrong = {
        "objective": abs(agenda.objective - objective) > hair,
        "shortfall": agenda.shortfall != shortfall,
        "unmet_mutual": agenda.unmet_mutual != unmet,
        "bound": agenda.bound < objective - hair,
    }
    return [Violation(f"{name}_wrong") for name, is_wrong in wrong.items() if is_wrong and name in stated]
