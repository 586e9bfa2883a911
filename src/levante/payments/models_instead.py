"""What of a payment goes to others in the enterprise's stead: the institutes of an irregular DURC, the collector of its tax debts."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

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
    """A payment to an institute (D.L. 69/2013, art. 31(3)) or to the collection agency (DPR 602/1973, artt. 48-bis and 72-bis) of part of
    what was kept from one to an enterprise: made outside, by form F24 or as they say, and recorded with its outcome. Never changed: one
    that came back stays, and another is recorded. ``confirmed_by`` is another person, who looked at its receipt."""

    payment_id: int
    recorded_by_id: int | None

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="instead")
    institute = models.CharField(max_length=14, choices=states.choices(states.PAYEES))
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    paid_on = models.DateField()
    reference = models.CharField(max_length=120, help_text="of the receipt: the F24’s protocol, the transfer’s id")
    state = models.CharField(max_length=10, choices=states.choices(states.INSTEAD), default=states.SENT_INSTEAD)
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = _person()
    ended_on = models.DateField(null=True, blank=True, help_text="the day it came back")
    ended_why = models.CharField(max_length=500, blank=True)
    ended_by = _person()

    objects = InsteadQuerySet.as_manager()

    class Meta:
        ordering = ["payment", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reference=""), name="instead_is_whole"),
            models.CheckConstraint(condition=Q(institute__in=list(states.PAYEES)), name="instead_known_institute"),
            models.CheckConstraint(
                condition=Q(state="paid", ended_on__isnull=True, ended_why="")
                | (Q(state="came_back", ended_on__isnull=False) & ~Q(ended_why="")),
                name="instead_came_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False, recorded_by__isnull=False)
                    & ~Q(confirmed_by=F("recorded_by"))
                ),
                name="instead_confirmed_by_another",
            ),
            models.UniqueConstraint(fields=["institute", "reference"], condition=Q(state="paid"), name="instead_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changes",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "payment_id", "institute", "amount", "paid_on", "reference", "recorded_by_id", "recorded_at"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institute} {self.reference}"

    @property
    def institute_label(self) -> Bilingual:
        return states.PAYEES[self.institute]

    @property
    def state_label(self) -> Bilingual:
        return states.INSTEAD[self.state]
