"""An agenda mended on the day: kept meetings stay where they are, or few of them move for what it is worth.

Who is told of what: only the participants whose meetings changed.
"""

import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from levante.matching.board import Board
from levante.matching.changes import Changes, changed
from levante.matching.ejecting import Search
from levante.matching.event import Event, event_of
from levante.matching.filling import best_filling
from levante.matching.instance import Agenda, Instance, Meeting
from levante.matching.programs import Bound, least_shortfall, relax
from levante.matching.solving import Run, budget_for, figures, shortfall_of

__all__ = ["MOST_MOVED", "MOVES", "Change", "Repair", "repair"]

MOVES = ("0", "priced")
MOST_MOVED = 0.01
"""The share of the kept meetings that a repair with priced moves may move or cancel."""

ENOUGH = 0.0001
"""The share of the most that can be reached within which the holes are filled."""

PRICES = (0.5, 0.1, 0.02)
"""What it costs to touch a kept meeting, as a share of the mean weight: first only what is worth much."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in a meeting: ``added``, ``cancelled``, ``moved`` (to another slot) or ``table`` (the same slot)."""

    kind: str
    a: str
    b: str
    was: Meeting | None
    now: Meeting | None


@dataclass(frozen=True, slots=True)
class Repair:
    """The agenda of the event after the changes; of the ``kept`` meetings (still possible) how many were ``disturbed``.

    ``reach``: what no agenda exceeds that keeps them all where they are, by the program with slots of the holes: between it
    and the bound is what moving nobody costs. ``None`` when the program did not end in time.
    """

    instance: Instance
    agenda: Agenda
    kept: int
    disturbed: int
    reach: float | None
    changes: tuple[Change, ...]

    def told(self) -> dict[str, list[Change]]:
        """For each participant with something to be told, what changed for it."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.a, []).append(change)
            found.setdefault(change.b, []).append(change)
        return found


def repair(instance: Instance, agenda: Agenda, changes: Changes, *, moves: str = "0", run: Run | None = None) -> Repair:
    """Mend an agenda: with ``0`` moves no kept meeting is touched; with ``priced``, at most 1 % of them is."""
    run = run or Run()
    after = changed(instance, changes)
    event = event_of(after)
    home = _kept(after, event, agenda)
    kept = sum(k >= 0 for k in home)
    run.progress("bound", 0.0)
    past = _past(after, changes)
    # The bound is of the whole event and the holes are of what is left of it: the two programs run beside each other.
    left = replace(event, usable=list(event.usable))
    with ThreadPoolExecutor(1) as beside:
        bounding = beside.submit(relax, event, event.weight, seconds=run.left())
        board = Board(left, home=home)
        for p, k in enumerate(home):
            if k >= 0:
                board.place(p, k)
            board.fixed[p] = k >= 0
            if k < 0 or not past >> k & 1:
                left.usable[p] &= ~past
        board.forget()
        found, reach = _filled(board, run)
        bound = bounding.result()
        if moves == "priced":
            board.fixed = [pin >= 0 or (k >= 0 and bool(past >> k & 1)) for pin, k in zip(event.pin, home, strict=True)]
            found = _moved(board, bound, run, int(kept * MOST_MOVED))
    least = least_shortfall(event, reached=shortfall_of(event, found), seconds=run.left())
    known = {(m.a, m.b): (m.slot, m.table) for m in agenda.meetings if m.table is not None}
    mended = figures(after, event, found, bound.value, least, run, known)
    disturbed = sum(k >= 0 and found[p] != k for p, k in enumerate(home))
    return Repair(after, mended, kept, disturbed, reach, tuple(differences(agenda.meetings, mended.meetings)))


def _kept(instance: Instance, event: Event, agenda: Agenda) -> list[int]:
    """The slot of each pair whose meeting can stay; those that cannot, each by itself or with those before, do not."""
    nth = {slot.id: k for k, slot in enumerate(instance.slots)}
    which = {(pair.a, pair.b): p for p, pair in enumerate(instance.pairs)}
    board = Board(event)
    for p, k in enumerate(event.pin):
        if k >= 0:
            board.place(p, k)
    for meeting in agenda.meetings:
        p, k = which.get((meeting.a, meeting.b), -1), nth.get(meeting.slot, -1)
        if p >= 0 and k >= 0 and board.slot[p] < 0 and board.places(p) >> k & 1:
            board.place(p, k)
    return board.slot


def _past(instance: Instance, changes: Changes) -> int:
    if changes.not_before is None:
        return 0
    now = next((slot.begins for slot in instance.slots if slot.id == changes.not_before), None)
    if now is None:  # the slot itself is gone
        return 0
    return sum(1 << k for k, slot in enumerate(instance.slots) if slot.begins < now)


def _filled(board: Board, run: Run) -> tuple[list[int], float | None]:
    """Fill the holes around what stays: as the program with slots says, then by steps among the new meetings alone; and the
    most that can be reached so."""
    event = board.event
    until = board.work + (budget_for(event) if run.work is None else run.work)
    run.progress("fill", board.value)
    free = [_free_of_what_stays(board, i) for i in range(event.people)]
    out = [p for p, k in enumerate(board.slot) if k < 0 and event.usable[p] & free[event.a[p]] & free[event.b[p]]]
    filling = best_filling(board, pairs=out, seconds=run.left())
    given, left = filling.given, 0
    for p, k in given:
        if board.slot[p] < 0 and board.places(p) >> k & 1:
            board.place(p, k)
        else:
            left += 1
    search = Search(board, run.seed, until=until, stopped=run.stopped)
    if left or not given:  # else it is the optimum of the program, and nothing fills better
        usable = event.usable
        event.usable = list(usable)
        for p in out:
            event.usable[p] &= free[event.a[p]] & free[event.b[p]]
        by_weight = sorted(out, key=lambda p: (-board.weight[p], p))
        search.fill((p, event.usable[p]) for p in by_weight)
        search.keep()
        # Steps that find the last hundredth of a per cent take ten times as long as all the rest, while people wait at their tables.
        enough = math.inf if filling.most is None else filling.most - ENOUGH * abs(filling.most)
        while search.best_value < enough and search.polish(by_weight):
            run.progress("fill", search.best_value)
        event.usable = usable
    board.load(search.best)
    return list(board.slot), filling.most


def _free_of_what_stays(board: Board, i: int) -> int:
    mask = board.event.available[i]
    for k, p in enumerate(board.at[i]):
        if p >= 0 and board.fixed[p]:
            mask &= ~board.event.clash[i][k]
    return mask


def _moved(board: Board, bound: Bound, run: Run, most: int) -> list[int]:
    """Move or cancel kept meetings where it is worth the price, which falls until the most that may be is reached."""
    event = board.event
    if not most:
        return list(board.slot)
    mean = sum(event.weight) / max(1, event.pairs)
    until = board.work + (budget_for(event) if run.work is None else run.work)
    reduced = bound.relaxed.reduced if bound.relaxed is not None else event.weight
    for part in PRICES:
        board.set_stay(mean * part)
        search = Search(board, run.seed, until=until, stopped=run.stopped, most_moved=most)
        # Where both have room and no slot in common, to move one meeting is enough; then where one of them has.
        out = [p for p, k in enumerate(board.slot) if k < 0 and event.usable[p]]
        rooms = {p: (board.open[event.a[p]] != 0) + (board.open[event.b[p]] != 0) for p in out}
        out.sort(key=lambda p: (-reduced[p] - rooms[p], p))
        search.polish(out[: 400 + event.pairs // 10])
        run.progress("moves", search.best_value)
        board.load(search.best)
        if search.over() or board.moved >= most:
            break
    return list(board.slot)


def differences(before: Iterable[Meeting], after: Iterable[Meeting]) -> list[Change]:
    """What changed between two agendas, meeting by meeting, in the order of the second and then what is cancelled."""
    was = {(m.a, m.b): m for m in before}
    now = {(m.a, m.b): m for m in after}
    found = []
    for who, meeting in now.items():
        old = was.get(who)
        if old is None:
            found.append(Change("added", *who, None, meeting))
        elif old.slot != meeting.slot:
            found.append(Change("moved", *who, old, meeting))
        elif old.table is not None and old.table != meeting.table:
            found.append(Change("table", *who, old, meeting))
    found += [Change("cancelled", *who, old, None) for who, old in was.items() if who not in now]
    return found
