"""The terms of a procedure as rows: what a calendar lists, and what is chased."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor

EXAMINATION, INTEGRATION, NOTICE, ACCEPTANCE = "examination", "integration", "notice", "acceptance"
RUNNING, SUSPENDED, MET, MISSED, ENDED = "running", "suspended", "met", "missed", "ended"
#: Terms that the enterprise has to respect; the others are the office's.
OF_THE_ENTERPRISE = (INTEGRATION, NOTICE, ACCEPTANCE)


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def visible_to(self, actor: Actor) -> Self:
        """The terms of the applications that an actor sees."""
        from levante.applications.models_application import Application

        return self.filter(application__in=Application.objects.visible_to(actor))

    def running(self) -> Self:
        return self.filter(state=RUNNING)


class Deadline(models.Model):
    """One term of a file: until when, since when, and the lines that say why that day.

    ``ref`` tells apart the terms of one kind of the same file: it is the id of the integration request or of the offer, or nothing. The
    row follows the file (``deadlines.keep_deadlines``); the day itself is always reckoned by ``terms``.
    """

    KINDS = [
        (EXAMINATION, "Examination"), (INTEGRATION, "Integration"), (NOTICE, "Observations"), (ACCEPTANCE, "Acceptance"),
    ]  # fmt: skip
    STATES = [(RUNNING, "Running"), (SUSPENDED, "Suspended"), (MET, "Met"), (MISSED, "Missed"), (ENDED, "Ended")]

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=12, choices=KINDS)
    ref = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=STATES, default=RUNNING)
    since = models.DateField(help_text="the day from which it runs")
    due_on = models.DateField(help_text="the last day")
    ended_on = models.DateField(null=True, blank=True)
    steps = models.JSONField(default=list, help_text="how the day was reckoned")

    reminders: Any

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="deadline_running", condition=Q(state="running")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "ref"], name="deadline_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["examination", "integration", "notice", "acceptance"]), name="deadline_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "suspended"], ended_on__isnull=True)
                | Q(state__in=["met", "missed", "ended"], ended_on__isnull=False),
                name="deadline_ended_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def is_of_the_enterprise(self) -> bool:
        return self.kind in OF_THE_ENTERPRISE


class Reminder(models.Model):
    """That somebody was reminded of a term: before it, on its day, after it; of each day once. Append-only."""

    MOMENTS = [("before", "Before"), ("on", "On the day"), ("after", "After")]

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    moment = models.CharField(max_length=6, choices=MOMENTS)
    due_on = models.DateField(help_text="the day that was told: another day is another reminder")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["deadline_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "moment", "due_on", "user"], name="reminder_once"),
            models.CheckConstraint(condition=Q(moment__in=["before", "on", "after"]), name="reminder_known_moment"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
