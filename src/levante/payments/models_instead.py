"""What of a payment goes to INPS, INAIL or the building funds in the enterprise's stead, when its DURC is not regular."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.models_order import Payment


def _person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class InsteadQuerySet(models.QuerySet["InsteadPayment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees the payment that it was kept from."""
        return self.filter(payment__in=Payment.objects.visible_to(actor).order_by().values("pk"))

    def standing(self) -> Self:
        """Paid, and not come back."""
        return self.filter(state=states.SENT_INSTEAD)


class InsteadPayment(models.Model):
    """A payment to an institute of part of what was kept from one to an enterprise (D.L. 69/2013, art. 31(3)): made outside, by form F24 or
    as the institute says, and recorded with its outcome. Never changed: one that came back stays, and another is recorded."""

    payment_id: int

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="instead")
    institute = models.CharField(max_length=14, choices=states.choices(states.INSTITUTES))
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    paid_on = models.DateField()
    reference = models.CharField(max_length=120, help_text="of the receipt: the F24’s protocol, the transfer’s id")
    state = models.CharField(max_length=10, choices=states.choices(states.INSTEAD), default=states.SENT_INSTEAD)
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    ended_on = models.DateField(null=True, blank=True, help_text="the day it came back")
    ended_why = models.CharField(max_length=500, blank=True)
    ended_by = _person()

    objects = InsteadQuerySet.as_manager()

    class Meta:
        ordering = ["payment", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reference=""), name="instead_is_whole"),
            models.CheckConstraint(condition=Q(institute__in=list(states.INSTITUTES)), name="instead_known_institute"),
            models.CheckConstraint(
                condition=Q(state="paid", ended_on__isnull=True, ended_why="")
                | (Q(state="came_back", ended_on__isnull=False) & ~Q(ended_why="")),
                name="instead_came_back_says_why",
            ),
            models.UniqueConstraint(fields=["institute", "reference"], condition=Q(state="paid"), name="instead_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changes",
                operation=pgtrigger.UpdateOf("payment_id", "institute", "amount", "paid_on", "reference"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institute} {self.reference}"

    @property
    def institute_label(self) -> Bilingual:
        return states.INSTITUTES[self.institute]

    @property
    def state_label(self) -> Bilingual:
        return states.INSTEAD[self.state]
