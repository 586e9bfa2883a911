"""A file of the bank that a person loaded by hand: kept as it is, believed once another person confirms it."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.models_order import READERS
from levante.payments.paying import seen_by


class BankFileQuerySet(models.QuerySet["BankFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who reads the orders of the body that it speaks of."""
        seen = seen_by(actor, *READERS)
        return self.none() if seen is None else self.filter(seen)

    def waiting(self) -> Self:
        return self.filter(state=states.FILE_WAITING)


class BankFile(models.Model):
    """``waiting`` → ``confirmed`` by another person than who loaded it, and what it says is applied; or ``dropped``, with the reason, and
    nothing of it is. What comes over the socket needs nobody."""

    loaded_by_id: int | None
    paid_by_id: int | None
    answers: Any

    paid_by = models.ForeignKey(
        "identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the agency whose orders it speaks of; none: the Section",
    )  # fmt: skip
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=states.choices(states.FILES), default=states.FILE_WAITING)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="why nothing of it is believed")

    objects = BankFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.FILES)), name="bank_file_known_state"),
            models.UniqueConstraint(fields=["sha256"], condition=Q(state="waiting"), name="bank_file_waits_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True, reason="")
                | Q(state="confirmed", decided_at__isnull=False, decided_by__isnull=False, reason="")
                & ~Q(decided_by=F("loaded_by"))
                | Q(state="dropped", decided_at__isnull=False) & ~Q(reason=""),
                name="bank_file_two_persons",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decided_once", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.FILES[self.state]
