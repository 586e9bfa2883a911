"""The holes of an agenda whose meetings stay: the program with slots, small because few are free, says what fills them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from levante.matching.board import Board, bits
from levante.matching.programs import scale_of

__all__ = ["Filling", "best_filling"]

#: What an unknown of the program costs, in steps of the search: so that a budget counts both.
STEPS_WHOLE = 30


@dataclass(frozen=True, slots=True)
class Filling:
    """The (pair, slot) that the program would add to a board, the surest first; empty when it did not end in time.

    ``most``: what a board is worth at most with anything added in its holes; ``None`` where the program does not say it.
    """

    given: list[tuple[int, int]]
    most: float | None = None


def best_filling(
    board: Board,
    *,
    slots: int = -1,
    pairs: Iterable[int] | None = None,
    whole: bool = False,
    seconds: float | None = None,
) -> Filling:
    """What the program would add to a board.

    ``slots`` (a mask) and ``pairs`` say among what; ``whole``: no halves, at the price of a longer search for the best.
    """
    event = board.event
    among = range(event.pairs) if pairs is None else pairs
    choices = [(p, k) for p in among if board.slot[p] < 0 for k in bits(board.places(p) & slots)]
    if not choices:
        return Filling([], board.value)
    board.work += len(choices) * (STEPS_WHOLE if whole else 1)
    rows: dict[Any, list[int]] = {}
    limit: dict[Any, float] = {}

    def row(key: Any, column: int, most: float) -> None:
        rows.setdefault(key, []).append(column)
        limit[key] = most

    for column, (p, k) in enumerate(choices):
        row(("pair", p), column, 1)
        for i in (event.a[p], event.b[p]):
            row(("at", i, k), column, 1)
            if not event.simple:
                for other in bits(event.clash[i][k]):
                    if other < k:
                        row(("apart", i, other, k), column, 1)
                    elif other > k:
                        row(("apart", i, k, other), column, 1)
            row(("all", i), column, event.most[i] - board.count[i])
            if event.per_day[i] < event.slots:
                row(("day", i, event.days[k]), column, board.room_of_day(i, event.days[k]))
        if event.table[p]:
            row(("table", k), column, board.tables[k])
        if event.voice[p] >= 0:
            row(("voice", event.voice[p], k), column, board.voices[event.voice[p]][k])
    kept = [key for key, members in rows.items() if len(members) > limit[key]]
    columns = [np.asarray(rows[key]) for key in kept]
    numbers = [np.full(len(rows[key]), at) for at, key in enumerate(kept)]
    values = [np.ones(len(rows[key])) for key in kept]
    limits = [limit[key] for key in kept]
    width = len(choices)
    cost = [-board.weight[p] for p, _ in choices]
    upper = [1.0] * width
    # Each meeting missing to a minimum is won back once: up to what is missing, a participant's meetings gain the penalty.
    for i, least in enumerate(event.least):
        missing = least - board.count[i]
        mine = rows.get(("all", i), [])
        if missing > 0 and mine:
            columns.append(np.asarray([len(cost), *mine]))
            numbers.append(np.full(len(mine) + 1, len(limits)))
            values.append(np.asarray([1.0, *[-1.0] * len(mine)]))
            limits.append(0.0)
            cost.append(-event.penalty)
            upper.append(float(missing))
    if not limits:  # nothing binds: all of them fit
        return Filling(choices, board.value + sum(max(0.0, board.weight[p]) for p, _ in choices))
    matrix = sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(numbers), np.concatenate(columns))), shape=(len(limits), len(cost))
    )
    found = _solved(np.asarray(cost), matrix, np.asarray(limits), np.asarray(upper), width if whole else 0, seconds)
    if found is None:
        return Filling([])
    held = found[:width]
    order = np.argsort(-held, kind="stable")
    most = None if whole else board.value - float(np.asarray(cost) @ found)
    return Filling([choices[column] for column in order if held[column] > 0.01], most)


def _solved(cost: Any, matrix: Any, limit: Any, upper: Any, whole: int, seconds: float | None) -> Any:
    """The solution, the first ``whole`` unknowns without halves; ``None`` when there is none in time."""
    cost = cost * scale_of(cost)
    options: dict[str, float] = {} if seconds is None else {"time_limit": max(0.05, seconds)}
    if not whole:
        bounds = np.column_stack([np.zeros(len(cost)), upper])
        found = linprog(cost, A_ub=matrix, b_ub=limit, bounds=bounds, method="highs", options=options)
        return found.x if found.status == 0 else None
    integral = np.zeros(len(cost))
    integral[:whole] = 1
    # Nodes and not seconds end it, so that the same run gives the same agenda.
    found = milp(
        cost,
        constraints=LinearConstraint(matrix, -np.inf, limit),
        bounds=Bounds(0, upper),
        integrality=integral,
        options={**options, "node_limit": 50, "mip_rel_gap": 1e-4},
    )
    return found.x
