"""Visits on the spot: the minutes, what was found, photographs, what the enterprise says of them and what it is answered."""

from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.controls import states
from levante.controls.models_revocation import seen_by
from levante.controls.models_sample import SampleRow
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: Actor) -> Self:
        """An enterprise reads its own once the minutes are signed."""
        return self.filter(seen_by(actor, award="award", told=Q(state=states.SIGNED)))


class Visit(models.Model):
    """A control on the spot of an award: planned, its minutes filled in there, signed by who was present (the signed paper is uploaded)."""

    award_id: int
    officer_id: int | None
    claim_id: int
    signed_file_id: int | None
    revocation_id: int | None
    assessed_by_id: int | None
    entrusted_by_id: int | None
    findings: Any
    photographs: Any
    observations: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="visits")
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="visits")
    row = models.ForeignKey(SampleRow, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    state = models.CharField(max_length=10, choices=states.choices(states.VISITS), default=states.PLANNED)
    planned_on = models.DateField()
    place = models.CharField(max_length=300)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who had assessed the claim when the visit was planned: another person makes it",
    )  # fmt: skip
    entrusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the director who gave it to who assessed the claim",
    )  # fmt: skip
    entrusted_because = models.TextField(blank=True, help_text="why who assessed the claim makes it")
    present = models.TextField(blank=True, help_text="who was there, one a line, with their role")
    minutes = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    printed = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the minutes as they were printed to be signed",
    )  # fmt: skip
    printed_sha256 = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the printed text: canonical JSON of what the document says"
    )
    signed_file = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    observe_by = models.DateField(
        null=True, blank=True, help_text="last day for the enterprise’s observations on the minutes"
    )
    closing_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="when the office said that nothing of the grant falls with what was found"
    )
    revocation = models.ForeignKey(
        "controls.Revocation", null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    created_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "planned_on"], name="visit_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state__in=["planned", "done"]), name="visit_one_open_per_claim"
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.VISITS)) & ~Q(place=""), name="visit_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "called_off"])
                | (Q(done_at__isnull=False) & ~Q(minutes="") & ~Q(present="")),
                name="visit_done_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(state="signed", signed_file__isnull=False, signed_at__isnull=False)
                | (~Q(state="signed") & Q(signed_file__isnull=True, signed_at__isnull=True)),
                name="visit_signed_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(printed__isnull=True, printed_sha256="")
                | (Q(printed__isnull=False) & Q(printed_sha256__regex=r"^[0-9a-f]{64}$")),
                name="visit_printed_has_its_hash",
            ),
            models.CheckConstraint(
                condition=Q(entrusted_by__isnull=True, entrusted_because="")
                | (Q(entrusted_by__isnull=False) & ~Q(entrusted_because="") & ~Q(entrusted_by=F("officer"))),
                name="visit_entrusted_says_why",
            ),
            models.CheckConstraint(
                condition=Q(assessed_by__isnull=True)
                | Q(officer__isnull=True)
                | ~Q(officer=F("assessed_by"))
                | Q(entrusted_by__isnull=False),
                name="visit_made_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(state="signed", revocation__isnull=True),
                name="visit_settled_without_revocation",
            ),
            models.CheckConstraint(
                condition=~Q(state="called_off") | ~Q(closing_reason=""), name="visit_called_off_says_why"
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"visita {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.VISITS[self.state]


class VisitObservation(models.Model):
    """What the enterprise says of the signed minutes, in its days: registered as it came."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="observations")
    text = models.TextField()
    files = models.ManyToManyField("documents.StoredFile", blank=True, related_name="+")
    register_number = models.CharField(max_length=32, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="visit_observation_says_something")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.register_number


class VisitAnswer(models.Model):
    """What the office answers to the observations of the enterprise on the minutes, once each; what it withdraws of its findings is in
    ``findings``."""

    observation_id: int
    findings: Any

    observation = models.OneToOneField(VisitObservation, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="visit_answer_says_something")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.observation}"


class VisitFinding(models.Model):
    """What a visit says of one expense document, or of one simplified cost with its proofs: confirmed, re-evaluated or not eligible.
    ``admitted`` is what the review of the claim kept of it, before the limits of the call (euro of a document, units of a cost), ``kept``
    what of that still holds. The last one said counts; changed until the minutes are signed."""

    document_id: int | None
    cost_id: int | None
    withdrawn_id: int | None

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    document = models.ForeignKey(
        "claims.ExpenseDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    cost = models.ForeignKey(
        "claims.SimplifiedCost", null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    outcome = models.CharField(max_length=12, choices=states.choices(states.FINDINGS))
    admitted = models.DecimalField(max_digits=15, decimal_places=2)
    kept = models.DecimalField(max_digits=15, decimal_places=2)
    note = models.TextField(blank=True)
    withdrawn = models.ForeignKey(
        "controls.VisitAnswer", null=True, blank=True, on_delete=models.PROTECT, related_name="findings",
        help_text="the answer to the observations of the enterprise that gave it up",
    )  # fmt: skip
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "document"], name="visit_finding_once"),
            models.UniqueConstraint(fields=["visit", "cost"], name="visit_finding_once_of_a_cost"),
            models.CheckConstraint(
                condition=Q(document__isnull=False, cost__isnull=True) | Q(document__isnull=True, cost__isnull=False),
                name="visit_finding_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(outcome="confirmed", kept=F("admitted"))
                | (Q(outcome="reevaluated", kept__gte=0, kept__lt=F("admitted")) & ~Q(note=""))
                | (Q(outcome="not_eligible", kept=0) & ~Q(note="")),
                name="visit_finding_is_explained",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn__isnull=True) | ~Q(outcome="confirmed"), name="visit_finding_withdrawn_was_a_cut"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.document_id or self.cost_id} {self.outcome}"

    @property
    def outcome_label(self) -> Bilingual:
        return states.FINDINGS[self.outcome]

    @property
    def cut(self) -> Decimal:
        """What falls of it: euro of a document, units of a cost; nothing of what was withdrawn."""
        return self.admitted - self.kept if self.admitted > 0 and self.withdrawn_id is None else ZERO


class VisitPhotograph(models.Model):
    """A photograph taken during a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photographs")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=300, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.caption or f"{self.visit_id}"
