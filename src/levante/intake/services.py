"""Every write of the room but those of the lane: logs, tickets, the closing, rehearsals and their end."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from levante.calls.api import Opening
from levante.intake.audit import audit_intake
from levante.intake.lane.answers import entry_content, token_digest
from levante.intake.models import PLACES, IntakeLog, IntakeTicket
from levante.intake.policies import may_run_intake
from levante.intake.queries import GRACE, is_over, last_head
from levante.intake.tokens import make_token
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.register.api import append_within, key_ring
from levante.register.pure.canonical import Json, canonical_bytes
from levante.register.pure.commitment import entry_hash, instant_text, is_name, new_salts

#: The kind of the register's entry about a log that was closed.
CLOSED = "intake.closed"
_STEP = 2000


@dataclass(frozen=True, slots=True)
class ToSeal:
    """Something frozen, to be sent by a token. ``subject`` is our identifier (``application:42``); ``content`` is what the
    seal commits to; ``enterprise`` and ``amount`` are what the allocation needs."""

    subject: str
    enterprise: str
    amount: Decimal
    content: Json


@dataclass(frozen=True, slots=True)
class Issued:
    """What the holder gets: the token is kept nowhere, and only we can make it again (``tokens``)."""

    opening: str
    token: str
    seal: str

    def as_json(self) -> dict[str, str]:
        return {"opening": self.opening, "token": self.token, "seal": self.seal}


# -- within the transaction of whoever seals: an application is sealed by its enterprise, not by an office


def log_within(opening: Opening) -> IntakeLog:
    """The log of an opening, made now if it has none. In a transaction of the caller's service."""
    known = IntakeLog.objects.filter(opening=opening, rehearsal=False).first()
    if known is not None:
        return known
    code = f"{opening.call.code}.{opening.code}"
    if not is_name(f"intake.{code}"):
        refuse(
            "I codici del bando e della finestra, insieme, devono essere minuscole, cifre e trattini singoli, al più 92.",
            "The codes of call and opening together must be lower-case letters, digits and single hyphens, 92 at most.",
        )
    # Two who seal first together: the second waits for the first's row, and finds it.
    IntakeLog.objects.bulk_create([IntakeLog(code=code, opening=opening, created_at=now())], ignore_conflicts=True)
    return IntakeLog.objects.get(code=code)


def issue_within(log: IntakeLog, sealed: Sequence[ToSeal]) -> list[Issued]:
    """Seal what is frozen and give the one-time tokens, in the same order; one live ticket for each subject."""
    if log.closed_at is not None:
        refuse("Il registro della finestra è chiuso.", "The log of the opening is closed.")
    issued: list[Issued] = []
    for first in range(0, len(sealed), _STEP):
        IntakeTicket.objects.bulk_create(list(_tickets(log, sealed[first : first + _STEP], issued)))
    return issued


def void_within(log: IntakeLog, subject: str) -> IntakeTicket:
    """Take back what was sealed and not yet sent: its token is worth nothing from here on."""
    IntakeLog.objects.select_for_update().get(pk=log.pk)  # no batch is being written meanwhile
    ticket = IntakeTicket.objects.filter(log=log, subject=subject, voided_at__isnull=True).first()
    if ticket is None:
        refuse("Non c’è nulla di sigillato.", "Nothing is sealed.")
    if hasattr(ticket, "entry"):
        refuse("È già stata ricevuta.", "It was received already.")
    ticket.voided_at = now()
    ticket.save(update_fields=["voided_at"])
    return ticket


def _tickets(log: IntakeLog, sealed: Sequence[ToSeal], issued: list[Issued]) -> Iterator[IntakeTicket]:
    at, salts = now(), new_salts(2 * len(sealed))
    for one, seal_salt, salt in zip(sealed, salts[::2], salts[1::2], strict=True):
        token = make_token(log.code, one.subject, seal_salt)
        seal = entry_hash(seal_salt, canonical_bytes(one.content))
        issued.append(Issued(log.code, token, seal.hex()))
        yield IntakeTicket(
            log=log,
            token_digest=token_digest(token),
            subject=one.subject,
            enterprise=one.enterprise,
            amount=one.amount,
            seal=seal,
            seal_salt=seal_salt,
            salt=salt,
            entry_hash=entry_hash(salt, entry_content(log.code, one.subject, seal).encode()),
            issued_at=at,
        )


# -- by an office


@service("intake.open_log")
def open_log(*, actor: Actor, opening: Opening) -> IntakeLog:
    """Give an opening its log, and with it its address in the lane. The second time gives the same."""
    require(may_run_intake(actor, opening))
    known = IntakeLog.objects.filter(opening=opening, rehearsal=False).first()
    if known is not None:
        return unchanged(known)
    log = log_within(opening)
    note(log=log.name)
    return log


@service("intake.issue_tickets")
def issue_tickets(*, actor: Actor, log: IntakeLog, sealed: Sequence[ToSeal]) -> list[Issued]:
    """Seal for others, by the office that runs the day: ``issue_within``."""
    require(may_run_intake(actor, log.opening))
    issued = issue_within(log, sealed)
    note(log=log.name, count=len(issued))
    note_object(log)
    return issued


@service("intake.void_ticket")
def void_ticket(*, actor: Actor, log: IntakeLog, subject: str) -> IntakeTicket:
    """Take back what was sealed and not yet sent: ``void_within``."""
    require(may_run_intake(actor, log.opening))
    ticket = void_within(log, subject)
    note(log=log.name, subject=subject)
    return ticket


@service("intake.close_log")
def close_log(*, actor: Actor, log: IntakeLog) -> IntakeLog:
    """Close the log of an opening for good: nothing is taken any more, and its head becomes an entry of the register.

    The whole log is computed again first: one that does not hold is not closed. The second time gives the same.
    """
    require(may_run_intake(actor, log.opening))
    current = IntakeLog.objects.select_for_update(of=("self",)).select_related("opening__call").get(pk=log.pk)
    if current.rehearsal:
        refuse("Una prova non si chiude: si cancella.", "A rehearsal is not closed: it is wiped.")
    if current.closed_at is not None:
        return unchanged(current)
    opening = current.opening
    assert opening is not None
    if not is_over(current):
        refuse(
            f"Si chiude {int(GRACE.total_seconds())} secondi dopo la fine della finestra, quando nessuno è più in coda.",
            f"It is closed {int(GRACE.total_seconds())} seconds after the window ends, when nobody is queued any more.",
        )
    audit = audit_intake(current, key_ring().public_keys())
    if audit.count:
        refuse(
            f"Il registro della finestra non torna: {audit.problems[0]['what']}",
            f"The log of the opening does not hold: {audit.problems[0]['what']}",
        )
    opens_at, closes_at = current.window()
    head = last_head(current)
    receipt = append_within(
        kind=CLOSED,
        subject=f"opening:{opening.pk}",
        payload={
            "call": opening.call.code,
            "closes_at": instant_text(closes_at) if closes_at else None,
            "head": head.as_json() if head else None,
            "log": current.name,
            "opening": opening.code,
            "opens_at": instant_text(opens_at),
            "size": current.size,
        },
        idempotency_key=f"intake:{current.name}",
    )
    current.closed_at, current.register_number = now(), receipt.public_number
    current.save(update_fields=["closed_at", "register_number"])
    note(log=current.name, size=current.size)
    return current


# -- rehearsals


@service("intake.start_rehearsal")
def start_rehearsal(
    *,
    actor: Actor,
    count: int,
    opening: Opening | None = None,
    opens_at: datetime | None = None,
    length: timedelta = timedelta(hours=1),
) -> tuple[IntakeLog, list[Issued]]:
    """A log to try the lane with, with its own window, and ``count`` test tickets of as many invented enterprises."""
    require(may_run_intake(actor, opening))
    start = opens_at or now()
    log = IntakeLog.objects.create(
        code=f"rehearsal.{secrets.token_hex(6)}",
        opening=opening,
        rehearsal=True,
        opens_at=start,
        closes_at=start + length,
        created_at=now(),
    )
    sealed = []
    for number in range(1, count + 1):
        enterprise, amount = f"TEST{number:07d}", Decimal(1000 + number * 37 % 9000)
        content: Json = {"amount": f"{amount}.00", "enterprise": enterprise, "test": number}
        sealed.append(ToSeal(f"test:{number}", enterprise, amount, content))
    issued = issue_tickets(actor=actor, log=log, sealed=sealed)
    note(log=log.name, count=count)
    note_object(log)
    return log, issued


@service("intake.wipe_rehearsal")
def wipe_rehearsal(*, actor: Actor, log: IntakeLog) -> int:
    """Forget a rehearsal: its entries, heads, tickets and log. Triggers refuse it for anything else."""
    require(may_run_intake(actor, log.opening))
    current = IntakeLog.objects.select_for_update().get(pk=log.pk)
    if not current.rehearsal:
        refuse("Si cancellano solo le prove.", "Only rehearsals are wiped.")
    size = current.size
    with connection.cursor() as cursor:
        for table in ("intake_entry", "intake_head"):  # found by their ids, which say where they belong
            among = [current.pk * PLACES, (current.pk + 1) * PLACES, current.pk]
            cursor.execute(f"DELETE FROM {table} WHERE id > %s AND id < %s AND log_id = %s", among)  # noqa: S608 - constants
        cursor.execute("DELETE FROM intake_ticket WHERE log_id = %s", [current.pk])
    current.delete()
    note(log=log.name, entries=size)
    return size
