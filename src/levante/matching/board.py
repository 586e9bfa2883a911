"""An agenda while it is made: who has what in which slot, what is left, and every step taken so that it can be undone."""

from collections.abc import Iterator, Sequence

from levante.matching.event import Event

__all__ = ["Board", "bits"]


def bits(mask: int) -> Iterator[int]:
    """The places of the bits of a mask, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Board:
    """The state of an agenda: ``slot[p]`` is where pair ``p`` meets, −1 when it does not.

    ``open[i]`` is the mask of the slots in which ``i`` could take one more meeting; ``value`` is what the agenda is
    worth in ``weight`` (which an objective may have changed), less the penalty, plus ``stay`` for each meeting that is at
    its ``home`` (a repair's: where it was). ``work`` counts the steps: it is what a budget is made of.
    """

    __slots__ = (
        "_day_count", "_days", "_free", "at", "count", "event", "fixed", "home", "log", "moved", "open", "slot", "stay",
        "tables", "tables_open", "unit", "value", "voices", "voices_open", "weight", "work",
    )  # fmt: skip

    def __init__(
        self,
        event: Event,
        weight: Sequence[float] | None = None,
        *,
        home: Sequence[int] | None = None,
        stay: float = 0.0,
    ) -> None:
        self.event = event
        self.weight = list(event.weight if weight is None else weight)
        self.slot = [-1] * event.pairs
        self.fixed = [k >= 0 for k in event.pin]
        self.home, self.stay, self.moved = None if home is None else list(home), stay, sum(k >= 0 for k in home or ())
        self.at = [[-1] * event.slots for _ in range(event.people)]
        self.count = [0] * event.people
        self._days = len(event.day_mask)
        self._day_count = [0] * (event.people * self._days)
        self._free = list(event.available)
        self.open = [0] * event.people
        for i in range(event.people):
            self._reckon_open(i)
        self.tables = list(event.tables)
        self.tables_open = sum(1 << k for k, n in enumerate(self.tables) if n > 0)
        self.voices = [list(row) for row in event.voices]
        self.voices_open = [sum(1 << k for k, n in enumerate(row) if n > 0) for row in self.voices]
        self.value = -event.penalty * sum(event.least)
        # What is little and what is much in these weights: a sixth of the middle one, and a part of the penalty.
        middle = sorted(self.weight)[event.pairs // 2] if event.pairs else 0.0
        self.unit = middle / 6 + event.penalty / 25
        self.log: list[tuple[int, int]] = []
        self.work = 0

    # -- what is possible

    def places(self, p: int) -> int:
        """The mask of the slots in which a pair that is not held could be placed now."""
        event = self.event
        mask = self.open[event.a[p]] & self.open[event.b[p]] & event.usable[p]
        if mask and event.table[p]:
            mask &= self.tables_open
        if mask and event.voice[p] >= 0:
            mask &= self.voices_open[event.voice[p]]
        return mask

    # -- steps

    def place(self, p: int, k: int) -> None:
        """Put a pair in a slot that ``places`` allows."""
        event = self.event
        self.log.append((p, -1))
        self.work += 1
        self.slot[p] = k
        value = self.weight[p]
        if self.home is not None and k == self.home[p]:
            value += self.stay
            self.moved -= 1
        bit = 1 << k
        day = event.days[k]
        for i in (event.a[p], event.b[p]):
            self.at[i][k] = p
            n = self.count[i]
            if n < event.least[i]:
                value += event.penalty
            self.count[i] = n + 1
            j = i * self._days + day
            today = self._day_count[j] + 1
            self._day_count[j] = today
            if event.simple:
                self._free[i] &= ~bit
            else:
                self._free[i] &= ~event.clash[i][k]
            if n + 1 >= event.most[i]:
                self.open[i] = 0
            elif today >= event.per_day[i]:
                self.open[i] &= ~event.day_mask[day] & self._free[i]
            else:
                self.open[i] &= self._free[i]
        self.value += value
        if event.table[p]:
            self.tables[k] -= 1
            if not self.tables[k]:
                self.tables_open &= ~bit
        voice = event.voice[p]
        if voice >= 0:
            self.voices[voice][k] -= 1
            if not self.voices[voice][k]:
                self.voices_open[voice] &= ~bit

    def lift(self, p: int) -> int:
        """Take a pair out of its slot, which is given back."""
        event = self.event
        k = self.slot[p]
        self.log.append((p, k))
        self.work += 1
        self.slot[p] = -1
        value = -self.weight[p]
        if self.home is not None and k == self.home[p]:
            value -= self.stay
            self.moved += 1
        bit = 1 << k
        day = event.days[k]
        for i in (event.a[p], event.b[p]):
            row = self.at[i]
            row[k] = -1
            n = self.count[i] - 1
            if n < event.least[i]:
                value -= event.penalty
            self.count[i] = n
            self._day_count[i * self._days + day] -= 1
            if event.simple:
                self._free[i] |= bit
            else:
                free = event.available[i]
                for other, q in enumerate(row):
                    if q >= 0:
                        free &= ~event.clash[i][other]
                self._free[i] = free
            self._reckon_open(i)
        self.value += value
        if event.table[p]:
            self.tables[k] += 1
            self.tables_open |= bit
        voice = event.voice[p]
        if voice >= 0:
            self.voices[voice][k] += 1
            self.voices_open[voice] |= bit
        return k

    def _reckon_open(self, i: int) -> None:
        event = self.event
        if self.count[i] >= event.most[i]:
            self.open[i] = 0
            return
        mask = self._free[i]
        most = event.per_day[i]
        if most < event.slots:
            base = i * self._days
            for day in range(self._days):
                if self._day_count[base + day] >= most:
                    mask &= ~event.day_mask[day]
        self.open[i] = mask

    def undo(self, to: int) -> None:
        """Take back every step after the first ``to`` of the log."""
        log = self.log
        while len(log) > to:
            p, k = log.pop()
            if k < 0:
                self.lift(p)
            else:
                self.place(p, k)
            log.pop()

    def changed(self, since: int) -> list[tuple[int, int]]:
        """The pairs whose slot is another than before the log's step ``since``, each with the slot it had."""
        first: dict[int, int] = {}
        for p, k in self.log[since:]:
            first.setdefault(p, k)
        return [(p, k) for p, k in first.items() if self.slot[p] != k]

    def forget(self) -> None:
        """Keep what was done: it cannot be undone any more."""
        self.log.clear()

    def load(self, slots: Sequence[int]) -> None:
        """Make the board hold exactly these slots (of an agenda that was held by a board like this)."""
        for p, k in enumerate(self.slot):
            if k >= 0 and slots[p] != k:
                self.lift(p)
        for p, k in enumerate(slots):
            if k >= 0 and self.slot[p] != k:
                self.place(p, k)
        self.forget()

    def set_stay(self, stay: float) -> None:
        """Another price of moving a kept meeting."""
        at_home = sum(k >= 0 and self.slot[p] == k for p, k in enumerate(self.home or ()))
        self.value += (stay - self.stay) * at_home
        self.stay = stay

    # -- who is in the way

    def room_of_day(self, i: int, day: int) -> int:
        return self.event.per_day[i] - self._day_count[i * self._days + day]

    def day_is_full(self, i: int, day: int) -> bool:
        return self._day_count[i * self._days + day] >= self.event.per_day[i]

    def in_the_way(self, i: int, k: int) -> list[int]:
        """The meetings of ``i`` that exclude one in slot ``k``."""
        row = self.at[i]
        if self.event.simple:
            return [row[k]] if row[k] >= 0 else []
        return [row[other] for other in bits(self.event.clash[i][k]) if row[other] >= 0]
