"""The search: a meeting is put where others are, these go elsewhere, and what the whole is worth decides."""

import random
from collections.abc import Callable, Iterable

from levante.matching.board import Board, bits

__all__ = ["Search"]

#: Steps for which a meeting does not go back to where it was taken from.
_TENURE = 12
_HAIR = 1e-9


class Search:
    """Steps from one agenda to the next, always within the rules; ``best`` is the best seen."""

    def __init__(
        self,
        board: Board,
        seed: int,
        *,
        until: int,
        stopped: Callable[[], bool] = lambda: False,
        most_moved: int | None = None,
    ) -> None:
        self.board = board
        self.draws = random.Random(seed)  # noqa: S311  (a search, not a secret)
        self.until, self.stopped, self.most_moved = until, stopped, most_moved
        self.best_value, self.best = board.value, list(board.slot)
        self._banned: dict[tuple[int, int], int] = {}
        self._turn = 0

    def over(self) -> bool:
        return self.board.work >= self.until or self.stopped()

    def keep(self) -> None:
        """Remember the board when it is better than the best, and let its steps stand."""
        board = self.board
        board.forget()
        if board.value > self.best_value + _HAIR:
            self.best_value, self.best = board.value, list(board.slot)

    # -- filling

    def fill(self, wanted: Iterable[tuple[int, int]]) -> list[int]:
        """Place each pair where there is room in its slots (a mask), where most tables are left; those that found none."""
        board, left = self.board, []
        for p, slots in wanted:
            if board.slot[p] >= 0:
                continue
            mask = board.places(p) & slots
            if mask:
                self._put(p, mask)
            else:
                left.append(p)
        return left

    def _put(self, p: int, mask: int) -> None:
        board = self.board
        if board.home is not None and board.home[p] >= 0 and mask >> board.home[p] & 1:
            board.place(p, board.home[p])
            return
        tables = board.tables
        board.place(p, max(bits(mask), key=tables.__getitem__))

    # -- one step

    def insert(self, p: int, *, least_gain: float) -> bool:
        """Put a pair that is not held into the slot where what is gained less what is lost is most; whether it was."""
        board, event = self.board, self.board.event
        self._turn += 1
        start = len(board.log)
        before = board.value
        found: list[tuple[int, int]] | None = None
        best, ties = least_gain, 0
        slots = [k for k in bits(event.usable[p]) if self._banned.get((p, k), 0) <= self._turn]
        self.draws.shuffle(slots)
        for k in slots:
            if self.force(p, k):
                gain = board.value - before
                if self.most_moved is not None and board.moved > self.most_moved:
                    gain = best - 1
                if gain > best + _HAIR:
                    best, ties, found = gain, 1, self._steps(start)
                elif found is not None and gain > best - _HAIR:
                    ties += 1
                    if self.draws.random() * ties < 1:
                        found = self._steps(start)
                if gain > _HAIR and found is not None:
                    board.undo(start)
                    break
            board.undo(start)
        if found is None:
            return False
        for q, k in found:
            if k < 0:
                old = board.lift(q)
                self._banned[q, old] = self._turn + _TENURE + self.draws.randrange(_TENURE)
            else:
                board.place(q, k)
        return True

    def _steps(self, start: int) -> list[tuple[int, int]]:
        """What was done since ``start``, its net effect only, each as (pair, slot or −1): first what is lifted."""
        slot, changed = self.board.slot, self.board.changed(start)
        return [(q, -1) for q, was in changed if was >= 0] + [(q, slot[q]) for q, _ in changed if slot[q] >= 0]

    def force(self, p: int, k: int) -> bool:
        """Place ``p`` in ``k``, taking away what is in the way and putting it elsewhere where there is room."""
        board, event = self.board, self.board.event
        a, b = event.a[p], event.b[p]
        out: list[int] = []
        for i in (a, b):
            for q in board.in_the_way(i, k):
                if board.fixed[q]:
                    return False
                if board.slot[q] >= 0:
                    board.lift(q)
                    out.append(q)
        bit = 1 << k
        day = event.days[k]
        for i in (a, b):
            if board.count[i] >= event.most[i] and not self._give_up(board.at[i], k, out, elsewhere=False):
                return False
            if board.day_is_full(i, day):
                mine = [board.at[i][other] for other in bits(event.day_mask[day])]
                if not self._give_up(mine, k, out, elsewhere=True):
                    return False
        if event.table[p] and not board.tables_open & bit:
            held = [q for q in self._held(k) if event.table[q]]
            if not self._give_up(held, k, out, elsewhere=True):
                return False
        voice = event.voice[p]
        if voice >= 0 and not board.voices_open[voice] & bit:
            held = [q for q in self._held(k) if event.voice[q] == voice]
            if not self._give_up(held, k, out, elsewhere=True):
                return False
        if not board.places(p) & bit:
            return False
        board.place(p, k)
        for q in out:
            mask = board.places(q)
            if mask:
                self._put(q, mask)
        return True

    def _held(self, k: int) -> list[int]:
        at, side = self.board.at, self.board.event.side
        return [at[i][k] for i, which in enumerate(side) if which and at[i][k] >= 0]

    def _give_up(self, among: Iterable[int], k: int, out: list[int], *, elsewhere: bool) -> bool:
        """Lift one of some meetings: one that has room elsewhere if there is, else the one worth least."""
        board, event = self.board, self.board.event
        movable = [q for q in among if q >= 0 and not board.fixed[q] and board.slot[q] >= 0]
        if not movable:
            return False
        if elsewhere:
            rest = ~(1 << k)
            for q in movable:
                # A first look that takes no step: both have a slot in common in which there is what the pair needs.
                mask = board.open[event.a[q]] & board.open[event.b[q]] & event.usable[q] & rest
                if event.table[q]:
                    mask &= board.tables_open
                if mask and (event.voice[q] < 0 or mask & board.voices_open[event.voice[q]]):
                    board.lift(q)
                    out.append(q)
                    return True
        least = min(movable, key=board.weight.__getitem__)
        board.lift(least)
        out.append(least)
        return True

    # -- the walk

    def walk(self, waiting: list[int], *, patience: int) -> None:
        """Insert what waits, and what that takes out, until nothing waits or nothing was better for ``patience`` turns."""
        board = self.board
        queue = list(waiting)
        since = 0
        while queue and not self.over() and since < patience:
            p = queue.pop(self.draws.randrange(len(queue)))
            if board.slot[p] >= 0:
                continue
            before = self.best_value
            if self.insert(p, least_gain=-1e18):
                queue += [q for q in {q for q, k in board.log if k >= 0} if board.slot[q] < 0]
            elif board.event.usable[p]:
                queue.append(p)
            self.keep()
            since = 0 if self.best_value > before else since + 1
        board.load(self.best)

    def polish(self, candidates: Iterable[int]) -> bool:
        """Insert each pair that makes the agenda better; whether one did."""
        board, better = self.board, False
        for p in candidates:
            if self.over():
                break
            if board.slot[p] < 0 and self.insert(p, least_gain=0.0):
                better = True
                self.keep()
        return better
