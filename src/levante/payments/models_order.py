"""The order to the bank, and the payments in it; what it was asked to pay and what holds it up are in ``models_order_rows``."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.paying import seen_by
from levante.payments.pure.outcomes import KINDS

READERS = (roles.DIRECTOR, roles.FINANCE, roles.AUDITOR)


class OrderQuerySet(models.QuerySet["PaymentOrder"]):
    def visible_to(self, actor: Actor) -> Self:
        """Finance, the director and the auditors of the Section, or of the agency that pays: the file has the accounts of many
        enterprises."""
        seen = seen_by(actor, *READERS)
        return self.none() if seen is None else self.filter(seen)


class PaymentOrder(models.Model):
    """A file of SEPA transfers (``pain.001``) for the bank of the treasury: written once, sent under its own ``message_id``.

    ``total`` is what the bank transfers. With nothing to transfer (all of it goes to institutes or to an offset) there is no file, and the
    order is settled by whoever would send it, without the bank.

    A long one is prepared by the worker: until it is ready it has no file, and ``wishes`` says which rows it was asked to pay. Before it
    leaves the worker asks the gate of each payment too (``checking``: ``checked`` of them so far, for who asked; ``then_sends``, or only to
    look), and keeps what holds it up (``stops``).

    ``rewritten`` are the names that the bank's characters did not allow as they are; ``problem`` is what the bank said that did not
    match what we asked.
    """

    payments: Any
    wishes: Any
    stops: Any
    file_id: int | None
    request_id: int | None
    prepared_by_id: int | None
    check_asked_by_id: int | None

    paid_by = models.ForeignKey(
        "identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the agency that pays from its own account; none: the Section",
    )  # fmt: skip
    message_id = models.CharField(max_length=35, unique=True)
    version = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=states.choices(states.ORDERS), default=states.READY)
    execute_on = models.DateField(help_text="the day asked of the bank")
    count = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    file = models.ForeignKey("documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rewritten = models.JSONField(default=list, blank=True)
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="when its gates were last asked by the worker"
    )
    check_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    then_sends = models.BooleanField(default=False, help_text="sent if nothing holds it up; otherwise only looked at")
    checked = models.PositiveIntegerField(default=0, help_text="payments whose gate was asked")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when the bank first said what it makes of it")
    closed_at = models.DateTimeField(null=True, blank=True)
    recall_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="of a file that was tried: another person confirms"
    )
    recall_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recall_reason = models.TextField(blank=True)
    closing_reason = models.TextField(blank=True)
    closing_reason_en = models.TextField(blank=True, help_text="empty: the same in both languages")
    problem_it = models.TextField(blank=True)
    problem_en = models.TextField(blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="payment_order_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.ORDERS)), name="payment_order_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=["preparing", "cancelled"])
                | (Q(count__gt=0) & (Q(total__gt=0, file__isnull=False) | Q(total=0, file__isnull=True))),
                name="payment_order_amounts",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["in_bank", "done", "recalled"], sent_at__isnull=False)
                    & (Q(request__isnull=False) | Q(total=0))
                )
                | (
                    Q(state__in=["preparing", "ready", "checking", "cancelled"])
                    & Q(sent_at__isnull=True, request__isnull=True)
                ),
                name="payment_order_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "cancelled", "recalled"], closed_at__isnull=False)
                | (Q(state__in=["preparing", "ready", "checking", "in_bank"]) & Q(closed_at__isnull=True)),
                name="payment_order_closing_dated",
            ),
            models.CheckConstraint(
                condition=Q(recall_asked_at__isnull=True, recall_asked_by__isnull=True, recall_reason="")
                | (
                    Q(sent_at__isnull=False, recall_asked_at__isnull=False, recall_asked_by__isnull=False)
                    & ~Q(recall_reason="")
                ),
                name="payment_order_recall_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "recalled"]) | ~Q(closing_reason=""),
                name="payment_order_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(check_asked_at__isnull=True, check_asked_by__isnull=True, then_sends=False, checked=0)
                & ~Q(state="checking")
                | Q(check_asked_at__isnull=False, check_asked_by__isnull=False, checked__lte=F("count")),
                name="payment_order_checked_for_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="sent_stays_sent",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sent_at__isnull=False)
                & pgtrigger.Q(old__sent_at__df=pgtrigger.F("new__sent_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def state_label(self) -> Bilingual:
        return states.ORDERS[self.state]

    @property
    def recall_waits(self) -> bool:
        """Whether one person asked to call it back and another is to confirm that the bank does not have it."""
        return self.state == states.IN_BANK and self.recall_asked_at is not None

    @property
    def closing(self) -> Bilingual:
        """Why it was cancelled: a person's words as they wrote them, the system's in both languages."""
        return Bilingual(self.closing_reason, self.closing_reason_en)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees the row that it pays."""
        from levante.payments.models_liquidation import LiquidationRow

        return self.filter(row__in=LiquidationRow.objects.visible_to(actor).order_by().values("pk"))

    def set_off_as(self, reference: str) -> Self:
        """The one of this id, where what it kept was written on recoveries."""
        return self.filter(end_to_end_id=reference, set_off__gt=0)


class Payment(models.Model):
    """One transfer of an order: ``gross = withheld + kept + amount``; ``kept`` goes elsewhere (to INPS and INAIL in the enterprise's
    stead, to a recovery), and where it is all there is no transfer. ``set_off`` is what of it was written on recoveries, or is
    given back since it was owed no more. Account and gate
    are frozen as they were when the money left."""

    order_id: int
    row_id: int

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="payments")
    row = models.ForeignKey("payments.LiquidationRow", on_delete=models.PROTECT, related_name="payments")
    end_to_end_id = models.CharField(max_length=35, unique=True)
    state = models.CharField(max_length=10, choices=states.choices(states.PAYMENTS), default=states.ISSUED)
    gross = models.DecimalField(max_digits=15, decimal_places=2)
    withheld = models.DecimalField(max_digits=15, decimal_places=2)
    kept = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="what the bank transfers")
    set_off = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        default=0,
        help_text="of what is kept, what was written on recoveries, or is given back apart",
    )
    account = models.ForeignKey("payments.BankAccount", on_delete=models.PROTECT, related_name="payments")
    iban = models.CharField("IBAN", max_length=34)
    holder = models.CharField(max_length=140)
    gate = models.JSONField()
    executed_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True, help_text="the day the bank gave it back")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="rejected, returned or withdrawn since")
    code = models.CharField(max_length=35, blank=True, help_text="the bank's reason, ISO 20022")
    reason_it = models.CharField(max_length=500, blank=True)
    reason_en = models.CharField(max_length=500, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["order", "state"], name="payment_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["row"], condition=Q(state__in=states.LIVE), name="payment_once_live"),
            models.CheckConstraint(condition=Q(state__in=list(states.PAYMENTS)), name="payment_known_state"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, withheld__gte=0, kept__gte=0, set_off__gte=0, set_off__lte=F("kept"))
                & (Q(amount__gt=0) | Q(kept__gt=0))
                & Q(gross=F("withheld") + F("kept") + F("amount")),
                name="payment_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(state="executed") | Q(executed_on__isnull=False), name="payment_executed_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_on__isnull=False)
                | (~Q(state="returned") & Q(returned_on__isnull=True)),
                name="payment_returned_is_dated",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["rejected", "returned", "withdrawn"], ended_at__isnull=False) & ~Q(reason_it="")
                )
                | (Q(state__in=states.LIVE) & Q(ended_at__isnull=True)),
                name="payment_ended_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="moves_once_sent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state__in=["accepted", "executed", "rejected", "returned"]),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM payments_paymentorder o WHERE o.id = NEW.order_id AND o.sent_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'payments: nothing moves of an order that was not sent';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id

    @property
    def state_label(self) -> Bilingual:
        return states.PAYMENTS[self.state]

    @property
    def reason(self) -> Bilingual:
        return Bilingual(self.reason_it, self.reason_en)


class AnswerQuerySet(models.QuerySet["BankAnswer"]):
    def ripe(self) -> Self:
        """What waits to be applied: what came by itself, and what came by hand once another person confirmed its file."""
        return self.filter(
            Q(bank_file__isnull=True) | Q(bank_file__state=states.FILE_CONFIRMED), applied_at__isnull=True
        )

    def of_a_recalled_order(self) -> Self:
        """What was heard, and confirmed where it came by hand, of payments executed by an order that was called back: not paid yet here."""
        return self.filter(
            Q(bank_file__isnull=True) | Q(bank_file__state=states.FILE_CONFIRMED),
            kind="executed", payment__state=states.WITHDRAWN, payment__order__state=states.RECALLED,
        )  # fmt: skip


class BankAnswer(models.Model):
    """One thing that the bank said of one payment, as it said it: kept before anything is done about it, applied once.

    ``source`` is the answer to a request (``answer``), a file that somebody loaded (``file``: its ``bank_file``), or the sending itself
    (``order``) where nothing was to be transferred. ``problem`` is why nothing was done:
    another amount, a day in the future, a payment that was over.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    status = models.CharField(max_length=10, blank=True, help_text="of the bank: ACSP, RJCT, BOOK")
    code = models.CharField(max_length=35, blank=True)
    reason_it = models.CharField(max_length=500, blank=True)
    reason_en = models.CharField(max_length=500, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10)
    bank_file = models.ForeignKey(
        "payments.BankFile", null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    heard_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    problem_it = models.CharField(max_length=300, blank=True)
    problem_en = models.CharField(max_length=300, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="bank_answer_to_apply", condition=Q(applied_at__isnull=True))]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="bank_answer_known_kind"),
            models.CheckConstraint(condition=Q(bank_file__isnull=True) | Q(source="file"), name="bank_answer_by_hand"),
            models.CheckConstraint(
                condition=Q(problem_it="") | Q(applied_at__isnull=False), name="bank_answer_problem_is_dated"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="by_hand_once_confirmed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__source="file"),
                func="""
                    IF TG_OP = 'INSERT' AND NEW.bank_file_id IS NULL THEN
                        RAISE EXCEPTION 'payments: what came by hand names its file';
                    END IF;
                    IF NEW.applied_at IS NOT NULL AND NEW.bank_file_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM payments_bankfile f WHERE f.id = NEW.bank_file_id AND f.state = 'confirmed'
                    ) THEN
                        RAISE EXCEPTION 'payments: what came by hand is confirmed by another person first';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of payment {self.payment_id}"
