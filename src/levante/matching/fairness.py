"""The fair objective: first the share of the worst served, then the weights.

Each one's share is the weights of its meetings over those of the best meetings it could have alone. The program says
which least share everybody can have at once, and what each one's weight is worth to get there: weights raised by these
prices lead the search, and the worst served are then helped one by one.
"""

from collections.abc import Callable, Sequence

from levante.matching.board import Board, bits
from levante.matching.ejecting import Search
from levante.matching.event import Event
from levante.matching.programs import best_share, fair_prices, shares

__all__ = ["fair_weights", "raise_the_least", "share_of_the_least", "shares_of"]

_SLACK = 1e-6


def fair_weights(event: Event, seconds: float | None) -> Sequence[float]:
    """The pairs' weights, raised for those whom the least share would cost most."""
    prices = fair_prices(event, best_share(event, seconds=seconds) * (1 - _SLACK), seconds=seconds)
    if prices is None:
        return event.weight
    return [w * (1 + prices[event.a[p]] + prices[event.b[p]]) for p, w in enumerate(event.weight)]


def shares_of(event: Event, slots: Sequence[int], alone: Sequence[float]) -> list[float]:
    """Each one's share of what it could get alone; 1 for who could get nothing."""
    got = [0.0] * event.people
    for p, k in enumerate(slots):
        if k >= 0:
            got[event.a[p]] += event.weight[p]
            got[event.b[p]] += event.weight[p]
    return [mine / best if best > 0 else 1.0 for mine, best in zip(got, alone, strict=True)]


def share_of_the_least(event: Event, slots: Sequence[int]) -> float:
    return min(shares_of(event, slots, shares(event)), default=1.0)


def raise_the_least(event: Event, slots: Sequence[int], stopped: Callable[[], bool]) -> list[int]:
    """Better the worst served, as long as nobody falls to where they were; then the weights, nobody falling below them."""
    alone = shares(event)
    board = Board(event)
    board.load(slots)
    search = Search(board, 0, until=board.work + 100_000 + 20 * event.pairs, stopped=stopped)
    while not search.over():
        share = shares_of(event, board.slot, alone)
        worst = min(range(event.people), key=lambda i: (share[i], i))
        if share[worst] >= 1 or not _helped(event, board, search, worst, share, alone):
            break
    search.until = board.work + 100_000 + 20 * event.pairs
    floor = min(shares_of(event, board.slot, alone), default=1.0) - 1e-9
    for p in sorted(range(event.pairs), key=lambda p: (-event.weight[p], p)):
        if search.over():
            break
        if board.slot[p] >= 0:
            continue
        if search.insert(p, least_gain=0.0) and min(_touched(event, board, alone)) < floor:
            board.undo(0)
        board.forget()
    return list(board.slot)


def _touched(event: Event, board: Board, alone: Sequence[float]) -> list[float]:
    """The shares of those whose meetings changed since the log began."""
    who = {i for p, _ in board.changed(0) for i in (event.a[p], event.b[p])}
    return [sum(event.weight[p] for p in board.at[i] if p >= 0) / alone[i] if alone[i] > 0 else 1.0 for i in who]


def _helped(
    event: Event, board: Board, search: Search, worst: int, share: Sequence[float], alone: Sequence[float]
) -> bool:
    for p in sorted((p for p in event.of[worst] if board.slot[p] < 0), key=lambda p: (-event.weight[p], p)):
        for k in bits(event.usable[p]):
            start = len(board.log)
            if search.force(p, k) and _nobody_falls(event, board, start, worst, share, alone):
                board.forget()
                return True
            board.undo(start)
    return False


def _nobody_falls(
    event: Event, board: Board, start: int, worst: int, share: Sequence[float], alone: Sequence[float]
) -> bool:
    change: dict[int, float] = {}
    for p, k, was in ((p, board.slot[p], first) for p, first in board.changed(start)):
        gain = event.weight[p] * ((k >= 0) - (was >= 0))
        for i in (event.a[p], event.b[p]):
            change[i] = change.get(i, 0.0) + gain
    floor = share[worst] + 1e-9
    return all(
        share[i] + gain / alone[i] > floor for i, gain in change.items() if alone[i] > 0 and (gain < 0 or i == worst)
    )
