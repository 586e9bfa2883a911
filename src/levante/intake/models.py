"""The tables of a click day: the log of an opening with its counter, the tickets of those who sealed, entries, heads.

Entries and heads are written by the lane alone (``levante.intake.lane.store``), in plain SQL; everything else by the
services of this room. Rows are added, never changed; a rehearsal's, and only those, may be deleted.
"""

from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q

#: Ids of entries and heads say where they belong: ``log * 2**40 + place``. No sequence object, hence no gaps.
PLACES = 1 << 40

_LETTERS = r"^[a-z0-9]+([._-][a-z0-9]+)*$"

NEVER_EMPTIED = pgtrigger.Trigger(
    name="never_emptied",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'pgtrigger: the log of an opening is not emptied';",
)


def _only_rehearsals(rehearsal: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="only_rehearsals_go",
        operation=pgtrigger.Delete,
        when=pgtrigger.Before,
        func=f"""
            IF NOT {rehearsal} THEN
                RAISE EXCEPTION 'pgtrigger: only a rehearsal is wiped';
            END IF;
            RETURN OLD;
        """,
    )


_OF_A_REHEARSAL = _only_rehearsals("COALESCE((SELECT l.rehearsal FROM intake_log l WHERE l.id = OLD.log_id), false)")


class IntakeLog(models.Model):
    """The log of an opening's click day, or of a rehearsal: its address, and the counter row every batch locks."""

    code = models.CharField(max_length=100, unique=True, help_text="what follows /intake/ in the address")
    opening = models.ForeignKey(
        "calls.Opening", null=True, blank=True, on_delete=models.PROTECT, related_name="intake_logs"
    )
    rehearsal = models.BooleanField(default=False)
    opens_at = models.DateTimeField(null=True, help_text="of a rehearsal; otherwise the opening says it")
    closes_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0, help_text="entries so far: the next one takes the place after")
    last_instant = models.DateTimeField(null=True, help_text="the instant of the last entry: no later one precedes it")
    frontier = models.BinaryField(default=b"", help_text="roots of the perfect subtrees, the largest first")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="from here on nothing is taken any more")
    register_number = models.CharField(max_length=32, blank=True, help_text="of the register's entry about its head")

    opening_id: int | None
    entries: Any
    heads: Any
    tickets: Any

    class Meta:
        db_table = "intake_log"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="intake_code_is_a_name", condition=Q(code__regex=_LETTERS)),
            models.UniqueConstraint(name="intake_log_once", fields=["opening"], condition=Q(rehearsal=False)),
            models.CheckConstraint(
                name="intake_window",
                condition=Q(rehearsal=True, opens_at__isnull=False, closes_at__gt=F("opens_at"))
                | Q(rehearsal=False, opening__isnull=False, opens_at__isnull=True, closes_at__isnull=True),
            ),
            models.CheckConstraint(
                name="intake_counts_from_zero",
                condition=Q(size=0, last_instant__isnull=True) | Q(size__gt=0, last_instant__isnull=False),
            ),
            models.CheckConstraint(name="intake_fits_the_ids", condition=Q(size__lt=PLACES)),
            models.CheckConstraint(
                name="intake_closed_is_registered",
                condition=Q(closed_at__isnull=True, register_number="")
                | (Q(closed_at__isnull=False, rehearsal=False) & ~Q(register_number="")),
            ),
        ]
        triggers = [
            NEVER_EMPTIED,
            _only_rehearsals("OLD.rehearsal"),
            pgtrigger.Trigger(
                name="only_forward",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.rehearsal <> OLD.rehearsal
                       OR NEW.opening_id IS DISTINCT FROM OLD.opening_id OR NEW.size < OLD.size
                       OR (OLD.last_instant IS NOT NULL AND NEW.last_instant < OLD.last_instant)
                       OR (OLD.closed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
                        RAISE EXCEPTION 'pgtrigger: the log of an opening only goes forward';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name of the log in leaves, heads and receipts."""
        return f"intake.{self.code}"

    def window(self) -> tuple[datetime, datetime | None]:
        """From when (included) to when (excluded); the opening must be loaded."""
        if self.rehearsal or self.opening is None:
            assert self.opens_at is not None
            return self.opens_at, self.closes_at
        return self.opening.opens_at, self.opening.closes_at


class IntakeTicket(models.Model):
    """What was sealed before the opening: who may send what, once. The token itself is nowhere, only its digest.

    ``enterprise`` and ``amount`` are what the allocation needs; ``seal`` commits to the frozen copy, with ``seal_salt``.
    """

    log = models.ForeignKey(IntakeLog, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    log_id: int
    token_digest = models.BinaryField(help_text="SHA-256 of the one-time token")
    subject = models.CharField(max_length=200, help_text="our identifier of what was sealed: application:42")
    enterprise = models.CharField(max_length=40, help_text="tax code, or the name of a test")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    seal = models.BinaryField(help_text="SHA-256(seal salt || canonical frozen copy)")
    seal_salt = models.BinaryField()
    salt = models.BinaryField(help_text="of the entry, should it come")
    entry_hash = models.BinaryField(help_text="SHA-256(salt || canonical content of the entry)")
    issued_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, help_text="unsealed before it was sent: the token is worth nothing")

    class Meta:
        db_table = "intake_ticket"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="intake_token_once", fields=["log", "token_digest"]),
            models.UniqueConstraint(
                name="intake_one_live_ticket", fields=["log", "subject"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="intake_subject_is_an_identifier", condition=Q(subject__regex=r"^[A-Za-z0-9:._-]+$")
            ),
            models.CheckConstraint(name="intake_amount_is_some", condition=Q(amount__gt=0)),
        ]
        triggers = [
            NEVER_EMPTIED,
            _OF_A_REHEARSAL,
            pgtrigger.Trigger(
                name="only_voided",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
                       OR ROW(NEW.id, NEW.log_id, NEW.token_digest, NEW.subject, NEW.enterprise, NEW.amount, NEW.seal,
                              NEW.seal_salt, NEW.salt, NEW.entry_hash, NEW.issued_at)
                       IS DISTINCT FROM
                          ROW(OLD.id, OLD.log_id, OLD.token_digest, OLD.subject, OLD.enterprise, OLD.amount, OLD.seal,
                              OLD.seal_salt, OLD.salt, OLD.entry_hash, OLD.issued_at) THEN
                        RAISE EXCEPTION 'pgtrigger: a ticket is voided, and nothing else';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.subject}"


class IntakeEntry(models.Model):
    """A ticket that was received: its place, its instant, its leaf.

    The two keys are not constraints of the database: checking them would lock a row for each entry in the middle of a
    click day. The lane reads both rows under the lock of the log, neither can be deleted, and the audit joins them again.
    """

    id = models.BigIntegerField(primary_key=True)
    log = models.ForeignKey(
        IntakeLog, on_delete=models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    log_id: int
    sequence = models.BigIntegerField(help_text="the place in the log, from 1")
    ticket = models.OneToOneField(IntakeTicket, on_delete=models.PROTECT, related_name="entry", db_constraint=False)
    ticket_id: int
    received_at = models.DateTimeField()
    leaf_hash = models.BinaryField()

    class Meta:
        db_table = "intake_entry"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="intake_entry_id_says_its_place", condition=Q(id=F("log_id") * PLACES + F("sequence"))
            ),
            models.CheckConstraint(name="intake_sequence_from_one", condition=Q(sequence__gte=1, sequence__lt=PLACES)),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            _OF_A_REHEARSAL,
            NEVER_EMPTIED,
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.sequence}"


class IntakeHead(models.Model):
    """A signed head: one for each batch, what its receipts refer to. ``frontier`` is the tree's before the batch, so that
    a receipt is made again from the batch's leaves alone."""

    id = models.BigIntegerField(primary_key=True)
    log = models.ForeignKey(IntakeLog, on_delete=models.PROTECT, related_name="heads", db_index=False)
    log_id: int
    size = models.BigIntegerField()
    previous = models.BigIntegerField(help_text="the size of the head before; 0 for the first")
    root = models.BinaryField()
    frontier = models.BinaryField(help_text="of the tree of ``previous`` leaves")
    instant = models.DateTimeField(help_text="the instant of the last entry under this head")
    key_id = models.CharField(max_length=64, help_text="SHA-256 of the public key's SubjectPublicKeyInfo")
    signature = models.BinaryField()

    class Meta:
        db_table = "intake_head"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="intake_head_id_says_its_place", condition=Q(id=F("log_id") * PLACES + F("size"))
            ),
            models.CheckConstraint(
                name="intake_head_follows", condition=Q(previous__gte=0, previous__lt=F("size"), size__lt=PLACES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            _OF_A_REHEARSAL,
            NEVER_EMPTIED,
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.size}"
