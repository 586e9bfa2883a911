"""A part of the agenda settled anew, to the best there is: some slots of some buyers, the rest as it is.

The meetings of that part are lifted, and the program with slots and no halves says what is best in their place. The part
is as large as the program can solve at once, and grows where nothing better is found.
"""

from collections.abc import Sequence

from levante.matching.board import bits
from levante.matching.ejecting import Search
from levante.matching.filling import best_filling

__all__ = ["settle"]

#: The unknowns that a program without halves solves in some hundredths of a second.
_LARGEST, _SMALLEST = 1500, 500
_PATIENCE = 120
#: Pairs that would cost more units than this beside what they add are left out.
_TOO_DEAR = 4.0


def settle(search: Search, reduced: Sequence[float] | None, goal: float) -> None:
    """Better the best agenda of a search, part by part, until the goal, its budget, or many parts with nothing better."""
    board, draws = search.board, search.draws
    event = board.event
    dear = _TOO_DEAR * board.unit
    candidates = [p for p, mask in enumerate(event.usable) if mask and (reduced is None or reduced[p] > -dear)]
    of: dict[int, list[int]] = {}
    for p in candidates:
        of.setdefault(event.b[p], []).append(p)
    buyers = sorted(of)
    many, share, since = min(2, event.slots), 1.0, 0
    while buyers and search.best_value < goal and since < _PATIENCE and not search.over():
        mask = sum(1 << k for k in draws.sample(range(event.slots), many))
        some = buyers if share >= 1 else draws.sample(buyers, max(1, round(share * len(buyers))))
        before = board.value
        start = len(board.log)
        for i in some:
            for k in bits(mask):
                p = board.at[i][k]
                if p >= 0 and not board.fixed[p]:
                    board.lift(p)
        pairs = [p for i in some for p in of[i] if board.slot[p] < 0]
        unknowns = sum((board.places(p) & mask).bit_count() for p in pairs)
        if unknowns > 2 * _LARGEST and len(some) > 1:
            board.undo(start)
            share *= 0.7 * 2 * _LARGEST / unknowns
            continue
        for p, k in best_filling(board, slots=mask, pairs=pairs, whole=True).given:
            if board.slot[p] < 0 and board.places(p) >> k & 1:
                board.place(p, k)
        if board.value < before - 1e-9:
            board.undo(start)
        better = search.best_value
        search.keep()
        since = 0 if search.best_value > better + 1e-9 else since + 1
        if unknowns < _SMALLEST or (since and since % 12 == 0 and unknowns < _LARGEST):
            if share < 1:
                share = min(1.0, share * 1.4)
            elif many < event.slots:
                many += 1
        elif unknowns > _LARGEST and many > 2:
            many -= 1
        elif unknowns > _LARGEST:
            share *= 0.8
    board.load(search.best)
