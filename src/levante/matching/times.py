"""Which slots exclude each other for somebody: those that overlap, and those within the rest after a meeting."""

from math import inf

from levante.matching.instance import Instance, Slot

__all__ = ["clashes", "most_meetings", "ranks"]


def ranks(slots: tuple[Slot, ...]) -> list[int]:
    """The place of each slot among the hours of beginning of its day: parallel slots have the same."""
    hours: dict[str, list[int]] = {}
    for slot in slots:
        hours.setdefault(slot.day, []).append(slot.begins)
    place = {day: {hour: rank for rank, hour in enumerate(sorted(set(found)))} for day, found in hours.items()}
    return [place[slot.day][slot.begins] for slot in slots]


def clashes(instance: Instance, rest_after: int) -> list[int]:
    """For each slot, the mask (bit k: the k-th slot) of those nobody who rests so much can also have; itself too."""
    slots, place = instance.slots, ranks(instance.slots)
    masks = []
    for k, slot in enumerate(slots):
        mask = 1 << k
        for other, there in enumerate(slots):
            overlap = slot.begins < there.ends and there.begins < slot.ends
            resting = slot.day == there.day and abs(place[k] - place[other]) <= rest_after and place[k] != place[other]
            if overlap or (rest_after and resting):
                mask |= 1 << other
        masks.append(mask)
    return masks


def most_meetings(instance: Instance, usable: int, rest_after: int, max_per_day: int | None) -> int:
    """How many meetings somebody can have at most in the slots of the mask ``usable``.

    In each day, of intervals that exclude each other, taking always the one that ends first gives the most.
    """
    place = ranks(instance.slots)
    days: dict[str, list[tuple[int, int, int]]] = {}
    for k, slot in enumerate(instance.slots):
        if usable >> k & 1:
            days.setdefault(slot.day, []).append((slot.begins, slot.ends, place[k]))
    return sum(
        min(_most_of_a_day(slots, rest_after), len(slots) if max_per_day is None else max_per_day)
        for slots in days.values()
    )


def _most_of_a_day(slots: list[tuple[int, int, int]], rest_after: int) -> int:
    hours = sorted({(rank, begins) for begins, _, rank in slots})
    busy = []
    for begins, ends, rank in slots:
        until: float = ends
        if rest_after:
            until = max(until, next((hour for there, hour in hours if there > rank + rest_after), inf))
        busy.append((until, begins))
    count, free_from = 0, -inf
    for until, begins in sorted(busy):
        if begins >= free_from:
            count, free_from = count + 1, until
    return count
