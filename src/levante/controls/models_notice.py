"""Notices to be paid by pagoPA, and the receipts of what was paid."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q

from levante.controls import states
from levante.controls.collecting_office import collecting_office
from levante.controls.models_due import Due
from levante.controls.models_revocation import READERS, seen_by
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments.api import seen_by as seen_by_payers


class PaymentNoticeQuerySet(models.QuerySet["PaymentNotice"]):
    def visible_to(self, actor: Actor) -> Self:
        told = ~Q(state=states.NOTICE_REFUSED)
        path = "instalment__recovery"
        seen = Q(due__isnull=True) & seen_by(
            actor, award=f"{path}__award", told=told, collected=f"{path}__collected_by"
        )
        return self.filter(seen | Q(due__in=Due.objects.visible_to(actor).values("pk")))

    def standing(self) -> Self:
        """Those that are, or may be, paid."""
        return self.filter(state__in=states.STANDING_NOTICES)

    def refused_now(self) -> Self:
        """Those that were refused, of what is still to be paid and has had no other notice since."""
        same = Q(instalment=OuterRef("instalment")) | Q(due=OuterRef("due"))
        since = PaymentNotice.objects.filter(same, pk__gt=OuterRef("pk")).order_by()
        owed = Q(instalment__state=states.DUE, instalment__recovery__state__in=states.PAYABLE)
        return self.filter(owed | Q(due__state=states.DUE_OPEN), ~Exists(since), state=states.NOTICE_REFUSED)


class PaymentNotice(models.Model):
    """A notice (*avviso di pagamento*) for an instalment of a recovery, or for a quota: ``number`` is of 18 digits, the
    IUV is without the first. Asked of the partner
    by a stored job; paid when its receipt came, once."""

    instalment_id: int | None
    due_id: int | None
    receipts: Any

    instalment = models.ForeignKey(
        "controls.Instalment", null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    due = models.ForeignKey(Due, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    number = models.CharField(max_length=18, unique=True)
    creditor = models.CharField(max_length=16, help_text="tax code of who is paid")
    creditor_name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    due_on = models.DateField()
    reason = models.CharField(max_length=140)
    state = models.CharField(max_length=10, choices=states.choices(states.NOTICES), default=states.NOTICE_ASKED)
    request = models.OneToOneField("exchange.ExternalRequest", on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True, help_text="of a refusal")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"], condition=Q(state__in=states.STANDING_NOTICES), name="payment_notice_one_open"
            ),
            models.UniqueConstraint(
                fields=["due"], condition=Q(state__in=states.STANDING_NOTICES), name="payment_notice_one_open_of_a_due"
            ),
            models.CheckConstraint(
                condition=Q(instalment__isnull=False, due__isnull=True) | Q(instalment__isnull=True, due__isnull=False),
                name="payment_notice_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(states.NOTICES), amount__gt=0, number__regex=r"^[0-9]{18}$"),
                name="payment_notice_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.STANDING_NOTICES, closed_at__isnull=True)
                | (~Q(state__in=states.STANDING_NOTICES) & Q(closed_at__isnull=False)),
                name="payment_notice_closing_dated",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(why=""), name="payment_notice_refused_says_why"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> Bilingual:
        return states.NOTICES[self.state]


class PaymentReceiptQuerySet(models.QuerySet["PaymentReceipt"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section's people all, an agency those of its own money."""
        seen = seen_by_payers(actor, *READERS, path="collected_by")
        return self.none() if seen is None else self.filter(seen)

    def of_nothing(self) -> Self:
        """Those whose money is counted nowhere: a person looks at each."""
        return self.filter(incoming__isnull=True, due_incoming__isnull=True)

    def to_look_at(self) -> Self:
        return self.of_nothing().filter(match__isnull=True, refund__isnull=True)


class PaymentReceipt(models.Model):
    """A receipt (RT) as it was told: kept before anything is done about it, applied once. ``problem`` is what does not match our
    notice; money that is ours is counted all the same, and what is not is left to a person."""

    iur = models.CharField(max_length=60, unique=True)
    number = models.CharField(max_length=18)
    notice = models.ForeignKey(PaymentNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")
    creditor = models.CharField(max_length=16)
    collected_by = collecting_office("the agency whose money it is; none: the Section, or nobody known")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    paid_on = models.DateField()
    heard_at = models.DateTimeField()
    incoming = models.OneToOneField(
        "controls.Incoming", null=True, blank=True, on_delete=models.PROTECT, related_name="receipt"
    )
    due_incoming = models.OneToOneField(
        "controls.DueIncoming", null=True, blank=True, on_delete=models.PROTECT, related_name="receipt"
    )
    problem_it = models.CharField(max_length=300, blank=True)
    problem_en = models.CharField(max_length=300, blank=True)

    objects = PaymentReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["-id"], name="payment_receipt_of_nothing", condition=Q(incoming__isnull=True, due_incoming__isnull=True)
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(incoming__isnull=False, due_incoming__isnull=True, notice__isnull=False)
                | Q(incoming__isnull=True, due_incoming__isnull=False, notice__isnull=False)
                | (~Q(problem_it="") & Q(incoming__isnull=True, due_incoming__isnull=True)),
                name="payment_receipt_counted_or_told",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.iur

    @property
    def problem(self) -> Bilingual:
        return Bilingual(self.problem_it, self.problem_en)
