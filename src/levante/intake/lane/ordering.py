"""A batch in its order: places, instants, leaves and one signed head. A pure function of what is locked and what waits.

``docs/algorithms/intake.md`` explains it in prose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from levante.intake.lane import problems
from levante.intake.lane.answers import Entry, Pen, Sealed, leaf_hash_of, log_name, number_of, text_of
from levante.intake.lane.problems import Problem
from levante.register.pure import tree
from levante.register.pure.heads import Head, sign_head
from levante.register.pure.keys import SigningKey

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """When an opening takes, and whether anybody stopped it. The first instant is inside, the last outside.

    ``moves`` are the acts that stopped it and let it go on, in order: from which instant, to which state. A ``state`` that no
    act dates is that of always.
    """

    opens_at: datetime
    closes_at: datetime | None
    state: str = "scheduled"
    published: bool = True
    closed: bool = False
    moves: tuple[tuple[datetime, str], ...] = ()

    def word_at(self, instant: datetime) -> str:
        """What everybody is told of it at an instant: scheduled, open, suspended, exhausted, closed."""
        if self.closed or (self.closes_at is not None and instant >= self.closes_at):
            return "closed"
        return "open" if self.state == "scheduled" and instant >= self.opens_at else self.state

    def state_at(self, instant: datetime) -> str:
        """What had been decided of it by an instant: an act counts from its own."""
        if not self.moves or self.moves[-1][1] != self.state:
            return self.state
        found = "scheduled"
        for since, state in self.moves:
            if instant < since:
                break
            found = state
        return found

    def problem_at(self, instant: datetime, arrived: datetime | None = None) -> Problem | None:
        """Why it does not take at this instant, or ``None``. What somebody decided is judged at the instant of arrival, which
        may be earlier: where the log stands by then says nothing of who came before an act, or after it."""
        state = self.state_at(arrived or instant) if self.moves else self.state
        if self.closed or state == "closed" or (self.closes_at is not None and instant >= self.closes_at):
            return problems.LATE
        if not self.published:
            return problems.EARLY
        if state == "suspended":
            return problems.SUSPENDED
        if state == "exhausted":
            return problems.EXHAUSTED
        return problems.EARLY if instant < self.opens_at else None


@dataclass(frozen=True, slots=True)
class Counter:
    """The log as it stands, locked until the transaction ends."""

    log_id: int
    code: str
    size: int
    last_instant: datetime | None
    frontier: tree.Frontier
    window: Window


@dataclass(slots=True)
class Asked:
    """What one connection asks: the token's digest, the seal, and the instant at which its body was fully read."""

    request: bytes
    seal: bytes
    arrived: datetime


@dataclass(slots=True)
class Batch:
    """What is to be written; and, once it is durable, what is to be answered."""

    code: str
    fresh: list[Entry] = field(default_factory=list)
    growth: tree.Growth | None = None
    head: Head | None = None
    known: dict[bytes, Sealed] = field(default_factory=dict)  # received before: their answer is made again
    refused: dict[int, Problem] = field(default_factory=dict)  # by place in what was asked

    def answers(self) -> dict[bytes, bytes]:
        """By request, in order: made when everybody who waits for the lock has it, since nobody hears them before."""
        if self.head is None or self.growth is None:
            return {}
        write = Pen(self.code, self.head, self.growth).answer
        return {
            request: write(sequence, ticket, request, number, text)
            for sequence, ticket, request, _, number, text, _ in self.fresh
        }


def order(counter: Counter, asked: Sequence[Asked], found: Mapping[bytes, Sealed], key: SigningKey) -> Batch:
    """Give each its place, in the order asked. The same token twice has one place; a wrong seal has none.

    The clock may be set back; the log never is: an instant is judged, and written, not before the one of the last entry.
    Who was received once is never late.
    """
    batch = Batch(counter.code)
    log, last, sequence, seen = log_name(counter.code), counter.last_instant, counter.size, set[bytes]()
    problem_at, fresh = counter.window.problem_at, batch.fresh
    beyond, second, year = (
        counter.window.opens_at,
        "",
        "",
    )  # instants before ``beyond`` share their second, and with it most of their text
    for place, one in enumerate(asked):
        request = one.request
        ticket = found.get(request)
        if ticket is None:
            # An unknown token is told so only while the opening takes: before and after, that is all there is to say.
            shut = problem_at(one.arrived if last is None else max(one.arrived, last), one.arrived)
            batch.refused[place] = shut or problems.UNKNOWN
            continue
        if ticket.seal != one.seal:
            batch.refused[place] = problems.WRONG_SEAL
            continue
        if ticket.sequence is not None:
            batch.known[request] = ticket
            continue
        if request in seen:
            continue
        instant = one.arrived if last is None or one.arrived > last else last
        shut = problem_at(instant, one.arrived)
        if shut is not None:
            batch.refused[place] = shut
            continue
        seen.add(request)
        last = instant
        sequence += 1
        if not second or instant >= beyond:
            whole = instant.replace(microsecond=0)
            beyond, second, year = whole + _SECOND, text_of(whole)[:20], number_of(whole, 0)[:5]
        number, text = f"{year}{sequence:07d}", f"{second}{instant.microsecond:06d}Z"
        leaf = leaf_hash_of(log, number, text, request, ticket.entry_hash)
        fresh.append(Entry(sequence, ticket, request, instant, number, text, leaf))
    if fresh:
        growth = tree.grow(counter.size, counter.frontier, [entry.leaf for entry in fresh])
        batch.growth = growth
        batch.head = sign_head(
            key, log=log, size=growth.size, previous=counter.size, root=growth.root, instant=fresh[-1].text
        )
    return batch


def pen_of(code: str, head: Head, frontier: tree.Frontier, leaves: Sequence[bytes]) -> Pen:
    """The pen of a batch written before, from the head it was committed with and its leaves: the same bytes again."""
    growth = tree.grow(head.previous, frontier, leaves)
    if growth.root != head.root:
        raise ValueError(f"the leaves of {code} under the head of {head.size} are not those that were signed")
    return Pen(code, head, growth)
