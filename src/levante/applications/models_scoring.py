from django.conf import settings
from django.db import models
from django.db.models import Q


class Score(models.Model):
    """The points that evaluators give an application on a criterion: one for the whole committee where scores are collegial
    (``evaluator`` empty), one of each evaluator where they are averaged. The last one counts; the earlier are in the audit."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("calls.Criterion", on_delete=models.PROTECT, related_name="scores")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    points = models.DecimalField(max_digits=7, decimal_places=2)
    reason = models.TextField()
    scored_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["application_id", "criterion_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "criterion", "evaluator"], name="score_once_per_evaluator", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(points__gte=0), name="score_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="score_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.criterion_id}: {self.points}"
