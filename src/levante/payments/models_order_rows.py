"""Of a long order: the rows it was asked to pay, and the payments that hold it up."""

from django.db import models
from django.db.models import Q

from levante.kernel.pure import Bilingual
from levante.payments import states


class OrderWish(models.Model):
    """A row that an order in preparation was asked to pay: a row waits in one order at a time. Whoever is left out is to be paid still, and
    the page of the order says why."""

    row_id: int

    order = models.ForeignKey("payments.PaymentOrder", on_delete=models.PROTECT, related_name="wishes")
    row = models.ForeignKey("payments.LiquidationRow", on_delete=models.PROTECT, related_name="wishes")
    state = models.CharField(max_length=12, choices=states.choices(states.WISHES), default=states.WAITS)
    reason_it = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["order", "id"], name="order_wish_waiting", condition=Q(state="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["row"], condition=Q(state="waiting"), name="order_wish_waits_once"),
            models.UniqueConstraint(fields=["order", "row"], name="order_wish_once_in_an_order"),
            models.CheckConstraint(condition=Q(state__in=list(states.WISHES)), name="order_wish_known_state"),
            models.CheckConstraint(
                condition=(Q(state="left_out") & ~Q(reason_it="") & ~Q(reason_en=""))
                | (~Q(state="left_out") & Q(reason_it="", reason_en="")),
                name="order_wish_left_out_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.row_id}"


class OrderStop(models.Model):
    """What held up a payment of a long order when its gates were last asked: told on the page of the order, which is prepared again without
    it. Once for each payment; those of an earlier look are dropped."""

    order_id: int
    payment_id: int

    order = models.ForeignKey("payments.PaymentOrder", on_delete=models.PROTECT, related_name="stops")
    payment = models.OneToOneField("payments.Payment", on_delete=models.PROTECT, related_name="stop")
    reason_it = models.TextField()
    reason_en = models.TextField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason_it="") & ~Q(reason_en=""), name="order_stop_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.payment_id}"

    @property
    def reason(self) -> Bilingual:
        return Bilingual(self.reason_it, self.reason_en)
