"""Money that came in and is not ours: to be given back to who paid it."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.controls import states
from levante.controls.collecting_office import collecting_office
from levante.controls.models_revocation import READERS
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments.api import seen_by


class RefundQuerySet(models.QuerySet["Refund"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section's people all, an agency those of money that came to it; an enterprise those that are its own."""
        seen = seen_by(actor, *READERS, path="collected_by")
        if seen is not None:
            return self.filter(seen)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(enterprise_id=actor.enterprise_id)
        return self.none()


class Refund(models.Model):
    """What must be given back, in euro: more than was owed (``excess``, of an incoming), what came in of a recovery that was never
    due (``not_due``), a receipt of nothing of ours (``unmatched``), what a payment kept as an offset and was owed no more when it was
    executed (``not_offset``). ``capital`` is the part that had gone back to the line of an award, and leaves it again. ``disposed_by``
    decided to give it back, on what ``gate`` says was asked that day; ``kept`` is what of it an order of the collector takes; another
    person records the payment. Once given back it says when and by which payment, and never changes."""

    enterprise_id: int | None
    collected_by_id: int | None
    disposed_by_id: int | None
    recorded_by_id: int | None

    kind = models.CharField(max_length=10, choices=states.choices(states.REFUND_KINDS))
    state = models.CharField(max_length=10, choices=states.choices(states.REFUNDS), default=states.REFUND_DUE)
    recovery = models.ForeignKey(
        "controls.Recovery", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    incoming = models.OneToOneField(
        "controls.Incoming", null=True, blank=True, on_delete=models.PROTECT, related_name="refund"
    )
    receipt = models.OneToOneField(
        "controls.PaymentReceipt", null=True, blank=True, on_delete=models.PROTECT, related_name="refund"
    )
    payment = models.OneToOneField(
        "payments.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.ForeignKey("controls.Due", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    collected_by = collecting_office("the agency that has the money; none: the Section")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    capital = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    reason = models.TextField()
    reason_en = models.TextField(blank=True, help_text="of the system; empty: a person’s words, as they wrote them")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    disposed_at = models.DateTimeField(null=True, blank=True)
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    disposed_why = models.CharField(max_length=500, blank=True, help_text="why all the same, where something is owed")
    kept = models.DecimalField(
        max_digits=15, decimal_places=2, default=0, help_text="of it, what goes to the collector under its order"
    )
    kept_reference = models.CharField(max_length=120, blank=True, help_text="of the payment to the collector")
    gate = models.JSONField(null=True, blank=True, help_text="what was asked when it was disposed")
    paid_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True, help_text="of the payment that gave it back")
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    movement = models.OneToOneField(
        "programme.Movement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="refund_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, capital__gte=0, capital__lte=F("amount")) & ~Q(reason=""), name="refund_amounts"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="excess", incoming__isnull=False, recovery__isnull=False, receipt__isnull=True, due__isnull=True, capital=0
                )
                | Q(kind="not_due", recovery__isnull=False, incoming__isnull=True, receipt__isnull=True, due__isnull=True)
                | Q(kind="unmatched", receipt__isnull=False, recovery__isnull=True, incoming__isnull=True, due__isnull=True, capital=0)
                | Q(
                    kind__in=["excess", "not_due"], due__isnull=False, recovery__isnull=True, incoming__isnull=True,
                    receipt__isnull=True, capital=0,
                )
                | Q(
                    kind="not_offset", payment__isnull=False, recovery__isnull=True, incoming__isnull=True, receipt__isnull=True,
                    due__isnull=True, capital=0,
                ),
                name="refund_of_one",
            ),
            models.CheckConstraint(condition=Q(kind="not_offset") | Q(payment__isnull=True), name="refund_of_a_payment"),
            models.UniqueConstraint(fields=["recovery"], condition=Q(kind="not_due"), name="refund_not_due_once"),
            models.UniqueConstraint(fields=["due"], condition=Q(kind="not_due"), name="refund_due_not_due_once"),
            models.CheckConstraint(
                condition=Q(state="to_refund", paid_on__isnull=True, reference="", movement__isnull=True)
                | (Q(state="refunded", paid_on__isnull=False, recorded_at__isnull=False) & ~Q(reference="")),
                name="refund_done_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(disposed_at__isnull=True, disposed_by__isnull=True, gate__isnull=True)
                | Q(disposed_at__isnull=False, disposed_by__isnull=False, gate__isnull=False),
                name="refund_disposed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(disposed_by__isnull=True) | Q(recorded_by__isnull=True) | ~Q(recorded_by=F("disposed_by")),
                name="refund_recorded_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="refunded") | Q(capital=0, movement__isnull=True) | Q(capital__gt=0, movement__isnull=False),
                name="refund_capital_is_on_the_budget",
            ),
            models.CheckConstraint(
                condition=Q(kept=0, kept_reference="")
                | Q(kept__gt=0, kept__lte=F("amount"), disposed_at__isnull=False, state="to_refund", kept_reference="")
                | (Q(kept__gt=0, kept__lte=F("amount"), state="refunded") & ~Q(kept_reference="")),
                name="refund_kept_goes_to_the_collector",
            ),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="refund_reference_once"),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="done_was_disposed",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__state=states.REFUND_DONE, new__disposed_at__isnull=True),
            ),
            pgtrigger.Protect(
                name="done_stays",  # but for the enterprise, which may become another's in a merge
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "state",
                    "kind",
                    "amount",
                    "capital",
                    "reason",
                    "paid_on",
                    "reference",
                    "movement_id",
                    "recorded_at",
                    "recorded_by_id",
                    "disposed_at",
                    "disposed_by_id",
                    "gate",
                    "kept",
                    "kept_reference",
                ),
                condition=pgtrigger.Q(old__state=states.REFUND_DONE),
            ),
        ]

    def __str__(self) -> str:
        return f"restituzione {self.pk}"

    @property
    def why(self) -> Bilingual:
        return Bilingual(self.reason, self.reason_en)

    @property
    def state_label(self) -> Bilingual:
        if self.state == states.REFUND_DUE and self.disposed_at is not None:
            return Bilingual("disposta, da pagare", "decided, to be paid")
        return states.REFUNDS[self.state]

    @property
    def kind_label(self) -> Bilingual:
        return states.REFUND_KINDS[self.kind]
