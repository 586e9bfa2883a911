"""The log of an opening computed again from its rows and compared, bit by bit: nothing in the database is believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.intake.lane.answers import entry_content, leaf_hash_of, number_of
from levante.intake.models import PLACES, IntakeEntry, IntakeLog
from levante.intake.queries import entries_of, head_of, heads_of, stops_of
from levante.register.pure import tree
from levante.register.pure.commitment import entry_hash, instant_text

MOST_PROBLEMS = 100


@dataclass(slots=True)
class IntakeAudit:
    """What was found: the size, the root, the first problems and how many there are."""

    size: int = 0
    root: str = ""
    heads: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)
    count: int = 0

    def found(self, where: str, what: str) -> None:
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"where": where, "what": what})

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": not self.count,
            "size": self.size,
            "root": self.root,
            "heads": self.heads,
            "problems": self.problems,
            "problem_count": self.count,
        }


def audit_intake(log: IntakeLog, keys: Mapping[str, Ed25519PublicKey]) -> IntakeAudit:
    """Go through the log once: places without gaps, instants that never go back, inside the window and at which nobody had
    stopped it, each ticket once and of this log, leaves, tree, the chain of signed heads, the counter. ``keys`` are the
    trusted ones, by id."""
    walk = _Walk(log, keys)
    for entry in entries_of(log).iterator(chunk_size=2000):
        walk.entry(entry)
    return walk.end()


class _Walk:
    def __init__(self, log: IntakeLog, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self.log, self.keys, self.audit = log, keys, IntakeAudit()
        self.opens_at, self.closes_at = log.window()
        self.stops = stops_of(log)
        self.builder = tree.Builder()
        self.last: datetime | None = None
        self.covered = 0
        self.frontier: tree.Frontier = ()
        self.tickets: set[int] = set()
        self.heads = iter(heads_of(log).iterator(chunk_size=2000))
        self.next_head = next(self.heads, None)

    def entry(self, row: IntakeEntry) -> None:
        place = self.builder.size + 1
        where, ticket = f"entry {place}", row.ticket
        if row.sequence != place or row.pk != self.log.pk * PLACES + place:
            self.audit.found(where, f"its place says {row.sequence} (id {row.pk})")
        if self.last is not None and row.received_at < self.last:
            self.audit.found(where, "its instant precedes the one before")
        if row.received_at < self.opens_at or (self.closes_at is not None and row.received_at >= self.closes_at):
            self.audit.found(where, "its instant is outside the window")
        if any(since <= row.received_at and (until is None or row.received_at < until) for since, until in self.stops):
            self.audit.found(where, "its instant is one at which the opening was stopped")
        if ticket.log_id != self.log.pk or ticket.voided_at is not None or ticket.pk in self.tickets:
            self.audit.found(where, "its ticket is of another log, void, or met before")
        self.tickets.add(ticket.pk)
        content = entry_content(self.log.code, ticket.subject, bytes(ticket.seal)).encode()
        if entry_hash(bytes(ticket.salt), content) != bytes(ticket.entry_hash):
            self.audit.found(where, "its content is not the one committed to")
        self.last = row.received_at
        leaf = leaf_hash_of(
            self.log.name,
            number_of(row.received_at, row.sequence),
            instant_text(row.received_at),
            bytes(ticket.token_digest),
            bytes(ticket.entry_hash),
        )
        if leaf != bytes(row.leaf_hash):
            self.audit.found(where, "its leaf is not the hash of what it says")
        self.builder.add(leaf)
        while self.next_head is not None and self.next_head.size <= self.builder.size:
            self.head(self.next_head)
            self.next_head = next(self.heads, None)

    def head(self, row: Any) -> None:
        where, head = f"head {row.size}", head_of(row, self.log)
        self.audit.heads += 1
        if row.pk != self.log.pk * PLACES + row.size or row.size != self.builder.size:
            self.audit.found(where, "is out of its place")
        if row.previous != self.covered or tree.unpack(bytes(row.frontier)) != self.frontier:
            self.audit.found(where, "does not follow the head before")
        if head.root != self.builder.root():
            self.audit.found(where, "its root is not the one of the entries before it")
        if row.instant != self.last:
            self.audit.found(where, "its instant is not the one of its last entry")
        key = self.keys.get(row.key_id)
        if key is None or not head.is_signed_by(key):
            self.audit.found(where, "its signature is not valid, or its key is not trusted")
        self.covered, self.frontier = row.size, self.builder.frontier

    def end(self) -> IntakeAudit:
        size = self.builder.size
        if self.next_head is not None:
            self.audit.found(f"head {self.next_head.size}", "covers entries that are not there")
        if self.covered != size:
            self.audit.found("head", "the last head does not cover the last entry")
        frontier = tree.pack(self.builder.frontier)
        if (self.log.size, self.log.last_instant, bytes(self.log.frontier)) != (size, self.last, frontier):
            self.audit.found("counter", "the counter is not the one of the entries")
        self.audit.size, self.audit.root = size, self.builder.root().hex()
        return self.audit
