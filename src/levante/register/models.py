"""The tables of the register: logs, entries, heads, the roots of subtrees, anchors. Rows are added, never changed.

The only changes the database lets through: a log's counter going forward, and the erasure of an entry's content and salt.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.register.models_audit import AuditRun
from levante.register.policies import may_read_register
from levante.register.pure.numbers import public_number

__all__ = ["NEVER_EMPTIED", "PLACES", "Anchor", "AuditRun", "Entry", "Head", "Log", "Subtree"]

#: Ids of entries and heads say where they belong: ``log * 2**40 + place``. No sequence, hence no gaps and no second index.
PLACES = 1 << 40

#: A row trigger does not see a table emptied at once: this one does.
NEVER_EMPTIED = pgtrigger.Trigger(
    name="never_emptied",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'pgtrigger: the register is not emptied';",
)

_LETTERS = r"^[a-z0-9]+([._-][a-z0-9]+)*$"


class RegisterQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, actor: Actor) -> "RegisterQuerySet":
        """The whole register or nothing of it: what an entry is about has rules of its own."""
        return self if may_read_register(actor) else self.none()

    def of_log(self, log_id: int) -> "RegisterQuerySet":
        """Rows of one log by their ids, which say where they belong: the primary key alone finds them in order."""
        return self.filter(pk__gt=log_id * PLACES, pk__lt=(log_id + 1) * PLACES)


class Log(models.Model):
    """An append-only log: its name, and the counter every append locks."""

    name = models.CharField(max_length=100, unique=True)
    size = models.BigIntegerField(default=0, help_text="entries so far: the next one takes the place after")
    last_instant = models.DateTimeField(null=True, help_text="the instant of the last entry: no later one precedes it")
    frontier = models.BinaryField(
        default=b"", help_text="roots of the perfect subtrees, the largest first, 32 bytes each"
    )

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="log_name_is_a_name", condition=Q(name__regex=_LETTERS)),
            models.CheckConstraint(
                name="log_counts_from_zero",
                condition=Q(size=0, last_instant__isnull=True) | Q(size__gt=0, last_instant__isnull=False),
            ),
            models.CheckConstraint(name="log_fits_the_ids", condition=Q(size__lt=PLACES)),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            NEVER_EMPTIED,
            pgtrigger.Trigger(
                name="only_forward",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.size < OLD.size
                       OR (OLD.last_instant IS NOT NULL AND NEW.last_instant < OLD.last_instant) THEN
                        RAISE EXCEPTION 'pgtrigger: a log only goes forward';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """An entry: what its leaf says in the clear, the commitment, and the content it commits to until it is erased."""

    id = models.BigIntegerField(primary_key=True)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="entries", db_index=False)
    log_id: int
    sequence = models.BigIntegerField(help_text="the place in the log, from 1")
    number = models.CharField(max_length=32, help_text="the register number people quote: 2026/0000123")
    received_at = models.DateTimeField()
    kind = models.CharField(max_length=100)
    subject = models.CharField(max_length=200, help_text="our identifier of what it is about; empty once erased")
    request = models.BinaryField(help_text="SHA-256 of the idempotency key")
    entry_hash = models.BinaryField(help_text="SHA-256(salt || canonical content)")
    leaf_hash = models.BinaryField()
    salt = models.BinaryField(null=True)
    content = models.TextField(null=True, help_text="canonical JSON; null once erased")  # noqa: DJ001 - erased is not empty

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="entry_request_once", fields=["log", "request"]),
            models.CheckConstraint(
                name="entry_id_says_its_place", condition=Q(id=F("log_id") * PLACES + F("sequence"))
            ),
            models.CheckConstraint(name="entry_sequence_from_one", condition=Q(sequence__gte=1, sequence__lt=PLACES)),
            models.CheckConstraint(
                name="entry_whole_or_erased",
                condition=Q(content__isnull=False, salt__isnull=False)
                | Q(content__isnull=True, salt__isnull=True, subject=""),
            ),
        ]
        indexes = [models.Index(name="entry_by_subject", fields=["subject"])]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            NEVER_EMPTIED,
            pgtrigger.Trigger(
                name="only_erased",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.content IS NULL OR NEW.content IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.subject <> ''
                       OR ROW(NEW.id, NEW.log_id, NEW.sequence, NEW.number, NEW.received_at, NEW.kind, NEW.request,
                              NEW.entry_hash, NEW.leaf_hash)
                       IS DISTINCT FROM
                          ROW(OLD.id, OLD.log_id, OLD.sequence, OLD.number, OLD.received_at, OLD.kind, OLD.request,
                              OLD.entry_hash, OLD.leaf_hash) THEN
                        RAISE EXCEPTION 'pgtrigger: an entry of the register does not change';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.number}"

    @property
    def public_number(self) -> str:
        """As people read it: with what it is before it."""
        return public_number(self.kind, self.number)

    @property
    def is_erased(self) -> bool:
        return self.content is None


class Head(models.Model):
    """A signed head: one for each batch of entries, and what their receipts refer to."""

    id = models.BigIntegerField(primary_key=True)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="heads", db_index=False)
    log_id: int
    size = models.BigIntegerField()
    previous = models.BigIntegerField(help_text="the size of the head before; 0 for the first")
    root = models.BinaryField()
    instant = models.DateTimeField(help_text="the instant of the last entry under this head")
    key_id = models.CharField(max_length=64, help_text="SHA-256 of the public key's SubjectPublicKeyInfo")
    signature = models.BinaryField()

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="head_id_says_its_place", condition=Q(id=F("log_id") * PLACES + F("size"))),
            models.CheckConstraint(name="head_size_from_one", condition=Q(size__gte=1, size__lt=PLACES)),
            models.CheckConstraint(name="head_follows_another", condition=Q(previous__gte=0, previous__lt=F("size"))),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NEVER_EMPTIED,
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.size}"


class Subtree(models.Model):
    """The root of a perfect subtree: of 256 leaves (level 1), of 65,536 (level 2) and so on. Proofs read these."""

    pk = models.CompositePrimaryKey("log_id", "level", "index")
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="subtrees", db_index=False)
    log_id: int
    level = models.SmallIntegerField(help_text="the height in units of eight")
    index = models.BigIntegerField()
    root = models.BinaryField()

    class Meta:
        ordering = ["log_id", "level", "index"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NEVER_EMPTIED,
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.level}:{self.index}"


class Anchor(models.Model):
    """One call to a time-stamping authority about one head: request, answer and outcome (RFC 3161)."""

    GRANTED, REFUSED, FAILED = "granted", "refused", "failed"
    OUTCOMES = [(GRANTED, "granted"), (REFUSED, "refused"), (FAILED, "failed")]

    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="anchors")
    head_id: int
    authority = models.CharField(max_length=300, help_text="the address asked")
    asked_at = models.DateTimeField()
    nonce = models.DecimalField(max_digits=20, decimal_places=0)
    request = models.BinaryField()
    response = models.BinaryField(null=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    instant = models.DateTimeField(null=True, help_text="the instant the authority states")
    serial = models.CharField(max_length=80, blank=True, help_text="the authority's own number of the stamp")
    reason = models.CharField(max_length=500, blank=True)
    operator = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="anchor_granted_once", fields=["head", "authority"], condition=Q(outcome="granted")
            ),
            models.CheckConstraint(
                name="anchor_outcome_is_told",
                condition=Q(outcome="granted", response__isnull=False, instant__isnull=False, reason="")
                | (~Q(outcome="granted") & Q(instant__isnull=True) & ~Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NEVER_EMPTIED,
        ]

    def __str__(self) -> str:
        return f"{self.head_id} @ {self.authority}"
