"""A claim (*rendicontazione*, *domanda di pagamento*): what the enterprise says it spent or did, and what the office admits."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.applications.api import conflicts_of
from levante.claims import states
from levante.claims.models_carrying import Acceptance as Acceptance
from levante.claims.models_carrying import Variation as Variation
from levante.claims.models_carrying import VariationEvent as VariationEvent
from levante.claims.models_carrying import VariationFile as VariationFile
from levante.claims.models_expense import Charge as Charge
from levante.claims.models_expense import ExpenseDocument as ExpenseDocument
from levante.claims.models_expense import Settlement as Settlement
from levante.claims.models_expense import Transfer as Transfer
from levante.claims.models_output import ClaimFile as ClaimFile
from levante.claims.models_output import SimplifiedCost as SimplifiedCost
from levante.claims.models_reduction import KeptAward as KeptAward
from levante.claims.models_reduction import Reduction as Reduction
from levante.claims.models_result import ResultReport as ResultReport
from levante.claims.models_result import ResultValue as ResultValue
from levante.claims.models_term import ClaimTerm as ClaimTerm
from levante.identity.api import roles
from levante.kernel.api import Actor, day_of
from levante.kernel.pure import Bilingual

#: Roles of the Section that see every claim once it is sent.
SECTION_READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AUDITOR)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, actor: Actor) -> Self:
        """An enterprise sees its own; the Section all those that were sent, an agency those of its calls; nobody that of an
        application about which they declared a conflict of interest (art. 6-bis L. 241/1990)."""
        offices = {office for office, role in actor.grants if role in (roles.AGENCY_STAFF, *SECTION_READERS)}
        seen = Q(pk__in=[])
        if actor.in_section(*SECTION_READERS):
            seen = ~Q(state__in=[states.DRAFT, states.DISCARDED])
        elif offices:
            seen = Q(award__act__call__office__code__in=offices) & ~Q(state__in=[states.DRAFT, states.DISCARDED])
        if actor.user_id is not None and offices:
            seen &= ~Q(award__application__in=conflicts_of(actor).values("application"))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(award__enterprise_id=actor.enterprise_id) & ~Q(state=states.DISCARDED)
        return self.filter(seen)

    def standing(self) -> Self:
        """Those that count against the ones after them."""
        return self.filter(state__in=states.STANDING)


class Claim(models.Model):
    """One claim on an award, in one of the payment modes of its call.

    ``draft`` → ``sent`` (registered, frozen) → ``under_review`` by an officer → ``assessed`` with what is ``due`` of the grant,
    or ``refused`` with reasons; ``integration`` waits for what was asked. The rooms that pay move it on to ``liquidated`` and
    ``paid``. ``due`` is gross, in euro; ``steps`` say how it was reckoned. ``frozen`` is what was sent, never changed.
    """

    award_id: int
    officer_id: int | None
    charges: Any
    costs: Any
    files: Any
    reviews: Any
    requests: Any
    events: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField(help_text="first, second… of its award")
    mode = models.CharField(max_length=8, choices=states.choices(states.MODES))
    state = models.CharField(max_length=12, choices=states.choices(states.STATES), default=states.DRAFT)
    report = models.TextField(blank=True, help_text="what was done, in the enterprise's words")
    asked = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="of the grant, gross: what the claim came to when sent",
    )
    register_number = models.CharField(max_length=32, null=True, blank=True, unique=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    claim_by = models.DateField(null=True, blank=True, help_text="the last day to send it, as it was when it was sent")
    frozen = models.JSONField(null=True, blank=True)
    frozen_sha256 = models.CharField(max_length=64, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    due_capital = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        default=0,
        help_text="of what is due, the part for capital goods: no tax is withheld on it",
    )
    excess = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        default=0,
        help_text="of what was due before, more than is earned: to be given back",
    )
    steps = models.JSONField(default=list, blank=True, help_text="how what is due was reckoned")
    reason = models.TextField(blank=True, help_text="of the office's decision, where it cuts or refuses")
    reason_en = models.TextField(blank=True, help_text="of the system; empty: a person’s words, as they wrote them")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paid = models.DecimalField(max_digits=15, decimal_places=2, default=0, help_text="gross, of the payments executed")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "sent_at"], name="claim_by_state"),
            models.Index(fields=["officer", "state"], name="claim_by_officer"),
            models.Index(fields=["sent_at", "id"], name="claim_by_arrival", condition=Q(sent_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="claim_number_once"),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(state__in=[states.DRAFT, *states.OPEN]),
                name="claim_one_under_way",
            ),
            models.UniqueConstraint(
                fields=["award", "mode"],
                condition=~Q(mode="sal") & ~Q(state__in=states.CLOSED),
                name="claim_mode_once",
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="claim_known_state"),
            models.CheckConstraint(condition=Q(mode__in=list(states.MODES)), name="claim_known_mode"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[states.DRAFT, states.DISCARDED], sent_at__isnull=True, register_number__isnull=True, frozen__isnull=True
                )
                | (
                    ~Q(state__in=[states.DRAFT, states.DISCARDED])
                    & Q(sent_at__isnull=False, register_number__isnull=False, frozen__isnull=False, asked__isnull=False)
                    & ~Q(frozen_sha256="")
                ),
                name="claim_sent_is_registered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[states.REVIEW, states.INTEGRATION, states.ASSESSED, states.REFUSED], officer__isnull=False)
                | ~Q(state__in=[states.REVIEW, states.INTEGRATION, states.ASSESSED, states.REFUSED]),
                name="claim_review_has_an_officer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.WITH_DUE, due__gte=0) | (~Q(state__in=states.WITH_DUE) & Q(due__isnull=True)),
                name="claim_due_once_assessed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*states.WITH_DUE, states.REFUSED], decided_at__isnull=False)
                | (~Q(state__in=[*states.WITH_DUE, states.REFUSED]) & Q(decided_at__isnull=True)),
                name="claim_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(due_capital=0) | Q(due__isnull=False, due_capital__gt=0, due_capital__lte=F("due")),
                name="claim_capital_within_due",
            ),
            models.CheckConstraint(condition=Q(excess=0) | Q(excess__gt=0, due=0), name="claim_excess_or_due"),
            models.CheckConstraint(condition=~Q(state=states.REFUSED) | ~Q(reason=""), name="claim_refusal_says_why"),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(state__in=[states.LIQUIDATED, states.PAID], paid__gt=0), name="claim_paid_once_liquidated"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="never_deleted_once_sent",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="sent_copy_stays",
                operation=pgtrigger.UpdateOf("frozen", "frozen_sha256", "register_number", "sent_at"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.register_number or f"claim {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.STATES[self.state]

    @property
    def why(self) -> Bilingual:
        return Bilingual(self.reason, self.reason_en)

    @property
    def mode_label(self) -> Bilingual:
        return states.MODES[self.mode]

    @property
    def days_late(self) -> int:
        """Days after its term on which it was sent; 0 in time, or where there was none."""
        if self.claim_by is None or self.sent_at is None:
            return 0
        return max((day_of(self.sent_at) - self.claim_by).days, 0)

    @property
    def is_draft(self) -> bool:
        return self.state == states.DRAFT


class ClaimReview(models.Model):
    """What an officer said of one thing of a claim: complete, to be integrated, incomplete, with a note. Never changed; of each
    thing the last one counts."""

    DOCUMENT, TRANSFER, COST, FILE, REPORT = "document", "transfer", "cost", "file", "report"
    KINDS = [
        (DOCUMENT, "Expense document"),
        (TRANSFER, "Payment"),
        (COST, "Simplified cost"),
        (FILE, "File"),
        (REPORT, "Report"),
    ]

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=10, choices=KINDS)
    object_id = models.BigIntegerField(help_text="id of the thing; of the report, the claim's")
    outcome = models.CharField(max_length=10, choices=states.choices(states.OUTCOMES))
    note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["claim", "kind", "object_id", "-id"], name="claim_review_last")]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="complete") | ~Q(note=""), name="claim_review_is_explained"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind} {self.object_id} {self.outcome}"

    @property
    def outcome_label(self) -> Bilingual:
        return states.OUTCOMES[self.outcome]


class ClaimRequest(models.Model):
    """What the office asks for before it can assess a claim, by when, and the answer."""

    OPEN, ANSWERED, EXPIRED = "open", "answered", "expired"
    STATES = [(OPEN, "Open"), (ANSWERED, "Answered"), (EXPIRED, "Expired")]

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="requests")
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    text = models.TextField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(help_text="last day to answer")
    steps = models.JSONField(default=list, help_text="how the day was reckoned")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(  # noqa: DJ001 - no number yet is not an empty one
        max_length=32, null=True, blank=True, help_text="register number of the answer"
    )

    class Meta:
        ordering = ["claim_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(state="open"), name="claim_request_one_open"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False, number__isnull=False)
                | (~Q(state="answered") & Q(answered_at__isnull=True, number__isnull=True)),
                name="claim_request_answer_is_dated",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="claim_request_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.state}"


class ClaimEvent(models.Model):
    """One moment in the life of a claim, for its page; the audit has the rest."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    text_it = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind}"

    @property
    def title(self) -> Bilingual:
        return states.EVENTS[self.kind]

    @property
    def text(self) -> Bilingual:
        return Bilingual(self.text_it, self.text_en)
