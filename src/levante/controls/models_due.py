"""What an enterprise must pay for something else than a grant (the quota of an initiative), and what came in for it; what was done
about receipts that matched nothing."""

from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.controls import states
from levante.controls.collecting_office import collecting_office
from levante.controls.models_revocation import READERS
from levante.controls.models_told import counted_once_confirmed
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual
from levante.payments.api import bodies_of

#: Who is owed is said once: the money, its notices and what is set off are of that body.
COLLECTOR_STAYS = pgtrigger.Protect(
    name="collector_stays",
    operation=pgtrigger.UpdateOf("collected_by_id"),  # type: ignore[no-untyped-call]
    condition=pgtrigger.Q(old__collected_by_id__df=pgtrigger.F("new__collected_by_id")),
)


class DueQuerySet(models.QuerySet["Due"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section's people all; an agency's those of the initiatives that the office they work in leads, and those that are paid to it;
        an enterprise, or a buyer, its own."""
        if actor.in_section(*READERS):
            return self
        works_in = {office for office, role in actor.grants if role == roles.AGENCY_STAFF}
        seen = Q(initiative__lead_office__code__in=works_in)
        seen |= Q(collected_by__code__in=bodies_of(actor, *READERS))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(buyer_id=actor.buyer_id)
        return self.filter(seen)


class Due(models.Model):
    """A quota: what an enterprise owes for its part in an initiative, why and by when, in euro. It is paid by a pagoPA notice, or otherwise
    with its reference; late when its day passed and it is not paid. One of a kind for each enterprise and initiative while it stands. What
    a hosted buyer owes back is asked in the same way, without a pagoPA notice: who is abroad may have no Italian tax code."""

    enterprise_id: int | None
    buyer_id: int | None
    initiative_id: int
    collected_by_id: int | None
    notices: Any
    incomings: Any

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="dues")
    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="dues"
    )
    buyer = models.ForeignKey("parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="dues")
    reason = models.CharField(max_length=120)
    reason_en = models.CharField(
        max_length=120, blank=True, help_text="of the system; empty: a person’s words, as they wrote them"
    )
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=states.choices(states.DUES), default=states.DUE_OPEN)
    received = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    paid_on = models.DateField(null=True, blank=True)
    collected_by = collecting_office("the agency that it is paid to; none: the Section")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="told that it was late")
    closing_reason = models.TextField(blank=True)
    closing_reason_en = models.TextField(
        blank=True, help_text="of the system; empty: a person’s words, as they wrote them"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="due"), name="due_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "enterprise", "reason"], condition=~Q(state="cancelled"), name="due_once"
            ),
            models.UniqueConstraint(
                fields=["initiative", "buyer", "reason"], condition=~Q(state="cancelled"), name="due_of_buyer_once"
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, buyer__isnull=True) | Q(enterprise__isnull=True, buyer__isnull=False),
                name="due_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(states.DUES), amount__gt=0, received__gte=0, received__lte=F("amount")) & ~Q(reason=""),
                name="due_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", received=F("amount"), paid_on__isnull=False)
                | Q(state="due", received__lt=F("amount"), paid_on__isnull=True)
                | Q(state="cancelled"),
                name="due_paid_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", closed_at__isnull=False) & ~Q(closing_reason="")
                | ~Q(state="cancelled") & Q(closed_at__isnull=True, closing_reason=""),
                name="due_cancelled_says_why",
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete), COLLECTOR_STAYS]

    def __str__(self) -> str:
        return f"quota {self.pk}"

    @property
    def what(self) -> Bilingual:
        """What it is for."""
        return Bilingual(self.reason, self.reason_en)

    @property
    def closing(self) -> Bilingual:
        return Bilingual(self.closing_reason, self.closing_reason_en)

    @property
    def debtor(self) -> Any:
        """The enterprise, or the buyer, that owes it."""
        return self.enterprise if self.enterprise_id is not None else self.buyer

    @property
    def state_label(self) -> Bilingual:
        return states.DUES[self.state]

    @property
    def left(self) -> Decimal:
        return self.amount - self.received if self.state == states.DUE_OPEN else ZERO


class DueIncoming(models.Model):
    """Money that came in for a quota: what of it was owed is ``amount - excess``, the rest is to be given back. Never changed."""

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="incomings")
    source = models.CharField(max_length=10, choices=states.choices(states.SOURCES))
    reference = models.CharField(max_length=120)
    on = models.DateField()
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    excess = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.OneToOneField(
        "controls.ToldIncoming", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="what a person said, and another confirmed; none: pagoPA, or the system",
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="due_incoming_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, excess__gte=0, excess__lte=F("amount")) & ~Q(reference=""),
                name="due_incoming_makes_sense",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            counted_once_confirmed("due"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"

    @property
    def source_label(self) -> Bilingual:
        return states.SOURCES[self.source]


class ReceiptMatch(models.Model):
    """A person said what a receipt that matched nothing was for, and why: its money is counted there. Once, never changed."""

    receipt = models.OneToOneField("controls.PaymentReceipt", on_delete=models.PROTECT, related_name="match")
    incoming = models.OneToOneField(
        "controls.Incoming", null=True, blank=True, on_delete=models.PROTECT, related_name="match"
    )
    due_incoming = models.OneToOneField(
        DueIncoming, null=True, blank=True, on_delete=models.PROTECT, related_name="match"
    )
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(incoming__isnull=False, due_incoming__isnull=True) | Q(incoming__isnull=True, due_incoming__isnull=False)
                )
                & ~Q(reason=""),
                name="receipt_match_of_one",
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.receipt_id}"
