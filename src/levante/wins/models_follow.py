"""What an enterprise that took part is asked some months after an initiative."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.wins import states
from levante.wins.models_win import READERS
from levante.wins.states import choices


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, actor: Actor) -> Self:
        """The enterprise's own; for the offices, those of the initiatives they plan or lead."""
        if actor.in_section(*READERS):
            return self
        seen: Any = Q(pk__in=[])
        if actor.has_role(roles.AGENCY_STAFF):
            led = Initiative.objects.filter(lead_office__code__in=actor.offices)
            seen |= Q(initiative__in=led.values("pk"))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(seen)


class FollowUp(models.Model):
    """One question to one enterprise, ``months`` after the last day of an initiative. “Nothing” is an answer: four zeros."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="follow_ups")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    made_on = models.DateField()
    answer_by = models.DateField(help_text="last day to answer: the day after, it is closed")
    state = models.CharField(max_length=8, choices=choices(states.FOLLOW_UPS), default=states.F_OPEN)
    contacts = models.PositiveIntegerField(null=True, blank=True, help_text="contacts still open")
    offers = models.PositiveIntegerField(null=True, blank=True)
    orders = models.PositiveIntegerField(null=True, blank=True)
    expected = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True, help_text="euro")
    note = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)

    enterprise_id: int
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "months", "id"]
        indexes = [
            models.Index(fields=["enterprise", "answer_by"], condition=Q(state="open"), name="follow_up_of_firm")
        ]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "enterprise", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(
                    state="answered", answered_at__isnull=False, contacts__isnull=False, offers__isnull=False,
                    orders__isnull=False, expected__isnull=False, expected__gte=0,
                )
                | Q(
                    state__in=["open", "closed"], answered_at__isnull=True, contacts__isnull=True, offers__isnull=True,
                    orders__isnull=True, expected__isnull=True, note="",
                ),
                name="follow_up_answer_is_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"follow-up {self.pk}"
