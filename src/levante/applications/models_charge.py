"""Who has the files: absences with their substitutes, and the rules by which files that come in are given."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class Absence(models.Model):
    """Days in which somebody is away and another acts in their place: the files and their terms pass for that time and come
    back by themselves. Why somebody is away is nobody's business, and is not written."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="substitutions")
    since = models.DateField()
    until = models.DateField(help_text="last day, included")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="it never began")

    user_id: int
    substitute_id: int

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_days"),
            models.CheckConstraint(condition=~Q(user=F("substitute")), name="absence_needs_another"),
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[]"), function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.since}–{self.until}"


class AssignmentRule(models.Model):
    """How the files of an opening, or of one of its lines, are given as they come in: to whom, and in which turn."""

    ROUND_ROBIN, BY_LOAD = "round_robin", "by_load"
    WAYS = [(ROUND_ROBIN, "In turn"), (BY_LOAD, "Who has least")]

    opening = models.ForeignKey("calls.Opening", on_delete=models.PROTECT, related_name="assignment_rules")
    line = models.ForeignKey(
        "calls.OpeningLine", null=True, blank=True, on_delete=models.PROTECT, related_name="assignment_rules"
    )
    way = models.CharField(max_length=12, choices=WAYS, default=ROUND_ROBIN)
    officers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    since = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    line_id: int | None

    class Meta:
        ordering = ["opening_id", "line_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "line"], name="assignment_rule_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(way__in=["round_robin", "by_load"]), name="assignment_rule_known_way"),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.line_id}: {self.way}"
