"""What is worth most is kept from the hours in which somebody is likeliest to be missing; who meets whom stays.

Any agenda with the same meetings is worth the same, and not the same on the day: who comes late loses its first meetings,
and in the holes that leaves there is seldom room for what was lost. So what begins a day, the first of all, and what ends
the last is better worth little. Meetings change slot along the alternating chains of two slots (the components of the
graph of their meetings: each participant of one has both or one of the two), so that nobody is ever in two places.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from levante.matching.board import Board
from levante.matching.event import Event

__all__ = ["exposure", "shelter"]

#: How many hours of beginning of a day are exposed, at most half of them.
_HOURS = 4
#: How much: the beginning of the first day, of another, the end of the last. Late flights, late nights, early flights.
_FIRST, _OTHER, _LAST = 1.0, 0.5, 0.5
#: How many chains that free a table are tried with each one that takes it.
_BESIDE = 4
#: How often it goes over the slots: a third time finds little.
_ROUNDS = 2
_HAIR = 1e-9

Chain = tuple[float, int, list[int]]


def exposure(event: Event) -> list[float]:
    """How exposed each slot is, from 0: an order, no probability; slots that begin together are as exposed."""
    found = [0.0] * event.slots
    days: dict[int, list[int]] = {}
    for k in sorted(range(event.slots), key=lambda k: event.begins[k]):
        days.setdefault(event.days[k], []).append(k)
    for nth, slots in enumerate(days.values()):
        hours = sorted({event.begins[k] for k in slots})
        most = min(_HOURS, len(hours) // 2)
        for k in slots:
            hour = hours.index(event.begins[k])
            since, before = hour, len(hours) - 1 - hour
            if since < most:
                found[k] += (_OTHER if nth else _FIRST) * (1 - since / (2 * most))
            if before < most and nth == len(days) - 1:
                found[k] += _LAST * (1 - before / (2 * most))
    return found


def shelter(
    event: Event, slots: Sequence[int], *, until: int, stopped: Callable[[], bool] = lambda: False
) -> list[int]:
    """The same meetings, those worth most in the slots least exposed; ``until``: the most steps it takes.

    Pinned meetings stay, and every rule is looked at as in the search. The same agenda gives the same agenda.
    """
    board = Board(event, _worth(event, slots))
    board.load(slots)
    exposed = exposure(event)
    twos = [(s, t) for s in range(event.slots) for t in range(event.slots) if exposed[s] > exposed[t] + _HAIR]
    twos.sort(key=lambda two: (exposed[two[1]] - exposed[two[0]], two))
    until += board.work
    for _ in range(_ROUNDS):
        better = False
        for s, t in twos:
            if board.work >= until or stopped():
                return list(board.slot)
            better |= _exchange(board, s, t)
        if not better:
            break
    return list(board.slot)


def _worth(event: Event, slots: Sequence[int]) -> list[float]:
    """What is lost with each meeting: its weight, and the penalty for whoever would be under its minimum."""
    held = Counter(i for p, k in enumerate(slots) if k >= 0 for i in (event.a[p], event.b[p]))
    short = [event.penalty if held[i] <= least else 0.0 for i, least in enumerate(event.least)]
    return [w + short[i] + short[j] for w, i, j in zip(event.weight, event.a, event.b, strict=True)]


def _exchange(board: Board, s: int, t: int) -> bool:
    """Exchange the chains of two slots that take more worth out of ``s`` than they bring; whether one was.

    A chain that needs a table more than it frees may find none: it is tried with one that frees it.
    """
    better, left = False, []
    for chain in sorted(_chains(board, s, t), key=lambda chain: -chain[0]):
        if chain[0] > _HAIR and _exchanged(board, chain[2], s, t):
            better = True
        else:
            left.append(chain)
    free = [chain for chain in left if chain[1] < 0]
    for worth, tables, pairs in left:
        if tables <= 0:
            continue
        for nth, (other, freed, others) in enumerate(free[:_BESIDE]):
            if tables + freed == 0 and worth + other > _HAIR and _exchanged(board, pairs + others, s, t):
                better = True
                free.pop(nth)
                break
    return better


def _chains(board: Board, s: int, t: int) -> Iterator[Chain]:
    """The chains of two slots that may be exchanged: the worth they take out of ``s``, the tables, the pairs."""
    event, at, slot = board.event, board.at, board.slot
    seen: set[int] = set()
    for i in range(event.people):
        for start in (at[i][s], at[i][t]):
            if start < 0 or start in seen:
                continue
            seen.add(start)
            pairs, todo, may = [], [start], True
            worth, tables = 0.0, 0
            while todo:
                p = todo.pop()
                pairs.append(p)
                here = slot[p] == s
                may = may and not board.fixed[p] and bool(event.usable[p] >> (t if here else s) & 1)
                worth += board.weight[p] if here else -board.weight[p]
                tables += event.table[p] if here else -event.table[p]
                for j in (event.a[p], event.b[p]):
                    for q in (at[j][s], at[j][t]):
                        if q >= 0 and q not in seen:
                            seen.add(q)
                            todo.append(q)
            if may:
                yield worth, tables, pairs


def _exchanged(board: Board, pairs: Sequence[int], s: int, t: int) -> bool:
    """Put each pair of ``s`` in ``t`` and of ``t`` in ``s``, if the rules allow it; whether it was done."""
    to = [(p, t if board.slot[p] == s else s) for p in pairs]
    for p, _ in to:
        board.lift(p)
    for p, k in to:
        if not board.places(p) >> k & 1:
            board.undo(0)
            return False
        board.place(p, k)
    board.forget()
    return True
