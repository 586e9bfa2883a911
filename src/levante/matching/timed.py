"""The linear program with slots: dearer than the one without, and nearer to the truth where the hours people have in common bind.

Slots of one day that are alike for everybody (the same people, as many tables and interpreters) are one class: in half
days there are few of them, and the program is small; where each slot is its own, it is as large as pairs × slots.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from levante.matching.board import bits
from levante.matching.event import Event
from levante.matching.programs import run_program

__all__ = ["Timed", "timed"]


@dataclass(frozen=True, slots=True)
class Timed:
    """A value that no agenda exceeds; for each pair held, in part at least, how much of it and in which slots, the most
    first; and for every pair what one more of it would add, in its best slot."""

    value: float
    held: list[tuple[float, int, int]]
    reduced: list[float]


def timed(event: Event, weight: Sequence[float], *, largest: int, seconds: float | None) -> Timed | None:
    """The optimum of the program; ``None`` when it has more than ``largest`` unknowns or does not end in the seconds.

    Where slots that are alike for everybody are too many, those alike in tables and interpreters are one: looser, still true.
    """
    for classes in _classes(event):
        choices = _choices(event, classes, largest)
        if choices is not None:
            break
    else:
        return None
    of_slot = {k: c for c, members in enumerate(classes) for k in members}
    masks = [sum(1 << k for k in members) for members in classes]
    needy = [i for i, least in enumerate(event.least) if least > 0] if event.penalty else []
    width = len(choices) + len(needy)
    if not choices:
        return None
    rows: dict[Any, list[int]] = {}
    limit: dict[Any, float] = {}
    day = [event.days[members[0]] if len({event.days[k] for k in members}) == 1 else None for members in classes]
    for column, (p, c) in enumerate(choices):
        rows.setdefault(("pair", p), []).append(column)
        limit["pair", p] = 1.0
        for i in (event.a[p], event.b[p]):
            for key, most in _of_a_person(event, i, c, classes, masks[c], day):
                rows.setdefault(key, []).append(column)
                limit[key] = most
        if event.table[p]:
            rows.setdefault(("table", c), []).append(column)
            limit["table", c] = float(event.tables[classes[c][0]] * len(classes[c]))
        voice = event.voice[p]
        if voice >= 0:
            rows.setdefault(("voice", voice, c), []).append(column)
            limit["voice", voice, c] = float(event.voices[voice][classes[c][0]] * len(classes[c]))
    kept = [key for key, members in rows.items() if len(members) > limit[key]]
    columns = [np.asarray(rows[key]) for key in kept]
    values = [np.ones(len(rows[key])) for key in kept]
    limits = [limit[key] for key in kept]
    for n, i in enumerate(needy):
        mine = rows.get(("all", i), [])
        columns.append(np.asarray([*mine, len(choices) + n]))
        values.append(np.full(len(mine) + 1, -1.0))
        limits.append(-float(event.least[i]))
    numbers = [np.full(len(members), at) for at, members in enumerate(columns)]
    matrix = (
        sparse.csr_matrix(
            (np.concatenate(values), (np.concatenate(numbers), np.concatenate(columns))), shape=(len(limits), width)
        )
        if columns
        else sparse.csr_matrix((0, width))
    )
    cost = np.asarray([*(-weight[p] for p, _ in choices), *[event.penalty] * len(needy)])
    upper = np.asarray([*[1.0] * len(choices), *[float(event.least[i]) for i in needy]])
    lower = np.asarray(
        [*(1.0 if event.pin[p] >= 0 and of_slot[event.pin[p]] == c else 0.0 for p, c in choices), *[0.0] * len(needy)]
    )
    found = run_program(cost, matrix, np.asarray(limits), lower, upper, seconds, method="highs-ipm")
    if found is None:
        return None
    held, proved, reduced, _ = found
    best = [-math.inf] * event.pairs
    for (p, _), extra in zip(choices, reduced, strict=False):
        best[p] = max(best[p], float(extra))
    parts = [
        (float(held[column]), p, masks[c] & event.usable[p])
        for column, (p, c) in enumerate(choices)
        if held[column] > 0.01
    ]
    parts.sort(key=lambda part: (-part[0], part[1]))
    return Timed(proved, parts, best)


def _of_a_person(
    event: Event, i: int, c: int, classes: list[list[int]], mask: int, day: list[int | None]
) -> list[tuple[Any, float]]:
    """The rows of a participant that a meeting in a class counts in."""
    found: list[tuple[Any, float]] = [(("all", i), float(event.cap[i]))]
    if event.simple:
        found.append((("at", i, c), float((event.available[i] & mask).bit_count())))
    else:
        # Each slot is its own class. Those that are not over yet when a slot begins exclude each other: one row for each slot.
        k = classes[c][0]
        for other in bits(event.clash[i][k] & event.available[i]):
            if event.begins[other] >= event.begins[k]:
                found.append((("at", i, other), 1.0))
    if event.per_day[i] < event.slots and day[c] is not None:
        found.append((("day", i, day[c]), float(event.per_day[i])))
    return found


def _choices(event: Event, classes: list[list[int]], largest: int) -> list[tuple[int, int]] | None:
    """Each pair with each class in which it can meet; ``None`` when they are more than ``largest``."""
    of_slot = {k: c for c, members in enumerate(classes) for k in members}
    choices: list[tuple[int, int]] = []
    for p in range(event.pairs):
        choices += [(p, c) for c in sorted({of_slot[k] for k in bits(event.usable[p])})]
        if len(choices) > largest:
            return None
    return choices


def _classes(event: Event) -> Iterator[list[list[int]]]:
    """The slots, those that are alike together: first those alike for everybody, then whoever is there, then on whatever day."""
    if not event.simple:
        yield [[k] for k in range(event.slots)]
        return
    for people, days in ((True, True), (False, True), (False, False)):
        alike: dict[Any, list[int]] = {}
        for k in range(event.slots):
            there = tuple(i for i, mask in enumerate(event.available) if mask >> k & 1) if people else ()
            key = (event.days[k] if days else 0, event.tables[k], tuple(row[k] for row in event.voices), there)
            alike.setdefault(key, []).append(k)
        yield list(alike.values())
