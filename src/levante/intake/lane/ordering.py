"""A batch in its order: places, instants, leaves and one signed head. A pure function of what is locked and what waits.

``docs/algorithms/intake.md`` explains it in prose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from levante.intake.lane import problems
from levante.intake.lane.answers import Pen, Sealed, leaf_hash_of, log_name, number_of, text_of
from levante.intake.lane.problems import Problem
from levante.register.pure import tree
from levante.register.pure.heads import Head, sign_head
from levante.register.pure.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Window:
    """When an opening takes, and whether anybody stopped it. The first instant is inside, the last outside."""

    opens_at: datetime
    closes_at: datetime | None
    state: str = "scheduled"
    published: bool = True
    closed: bool = False

    def problem_at(self, instant: datetime) -> Problem | None:
        """Why it does not take at this instant, or ``None``."""
        if self.closed or self.state == "closed" or (self.closes_at is not None and instant >= self.closes_at):
            return problems.LATE
        if not self.published:
            return problems.EARLY
        if self.state == "suspended":
            return problems.SUSPENDED
        if self.state == "exhausted":
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What one connection asks: the token's digest, the seal, and the instant at which its body was fully read."""

    request: bytes
    seal: bytes
    arrived: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket as the database has it, with its place when it was received before."""

    ticket: Sealed
    sequence: int | None = None


@dataclass(slots=True)
class Batch:
    """What is to be written, and what is to be answered once it is durable."""

    fresh: list[tuple[int, Sealed, datetime, bytes]] = field(default_factory=list)  # sequence, ticket, instant, leaf
    growth: tree.Growth | None = None
    head: Head | None = None
    answers: dict[bytes, bytes] = field(default_factory=dict)  # by request
    known: dict[bytes, Found] = field(default_factory=dict)  # received before: their answer is made again
    refused: dict[int, Problem] = field(default_factory=dict)  # by place in what was asked


def order(counter: Counter, asked: Sequence[Asked], found: Mapping[bytes, Found], key: SigningKey) -> Batch:
    """Give each its place, in the order asked. The same token twice has one place; a wrong seal has none.

    The clock may be set back; the log never is: an instant is judged, and written, not before the one of the last entry.
    Who was received once is never late.
    """
    batch = Batch()
    log, last, seen = log_name(counter.code), counter.last_instant, set[bytes]()
    for place, one in enumerate(asked):
        known = found.get(one.request)
        if known is None:
            # An unknown token is told so only while the opening takes: before and after, that is all there is to say.
            shut = counter.window.problem_at(one.arrived if last is None else max(one.arrived, last))
            batch.refused[place] = shut or problems.UNKNOWN
            continue
        if known.ticket.seal != one.seal:
            batch.refused[place] = problems.WRONG_SEAL
            continue
        if known.sequence is not None:
            batch.known[one.request] = known
            continue
        if one.request in seen:
            continue
        instant = one.arrived if last is None else max(one.arrived, last)
        shut = counter.window.problem_at(instant)
        if shut is not None:
            batch.refused[place] = shut
            continue
        seen.add(one.request)
        last = instant
        sequence = counter.size + len(batch.fresh) + 1
        leaf = leaf_hash_of(
            log, number_of(instant, sequence), text_of(instant), one.request, known.ticket.entry_hash
        )  # fmt: skip
        batch.fresh.append((sequence, known.ticket, instant, leaf))
        batch.answers[one.request] = b""
    if batch.fresh:
        assert last is not None
        growth = tree.grow(counter.size, counter.frontier, [leaf for *_, leaf in batch.fresh])
        batch.growth = growth
        batch.head = sign_head(
            key, log=log, size=growth.size, previous=counter.size, root=growth.root, instant=text_of(last)
        )
        pen = Pen(counter.code, batch.head)
        for request, (sequence, ticket, instant, _) in zip(batch.answers, batch.fresh, strict=True):
            batch.answers[request] = pen.answer(
                ticket, request, sequence, instant, growth.inclusion_path(sequence - 1)
            )  # fmt: skip
    return batch


def again(
    code: str, head: Head, frontier: tree.Frontier, leaves: Sequence[bytes], found: Found, request: bytes, at: datetime
) -> bytes:
    """The answer given once, from the head it was committed with and the leaves of that batch: the same bytes."""
    assert found.sequence is not None
    growth = tree.grow(head.previous, frontier, leaves)
    if growth.root != head.root:
        raise ValueError(f"the leaves of {code} under the head of {head.size} are not those that were signed")
    path = growth.inclusion_path(found.sequence - 1)
    return Pen(code, head).answer(found.ticket, request, found.sequence, at, path)
