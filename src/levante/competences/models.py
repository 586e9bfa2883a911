"""Organisation and skills of enterprises: the export check-up and its results."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

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
