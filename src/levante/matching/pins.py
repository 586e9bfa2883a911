"""The meetings that are promised: they must be possible together, or the instance is refused naming the pair."""

from collections import Counter, defaultdict

from levante.matching.fields import Bad
from levante.matching.instance import Instance
from levante.matching.times import clashes

__all__ = ["check_pins"]


def check_pins(instance: Instance) -> None:
    """Refuse a pin outside availability, two that exclude each other, more of them than a limit allows."""
    nth = {slot.id: k for k, slot in enumerate(instance.slots)}
    day = {slot.id: slot.day for slot in instance.slots}
    who = {participant.id: participant for participant in instance.participants}
    apart: dict[int, list[int]] = {}
    held: dict[str, list[str]] = defaultdict(list)
    tables: Counter[str] = Counter()
    voices: Counter[tuple[str, str]] = Counter()
    for index, pair in enumerate(instance.pairs):
        slot = pair.pinned
        if slot is None:
            continue
        path = f"pairs[{index}].pinned"
        for name in (pair.a, pair.b):
            person = who[name]
            if slot not in person.available:
                raise Bad(path, f"{name} non c’è in {slot}", f"{name} is not available in {slot}")
            rest = person.rest_after
            if rest not in apart:
                apart[rest] = clashes(instance, rest)
            mask = apart[rest]
            for other in held[name]:
                if mask[nth[slot]] >> nth[other] & 1:
                    raise Bad(
                        path,
                        f"{name} ha già un incontro fissato in {other}, che esclude {slot}",
                        f"{name} already has a pinned meeting in {other}, which excludes {slot}",
                    )
            held[name].append(slot)
            if len(held[name]) > person.max:
                raise Bad(
                    path,
                    f"{name} ha più incontri fissati del suo massimo ({person.max})",
                    f"{name} has more pinned meetings than its maximum ({person.max})",
                )
            of_the_day = sum(day[other] == day[slot] for other in held[name])
            if person.max_per_day is not None and of_the_day > person.max_per_day:
                raise Bad(
                    path,
                    f"{name} ha più incontri fissati in un giorno del suo massimo ({person.max_per_day})",
                    f"{name} has more pinned meetings in a day than its maximum ({person.max_per_day})",
                )
        limit = instance.tables_at(slot)
        if limit is not None and not (who[pair.a].own_table or who[pair.b].own_table):
            tables[slot] += 1
            if tables[slot] > limit:
                raise Bad(
                    path,
                    f"in {slot} ci sono più incontri fissati dei tavoli ({limit})",
                    f"in {slot} there are more pinned meetings than tables ({limit})",
                )
        if pair.interpreter is not None:
            voices[pair.interpreter, slot] += 1
            there = instance.interpreters[pair.interpreter].at(slot)
            if voices[pair.interpreter, slot] > there:
                raise Bad(
                    path,
                    f"in {slot} ci sono più incontri fissati degli interpreti di {pair.interpreter} ({there})",
                    f"in {slot} there are more pinned meetings than interpreters of {pair.interpreter} ({there})",
                )
