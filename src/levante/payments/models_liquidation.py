"""The act of liquidation, and the claims whose debt it verifies."""

from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from levante.applications.api import conflicts_of
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.paying import seen_by

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)


class LiquidationQuerySet(models.QuerySet["Liquidation"]):
    def visible_to(self, actor: Actor) -> Self:
        """The people who examine, pay and audit, of the Section or of the agency that pays, but for acts that hold an application about
        which they declared a conflict of interest (art. 6-bis L. 241/1990); enterprises see their rows, not the act's file."""
        seen = seen_by(actor, *READERS)
        if seen is None:
            return self.none()
        if actor.user_id is None:
            return self.filter(seen)
        theirs = LiquidationRow.objects.filter(
            liquidation=OuterRef("pk"), claim__award__application__in=conflicts_of(actor).values("application")
        )
        return self.filter(seen).exclude(Exists(theirs))


class Liquidation(models.Model):
    """The act (*atto di liquidazione*) by which a debt to some enterprises is verified: apart from the payment, which comes after.

    Drafted by finance and signed by the director, it goes to the Region's system of acts; when it comes back with number and
    visa each of its rows is verified on the budget and waits to be paid.
    """

    rows: Any
    document_id: int | None
    request_id: int | None

    call = models.ForeignKey("calls.Call", on_delete=models.PROTECT, related_name="liquidations")
    line = models.ForeignKey("programme.BudgetLine", on_delete=models.PROTECT, related_name="liquidations")
    paid_by = models.ForeignKey(
        "identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the agency that pays from its own account; none: the Section",
    )  # fmt: skip
    title = models.CharField(max_length=500)
    state = models.CharField(max_length=20, choices=states.choices(states.ACTS), default=states.DRAFT)
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(max_length=40, blank=True)
    act_date = models.DateField(null=True, blank=True)
    their_id = models.CharField(max_length=120, blank=True)
    visa_number = models.CharField(max_length=40, blank=True, help_text="visto di regolarità contabile")
    visa_date = models.DateField(null=True, blank=True)
    programme_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="in effect, refused or cancelled since")
    closing_reason = models.TextField(blank=True)
    closing_reason_en = models.TextField(blank=True, help_text="empty: the same in both languages")

    objects = LiquidationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="liquidation_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.ACTS)), name="liquidation_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=["draft_act", "cancelled"])
                | Q(sent_at__isnull=False, request__isnull=False, document__isnull=False),
                name="liquidation_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["effective", "taken_back"])
                | (
                    Q(act_date__isnull=False, visa_date__isnull=False, programme_act__isnull=False)
                    & ~Q(number="")
                    & ~Q(visa_number="")
                ),
                name="liquidation_effective_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["effective", "refused", "cancelled", "taken_back"], closed_at__isnull=False)
                | (Q(state__in=["draft_act", "sent_to_act_system"]) & Q(closed_at__isnull=True)),
                name="liquidation_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "cancelled", "taken_back"]) | ~Q(closing_reason=""),
                name="liquidation_closing_has_reason",
            ),
            models.UniqueConstraint(
                fields=["their_id"], condition=~Q(their_id=""), name="liquidation_once_in_their_system"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.act_date.year}" if self.number and self.act_date else f"bozza {self.pk}"

    @property
    def closing(self) -> Bilingual:
        """Why it was closed: a person's words as they wrote them, the system's in both languages."""
        return Bilingual(self.closing_reason, self.closing_reason_en)

    @property
    def state_label(self) -> Bilingual:
        return states.ACTS[self.state]


class RowQuerySet(models.QuerySet["LiquidationRow"]):
    def visible_to(self, actor: Actor) -> Self:
        """The people who examine, pay and audit, of the Section or of the agency that pays, but for the awards of a conflict of interest
        (art. 6-bis L. 241/1990); an enterprise its own, once the act has effect."""
        from levante.claims.api import Claim

        seen = seen_by(actor, *READERS, path="liquidation__paid_by")
        if seen is not None:
            return self.filter(seen, claim__in=Claim.objects.visible_to(actor).order_by().values("pk"))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(claim__award__enterprise_id=actor.enterprise_id, state__in=states.VERIFIED)
        return self.none()

    def to_pay(self) -> Self:
        return self.filter(state=states.DUE)


class LiquidationRow(models.Model):
    """One claim in an act of liquidation: ``gross = withheld + net``, in euro; ``subject`` is what tax is kept on.

    ``gate`` is the payment gate as it was when the act was drafted: ``{on, checks, parameters}``; it is asked again, and frozen
    again, when the money leaves. ``stopped``, ``dropped`` and ``undone`` free the claim for another act;
    ``payment_movement`` is the payment that stands on the budget: none again when the bank gives the money back.
    """

    liquidation_id: int
    claim_id: int

    liquidation = models.ForeignKey(Liquidation, on_delete=models.PROTECT, related_name="rows")
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="liquidation_rows")
    state = models.CharField(max_length=8, choices=states.choices(states.ROWS), default=states.IN_ACT)
    gross = models.DecimalField(max_digits=15, decimal_places=2)
    subject = models.DecimalField(max_digits=15, decimal_places=2)
    rate = models.DecimalField(max_digits=5, decimal_places=2, help_text="per cent withheld of the subject")
    withheld = models.DecimalField(max_digits=15, decimal_places=2)
    net = models.DecimalField(max_digits=15, decimal_places=2)
    account = models.ForeignKey(
        "payments.BankAccount", null=True, blank=True, on_delete=models.PROTECT, related_name="rows"
    )
    gate = models.JSONField(default=dict)
    verified_on = models.DateField(null=True, blank=True, help_text="the date of the act")
    movement = models.OneToOneField(
        "programme.Movement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    payment_movement = models.OneToOneField(
        "programme.Movement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paid_on = models.DateField(null=True, blank=True)
    undoing = models.ForeignKey(
        "payments.Undoing", null=True, blank=True, on_delete=models.PROTECT, related_name="rows"
    )
    undone_movement = models.OneToOneField(
        "programme.Movement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stop_reason_it = models.TextField(blank=True)
    stop_reason_en = models.TextField(blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ["liquidation", "id"]
        indexes = [
            models.Index(fields=["id"], name="liquidation_to_pay", condition=Q(state="due")),
            models.Index(fields=["claim", "state"], name="liquidation_by_claim"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state__in=states.STANDING), name="liquidation_once_per_claim"
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.ROWS)), name="liquidation_row_known_state"),
            models.CheckConstraint(
                condition=Q(gross__gt=0, withheld__gte=0, net__gte=0, subject__gte=0, subject__lte=F("gross"))
                & Q(gross=F("withheld") + F("net")),
                name="liquidation_row_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[*states.VERIFIED, states.UNDONE], movement__isnull=False, verified_on__isnull=False
                )
                | (
                    ~Q(state__in=[*states.VERIFIED, states.UNDONE]) & Q(movement__isnull=True, verified_on__isnull=True)
                ),
                name="liquidation_row_verified_is_on_the_budget",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, payment_movement__isnull=False)
                | (~Q(state="paid") & Q(paid_on__isnull=True, payment_movement__isnull=True)),
                name="liquidation_row_paid_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["stopped", "dropped", "undone"]) | ~Q(stop_reason_it=""),
                name="liquidation_row_stop_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="held", undoing__isnull=False, undone_movement__isnull=True)
                | Q(state="undone", undoing__isnull=False, undone_movement__isnull=False)
                | (~Q(state__in=["held", "undone"]) & Q(undoing__isnull=True, undone_movement__isnull=True)),
                name="liquidation_row_undone_by_an_act",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"row {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.ROWS[self.state]

    @property
    def capital(self) -> Decimal:
        """The part of the gross for capital goods: nothing is withheld on it."""
        return self.gross - self.subject
