"""What is asked about a click day: its counter, one's place, the frozen order with its commitments."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import caches
from django.db.models import F, Q, QuerySet, Sum

from levante.calls.api import Opening
from levante.intake.lane.answers import KIND, number_of, token_digest
from levante.intake.models import PLACES, IntakeEntry, IntakeHead, IntakeLog, IntakeTicket
from levante.intake.recompute import ORDER_FORMAT
from levante.kernel.api import now
from levante.kernel.pure import ZERO
from levante.register.api import Receipt
from levante.register.pure import tree
from levante.register.pure.commitment import instant_text, sequence_of
from levante.register.pure.heads import Head

#: From the closing instant to the closing of the log: longer than anybody waits in a front's queue (``lane.Limits.wait``),
#: so that who arrived in time is in the log.
GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Progress:
    """The live counter of an opening; ``issued`` are those who sealed, counted when asked."""

    code: str
    opens_at: datetime
    closes_at: datetime | None
    received: int
    last_received_at: datetime | None
    issued: int | None
    closed_at: datetime | None
    register_number: str


def log_of(opening: Opening) -> IntakeLog | None:
    """The log of an opening's click day, if it has one."""
    return IntakeLog.objects.select_related("opening__call").filter(opening=opening, rehearsal=False).first()


def logs_of(openings: Collection[Opening]) -> dict[int, IntakeLog]:
    """The logs of some openings, by opening. One query."""
    rows = IntakeLog.objects.filter(opening__in=openings, rehearsal=False)
    return {log.opening_id: log for log in rows if log.opening_id is not None}


def find_log(code: str) -> IntakeLog | None:
    return IntakeLog.objects.select_related("opening__call").filter(code=code).first()


def rehearsals(opening: Opening | None = None) -> list[IntakeLog]:
    """The rehearsals there are (of an opening), the newest first."""
    rows = IntakeLog.objects.select_related("opening__call").filter(rehearsal=True).order_by("-id")
    return list(rows if opening is None else rows.filter(opening=opening))


def hold_log(opening: Opening) -> None:
    """Wait for the batch that is being written, and let none begin until the caller's transaction ends."""
    list(IntakeLog.objects.select_for_update(no_key=True).filter(opening=opening, rehearsal=False).order_by("pk"))


def ended_logs() -> list[IntakeLog]:
    """The logs that can be closed: their window is over, and nobody can be queued any more."""
    rows = IntakeLog.objects.select_related("opening__call").filter(rehearsal=False, closed_at__isnull=True)
    over = Q(opening__state="closed") | Q(opening__closes_at__lte=now() - GRACE)
    return [log for log in rows.filter(over).order_by("pk") if is_over(log)]


def is_over(log: IntakeLog) -> bool:
    """Did the window of an opening end so long ago, by its instant or by act, that nobody is queued any more?"""
    opening = log.opening
    assert opening is not None
    if opening.closes_at is not None and opening.closes_at <= now() - GRACE:
        return True
    if opening.state != "closed":
        return False
    acts = opening.events.filter(to_state="closed").order_by("-at")
    closed = acts.values_list("at", flat=True).first()
    return closed is None or closed <= now() - GRACE


def stops_of(log: IntakeLog) -> list[tuple[datetime, datetime | None]]:
    """When somebody had stopped the opening of a log: from the instant of the act (included) to that of the next."""
    if log.opening is None or log.rehearsal:
        return []
    acts = log.opening.events.exclude(to_state="").order_by("at", "id")
    moves = list(acts.values_list("at", "to_state"))
    if not moves or moves[-1][1] != log.opening.state:
        return []  # no act dates the state it is in
    ends = [at for at, _ in moves[1:]] + [None]
    return [(at, until) for (at, state), until in zip(moves, ends, strict=True) if state != "scheduled"]


def progress_of(log: IntakeLog, *, issued: bool = False) -> Progress:
    """Where it stands now: the counter is the log's own row, and costs the same in a day of a million. ``issued``: those who
    sealed too, one by one."""
    current = IntakeLog.objects.select_related("opening").get(pk=log.pk)
    opens_at, closes_at = current.window()
    return Progress(
        current.code,
        opens_at,
        closes_at,
        current.size,
        current.last_instant,
        current.tickets.filter(voided_at__isnull=True).count() if issued else None,
        current.closed_at,
        current.register_number,
    )


def place_of(log: IntakeLog, token: str) -> IntakeEntry | None:
    """The place of who holds a token, or ``None`` while it was not received."""
    return IntakeEntry.objects.filter(ticket__log=log, ticket__token_digest=token_digest(token)).first()


#: Places whose sum is kept together: a log only grows, and what was received never changes.
_TOGETHER = 1000


def asked_before(log: IntakeLog, sequence: int) -> Decimal:
    """What those received before a place asked for, in all: nobody has looked at it yet. It is the same whenever it is asked.

    One query over a thousand places at most, and one more for the thousands that this process has not summed yet.
    """
    first, whole = log.pk * PLACES, (sequence - 1) // _TOGETHER
    cache, key = caches["template_fragments"], f"intake.asked:{log.pk}"
    known: list[Decimal] = cache.get(key, [])
    if len(known) < whole:
        rows = IntakeEntry.objects.filter(pk__gt=first + len(known) * _TOGETHER, pk__lte=first + whole * _TOGETHER)
        found = rows.annotate(block=(F("sequence") - 1) / _TOGETHER).values("block").order_by("block")
        for block in found.annotate(asked=Sum("ticket__amount")):
            known = [*known, (known[-1] if known else ZERO) + block["asked"]]
        cache.set(key, known, 86_400)
    rest = IntakeEntry.objects.filter(pk__gt=first + whole * _TOGETHER, pk__lt=first + sequence)
    return (known[whole - 1] if whole else ZERO) + (rest.aggregate(asked=Sum("ticket__amount"))["asked"] or ZERO)


def ticket_of(log: IntakeLog, subject: str) -> IntakeTicket | None:
    """The live ticket of what was sealed, with its log and, when it was received, its entry."""
    tickets = IntakeTicket.objects.select_related("log__opening__call", "entry")
    return tickets.filter(log=log, subject=subject, voided_at__isnull=True).first()


@dataclass(frozen=True, slots=True)
class Received:
    """A place of a log, and what was received there: ``subject`` is what its ticket was made for."""

    sequence: int
    received_at: datetime
    subject: str


def received_after(log: IntakeLog, sequence: int, limit: int) -> list[Received]:
    """What was received after a place, in order."""
    rows = entries_of(log).filter(pk__gt=log.pk * PLACES + sequence)
    return [Received(*row) for row in rows.values_list("sequence", "received_at", "ticket__subject")[:limit]]


def public_number(log: IntakeLog, entry: IntakeEntry | Received) -> str:
    """How an entry is called outside its own log: the numbers of two logs are the same numbers."""
    return named(log, number_of(entry.received_at, entry.sequence))


def named(log: IntakeLog, number: str) -> str:
    """A number of this log as people read it; the leaf holds it bare."""
    return f"CD{log.pk}-{number}"


def public_numbers(number: str) -> list[str]:
    """How the entries with this number are called outside their logs, one a click day: for who looks for it without letters."""
    return [
        f"CD{pk}-{number}"
        for pk in IntakeLog.objects.filter(rehearsal=False).values_list("pk", flat=True).order_by("pk")
    ]


def find_received(log_name: str, number: str) -> IntakeEntry | None:
    """The entry with this number in the log of a click day, or ``None``."""
    try:
        sequence = sequence_of(number)
    except ValueError:
        return None
    log = _named(log_name)
    if log is None or not 0 < sequence < PLACES:
        return None
    rows = IntakeEntry.objects.select_related("log__opening__call", "ticket")
    entry = rows.filter(pk=log.pk * PLACES + sequence).first()
    return entry if entry is not None and number_of(entry.received_at, entry.sequence) == number else None


def find_intake_head(log_name: str, size: int) -> Head | None:
    """The signed head of the log of a click day at a size, or ``None``."""
    log = _named(log_name)
    row = log.heads.filter(pk=log.pk * PLACES + size).first() if log is not None and 0 < size < PLACES else None
    return head_of(row, log) if log is not None and row is not None else None


def _named(log_name: str) -> IntakeLog | None:
    code = log_name.removeprefix("intake.")
    return IntakeLog.objects.filter(code=code).first() if code != log_name else None


def receipt_of_entry(entry: IntakeEntry) -> Receipt:
    """The receipt that the lane gave, from the rows: its log and ticket must be loaded."""
    log, ticket = entry.log, entry.ticket
    row = heads_of(log).filter(pk__gte=entry.pk)[0]
    head, instant = head_of(row, log), entry.received_at
    leaves = entries_of(log).filter(pk__gt=log.pk * PLACES + row.previous, pk__lte=log.pk * PLACES + row.size)
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
    row = heads_of(log).last()
    return head_of(row, log) if row else None


def entries_of(log: IntakeLog) -> "QuerySet[IntakeEntry]":
    """The places of a log in order, with their tickets: a range of ids, whatever other logs hold."""
    first = log.pk * PLACES
    return IntakeEntry.objects.filter(pk__gt=first, pk__lt=first + PLACES).select_related("ticket").order_by("id")


def heads_of(log: IntakeLog) -> "QuerySet[IntakeHead]":
    """The signed heads of a log in order: a range of ids too."""
    first = log.pk * PLACES
    return IntakeHead.objects.filter(pk__gt=first, pk__lt=first + PLACES).order_by("id")


def frozen_order(log: IntakeLog, *, after: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The public order: for each place what its leaf says, from which anyone makes the tree again. Nobody's name."""
    rows = entries_of(log).filter(pk__gt=log.pk * PLACES + after)
    if limit is not None:
        rows = rows[:limit]
    return map(order_row, rows.iterator(chunk_size=2000))


def order_row(row: IntakeEntry) -> dict[str, Any]:
    """What the public order says of a place; its ticket is loaded."""
    return {
        "position": row.sequence,
        "number": number_of(row.received_at, row.sequence),
        "received_at": instant_text(row.received_at),
        "kind": KIND,
        "request": bytes(row.ticket.token_digest).hex(),
        "entry_hash": bytes(row.ticket.entry_hash).hex(),
        "leaf_hash": bytes(row.leaf_hash).hex(),
    }


def order_summary(log: IntakeLog) -> dict[str, Any]:
    """What the published order says beside its entries (``recompute``)."""
    opens_at, closes_at = log.window()
    head = last_head(log)
    return {
        "format": ORDER_FORMAT,
        "log": log.name,
        "opens_at": instant_text(opens_at),
        "closes_at": instant_text(closes_at) if closes_at else None,
        "stops": [
            {"from": instant_text(since), "until": instant_text(until) if until else None}
            for since, until in stops_of(log)
        ],
        "size": log.size,
        "head": head.as_json() if head else None,
        "register_number": log.register_number,
    }


def submissions_of(log: IntakeLog) -> Iterator[tuple[str, str, datetime, int, Decimal]]:
    """What the allocation needs, in order: subject, enterprise, instant, place, amount."""
    for row in entries_of(log).iterator(chunk_size=2000):
        yield row.ticket.subject, row.ticket.enterprise, row.received_at, row.sequence, row.ticket.amount
