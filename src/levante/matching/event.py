"""An instance as numbers: participants, pairs and slots by index, sets of slots as masks (bit k: the k-th slot)."""

from collections.abc import Sequence
from dataclasses import dataclass

from levante.matching.instance import Instance
from levante.matching.times import clashes, most_meetings

__all__ = ["ENOUGH", "Event", "event_of"]

#: As many tables as are needed.
ENOUGH = 10**9


@dataclass(slots=True)
class Event:
    """``usable[p]``: the slots in which the pair could meet if they were alone; ``cap[i]``: the most that ``i`` can have.

    ``clash[i][k]``: the slots that a meeting in ``k`` takes from ``i``; ``simple``: only ``k`` itself, for everybody.
    """

    slots: int
    begins: list[int]
    days: list[int]
    day_mask: list[int]
    side: list[int]
    least: list[int]
    most: list[int]
    per_day: list[int]
    cap: list[int]
    available: list[int]
    clash: list[list[int]]
    simple: bool
    a: list[int]
    b: list[int]
    weight: list[float]
    mutual: list[bool]
    table: list[bool]
    voice: list[int]
    pin: list[int]
    usable: list[int]
    tables: list[int]
    voices: list[list[int]]
    languages: list[str]
    penalty: float
    of: list[list[int]]

    @property
    def people(self) -> int:
        return len(self.least)

    @property
    def pairs(self) -> int:
        return len(self.a)


def event_of(instance: Instance) -> Event:
    """The numbers of an instance."""
    nth = {slot.id: k for k, slot in enumerate(instance.slots)}
    day_names = list(dict.fromkeys(slot.day for slot in instance.slots))
    days = [day_names.index(slot.day) for slot in instance.slots]
    who = {participant.id: i for i, participant in enumerate(instance.participants)}
    languages = list(instance.interpreters)
    tables = [ENOUGH if (n := instance.tables_at(slot.id)) is None else n for slot in instance.slots]
    voices = [[instance.interpreters[lang].at(slot.id) for slot in instance.slots] for lang in languages]
    with_table = sum(1 << k for k, n in enumerate(tables) if n > 0)
    with_voice = [sum(1 << k for k, n in enumerate(row) if n > 0) for row in voices]
    by_rest = {rest: clashes(instance, rest) for rest in {p.rest_after for p in instance.participants}}

    available = [sum(1 << nth[slot] for slot in p.available) for p in instance.participants]
    own = [p.own_table for p in instance.participants]
    a = [who[pair.a] for pair in instance.pairs]
    b = [who[pair.b] for pair in instance.pairs]
    table = [not (own[i] or own[j]) for i, j in zip(a, b, strict=True)]
    voice = [-1 if pair.interpreter is None else languages.index(pair.interpreter) for pair in instance.pairs]
    usable, reach = [], [0] * len(available)
    of: list[list[int]] = [[] for _ in available]
    for p, (i, j) in enumerate(zip(a, b, strict=True)):
        mask = available[i] & available[j]
        if table[p]:
            mask &= with_table
        if voice[p] >= 0:
            mask &= with_voice[voice[p]]
        usable.append(mask)
        reach[i] |= mask
        reach[j] |= mask
        of[i].append(p)
        of[j].append(p)
    return Event(
        slots=len(nth),
        begins=[slot.begins for slot in instance.slots],
        days=days,
        day_mask=[sum(1 << k for k, d in enumerate(days) if d == day) for day in range(len(day_names))],
        side=[0 if p.side == "a" else 1 for p in instance.participants],
        least=[p.min for p in instance.participants],
        most=[p.max for p in instance.participants],
        per_day=[ENOUGH if p.max_per_day is None else p.max_per_day for p in instance.participants],
        cap=_caps(instance, reach),
        available=available,
        clash=[by_rest[p.rest_after] for p in instance.participants],
        simple=all(mask == 1 << k for row in by_rest.values() for k, mask in enumerate(row)),
        a=a,
        b=b,
        weight=[pair.weight for pair in instance.pairs],
        mutual=[pair.mutual for pair in instance.pairs],
        table=table,
        voice=voice,
        pin=[-1 if pair.pinned is None else nth[pair.pinned] for pair in instance.pairs],
        usable=usable,
        tables=tables,
        voices=voices,
        languages=languages,
        penalty=instance.shortfall_penalty,
        of=of,
    )


def _caps(instance: Instance, reach: Sequence[int]) -> list[int]:
    known: dict[tuple[int, int, int | None], int] = {}
    caps = []
    for person, mask in zip(instance.participants, reach, strict=True):
        key = (mask, person.rest_after, person.max_per_day)
        if key not in known:
            known[key] = most_meetings(instance, *key)
        caps.append(min(person.max, known[key]))
    return caps
