"""One act on many files: what would happen to each, what happened, and what was taken back."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.kernel.api import Actor


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; the director of the Section sees everybody's."""
        return self if actor.in_section(roles.DIRECTOR) else self.filter(made_by=actor.user_id)


class BulkRun(models.Model):
    """A choice of files and what to do with each. It begins as a preview that changes nothing; then the worker does it, file by
    file; decisions can be taken back until the enterprises are told."""

    ASSIGN, CHECK, ADMIT, REJECT = "assign", "check", "admit", "reject"
    ACTIONS = [(ASSIGN, "Assign"), (CHECK, "Record a check"), (ADMIT, "Admit"), (REJECT, "Reject")]
    #: What is a decision: held, not told, until somebody says so.
    DECISIONS = (ADMIT, REJECT)
    PREVIEW, RUNNING, DONE, UNDOING, UNDONE, TELLING, TOLD = (
        "preview", "running", "done", "undoing", "undone", "telling", "told",
    )  # fmt: skip
    STATES = [
        (PREVIEW, "Preview"), (RUNNING, "Under way"), (DONE, "Done"), (UNDOING, "Being undone"), (UNDONE, "Undone"),
        (TELLING, "Telling"), (TOLD, "Told"),
    ]  # fmt: skip
    #: States in which the worker has something to do.
    AT_WORK = (RUNNING, UNDOING, TELLING)

    action = models.CharField(max_length=10, choices=ACTIONS)
    data = models.JSONField(default=dict, help_text="what the act needs: officer, reason, item and outcome")
    state = models.CharField(max_length=10, choices=STATES, default=PREVIEW)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.TextField(blank=True)

    items: Any

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="bulk_at_work", condition=Q(state__in=["running", "undoing", "telling"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="preview", started_at__isnull=True)
                | ~Q(state="preview") & Q(started_at__isnull=False),
                name="bulk_started_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["undoing", "undone"]) | ~Q(undo_reason=""), name="bulk_undone_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"


class BulkItem(models.Model):
    """One file of a run: may it be done and, if not, why; then what came of it."""

    WAITING, DONE, REFUSED, UNDONE, KEPT, TOLD = "waiting", "done", "refused", "undone", "kept", "told"
    OUTCOMES = [
        (WAITING, "Waiting"), (DONE, "Done"), (REFUSED, "Not done"), (UNDONE, "Taken back"), (KEPT, "Not taken back"),
        (TOLD, "Told"),
    ]  # fmt: skip

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="bulk_items")
    place = models.PositiveIntegerField()
    allowed = models.BooleanField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES, default=WAITING)
    reason_it = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run_id", "place"]
        indexes = [models.Index(fields=["run", "outcome", "place"], name="bulk_item_next")]
        constraints = [
            models.UniqueConstraint(fields=["run", "application"], name="bulk_item_once"),
            models.CheckConstraint(condition=Q(allowed=True) | ~Q(reason_it=""), name="bulk_item_says_why_not"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", at__isnull=True) | ~Q(outcome="waiting") & Q(at__isnull=False),
                name="bulk_item_done_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.place}"
