"""An instance, an agenda, the changes of the day: read from JSON, complete and coherent or refused by naming the field."""

from typing import Any

from levante.matching.fields import Bad, Fields, identifier
from levante.matching.instance import (
    Agenda,
    Instance,
    Interpreters,
    Meeting,
    Pair,
    Participant,
    Slot,
    days_apart,
    has_offset,
    minute_of,
    on_calendar,
)
from levante.matching.pins import check_pins

__all__ = ["agenda_from", "instance_from", "pairs_from"]

_MOST_SLOTS = 2000
_MOST_STATED = 10**18


def instance_from(document: Any) -> Instance:
    """The instance a JSON object describes; ``Bad`` names the first field that is wrong."""
    fields = Fields(document)
    fields.words("name")  # of the event, for people
    slots = _slots(fields)
    known = {slot.id for slot in slots}
    tables = fields.optional_integer("tables")
    table_slots = _by_slot(fields, "table_slots", known)
    interpreters = _interpreters(fields, known)
    participants = _participants(fields, known)
    pairs = pairs_from(fields, "pairs", participants, known, interpreters)
    penalty = fields.number("shortfall_penalty")
    fields.end()
    instance = Instance(slots, participants, pairs, tables, table_slots, interpreters, penalty)
    check_pins(instance)
    return instance


def _slots(fields: Fields) -> tuple[Slot, ...]:
    found: list[Slot] = []
    seen: set[str] = set()
    days: dict[str, int] = {}
    for index, item in enumerate(fields.objects("slots", required=True)):
        if index >= _MOST_SLOTS:
            raise fields.bad("slots", f"più di {_MOST_SLOTS} fasce orarie", f"more than {_MOST_SLOTS} slots")
        name = item.id("id")
        if name in seen:
            raise item.bad("id", f"fascia oraria ripetuta: {name}", f"a slot repeated: {name}")
        seen.add(name)
        day, start = _label(item, "day"), _hour(item)
        begins = minute_of(day, start, days.setdefault(day, len(days)))
        if begins is None:
            raise item.bad(
                "start",
                "serve un’ora (09:30) o un istante (ISO 8601)",
                "an hour (09:30) or an instant (ISO 8601) is needed",
            )
        _check_day(item, day, start, found)
        elsewhere = has_offset(start)
        if found and elsewhere != has_offset(found[0].start):
            raise item.bad(
                "start",
                "o tutte le fasce hanno lo scarto da UTC, o nessuna",
                "either every slot has its offset from UTC, or none",
            )
        found.append(Slot(name, day, start, item.integer("minutes", least=1, most=24 * 60), begins))
        item.words("name")
        item.end()
    if not found:
        raise fields.bad("slots", "serve almeno una fascia oraria", "at least one slot is needed")
    return tuple(found)


def _check_day(item: Fields, day: str, start: str, before: list[Slot]) -> None:
    """Days are all dates or all names, else which comes first cannot be known; an instant is of its day."""
    if before and on_calendar(day, start) != on_calendar(before[0].day, before[0].start):
        raise item.bad("day", "o tutti i giorni sono date, o nessuno", "either every day is a date, or none")
    apart = days_apart(day, start)
    # In the hours of the place an instant may be of the day before or after that of its offset from UTC.
    if apart is not None and apart > (1 if has_offset(start) else 0):
        raise item.bad("start", f"non è del giorno {day}", f"it is not of the day {day}")


def _label(item: Fields, name: str) -> str:
    """A day: a date, a name, or its number."""
    value = item.raw(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(item.integer(name))
    return item.id(name)


def _hour(item: Fields) -> str:
    """``start`` as a text; a whole number is the minutes from midnight."""
    value = item.raw("start")
    if isinstance(value, int) and not isinstance(value, bool):
        minutes = item.integer("start", most=24 * 60 - 1)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return item.id("start")


def _by_slot(fields: Fields, name: str, known: set[str]) -> dict[str, int]:
    table = Fields(fields.mapping(name), fields.at(name))
    counts = {}
    for slot in fields.mapping(name):
        if slot not in known:
            raise _unknown_slot(f"{fields.at(name)}.{slot}", slot)
        counts[slot] = table.integer(slot)
    return counts


def _interpreters(fields: Fields, known: set[str]) -> dict[str, Interpreters]:
    found = {}
    for language, item in fields.mapping("interpreters").items():
        inside = Fields(item, f"{fields.at('interpreters')}.{language}")
        found[language] = Interpreters(inside.optional_integer("default") or 0, _by_slot(inside, "slots", known))
        inside.end()
    return found


def _participants(fields: Fields, known: set[str]) -> tuple[Participant, ...]:
    found: list[Participant] = []
    seen: set[str] = set()
    for item in fields.objects("participants", required=True):
        name = item.id("id")
        if name in seen:
            raise item.bad("id", f"partecipante ripetuto: {name}", f"a participant repeated: {name}")
        seen.add(name)
        if item.raw("side") not in ("a", "b"):
            raise item.bad("side", "deve essere “a” o “b”", "must be “a” or “b”")
        least, most = item.integer("min"), item.integer("max")
        if least > most:
            raise item.bad(
                "min", f"il minimo ({least}) supera il massimo ({most})", f"the minimum ({least}) is over {most}"
            )
        available = item.ids("available", required=True)
        for index, slot in enumerate(available):
            if slot not in known:
                raise _unknown_slot(f"{item.at('available')}[{index}]", slot)
        found.append(
            Participant(
                id=name,
                side=str(item.raw("side")),
                min=least,
                max=most,
                available=tuple(available),
                max_per_day=item.optional_integer("max_per_day"),
                own_table=item.boolean("own_table"),
                languages=tuple(item.ids("languages")),
                rest_after=item.optional_integer("rest_after") or 0,
            )
        )
        item.words("name")
        item.end()
    return tuple(found)


def pairs_from(
    fields: Fields,
    name: str,
    participants: tuple[Participant, ...],
    slots: set[str],
    interpreters: dict[str, Interpreters],
    taken: tuple[Pair, ...] = (),
) -> tuple[Pair, ...]:
    """The pairs of a list, of people that are there, on the right sides, none of them twice or among ``taken``."""
    side = {participant.id: participant.side for participant in participants}
    found: list[Pair] = []
    seen = {(pair.a, pair.b) for pair in taken}
    for item in fields.objects(name, required=not taken and name == "pairs"):
        a, b = item.id("a"), item.id("b")
        for end, who in (("a", a), ("b", b)):
            if who not in side:
                raise item.bad(end, f"partecipante sconosciuto: {who}", f"unknown participant: {who}")
        if a == b:
            raise item.bad("b", f"{a} non può incontrare sé stesso", f"{a} cannot meet itself")
        for end, who in (("a", a), ("b", b)):
            if side[who] != end:
                raise item.bad(end, f"{who} è del lato “{side[who]}”", f"{who} is of side “{side[who]}”")
        if (a, b) in seen:
            raise item.bad("b", f"coppia ripetuta: {a}, {b}", f"a pair repeated: {a}, {b}")
        seen.add((a, b))
        language = item.optional_id("interpreter")
        if language is not None and language not in interpreters:
            raise item.bad(
                "interpreter",
                f"lingua che non è tra gli interpreti: {language}",
                f"a language that is not among the interpreters: {language}",
            )
        pinned = item.optional_id("pinned")
        if pinned is not None and pinned not in slots:
            raise _unknown_slot(item.at("pinned"), pinned)
        found.append(Pair(a, b, item.number("weight"), item.boolean("mutual"), language, pinned))
        item.end()
    return tuple(found)


def agenda_from(document: Any, instance: Instance | None = None) -> Agenda:
    """The agenda a JSON object describes, ours or made by hand: only ``meetings`` is needed.

    Whether its meetings may be held is for the checker to say: here only their types are looked at. With the ``instance`` that it is an
    agenda of, its people and slots must be there, and no pair meets twice: what is mended is known to be of this event.
    """
    fields = Fields(document)
    meetings: list[Meeting] = []
    known = _Known(instance) if instance is not None else None
    for item in fields.objects("meetings", required=True):
        table = item.optional_integer("table", least=1)
        if known is not None:
            known.look(item)
        meetings.append(Meeting(item.id("a"), item.id("b"), item.id("slot"), table, item.optional_id("interpreter")))
    stated = {name: _stated(fields, name) for name in ("objective", "bound", "gap", "seconds")}
    counted = {name: fields.optional_integer(name) or 0 for name in ("shortfall", "least_shortfall", "unmet_mutual")}
    return Agenda(
        meetings=tuple(meetings),
        objective=stated["objective"] or 0.0,
        bound=stated["bound"] or 0.0,
        gap=stated["gap"],
        seconds=stated["seconds"] or 0.0,
        seed=fields.optional_integer("seed", most=2**63) or 0,
        **counted,
    )


class _Known:
    """The people and slots of an instance, and the pairs met so far."""

    def __init__(self, instance: Instance) -> None:
        self.people = {one.id for one in instance.participants}
        self.slots = {one.id for one in instance.slots}
        self.met: set[tuple[str, str]] = set()

    def look(self, item: Fields) -> None:
        a, b, slot = item.id("a"), item.id("b"), item.id("slot")
        for end, who in (("a", a), ("b", b)):
            if who not in self.people:
                raise item.bad(end, f"partecipante sconosciuto: {who}", f"unknown participant: {who}")
        if slot not in self.slots:
            raise _unknown_slot(item.at("slot"), slot)
        if (a, b) in self.met:
            raise item.bad("b", f"coppia ripetuta: {a}, {b}", f"a pair repeated: {a}, {b}")
        self.met.add((a, b))


def _stated(fields: Fields, name: str) -> float | None:
    if not fields.has(name):
        return None
    value = fields.raw(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fields.bad(name, "deve essere un numero", "must be a number")
    if not -_MOST_STATED <= value <= _MOST_STATED:  # nor what is no number: it compares with nothing
        raise fields.bad(name, "deve essere un numero finito, sotto 10^18", "must be a finite number, under 10^18")
    return float(value)


def _unknown_slot(path: str, slot: str) -> Bad:
    return Bad(path, f"fascia oraria sconosciuta: {slot}", f"unknown slot: {slot}")


def slot_known(value: Any, path: str, known: set[str]) -> str:
    """A slot's identifier that the instance has."""
    slot = identifier(value, path)
    if slot not in known:
        raise _unknown_slot(path, slot)
    return slot
