"""The linear programs without slots: what no agenda can exceed, and which meetings an agenda that reaches it would hold.

A pair is a number from 0 to 1, whatever its slot; each one's meetings, the tables, the interpreters of a language are
summed over the whole event. Every agenda that keeps the rules satisfies these sums, so that their optimum is a bound.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from levante.matching.event import Event

__all__ = [
    "Bound",
    "Relaxed",
    "best_share",
    "fair_prices",
    "least_shortfall",
    "least_unmet",
    "loose",
    "relax",
    "run_program",
    "scale_of",
    "shares",
]

_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The optimum of a program: how much of each pair is held, what one more of it would add or cost, and a value
    above every agenda: reckoned from the prices of the rows, which prove it whatever the solver did."""

    held: list[float]
    value: float
    reduced: list[float]


@dataclass(frozen=True, slots=True)
class Bound:
    """A value that no agenda exceeds, and the pairs that would reach it (``None``: not reckoned in time)."""

    value: float
    relaxed: Relaxed | None


def relax(event: Event, weight: Sequence[float], *, seconds: float | None = None) -> Bound:
    """The most that the weights less the penalty can be."""
    found = _solve(event, weight, penalty=event.penalty, seconds=seconds)
    if found is None:
        return Bound(loose(event, weight), None)
    return Bound(_down(found.value, [*weight, event.penalty]), found)


def least_shortfall(event: Event, *, reached: int | None = None, seconds: float | None = None) -> int:
    """The meetings missing to the minimums that no agenda can avoid.

    ``reached``: what an agenda misses: when that is what each would miss alone, nothing is left to be asked of a program.
    """
    alone = sum(
        max(0, least - min(cap, sum(event.usable[p] != 0 for p in pairs)))
        for least, cap, pairs in zip(event.least, event.cap, event.of, strict=True)
    )
    if not any(event.least) or (reached is not None and reached <= alone):
        return alone
    found = _solve(event, [0.0] * event.pairs, penalty=1.0, seconds=seconds)
    return alone if found is None else max(alone, math.ceil(-found.value - 1e-6))


def least_unmet(event: Event, *, seconds: float | None = None) -> int:
    """The mutual requests that no agenda can avoid leaving unmet."""
    mutual = sum(event.mutual)
    found = _solve(event, [1.0 if each else 0.0 for each in event.mutual], penalty=0.0, seconds=seconds)
    return 0 if found is None else max(0, mutual - math.floor(found.value + 1e-6))


def shares(event: Event) -> list[float]:
    """What each could get alone: the weights of its best meetings, as many as it can have."""
    best = []
    for i, pairs in enumerate(event.of):
        weights = sorted((event.weight[p] for p in pairs if event.usable[p]), reverse=True)
        best.append(sum(weights[: event.cap[i]]))
    return best


def best_share(event: Event, *, seconds: float | None = None) -> float:
    """The share of what each could get alone that everybody can have at once, at most: from 0 to 1."""
    alone = shares(event)
    if not any(alone):
        return 1.0
    found = _solve(event, [0.0] * event.pairs, penalty=0.0, seconds=seconds, alone=alone)
    return 1.0 if found is None else min(1.0, max(0.0, found.value))


def fair_prices(event: Event, share: float, *, seconds: float | None = None) -> list[float] | None:
    """What a unit of each one's weight is worth beside its own when everybody must have ``share`` of its best alone."""
    alone = shares(event)
    floors = [(i, share * alone[i]) for i in range(event.people) if alone[i] > 0]
    found = _program(event, event.weight, event.penalty, seconds, floors=floors)
    if found is None:
        return None
    prices = [0.0] * event.people
    for (i, _), price in zip(floors, found[1], strict=True):
        prices[i] = max(0.0, price)
    return prices


def loose(event: Event, weight: Sequence[float]) -> float:
    """A bound that takes no time: the best of each, for the side where it comes to less."""
    sums = [0.0, 0.0]
    for i, pairs in enumerate(event.of):
        best = sorted((weight[p] for p in pairs if event.usable[p]), reverse=True)
        sums[event.side[i]] += sum(best[: event.cap[i]])
    missing = sum(max(0, least - cap) for least, cap in zip(event.least, event.cap, strict=True))
    return min(sums) - event.penalty * missing


def _down(value: float, units: Sequence[float]) -> float:
    """The bound rounded down to what sums of whole, tenth or hundredth weights can be, a hair of reckoning allowed."""
    hair = _HAIR * max(1.0, abs(value))
    for unit in (1, 10, 100):
        if all(
            float(weight * unit).is_integer() or abs(weight * unit - round(weight * unit)) < 1e-9 for weight in units
        ):
            return math.floor(value * unit + hair * unit) / unit
    return value + hair


def _solve(
    event: Event, weight: Sequence[float], *, penalty: float, seconds: float | None, alone: list[float] | None = None
) -> Relaxed | None:
    found = _program(event, weight, penalty, seconds, alone=alone)
    return None if found is None else found[0]


def _program(
    event: Event,
    weight: Sequence[float],
    penalty: float,
    seconds: float | None,
    *,
    alone: list[float] | None = None,
    floors: list[tuple[int, float]] | None = None,
) -> tuple[Relaxed, list[float]] | None:
    """Maximise; ``alone`` asks for the greatest share instead, ``floors`` for a least weight of some participants."""
    pairs = event.pairs
    if seconds is not None and seconds < seconds_for(pairs):
        return None
    needy = [i for i, least in enumerate(event.least) if least > 0] if penalty else []
    width = pairs + len(needy) + (1 if alone is not None else 0)
    if not width:
        return Relaxed([], 0.0, []), []
    rows, cols, vals, limit = _sums(event)
    at = len(limit)

    def row(columns: Sequence[int], values: Sequence[float], most: float) -> None:
        nonlocal at
        rows.append(np.full(len(columns), at))
        cols.append(np.asarray(columns, dtype=np.int64))
        vals.append(np.asarray(values, dtype=float))
        limit.append(most)
        at += 1

    for k, i in enumerate(needy):
        row([*event.of[i], pairs + k], [-1.0] * (len(event.of[i]) + 1), -float(event.least[i]))
    first_floor = at
    if alone is not None:
        for i, best in enumerate(alone):
            if best > 0:
                row([*event.of[i], width - 1], [*(-event.weight[p] for p in event.of[i]), best], 0.0)
    for i, least in floors or []:
        row(event.of[i], [-event.weight[p] for p in event.of[i]], -least)
    matrix = sparse.csr_matrix((np.concatenate(vals), (np.concatenate(rows), np.concatenate(cols))), shape=(at, width))
    cost = np.zeros(width)
    cost[:pairs] = -np.asarray(weight, dtype=float)
    cost[pairs : pairs + len(needy)] = penalty
    upper = np.ones(width)
    upper[:pairs] = [1.0 if usable else 0.0 for usable in event.usable]
    upper[pairs : pairs + len(needy)] = [event.least[i] for i in needy]
    lower = np.zeros(width)
    lower[:pairs] = [1.0 if k >= 0 else 0.0 for k in event.pin]
    if alone is not None:
        cost[-1] = -1.0
    # One unknown in everybody's row: the interior point does in a second what takes the simplex ten.
    method = "highs" if alone is None else "highs-ipm"
    found = run_program(cost, matrix, np.asarray(limit), lower, upper, seconds, method=method)
    if found is None:
        return None
    held, proved, reduced, prices = found
    return Relaxed(held[:pairs].tolist(), proved, reduced[:pairs].tolist()), prices[first_floor:].tolist()


def seconds_for(pairs: int) -> float:
    """What a program takes about: HiGHS hears its limit late, so one that cannot end in the seconds left is not begun."""
    return float(2.5 * (pairs / 75_000) ** 1.6)


def _sums(event: Event) -> tuple[list[Any], list[Any], list[Any], list[float]]:
    """The rows that hold for every agenda: each one's meetings, the shared tables, the interpreters of each language."""
    every = np.arange(event.pairs)
    rows: list[Any] = [np.asarray(event.a, dtype=np.int64), np.asarray(event.b, dtype=np.int64)]
    cols: list[Any] = [every, every]
    limit = [float(cap) for cap in event.cap]
    crowd = [_crowd(event, k) for k in range(event.slots)]
    resources = [([p for p in range(event.pairs) if event.table[p]], event.tables)]
    for voice, row in enumerate(event.voices):
        resources.append(([p for p in range(event.pairs) if event.voice[p] == voice], row))
    for members, there in resources:
        most = sum(min(n, together) for n, together in zip(there, crowd, strict=True))
        if most < len(members):
            rows.append(np.full(len(members), len(limit)))
            cols.append(np.asarray(members, dtype=np.int64))
            limit.append(float(most))
    return rows, cols, [np.ones(len(each)) for each in cols], limit


def _crowd(event: Event, k: int) -> int:
    """How many meetings a slot can have for the people who are there."""
    there = [0, 0]
    for i, mask in enumerate(event.available):
        there[event.side[i]] += mask >> k & 1
    return min(there)


def run_program(
    cost: Any, matrix: Any, limit: Any, lower: Any, upper: Any, seconds: float | None, *, method: str = "highs"
) -> tuple[Any, float, Any, Any] | None:
    """Minimise the cost within the limits: the solution, a proved value of its opposite, reduced values, prices.

    By HiGHS; its simplex gives a vertex: nearly all 0 or 1. ``None`` when it does not end in the seconds.
    """
    options = {} if seconds is None else {"time_limit": max(0.05, seconds)}
    bounds = np.column_stack([lower, upper])
    times = scale_of(cost)
    found = linprog(cost * times, A_ub=matrix, b_ub=limit, bounds=bounds, method=method, options=options)
    if found.status != 0:
        return None
    prices = np.maximum(0.0, -found.ineqlin.marginals / times)
    reduced = -cost - matrix.T @ prices
    # Whatever the prices, if none is negative this sum is above every agenda: the bound is proved by them, not believed.
    proved = math.fsum(prices * limit) + math.fsum(np.where(reduced > 0, reduced * upper, reduced * lower))
    return found.x, float(proved), reduced, prices


def scale_of(cost: Any) -> float:
    """By how much to multiply costs, so that the tolerances of the solver are little beside them: very small ones took it long."""
    most = float(np.abs(cost).max(initial=0.0))
    return 1.0 if most == 0 or 1 <= most <= 10_000 else 10 / most
