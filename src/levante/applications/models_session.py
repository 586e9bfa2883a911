"""The sessions of a committee: who was there, what was voted, the minutes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.applications.models_evaluation import Evaluation, EvaluationFile, Seat

OPEN, CLOSED, APPROVED = "open", "closed", "approved"
FOR, AGAINST, ABSTAINED, AWAY = "for", "against", "abstained", "away"


class EvaluationSession(models.Model):
    """A session of the committee. Open while it is held; closed, its minutes are written; approved by all that were there,
    or signed, they never change."""

    STATES = [(OPEN, "Open"), (CLOSED, "Closed"), (APPROVED, "Approved")]

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, help_text="where, or by which means if at a distance")
    text = models.TextField(blank=True, help_text="what was said besides the files")
    minutes = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    attendances: Any
    decisions: Any
    minutes_id: int | None

    class Meta:
        ordering = ["evaluation_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="session_number_once"),
            models.UniqueConstraint(fields=["evaluation"], condition=Q(state="open"), name="session_one_open"),
            models.CheckConstraint(condition=Q(state__in=["open", "closed", "approved"]), name="session_known_state"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__gte=F("began_at"))),
                name="session_closed_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False)
                | (~Q(state="approved") & Q(approved_at__isnull=True)),
                name="session_approved_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number}"


class Attendance(models.Model):
    """Whether a member was there; and, the minutes being written, when he or she approved them."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="attendances")
    present = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    seat_id: int

    class Meta:
        ordering = ["session_id", "seat_id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "seat"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(present=True), name="attendance_approves_who_was_there"
            ),
        ]


class FileDecision(models.Model):
    """What a session decided of a file: the text for the minutes, and how each that was there voted."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="decisions")
    file = models.ForeignKey(EvaluationFile, on_delete=models.PROTECT, related_name="decisions")
    text = models.TextField()
    decided_at = models.DateTimeField()

    votes: Any

    class Meta:
        ordering = ["session_id", "decided_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "file"], name="file_decision_once_a_session"),
            models.CheckConstraint(condition=~Q(text=""), name="file_decision_says_what"),
        ]


class Vote(models.Model):
    """How a member voted on a file; ``away`` for who left because of a conflict of interest."""

    VOTES = [(FOR, "For"), (AGAINST, "Against"), (ABSTAINED, "Abstained"), (AWAY, "Out of the room")]

    decision = models.ForeignKey(FileDecision, on_delete=models.CASCADE, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="votes")
    vote = models.CharField(max_length=10, choices=VOTES)

    class Meta:
        ordering = ["decision_id", "seat_id"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "seat"], name="vote_once"),
            models.CheckConstraint(condition=Q(vote__in=["for", "against", "abstained", "away"]), name="vote_known"),
        ]
