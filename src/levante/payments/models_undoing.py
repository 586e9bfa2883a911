"""The act that takes back what an act of liquidation verified as due and nobody was paid."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.models_liquidation import Liquidation


def _person(**more: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **more
    )


class UndoingQuerySet(models.QuerySet["Undoing"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees the act of liquidation."""
        return self.filter(liquidation__in=Liquidation.objects.visible_to(actor).order_by().values("pk"))


class Undoing(models.Model):
    """An act, in self-protection (L. 241/1990), about rows of a liquidation in effect that were not paid: while it is on its way they
    are held, so that no order takes them; in effect, their claims are to be verified as due again, and the money is committed as it was.

    It has the life of an act of liquidation: drafted by finance, signed by the director, numbered by the system of acts.
    """

    liquidation_id: int
    document_id: int | None
    request_id: int | None
    prepared_by_id: int | None
    rows: Any

    liquidation = models.ForeignKey(Liquidation, on_delete=models.PROTECT, related_name="undoings")
    reason = models.TextField()
    state = models.CharField(max_length=20, choices=states.choices(states.UNDOINGS), default=states.DRAFT)
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    prepared_by = _person()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = _person()
    number = models.CharField(max_length=40, blank=True)
    act_date = models.DateField(null=True, blank=True)
    their_id = models.CharField(max_length=120, blank=True)
    programme_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="in effect, refused or cancelled since")
    closing_reason = models.TextField(blank=True)

    objects = UndoingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.UNDOINGS)), name="undoing_known_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="undoing_says_why"),
            models.UniqueConstraint(
                fields=["liquidation"], condition=Q(state__in=states.ON_ITS_WAY), name="undoing_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft_act", "cancelled"])
                | Q(sent_at__isnull=False, request__isnull=False, document__isnull=False),
                name="undoing_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="effective")
                | (Q(act_date__isnull=False, programme_act__isnull=False) & ~Q(number="")),
                name="undoing_effective_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.ON_ITS_WAY, closed_at__isnull=True)
                | (~Q(state__in=states.ON_ITS_WAY) & Q(closed_at__isnull=False)),
                name="undoing_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "cancelled"]) | ~Q(closing_reason=""),
                name="undoing_closing_has_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}/{self.act_date.year}" if self.number and self.act_date else f"bozza {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.UNDOINGS[self.state]
