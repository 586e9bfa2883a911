"""The audits of the register asked for: how far each got, and what it found."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Actor, now
from levante.register.policies import may_read_register

#: How long an audit may show no sign of life before it is said to be stopped: its worker was ended.
SILENCE = timedelta(minutes=2)


class AuditRunQuerySet(models.QuerySet["AuditRun"]):
    def visible_to(self, actor: Actor) -> "AuditRunQuerySet":
        return self if may_read_register(actor) else self.none()


class AuditRun(models.Model):
    """One audit of the whole register: who asked, how many entries it has gone through, what it found.

    Its rows are of use to who looks after the register and prove nothing: who wants proof runs ``levante register audit``.
    """

    WAITING, RUNNING, ENDED, FAILED = "waiting", "running", "ended", "failed"
    GOING = (WAITING, RUNNING)
    STATES = [(WAITING, _("Waiting")), (RUNNING, _("Running")), (ENDED, _("Ended")), (FAILED, _("Failed"))]

    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    operator = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    moved_at = models.DateTimeField(help_text="the last sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)
    entries_total = models.BigIntegerField(default=0, help_text="as the counters said when it began")
    entries_done = models.BigIntegerField(default=0)
    logs: "models.JSONField[Any]" = models.JSONField(default=list, help_text="log, size, root, heads, erased of each")
    problems: "models.JSONField[Any]" = models.JSONField(default=list, help_text="the first ones: log, where, what")
    problem_count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, help_text="why it could not be carried out")

    objects = AuditRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Value(1), name="audit_run_one_at_a_time", condition=Q(state__in=["waiting", "running"])
            ),
            models.CheckConstraint(
                name="audit_run_finish_dated",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["ended", "failed"], finished_at__isnull=False),
            ),
            models.CheckConstraint(name="audit_run_failure_explained", condition=Q(state="failed") ^ Q(error="")),
        ]

    def __str__(self) -> str:
        return f"audit {self.pk}"

    @property
    def is_going(self) -> bool:
        return self.state in self.GOING

    @property
    def is_stopped(self) -> bool:
        """It should be running, and has been silent for too long."""
        return self.is_going and now() - self.moved_at > SILENCE

    @property
    def is_clean(self) -> bool:
        return self.state == self.ENDED and self.problem_count == 0

    @property
    def percentage(self) -> int:
        if self.state == self.ENDED:
            return 100
        return min(99, 100 * self.entries_done // self.entries_total) if self.entries_total else 0
