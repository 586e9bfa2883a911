"""The agenda: the program without slots chooses the meetings, they are put into slots, what found no room is walked in.

Deterministic: the same instance, objective, seed and budget of steps give the same agenda. Seconds are only a cap.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from levante.matching.board import Board
from levante.matching.ejecting import Search
from levante.matching.event import Event, event_of
from levante.matching.fairness import fair_weights, raise_the_least, share_of_the_least
from levante.matching.instance import Agenda, Instance
from levante.matching.programs import Bound, Relaxed, least_shortfall, loose, relax
from levante.matching.settling import settle
from levante.matching.sheltering import shelter
from levante.matching.tables import meetings_of
from levante.matching.timed import timed

__all__ = ["OBJECTIVES", "Run", "budget_for", "figures", "greedy", "improve", "solve", "weights_for"]

OBJECTIVES = ("weighted", "mutual", "fair")

NEAR = 1e-6
"""The share of the bound within which an agenda is at it."""

NEAR_OF_MANY, MANY = 2e-5, 10_000
"""The same of an event of more than so many pairs: its last thousandth of a per cent takes longer than all the rest."""

FAR = 0.001
"""The share of the bound beyond which the hours in common are asked too."""

HAIR = 1e-6
"""What an agenda may seem over its bound by the machine's reckoning, as a share of it."""

NEARER = 0.1
"""The share of what is missing that the program with slots must explain for its choice to be tried."""

LARGEST_TIMED = 25_000
"""The unknowns of the largest program with slots that is tried: some seconds."""

Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Run:
    """What a run may take and whom it tells: ``progress(stage, value)`` and ``cancelled()`` are called now and then;
    ``found(agenda)`` before what takes long, with the best there is: the first at once, by weight. ``keep`` is how it is told
    of slots, made by ``solve``."""

    seed: int = 0
    seconds: float | None = None
    work: int | None = None
    progress: Progress = lambda stage, value: None
    cancelled: Callable[[], bool] = lambda: False
    found: Callable[[Agenda], None] | None = None
    keep: Callable[[Sequence[int]], None] = lambda slots: None
    _began: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def left(self) -> float | None:
        return None if self.seconds is None else max(0.0, self.seconds - self.elapsed())

    def stopped(self) -> bool:
        return self.cancelled() or (self.seconds is not None and self.elapsed() >= self.seconds)


def solve(instance: Instance, *, objective: str = "weighted", run: Run | None = None) -> Agenda:
    """The best agenda that the budget finds, with its bound; within the seconds, or when it is cancelled, what there is."""
    run = run or Run()
    event = event_of(instance)
    run.progress("bound", 0.0)
    if run.found is not None:
        run.found(figures(instance, event, _by_weight(event), loose(event, event.weight), 0, run))
    bound = relax(event, event.weight, seconds=run.left())
    least = least_shortfall(event, seconds=run.left())
    if run.found is not None:
        tell, told = run.found, run
        run = replace(run, keep=lambda slots: tell(figures(instance, event, slots, bound.value, least, told)))
    weight = weights_for(event, objective, run)
    chosen = bound if weight is event.weight else relax(event, weight, seconds=run.left())
    found = improve(event, weight, chosen, run)
    if objective == "fair":
        found = raise_the_least(event, found, run.stopped)
        run.keep(found)
        plain = improve(event, event.weight, bound, replace(run, keep=lambda slots: None))
        found = max(found, plain, key=lambda slots: (share_of_the_least(event, slots), value_of(event, slots)))
    elif objective == "mutual":
        found = max(found, _by_weight(event), key=lambda slots: (-unmet_of(event, slots), value_of(event, slots)))
    run.progress("shelter", 0.0)
    found = shelter(event, found, until=budget_for(event) if run.work is None else run.work, stopped=run.stopped)
    return figures(instance, event, found, bound.value, least, run)


def weights_for(event: Event, objective: str, run: Run) -> Sequence[float]:
    """The weights that an objective goes by: the pairs' own; a mutual one before any other; those that help the worst served."""
    if objective == "mutual":
        before_all = 10 * (max(event.weight, default=0.0) + 2 * event.penalty + 1)
        return [w + before_all if each else w for w, each in zip(event.weight, event.mutual, strict=True)]
    if objective == "fair":
        return fair_weights(event, run.left())
    return event.weight


def budget_for(event: Event) -> int:
    """The steps a run takes at most when nobody says: some seconds, more for larger events."""
    # Small events are soon at their last per cent, and have the seconds to look for it.
    return 700_000 + 50 * event.pairs + max(0, 1_000_000 - 300 * event.pairs)


def improve(event: Event, weight: Sequence[float], chosen: Bound, run: Run) -> list[int]:
    """The slots of the best agenda found for some weights: chosen by the program without slots, coloured, ejected, polished.

    Where that stays far from the bound, the hours in common bind: the program with slots chooses again, if it is not too
    large. What is still missing is sought by settling a few slots anew, the rest of the agenda as it is.
    """
    relaxed = chosen.relaxed
    reduced = None if relaxed is None else relaxed.reduced
    goal = chosen.value
    wanted = [(p, event.usable[p]) for p in _in_order(event, weight, relaxed)]
    best = _search(Board(event, weight), wanted, reduced, goal, run)
    run.keep(best.best)
    if goal - best.best_value > FAR * max(1.0, abs(goal)) and not run.stopped():
        with_slots = timed(event, weight, largest=LARGEST_TIMED, seconds=run.left())
        if with_slots is not None and goal - with_slots.value > NEARER * (goal - best.best_value):
            parts = [(p, mask) for _, p, mask in with_slots.held]
            other = _search(Board(event, weight), parts, with_slots.reduced, with_slots.value, run)
            best = max(other, best, key=lambda search: search.best_value)
            reduced, goal = with_slots.reduced, min(goal, with_slots.value)
        # What is missing here is found by settling: it has a budget of its own.
        best.until = best.board.work + (budget_for(event) if run.work is None else run.work)
    run.keep(best.best)
    run.progress("settle", best.best_value)
    settle(best, reduced, _near(event, goal))
    return list(best.best)


def _near(event: Event, bound: float) -> float:
    """Where an agenda is at its bound, and the search ends."""
    return bound - (NEAR_OF_MANY if event.pairs > MANY else NEAR) * max(1.0, abs(bound))


def _search(
    board: Board, wanted: Sequence[tuple[int, int]], reduced: Sequence[float] | None, bound: float, run: Run
) -> Search:
    """Fill a board with what is wanted (pair, slots) in this order, then better it until the bound or the budget."""
    event = board.event
    for p, k in enumerate(event.pin):
        if k >= 0:
            board.place(p, k)
    search = Search(board, run.seed, until=budget_for(event) if run.work is None else run.work, stopped=run.stopped)
    run.progress("slots", search.best_value)
    left = search.fill(wanted)
    search.keep()
    run.progress("search", search.best_value)
    goal = _near(event, bound)
    search.walk(left, patience=300 + 10 * len(left))
    rounds = 0
    while search.best_value < goal and not search.over() and rounds < 20:
        rounds += 1
        run.progress("search", search.best_value)
        if not search.polish(_promising(board, reduced, rounds)):
            waiting = [p for p, _ in wanted if board.slot[p] < 0]
            before = search.best_value
            search.walk(waiting or _promising(board, reduced, 0)[:50], patience=200)
            if search.best_value <= before and rounds > 3:
                break
    board.load(search.best)
    return search


def _in_order(event: Event, weight: Sequence[float], relaxed: Relaxed | None) -> list[int]:
    """The chosen pairs, those of people with least room first; without a program, all of them by weight."""
    if relaxed is None:
        return sorted((p for p in range(event.pairs) if event.usable[p]), key=lambda p: (-weight[p], p))
    whole = [p for p, x in enumerate(relaxed.held) if x > 0.999]
    parts = [p for p, x in enumerate(relaxed.held) if 0.001 < x <= 0.999]
    room = [mask.bit_count() for mask in event.available]
    for p in whole:
        room[event.a[p]] -= 1
        room[event.b[p]] -= 1

    def tight(p: int) -> tuple[int, int, int, int]:
        # Pairs with many fewer slots in common than there are come before all the others.
        one, other = room[event.a[p]], room[event.b[p]]
        return (event.usable[p].bit_count() - event.slots) // 4, min(one, other), one + other, p

    parts.sort(key=lambda p: (-relaxed.held[p], p))
    return sorted(whole, key=tight) + parts


def _promising(board: Board, reduced: Sequence[float] | None, rounds: int) -> list[int]:
    """The pairs not held that cost least by the program's prices: first those that cost nothing, then a little more."""
    event = board.event
    out = [p for p in range(event.pairs) if board.slot[p] < 0 and event.usable[p]]
    if reduced is None:
        return sorted(out, key=lambda p: (-board.weight[p], p))
    far = 0.05 * 2**rounds * board.unit
    return sorted((p for p in out if reduced[p] > -far), key=lambda p: (-reduced[p], p))


def greedy(event: Event, order: Sequence[int]) -> list[int]:
    """The agenda of taking the pairs in an order, each in the first slot where there is room: what is commonly done."""
    board = Board(event)
    for p, k in enumerate(event.pin):
        if k >= 0:
            board.place(p, k)
    for p in order:
        if board.slot[p] < 0 and (mask := board.places(p)):
            board.place(p, (mask & -mask).bit_length() - 1)
    return board.slot


def _by_weight(event: Event) -> list[int]:
    return greedy(event, sorted(range(event.pairs), key=lambda p: -event.weight[p]))


def value_of(event: Event, slots: Sequence[int]) -> float:
    """What an agenda is worth."""
    return sum(event.weight[p] for p, k in enumerate(slots) if k >= 0) - event.penalty * shortfall_of(event, slots)


def unmet_of(event: Event, slots: Sequence[int]) -> int:
    return sum(each and slots[p] < 0 for p, each in enumerate(event.mutual))


def shortfall_of(event: Event, slots: Sequence[int]) -> int:
    count = [0] * event.people
    for p, k in enumerate(slots):
        if k >= 0:
            count[event.a[p]] += 1
            count[event.b[p]] += 1
    return sum(max(0, least - n) for least, n in zip(event.least, count, strict=True))


def figures(
    instance: Instance,
    event: Event,
    slots: Sequence[int],
    bound: float,
    least: int,
    run: Run,
    tables: dict[tuple[str, str], tuple[str, int]] | None = None,
) -> Agenda:
    """The agenda of some slots, with its figures; ``tables`` are those that meetings already have."""
    objective = round(value_of(event, slots), 6)
    if objective > bound + HAIR * max(1.0, abs(bound)):
        raise RuntimeError(f"an agenda worth {objective} is over its bound of {bound}: one of the two is wrong")
    bound = max(bound, objective)  # a hair of the machine's reckoning, never more
    return Agenda(
        meetings=meetings_of(instance, event, slots, tables or {}),
        objective=objective,
        bound=bound,
        gap=gap_of(objective, bound),
        shortfall=shortfall_of(event, slots),
        least_shortfall=least,
        unmet_mutual=unmet_of(event, slots),
        seconds=run.elapsed(),
        seed=run.seed,
        least_share=share_of_the_least(event, slots),
    )


def gap_of(objective: float, bound: float) -> float | None:
    """The share of the bound that is missing; ``None`` where the bound is zero and the objective is not."""
    if bound - objective <= 1e-9:
        return 0.0
    return (bound - objective) / abs(bound) if bound else None
