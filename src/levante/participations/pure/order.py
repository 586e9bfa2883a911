"""The order of who asks to take part, by points on what is known of each. Pure: no database, no clock.

Each criterion gives from nothing to its weight. All but territory are of the candidate alone; territory depends on who is already in the
list, so places are given one at a time: each goes to the candidate with most points then, and a province counts less each time it has
one. Equal points: who asked first. The method is explained in ``docs/algorithms/places.md``.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

SECTOR, READINESS, ROTATION, TERRITORY, RELIABILITY = "sector", "readiness", "rotation", "territory", "reliability"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of who asks: ``arrival`` sorts as the register does; ``readiness`` is the share of the points of its latest check-up
    (none: never taken), ``took_part`` how many initiatives it was at and ``absences`` how many it did not come to, in the years that
    count; ``province`` the two letters of its seat, empty when not known."""

    key: int
    arrival: tuple[str, str]
    in_sector: bool = True
    readiness: Fraction | None = None
    took_part: int = 0
    absences: int = 0
    province: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the order: points by criterion, as they were when the place was given."""

    key: int
    position: int
    points: dict[str, Decimal]
    total: Decimal


def by_arrival(candidates: Sequence[Candidate]) -> list[Placed]:
    """Who asked first, first."""
    ordered = sorted(candidates, key=lambda one: (one.arrival, one.key))
    return [Placed(one.key, place, {}, Decimal("0.00")) for place, one in enumerate(ordered, 1)]


def by_points(
    candidates: Sequence[Candidate], weights: Mapping[str, Decimal], before: Mapping[str, int] | None = None
) -> list[Placed]:
    """Everybody in order. ``weights``: criterion to the most it gives; a criterion without one gives nothing. ``before``: how many of each
    province are in the list already.

    Of a province all have the same points of territory, so the next one is the first of some province: as many comparisons as candidates
    by provinces."""
    own = {one.key: own_points(one, weights) for one in candidates}
    sums = {key: sum(points.values(), Decimal("0.00")) for key, points in own.items()}
    ordered = sorted(candidates, key=lambda one: (-sums[one.key], one.arrival, one.key))
    queues: dict[str, deque[Candidate]] = defaultdict(deque)
    for one in ordered:
        queues[one.province if TERRITORY in weights else ""].append(one)
    taken = Counter(before or {})
    placed: list[Placed] = []
    while queues:
        more = {
            place: territory_points(taken[place], weights[TERRITORY], known=bool(place))
            if TERRITORY in weights
            else Decimal("0.00")
            for place in queues
        }
        place = min(
            queues,
            key=lambda name: (-sums[queues[name][0].key] - more[name], queues[name][0].arrival, queues[name][0].key),
        )
        one = queues[place].popleft()
        if not queues[place]:
            del queues[place]
        points = own[one.key] | ({TERRITORY: more[place]} if TERRITORY in weights else {})
        taken[place] += 1
        placed.append(Placed(one.key, len(placed) + 1, points, sums[one.key] + more[place]))
    return placed


def own_points(one: Candidate, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The points of a candidate that do not depend on the others, two decimals."""
    shares = {
        SECTOR: Fraction(1 if one.in_sector else 0),
        READINESS: one.readiness or Fraction(0),
        ROTATION: Fraction(1, 1 + one.took_part),
        RELIABILITY: max(Fraction(0), 1 - Fraction(one.absences, 2)),
    }
    return {
        name: rounded(weights[name] * share.numerator / share.denominator)
        for name, share in shares.items()
        if name in weights
    }


def territory_points(before: int, weight: Decimal, *, known: bool) -> Decimal:
    """All of them to the first of a province, half to the second, a third to the third; none where the seat is not known."""
    return rounded(weight / (1 + before)) if known else Decimal("0.00")


def rounded(points: Decimal) -> Decimal:
    """To the hundredth, half up: as points are written."""
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)
