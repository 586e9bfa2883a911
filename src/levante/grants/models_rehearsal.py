"""Rehearsals asked from the page of a call: who asked, how, and the report that came of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.pure import Bilingual

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
RUN_STATES = {
    WAITING: Bilingual("in attesa", "waiting"),
    RUNNING: Bilingual("in corso", "running"),
    DONE: Bilingual("fatta", "done"),
    FAILED: Bilingual("non riuscita", "failed"),
}
ENDED = (DONE, FAILED)


class RehearsalRun(models.Model):
    """A rehearsal of a call, done by the worker. Of the rehearsal itself nothing remains but this report; it goes with the call."""

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="rehearsals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(help_text="of the call when it was asked")
    options = models.JSONField(help_text="count, seed, opening, short: those of grants.rehearse_call")
    state = models.CharField(
        max_length=8, choices=[(code, label.en) for code, label in RUN_STATES.items()], default=WAITING
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="Rehearsal.as_json")
    reason_it = models.TextField(blank=True, help_text="why it failed")
    reason_en = models.TextField(blank=True)

    call_id: int
    user_id: int | None

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(RUN_STATES)), name="rehearsal_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="rehearsal_ended_when",
            ),
            models.CheckConstraint(condition=~Q(state=FAILED) | ~Q(reason_it=""), name="rehearsal_failure_has_reason"),
            models.UniqueConstraint(
                fields=["call"], condition=~Q(state__in=ENDED), name="rehearsal_one_at_a_time_of_a_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    @property
    def told(self) -> dict[str, Any]:
        """The report as a page reads it."""
        found: dict[str, Any] = self.report
        return found
