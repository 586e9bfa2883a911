"""The number of each meeting's table: who was at one stays there where it can."""

from collections.abc import Mapping, Sequence

from levante.matching.event import ENOUGH, Event
from levante.matching.instance import Instance, Meeting

__all__ = ["meetings_of"]


def meetings_of(
    instance: Instance, event: Event, slots: Sequence[int], known: Mapping[tuple[str, str], tuple[str, int]]
) -> tuple[Meeting, ...]:
    """The meetings of an agenda, in the order of time; ``known`` says the slot and table that pairs already have.

    A buyer (side b) keeps the table of its last meeting when it is free, else the seller does, else it is the lowest.
    """
    in_time = sorted(range(event.slots), key=lambda k: (instance.slots[k].begins, k))
    held: list[list[int]] = [[] for _ in in_time]
    for p, k in enumerate(slots):
        if k >= 0:
            held[k].append(p)
    last: dict[int, int] = {}
    found = []
    for k in in_time:
        slot = instance.slots[k].id
        given: dict[int, int] = {}
        if event.tables[k] < ENOUGH:
            given = _numbers(
                instance, event, [p for p in held[k] if event.table[p]], slot, event.tables[k], last, known
            )
        for p in held[k]:
            table = given.get(p)
            if table is not None:
                last[event.a[p]] = last[event.b[p]] = table
            pair = instance.pairs[p]
            found.append(Meeting(pair.a, pair.b, slot, table, pair.interpreter))
    return tuple(found)


def _numbers(
    instance: Instance,
    event: Event,
    pairs: Sequence[int],
    slot: str,
    tables: int,
    last: Mapping[int, int],
    known: Mapping[tuple[str, str], tuple[str, int]],
) -> dict[int, int]:
    given: dict[int, int] = {}
    taken: set[int] = set()

    def give(p: int, table: int | None) -> None:
        if p not in given and table is not None and 1 <= table <= tables and table not in taken:
            given[p] = table
            taken.add(table)

    for p in pairs:
        where = known.get((instance.pairs[p].a, instance.pairs[p].b))
        give(p, where[1] if where is not None and where[0] == slot else None)
    for end in (event.b, event.a):
        for p in pairs:
            give(p, last.get(end[p]))
    free = iter([table for table in range(1, min(tables, len(pairs) + len(taken)) + 1) if table not in taken])
    for p in pairs:
        if p not in given:
            given[p] = next(free)
    return given
