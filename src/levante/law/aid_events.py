"""Mergers and splits: to whom aid belongs on a day (Reg. (EU) 2023/2831, art. 3(8) and 3(9)).

Aid granted to an enterprise that merged belongs to the enterprise that came out of the merger. When an enterprise
splits, aid goes to whoever took over the activity that used it; what cannot be attributed is divided in proportion to
the book value of equity, to the cent. Explained in ``docs/algorithms/de-minimis.md``.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from itertools import groupby
from typing import TypeAlias

from levante.kernel.pure import apportion


@dataclass(frozen=True, slots=True)
class Merger:
    """``parties`` become ``into`` on a day; ``into`` may be one of them (one company absorbs the others)."""

    on: date
    parties: tuple[str, ...]
    into: str


@dataclass(frozen=True, slots=True)
class SplitShare:
    """A company after a split: its equity at book value on the day, and the ids of the aid that it takes over."""

    enterprise: str
    equity: Decimal
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """``party`` divides on a day; it may be among the ``shares`` itself (a partial split)."""

    on: date
    party: str
    shares: tuple[SplitShare, ...]


Event: TypeAlias = Merger | Split


class NoEquity(ValueError):
    """Aid must be divided by equity, and no company of the split has any."""

    def __init__(self, event: Split) -> None:
        super().__init__(f"{event.party} split on {event.on}: no equity to divide by")
        self.event = event


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an enterprise: alive, or gone on a day into a successor (``None`` after a full split)."""

    gone_on: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who has how much of one aid, in alphabetical order, and the events that brought it there."""

    parts: tuple[tuple[str, Decimal], ...]
    through: tuple[Event, ...] = ()


class Timeline:
    """The events up to a day, in order. The order in which they are given does not matter."""

    def __init__(self, events: Iterable[Event], *, until: date) -> None:
        self.events: tuple[Event, ...] = tuple(_in_order(event for event in events if event.on <= until))
        self._days = [event.on for event in self.events]
        self._leaves: dict[str, list[int]] = defaultdict(list)  # events that move aid away from an enterprise
        self._ends: dict[str, list[int]] = defaultdict(list)  # events after which it is no longer there
        self._begins: dict[str, list[int]] = defaultdict(list)  # events it comes out of
        for index, event in enumerate(self.events):
            before, after = _before(event), _after(event)
            for name in before if isinstance(event, Split) else before - after:
                self._leaves[name].append(index)
            for name in before - after:
                self._ends[name].append(index)
            for name in after:
                self._begins[name].append(index)

    def fate(self, enterprise: str) -> Fate:
        """What the enterprise has become at the end of the timeline, through as many events as it takes."""
        gone: date | None = None
        position = 0
        name = enterprise
        while (index := self._end_from(name, position)) is not None:
            event = self.events[index]
            gone = gone or event.on
            if isinstance(event, Split):
                return Fate(gone, None)
            name, position = event.into, index + 1
        return Fate(gone, name if gone else None)

    def attribute(self, aid_id: str, beneficiary: str, granted_on: date, amount: Decimal) -> Attribution:
        """Who has this aid at the end of the timeline; the parts add up to ``amount`` to the cent.

        Raises ``NoEquity`` when it would have to be divided by equities that are all zero.
        """
        if beneficiary not in self._leaves:
            return Attribution(((beneficiary, amount),))
        held = {beneficiary: amount}
        through: list[Event] = []
        position = self._start(beneficiary, granted_on)
        while (index := self._next(held, position)) < len(self.events):
            event = self.events[index]
            position = index + 1
            before = dict(held)
            if isinstance(event, Merger):
                moved = sum((held.pop(name) for name in _before(event) & held.keys()), Decimal(0))
                held[event.into] = held.get(event.into, Decimal(0)) + moved
            else:
                _divide(held, event, aid_id, granted_on)
            if held != before:
                through.append(event)
        return Attribution(tuple(sorted(held.items())), tuple(through))

    def holders(self, aid_id: str, beneficiary: str, granted_on: date) -> frozenset[str]:
        """Who has some of this aid at the end of the timeline; how much is not asked, so no equity is needed."""
        names, _ = self._course(aid_id, beneficiary, granted_on)
        return names

    def meets(self, aid_id: str, beneficiary: str, granted_on: date, split: Split) -> bool:
        """Whether the company that splits has some of this aid on that day."""
        _, events = self._course(aid_id, beneficiary, granted_on)
        return split in events

    def _course(self, aid_id: str, beneficiary: str, granted_on: date) -> tuple[frozenset[str], list[Event]]:
        """Whom the aid comes to, and the events that find somebody with it."""
        names = {beneficiary}
        if beneficiary not in self._leaves:
            return frozenset(names), []
        met: list[Event] = []
        position = self._start(beneficiary, granted_on)
        while (index := self._next(names, position)) < len(self.events):
            event = self.events[index]
            position = index + 1
            met.append(event)
            if isinstance(event, Merger):
                names = (names - _before(event)) | {event.into}
            else:
                taker = _taker(event, aid_id)
                if taker is not None:
                    names = (names - {event.party}) | {taker}
                elif not _stays(event, granted_on):
                    worth = {share.enterprise for share in event.shares if share.equity} or _after(event)
                    names = (names - {event.party}) | worth
        return frozenset(names), met

    def _start(self, beneficiary: str, granted_on: date) -> int:
        """The first event that can move the aid: later than the grant, or the end of a beneficiary already gone."""
        first = bisect_left(self._days, granted_on)
        ended = _last_before(self._ends.get(beneficiary, ()), first)
        began = _last_before(self._begins.get(beneficiary, ()), first)
        # An act dated after the merger and still made out to the company that is gone belongs to its successor.
        return ended if ended is not None and (began is None or began < ended) else first

    def _next(self, names: Iterable[str], position: int) -> int:
        """The first event, from a position on, that moves aid away from one of these."""
        soonest = len(self.events)
        for name in names:
            indexes = self._leaves.get(name, ())
            place = bisect_left(indexes, position)
            if place < len(indexes):
                soonest = min(soonest, indexes[place])
        return soonest

    def _end_from(self, name: str, position: int) -> int | None:
        """The event that ended this enterprise for good: none when it came back later under the same name."""
        ends = self._ends.get(name, ())
        if not ends or ends[-1] < position:
            return None
        begins = self._begins.get(name, ())
        return None if begins and begins[-1] > ends[-1] else ends[-1]


def _divide(held: dict[str, Decimal], event: Split, aid_id: str, granted_on: date) -> None:
    taker = _taker(event, aid_id)
    if taker is None and _stays(event, granted_on):
        return
    amount = held.pop(event.party)
    if taker is not None:
        held[taker] = held.get(taker, Decimal(0)) + amount
        return
    # In the order of names, so that the odd cent does not depend on how the case was written.
    shares = sorted((share for share in event.shares if share.equity), key=lambda share: share.enterprise)
    if not shares:
        raise NoEquity(event)
    for share, part in zip(shares, apportion(amount, [share.equity for share in shares]), strict=True):
        held[share.enterprise] = held.get(share.enterprise, Decimal(0)) + part


def _taker(event: Split, aid_id: str) -> str | None:
    return next((share.enterprise for share in event.shares if aid_id in share.takes), None)


def _stays(event: Split, granted_on: date) -> bool:
    """Art. 3(9) divides the aid granted before the split: later aid is of the company that survives it."""
    return granted_on >= event.on and event.party in _after(event)


def _before(event: Event) -> set[str]:
    return set(event.parties) if isinstance(event, Merger) else {event.party}


def _after(event: Event) -> set[str]:
    return {event.into} if isinstance(event, Merger) else {share.enterprise for share in event.shares}


def _last_before(indexes: Sequence[int], limit: int) -> int | None:
    place = bisect_left(indexes, limit)
    return indexes[place - 1] if place else None


def _key(event: Event) -> tuple[str, ...]:
    if isinstance(event, Merger):
        return ("merger", event.into, *sorted(event.parties))
    return ("split", event.party, *sorted(f"{share.enterprise} {share.equity} {share.takes}" for share in event.shares))


def _in_order(events: Iterable[Event]) -> Iterable[Event]:
    """By day; on the same day an enterprise comes out of one event before it goes into another."""
    in_sequence = sorted(events, key=lambda event: (event.on, _key(event)))
    for _, same_day in groupby(in_sequence, key=lambda event: event.on):
        yield from _makers_first(list(same_day))


def _makers_first(events: list[Event]) -> Iterable[Event]:
    if len(events) == 1:
        return events
    makers: dict[str, set[int]] = defaultdict(set)
    for index, event in enumerate(events):
        for name in _after(event) - _before(event):
            makers[name].add(index)
    waits_for = {
        index: set().union(*(makers.get(name, ()) for name in _before(event))) - {index}
        for index, event in enumerate(events)
    }
    followers: dict[int, list[int]] = defaultdict(list)
    for index, waited in waits_for.items():
        for maker in waited:
            followers[maker].append(index)
    ready = [index for index, waited in waits_for.items() if not waited]  # sorted, and therefore a heap
    order: list[int] = []
    while waits_for:
        # Two events that make each other's parties on one day are a contradiction: the first by name goes first.
        index = heappop(ready) if ready else min(waits_for)
        del waits_for[index]
        order.append(index)
        for follower in followers[index]:
            if follower in waits_for:
                waits_for[follower].discard(index)
                if not waits_for[follower]:
                    heappush(ready, follower)
    return [events[index] for index in order]
