"""What followed an answer of the collection agency that says in default: an order to pay it, or the decision that none came."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.models_account import Check


def _person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class DefaultOutcomeQuerySet(models.QuerySet["DefaultOutcome"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees the answer that it follows."""
        return self.filter(check_paper__in=Check.objects.visible_to(actor).order_by().values("pk"))

    def standing(self) -> Self:
        return self.filter(state=states.STANDS)

    def in_force(self) -> Self:
        """Standing, and confirmed by a second person: what the gate believes."""
        return self.standing().filter(confirmed_at__isnull=False)


class DefaultOutcome(models.Model):
    """What became of a payment that waits because the collection agency said in default (DPR 602/1973, art. 48-bis; DM 40/2008, art. 3).

    ``order``: an order to pay it was served (art. 72-bis), of ``amount`` euro, known by ``number``, on the day ``on``. ``released``: the
    days passed without one, and it was decided on the day ``on``, with a ``reason``, to pay. Recorded by one person, it counts once another
    confirms it; it never changes, and ends with a reason (an order taken back, one that came after the decision).
    """

    check_paper_id: int
    recorded_by_id: int | None

    check_paper = models.ForeignKey("payments.Check", on_delete=models.PROTECT, related_name="default_outcomes")
    kind = models.CharField(max_length=10, choices=states.choices(states.DEFAULTS))
    number = models.CharField(max_length=60, blank=True, help_text="of the order")
    amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    on = models.DateField(help_text="the day it was served, or decided")
    reason = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = _person()
    state = models.CharField(max_length=10, choices=states.choices(states.DEFAULT_STATES), default=states.STANDS)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=500, blank=True)
    ended_by = _person()

    objects = DefaultOutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="order", amount__gt=0) & ~Q(number=""))
                | (Q(kind="released", amount__isnull=True, number="") & ~Q(reason="")),
                name="default_outcome_is_whole",
            ),
            models.UniqueConstraint(fields=["check_paper"], condition=Q(state="standing"), name="default_outcome_one"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False, recorded_by__isnull=False)
                    & ~Q(confirmed_by=F("recorded_by"))
                ),
                name="default_outcome_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="standing", ended_at__isnull=True, ended_why="")
                | (Q(state="ended", ended_at__isnull=False) & ~Q(ended_why="")),
                name="default_outcome_ended_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changes",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "check_paper_id", "kind", "number", "amount", "on", "reason", "document_id", "recorded_at", "recorded_by_id"
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()

    @property
    def kind_label(self) -> Bilingual:
        return states.DEFAULTS[self.kind]

    @property
    def state_label(self) -> Bilingual:
        if self.state == states.STANDS and self.confirmed_at is None:
            return Bilingual("da confermare", "to be confirmed")
        return states.DEFAULT_STATES[self.state]
