"""Organisation and skills of enterprises: the export check-up and its results, and the help that is offered."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levante.competences import states
from levante.competences.states import choices
from levante.identity.api import roles
from levante.kernel.api import Actor

READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class AssessmentQuerySet(models.QuerySet["ReadinessAssessment"]):
    def visible_to(self, actor: Actor) -> Self:
        """The enterprise's own; all for the Section."""
        if actor.in_section(*READERS):
            return self
        condition = Q(pk__in=[])
        if actor.enterprise_id is not None and "read" in actor.scopes:
            condition |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(condition)


class ReadinessAssessment(models.Model):
    """A check-up taken by an enterprise: the version of the questionnaire, the answers and the result, never changed."""

    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="assessments")
    questionnaire = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the questionnaire as it was")
    answers: "models.JSONField[Any]" = models.JSONField(help_text="{question: option}")
    result: "models.JSONField[Any]" = models.JSONField(
        help_text="{dimensions, points, most, band}: competences.scoring"
    )
    points = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField(help_text="the points that all the best answers give")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=64, unique=True)
    is_demo = models.BooleanField(default=False)

    enterprise_id: int

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(points__lte=F("most")), name="assessment_points_within"),
            models.CheckConstraint(condition=Q(checksum__regex=r"^[0-9a-f]{64}$"), name="assessment_checksum"),
        ]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]


class SupportOfferQuerySet(models.QuerySet["SupportOffer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published ones are everybody's; the Section sees all, an agency also those it answers for."""
        if actor.in_section(*READERS):
            return self
        condition = Q(state=states.PUBLISHED)
        if actor.has_role(roles.AGENCY_STAFF):
            condition |= Q(office__code__in=actor.offices)
        return self.filter(condition)

    def open_on(self, day: date) -> Self:
        """Those that can be asked for on a day."""
        return self.filter(Q(until=None) | Q(until__gte=day), state=states.PUBLISHED)


class SupportOffer(models.Model):
    """Training, a temporary export manager or guidance: what, for whom, when, where, by whom, and who answers who asks."""

    code = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=choices(states.KINDS))
    state = models.CharField(max_length=10, choices=choices(states.STATES), default=states.DRAFT)
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    text_it = models.TextField(help_text="what one gets")
    text_en = models.TextField()
    dimensions = ArrayField(
        models.CharField(max_length=60), default=list, help_text="of the check-up: which of its actions it serves"
    )
    sectors = models.ManyToManyField("programme.Sector", blank=True, related_name="support_offers")
    sizes = ArrayField(models.CharField(max_length=6), default=list, blank=True, help_text="none: any")
    bands = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, help_text="bands of the check-up; none: any"
    )
    starts_on = models.DateField(null=True, blank=True, help_text="empty: when it is agreed")
    ends_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day to ask, included; empty: always")
    place_it = models.CharField(max_length=200)
    place_en = models.CharField(max_length=200)
    provider = models.CharField(max_length=300)
    office = models.ForeignKey(
        "identity.Office", on_delete=models.PROTECT, related_name="+", help_text="who answers who asks"
    )
    value = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="euro: what it is worth to one enterprise, when it is aid in kind; empty: no aid",
    )
    source = models.CharField(max_length=500, blank=True)
    withdrawn_reason = models.CharField(max_length=2000, blank=True)
    demonstration = models.BooleanField(default=False)

    objects = SupportOfferQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="support_offer_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(states.KINDS)), name="support_offer_known_kind"),
            models.CheckConstraint(
                condition=Q(sizes__contained_by=list(states.SIZES)), name="support_offer_known_sizes"
            ),
            models.CheckConstraint(condition=Q(demonstration=True) | ~Q(source=""), name="support_offer_has_a_source"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gt=0), name="support_offer_value"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="support_offer_days",
            ),
            models.CheckConstraint(
                condition=(Q(state="withdrawn") & ~Q(withdrawn_reason=""))
                | (~Q(state="withdrawn") & Q(withdrawn_reason="")),
                name="support_offer_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title_it

    def is_open(self, on: date) -> bool:
        """As ``open_on``."""
        return self.state == states.PUBLISHED and (self.until is None or on <= self.until)
