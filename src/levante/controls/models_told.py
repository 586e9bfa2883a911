"""Money that a person says came in: it counts once another person, who looked too, confirms it."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.controls import states
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual


def counted_once_confirmed(debt: str) -> pgtrigger.Trigger:
    """On the money that came in for a ``debt`` (``recovery``, ``due``): what a person says of it, but for what a receipt of pagoPA was for,
    was told and confirmed in the same words."""
    return pgtrigger.Trigger(
        name="by_hand_once_confirmed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF NEW.told_id IS NULL AND NEW.recorded_by_id IS NOT NULL AND NEW.source <> 'pagopa' THEN
                RAISE EXCEPTION 'controls: what a person says came in is confirmed by another person first';
            END IF;
            IF NEW.told_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM controls_toldincoming t WHERE t.id = NEW.told_id AND t.state = 'confirmed'
                    AND t.{debt}_id = NEW.{debt}_id AND t.source = NEW.source AND t.reference = NEW.reference
                    AND t."on" = NEW."on" AND t.amount = NEW.amount
            ) THEN
                RAISE EXCEPTION 'controls: what counts is what was confirmed';
            END IF;
            RETURN NEW;
        """,
    )


class ToldQuerySet(models.QuerySet["ToldIncoming"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who sees the recovery, or the quota, that it is for."""
        from levante.controls.models import Due, Recovery

        seen = Q(recovery__in=Recovery.objects.visible_to(actor).order_by().values("pk"))
        return self.filter(seen | Q(due__in=Due.objects.visible_to(actor).order_by().values("pk")))

    def waiting(self) -> Self:
        return self.filter(state=states.TOLD_WAITING)


class ToldIncoming(models.Model):
    """Money for a recovery or a quota that a person says came in at the treasury, or was set off elsewhere, in euro: ``waiting`` →
    ``confirmed`` by another person, and it counts; or ``given_up`` with a reason, and nothing counts. What pagoPA says, and what the
    system sets off, needs nobody."""

    recovery_id: int | None
    due_id: int | None
    told_by_id: int
    decided_by_id: int | None

    recovery = models.ForeignKey(
        "controls.Recovery", null=True, blank=True, on_delete=models.PROTECT, related_name="told"
    )
    due = models.ForeignKey("controls.Due", null=True, blank=True, on_delete=models.PROTECT, related_name="told")
    source = models.CharField(max_length=10, choices=states.choices(states.SOURCES))
    reference = models.CharField(max_length=120)
    on = models.DateField(help_text="the day of the money")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    state = models.CharField(max_length=9, choices=states.choices(states.TOLD_STATES), default=states.TOLD_WAITING)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="why it is given up")

    objects = ToldQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recovery__isnull=False, due__isnull=True) | Q(recovery__isnull=True, due__isnull=False),
                name="told_incoming_of_one",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reference=""), name="told_incoming_makes_sense"),
            models.UniqueConstraint(
                fields=["source", "reference"], condition=Q(state="waiting"), name="told_incoming_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True, reason="")
                | Q(state="confirmed", decided_at__isnull=False, decided_by__isnull=False, reason="")
                & ~Q(decided_by=F("told_by"))
                | Q(state="given_up", decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason=""),
                name="told_incoming_two_persons",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decided_once", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="waiting")
            ),
            pgtrigger.Protect(
                name="said_once",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "recovery_id", "due_id", "source", "reference", "on", "amount", "told_at", "told_by_id"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"

    @property
    def source_label(self) -> Bilingual:
        return states.SOURCES[self.source]

    @property
    def state_label(self) -> Bilingual:
        return states.TOLD_STATES[self.state]
