"""What a buyer abroad buys, as it tells it; what the office found of it, each time it looked."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levante.directory import states
from levante.directory.states import choices
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual


class OfBuyerQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The staff of the offices, evaluators left out, as of the buyers themselves; and the buyer, its own."""
        if actor.is_system or actor.is_superuser or actor.roles - {"evaluator"}:
            return self
        if actor.buyer_id is not None and "read" in actor.scopes:
            return self.filter(buyer_id=actor.buyer_id)
        return self.none()


class BuyerProfile(models.Model):
    """What a buyer says that it buys; name, sectors, languages and web site are of the ``Buyer``. One for each buyer."""

    buyer_id: int

    buyer = models.OneToOneField("parties.Buyer", on_delete=models.PROTECT, related_name="buying")
    headings = ArrayField(models.CharField(max_length=6), default=list, blank=True, help_text="HS, four or six digits")
    volume = models.CharField(max_length=10, blank=True, choices=choices(states.VOLUMES), help_text="euro a year")
    channels = ArrayField(models.CharField(max_length=20), default=list, blank=True, help_text="codes, dated")
    price_band = models.CharField(max_length=6, blank=True, choices=choices(states.PRICE_BANDS))
    certifications = ArrayField(models.CharField(max_length=20), default=list, blank=True, help_text="that it asks")
    markets = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, help_text="where it sells, ISO 3166-1"
    )
    references_given = models.TextField(blank=True, help_text="firms that supply it, or links, one a line")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfBuyerQuerySet.as_manager()

    class Meta:
        ordering = ["buyer"]
        constraints = [
            models.CheckConstraint(
                condition=Q(volume__in=["", *states.VOLUMES], price_band__in=["", *states.PRICE_BANDS]),
                name="buyer_profile_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"buyer {self.buyer_id}"


class BuyerQualification(models.Model):
    """What the office said of a buyer, once: ``criteria`` = [{criterion, answer, why}]; ``reason`` is what the buyer reads. The last one
    counts, until ``valid_until``. Written once."""

    buyer_id: int
    by_id: int | None

    buyer = models.ForeignKey("parties.Buyer", on_delete=models.PROTECT, related_name="qualifications")
    outcome = models.CharField(max_length=13, choices=choices(states.OUTCOMES))
    criteria: "models.JSONField[Any]" = models.JSONField(default=list)
    reason = models.CharField(max_length=2000, blank=True)
    reason_en = models.CharField(
        max_length=2000, blank=True, help_text="the same in English; empty: only one was written"
    )
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField(null=True, blank=True, help_text="last day, included; of who is qualified")

    objects = OfBuyerQuerySet.as_manager()

    class Meta:
        ordering = ["buyer", "-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=list(states.OUTCOMES)), name="buyer_qualification_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome="qualified", valid_until__isnull=False)
                | ~Q(outcome="qualified") & Q(valid_until__isnull=True) & ~Q(reason=""),
                name="buyer_qualification_dated_or_says_why",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("decided_on")),
                name="buyer_qualification_in_order",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"buyer {self.buyer_id}: {self.outcome}"

    @property
    def words(self) -> Bilingual:
        """What the buyer reads."""
        return Bilingual(self.reason, self.reason_en or self.reason)
