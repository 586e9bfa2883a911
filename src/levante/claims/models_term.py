"""By when each payment of an award is claimed, as the call says it and as the office prolonged it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.claims import states
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual


class ClaimTermQuerySet(models.QuerySet["ClaimTerm"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the awards that the actor sees."""
        return self.filter(award__in=Award.objects.visible_to(actor))

    def running(self) -> Self:
        """Those of payments that nobody claimed yet, of awards in force."""
        same = Q(award__claims__mode=models.F("mode")) | Q(award__claims__mode__in=states.LAST_MODES)
        asked = same & Q(award__claims__state__in=[*states.OPEN, *states.WITH_DUE])
        done = self.model._default_manager.filter(asked).values("pk")
        return self.filter(award__in=Award.objects.in_force()).exclude(pk__in=done)


class ClaimTerm(models.Model):
    """The term of one payment of an award, written every morning: ``due_on`` is the last day to claim it (none while nobody told when the
    project ends), ``extended_days`` what the office gave more, never above the call's ``extension``."""

    award_id: int

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="claim_terms")
    mode = models.CharField(max_length=8, choices=states.choices(states.MODES))
    due_on = models.DateField(null=True, blank=True)
    steps = models.JSONField(default=list, blank=True, help_text="how the day was reckoned")
    extended_days = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True, help_text="why more days were given")
    extended_at = models.DateTimeField(null=True, blank=True)
    extended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)
    late_on = models.DateField(null=True, blank=True, help_text="the day the office was told that it is late")

    objects = ClaimTermQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on", "id"], name="claim_term_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["award", "mode"], name="claim_term_once"),
            models.CheckConstraint(condition=Q(mode__in=list(states.MODES)), name="claim_term_known_mode"),
            models.CheckConstraint(
                condition=Q(extended_days=0, extended_at__isnull=True)
                | (Q(extended_days__gt=0, extended_at__isnull=False) & ~Q(reason="")),
                name="claim_term_extension_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.mode}"

    @property
    def mode_label(self) -> Bilingual:
        return states.MODES[self.mode]
