"""What is asked about a click day: its counter, one's place, the frozen order with its commitments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from levante.calls.api import Opening
from levante.intake.lane.answers import KIND, number_of, token_digest
from levante.intake.models import IntakeEntry, IntakeHead, IntakeLog
from levante.register.pure.commitment import instant_text
from levante.register.pure.heads import Head

ORDER_FORMAT = "levante.intake.order/1"


@dataclass(frozen=True, slots=True)
class Progress:
    """The live counter of an opening."""

    code: str
    opens_at: datetime
    closes_at: datetime | None
    received: int
    last_received_at: datetime | None
    issued: int
    closed_at: datetime | None
    register_number: str


def log_of(opening: Opening) -> IntakeLog | None:
    """The log of an opening's click day, if it has one."""
    return IntakeLog.objects.select_related("opening__call").filter(opening=opening, rehearsal=False).first()


def find_log(code: str) -> IntakeLog | None:
    return IntakeLog.objects.select_related("opening__call").filter(code=code).first()


def rehearsals(opening: Opening | None = None) -> list[IntakeLog]:
    """The rehearsals there are (of an opening), the newest first."""
    rows = IntakeLog.objects.select_related("opening__call").filter(rehearsal=True).order_by("-id")
    return list(rows if opening is None else rows.filter(opening=opening))


def progress_of(log: IntakeLog) -> Progress:
    """Where it stands now: the counter is the log's own row."""
    current = IntakeLog.objects.select_related("opening").get(pk=log.pk)
    opens_at, closes_at = current.window()
    return Progress(
        current.code,
        opens_at,
        closes_at,
        current.size,
        current.last_instant,
        current.tickets.filter(voided_at__isnull=True).count(),
        current.closed_at,
        current.register_number,
    )


def place_of(log: IntakeLog, token: str) -> IntakeEntry | None:
    """The place of who holds a token, or ``None`` while it was not received."""
    return IntakeEntry.objects.filter(log=log, ticket__token_digest=token_digest(token)).first()


def head_of(row: IntakeHead, log: IntakeLog) -> Head:
    """A stored head as it was signed."""
    return Head(
        log=log.name,
        size=row.size,
        previous=row.previous,
        root=bytes(row.root),
        instant=instant_text(row.instant),
        key_id=row.key_id,
        signature=bytes(row.signature),
    )


def last_head(log: IntakeLog) -> Head | None:
    row = log.heads.order_by("-id").first()
    return head_of(row, log) if row else None


def frozen_order(log: IntakeLog, *, after: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The public order: for each place what its leaf says, from which anyone makes the tree again. Nobody's name."""
    rows = log.entries.filter(sequence__gt=after).select_related("ticket").order_by("id")
    if limit is not None:
        rows = rows[:limit]
    for row in rows.iterator(chunk_size=2000):
        yield {
            "position": row.sequence,
            "number": number_of(row.received_at, row.sequence),
            "received_at": instant_text(row.received_at),
            "kind": KIND,
            "request": bytes(row.ticket.token_digest).hex(),
            "entry_hash": bytes(row.ticket.entry_hash).hex(),
            "leaf_hash": bytes(row.leaf_hash).hex(),
        }


def submissions_of(log: IntakeLog) -> Iterator[tuple[str, str, datetime, int, Decimal]]:
    """What the allocation needs, in order: subject, enterprise, instant, place, amount."""
    rows = log.entries.select_related("ticket").order_by("id").iterator(chunk_size=2000)
    for row in rows:
        yield row.ticket.subject, row.ticket.enterprise, row.received_at, row.sequence, row.ticket.amount
