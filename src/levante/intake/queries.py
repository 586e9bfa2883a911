"""What is asked about a click day: its counter, one's place, the frozen order with its commitments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from levante.calls.api import Opening
from levante.intake.lane.answers import KIND, number_of, token_digest
from levante.intake.models import IntakeEntry, IntakeHead, IntakeLog, IntakeTicket
from levante.kernel.api import now
from levante.register.api import Receipt
from levante.register.pure import tree
from levante.register.pure.commitment import instant_text, sequence_of
from levante.register.pure.heads import Head

#: From the closing instant to the closing of the log: longer than anybody waits in a front's queue (``lane.Limits.wait``),
#: so that who arrived in time is in the log.
GRACE = timedelta(minutes=2)
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


def ended_logs() -> list[IntakeLog]:
    """The logs that can be closed: their window is over, and nobody can be queued any more."""
    rows = IntakeLog.objects.select_related("opening__call").filter(rehearsal=False, closed_at__isnull=True)
    over = Q(opening__state="closed") | Q(opening__closes_at__lte=now() - GRACE)
    return list(rows.filter(over).order_by("pk"))


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


def ticket_of(log: IntakeLog, subject: str) -> IntakeTicket | None:
    """The live ticket of what was sealed, with its log and, when it was received, its entry."""
    tickets = IntakeTicket.objects.select_related("log__opening__call", "entry")
    return tickets.filter(log=log, subject=subject, voided_at__isnull=True).first()


def received_after(log: IntakeLog, sequence: int, limit: int) -> list[IntakeEntry]:
    """The entries after a place, with their tickets, in order."""
    rows = log.entries.filter(sequence__gt=sequence).select_related("ticket").order_by("id")
    return list(rows[:limit])


def public_number(log: IntakeLog, entry: IntakeEntry) -> str:
    """How an entry is called outside its own log: the numbers of two logs are the same numbers."""
    return f"CD{log.pk}-{number_of(entry.received_at, entry.sequence)}"


def find_received(log_name: str, number: str) -> IntakeEntry | None:
    """The entry with this number in the log of a click day, or ``None``."""
    try:
        sequence = sequence_of(number)
    except ValueError:
        return None
    if not log_name.startswith("intake."):
        return None
    rows = IntakeEntry.objects.select_related("log__opening__call", "ticket")
    entry = rows.filter(log__code=log_name.removeprefix("intake."), sequence=sequence).first()
    return entry if entry is not None and number_of(entry.received_at, entry.sequence) == number else None


def receipt_of_entry(entry: IntakeEntry) -> Receipt:
    """The receipt that the lane gave, from the rows: its log and ticket must be loaded."""
    log, ticket = entry.log, entry.ticket
    row = log.heads.filter(id__gte=entry.pk).order_by("id")[0]
    head, instant = head_of(row, log), entry.received_at
    leaves = log.entries.filter(sequence__gt=row.previous, sequence__lte=row.size).order_by("id")
    growth = tree.grow(
        row.previous, tree.unpack(bytes(row.frontier)), [bytes(leaf) for leaf in leaves.values_list("leaf_hash", flat=True)]
    )  # fmt: skip
    if growth.root != head.root:
        raise ValueError(f"the leaves under the head of {row.size} of {log.name} are not those that were signed")
    return Receipt(
        log=log.name,
        number=number_of(instant, entry.sequence),
        received_at=instant_text(instant),
        kind=KIND,
        subject=ticket.subject,
        payload={"opening": log.code, "seal": bytes(ticket.seal).hex()},
        salt=bytes(ticket.salt),
        request=bytes(ticket.token_digest),
        leaf_index=entry.sequence - 1,
        inclusion_proof=tuple(growth.inclusion_path(entry.sequence - 1)),
        head=head,
    )


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
