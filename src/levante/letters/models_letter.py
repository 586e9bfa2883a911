from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.letters import states
from levante.letters.kinds import KINDS
from levante.parties.api import Plainly

#: Roles of the Section that see every letter, and those that see the letters of their own office.
SECTION_READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AUDITOR, roles.SYSTEM)
OFFICE_READERS = (roles.AGENCY_STAFF, *SECTION_READERS)


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section sees every letter, an agency its own office's, and no officer those about a thing that is kept from them
        (a conflict of interest); an enterprise those that were written to it, once they left."""
        from levante.letters.subjects import hidden_from

        seen = self._own_office(actor) & ~hidden_from(actor)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id, state__in=sorted(states.LEFT))
        return self.filter(seen)

    @staticmethod
    def _own_office(actor: Actor) -> Q:
        if actor.in_section(*SECTION_READERS):
            return Q()
        offices = {office for office, role in actor.grants if role in OFFICE_READERS}
        return Q(office__code__in=offices) if offices else Q(pk__in=[])

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label, subject_id=subject.pk)

    def left(self) -> Self:
        """Those that left the office."""
        return self.filter(state__in=sorted(states.LEFT))


class Letter(models.Model):
    """A letter of an office to an enterprise about something: its text, its numbers, how it went.

    The Italian text is the act; ``courtesy_*`` is its English, where the template has one. From ``ready`` on words and
    addressee never change: ``content_sha256`` is that of :func:`levante.letters.writing.content_of`. ``register_number`` is
    that of the register (its entry commits to the content), ``protocol_number`` the body's own *protocollo* (DPR 445/2000
    art. 53). Instants of delivery are those that the provider certifies.
    """

    office_id: int
    enterprise_id: int
    officer_id: int | None
    author_id: int | None
    document_id: int | None
    dispatches: Any

    key = models.CharField(
        max_length=120, unique=True, help_text="what it is written for: asked twice, it is one letter"
    )
    kind = models.CharField(max_length=30, choices=[(kind.code, kind.label.en) for kind in KINDS.values()])
    state = models.CharField(
        max_length=15, choices=[(code, label.en) for code, label in states.STATES.items()], default=states.DRAFT
    )
    channel = models.CharField(
        max_length=20,
        choices=[(code, label.en) for code, label in states.CHANNELS.items()],
        help_text="by which way it goes, or went last",
    )
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="letters")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="responsible for the procedure (L. 241/1990 art. 5)",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signatory = models.JSONField(help_text="who signs: {name, role}")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="letters")
    addressee = models.JSONField(help_text="to whom, as it was when it was written: {name, tax_code, seat, pec}")
    address = models.EmailField(blank=True, help_text="the PEC address it goes to, frozen")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    reference = models.CharField(
        max_length=120, help_text="what it is about, as people call it: the application's number"
    )
    template = models.CharField(max_length=20, help_text="whose text it is: house, call, officer")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    courtesy_subject = models.CharField(max_length=300, blank=True)
    courtesy_body = models.TextField(blank=True)
    attachments = models.ManyToManyField("documents.StoredFile", blank=True, related_name="+")
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    register_number = models.CharField(max_length=32, blank=True)
    protocol_number = models.CharField(max_length=60, blank=True)
    protocol_on = models.DateField(null=True, blank=True)
    problem = models.CharField(
        max_length=500,
        blank=True,
        choices=[(code, words.en) for code, words in states.PROBLEMS.items()],
        help_text="why it cannot leave",
    )
    problem_text = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="in the other system's own words"
    )
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    queued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="accepted by the sender's provider, or posted")
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(
        max_length=20, blank=True, choices=[(code, words.en) for code, words in states.FAILURES.items()]
    )
    failure_text = models.CharField(max_length=500, blank=True, help_text="in the provider's own words")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="letter_by_subject"),
            models.Index(fields=["enterprise", "-id"], name="letter_by_enterprise"),
            models.Index(fields=["state", "id"], name="letter_by_state"),
            models.Index(fields=["reference"], name="letter_by_reference", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["register_number"], name="letter_by_register", condition=~Q(register_number="")),
            models.Index(fields=["protocol_number"], name="letter_by_protocol", condition=~Q(protocol_number="")),
            models.Index(fields=["officer"], name="letter_not_delivered", condition=Q(state="not_delivered")),
            GinIndex(OpClass(Plainly("subject"), name="gin_trgm_ops"), name="letter_by_likeness"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="letter_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="letter_known_kind"),
            models.CheckConstraint(condition=Q(channel__in=list(states.CHANNELS)), name="letter_known_channel"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | (Q(ready_at__isnull=False, content_sha256__regex=r"^[0-9a-f]{64}$") & ~Q(subject="") & ~Q(body="")),
                name="letter_ready_is_written",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(ready_at__isnull=True, content_sha256=""),
                name="letter_draft_is_not_final",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "ready", "cancelled"], queued_at__isnull=True, document__isnull=True)
                | (
                    Q(state__in=["queued", "sent", "delivered", "not_delivered"], queued_at__isnull=False)
                    & Q(document__isnull=False)
                    & ~Q(register_number="")
                ),
                name="letter_left_is_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["draft", "ready", "queued", "cancelled"]) | Q(sent_at__isnull=True),
                name="letter_not_sent_yet",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="letter_sent_is_dated"),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
                name="letter_delivered_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state="not_delivered", failed_at__isnull=False) & ~Q(failure=""))
                | (~Q(state="not_delivered") & Q(failed_at__isnull=True, failure="", failure_text="")),
                name="letter_not_delivered_says_why",
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True, cancel_reason="")),
                name="letter_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(protocol_number="", protocol_on__isnull=True)
                | (~Q(protocol_number="") & Q(protocol_on__isnull=False)),
                name="letter_protocol_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(channel="pec") | ~Q(state__in=["queued", "sent"]) | ~Q(address=""),
                name="letter_by_pec_has_address",
            ),
            models.CheckConstraint(
                condition=Q(problem="", problem_text="") | Q(problem__in=list(states.PROBLEMS)),
                name="letter_known_problem",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="never_deleted_once_ready",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__ready_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="what_was_written_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__ready_at__isnull=False),
                func="""
                    IF ROW(NEW.key, NEW.kind, NEW.office_id, NEW.subject_type, NEW.subject_id, NEW.subject, NEW.body,
                           NEW.courtesy_subject, NEW.courtesy_body, NEW.ready_at, NEW.content_sha256)
                       IS DISTINCT FROM
                       ROW(OLD.key, OLD.kind, OLD.office_id, OLD.subject_type, OLD.subject_id, OLD.subject, OLD.body,
                           OLD.courtesy_subject, OLD.courtesy_body, OLD.ready_at, OLD.content_sha256)
                       OR NEW.addressee::text IS DISTINCT FROM OLD.addressee::text
                       OR NEW.signatory::text IS DISTINCT FROM OLD.signatory::text
                       OR (OLD.register_number <> '' AND NEW.register_number IS DISTINCT FROM OLD.register_number)
                       OR (OLD.protocol_number <> '' AND NEW.protocol_number IS DISTINCT FROM OLD.protocol_number) THEN
                        RAISE EXCEPTION 'pgtrigger: what was written does not change';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return (
            self.protocol_number
            or self.register_number
            or f"{Bilingual('bozza', 'draft').in_language(get_language() or 'it')} {self.pk}"
        )

    @property
    def kind_label(self) -> Any:
        return KINDS[self.kind].label

    @property
    def state_label(self) -> Any:
        return states.STATES[self.state]

    @property
    def problem_label(self) -> Bilingual | None:
        """Why it cannot leave, with the other system's own words."""
        if not self.problem:
            return None
        why, more = states.PROBLEMS[self.problem], self.problem_text
        return Bilingual(f"{why.it.removesuffix('.')}: {more}", f"{why.en.removesuffix('.')}: {more}") if more else why

    @property
    def channel_label(self) -> Any:
        return states.CHANNELS[self.channel]


class Dispatch(models.Model):
    """One going of a letter, by one way to one address; tried again elsewhere, it is another.

    By PEC: ``offered_at`` is written before the message is submitted, ``handed_at`` once the provider said yes; one without
    the other means that it may have gone, and only a receipt can say (``accepted_at`` and after).
    """

    letter_id: int
    request_id: int | None
    receipts: Any

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="dispatches")
    serial = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=20, choices=[(code, label.en) for code, label in states.CHANNELS.items()])
    address = models.CharField(max_length=300, blank=True, help_text="the PEC address, or where it was posted to")
    sender = models.EmailField(blank=True, help_text="the mailbox it goes from")
    message_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    mail = models.ForeignKey(
        "documents.StoredFile",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="as it goes (.eml)",
    )
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="dispatch"
    )
    reference = models.CharField(max_length=60, blank=True, help_text="number of the registered letter, of the minutes")
    proof = models.ForeignKey("documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_text = models.CharField(max_length=400, blank=True, help_text="what the provider answered")
    accepted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(
        max_length=20, blank=True, choices=[(code, words.en) for code, words in states.FAILURES.items()]
    )
    failure_text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["letter_id", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "serial"], name="dispatch_serial_once"),
            models.CheckConstraint(
                condition=(
                    Q(channel="pec", message_id__isnull=False, mail__isnull=False, request__isnull=False)
                    & ~Q(address="")
                    & ~Q(sender="")
                )
                | (~Q(channel="pec") & Q(message_id__isnull=True, mail__isnull=True, request__isnull=True)),
                name="dispatch_by_pec_has_message",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True, failure="", failure_text="")
                | (Q(failed_at__isnull=False, delivered_at__isnull=True) & ~Q(failure="")),
                name="dispatch_failure_says_why",
            ),
            models.CheckConstraint(
                condition=Q(handed_at__isnull=True) | Q(offered_at__isnull=False) | ~Q(channel="pec"),
                name="dispatch_offered_before_handed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}/{self.serial}"

    @property
    def channel_label(self) -> Any:
        return states.CHANNELS[self.channel]

    @property
    def is_open(self) -> bool:
        """Nobody knows yet how it ended."""
        return self.delivered_at is None and self.failed_at is None


class LetterReceipt(models.Model):
    """A receipt of the provider about a going: the mail as it came (.eml), what it certifies, whether it is believed.

    ``counted`` is false for one whose signature does not hold, or that speaks of another address: it is kept, and changes
    nothing. Append-only.
    """

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=30)
    receipt_id = models.CharField(max_length=200, help_text="the Message-ID of the receipt itself")
    at = models.DateTimeField(help_text="the instant the provider certifies")
    received_at = models.DateTimeField()
    provider = models.CharField(max_length=254, blank=True)
    recipient = models.CharField(max_length=254, blank=True)
    error = models.CharField(max_length=20, blank=True)
    error_text = models.CharField(max_length=2000, blank=True)
    signature = models.JSONField(help_text="{signed, intact, trusted, signer, reason}")
    counted = models.BooleanField()
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dispatch_id", "at", "id"]
        constraints = [models.UniqueConstraint(fields=["dispatch", "receipt_id"], name="letter_receipt_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.receipt_id}"
