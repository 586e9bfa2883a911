"""How the applications of an opening are judged: the committee and its declarations, the files, the points."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.applications.models_moves import marks_order
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

PREPARING, SCORING, CONCLUDED = "preparing", "scoring", "concluded"
EVALUATION_STATES = {
    PREPARING: Bilingual("in preparazione", "being prepared"),
    SCORING: Bilingual("in corso", "under way"),
    CONCLUDED: Bilingual("conclusa", "concluded"),
}
PRESIDENT, MEMBER, SECRETARY = "president", "member", "secretary"
#: Who sits in a committee, in words; the secretary writes and does not judge.
SEAT_ROLES = {
    PRESIDENT: Bilingual("presidente", "chair"),
    MEMBER: Bilingual("componente", "member"),
    SECRETARY: Bilingual("segretario", "secretary"),
}
JUDGES = (PRESIDENT, MEMBER)
DRAFT, SUBMITTED, EXCLUDED = "draft", "submitted", "excluded"
#: Who follows an evaluation without sitting in it.
FOLLOWERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AUDITOR)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who sits in the committee, and the office of the call: its director, case officers, auditors; the Section all."""
        if actor.in_section(*FOLLOWERS):
            return self
        offices = {office for office, role in actor.grants if role in (roles.AGENCY_STAFF, *FOLLOWERS)}
        seats = Seat.objects.filter(user_id=actor.user_id, until__isnull=True)
        return self.filter(Q(opening__call__office__code__in=offices) | Q(pk__in=seats.values("evaluation")))


class Evaluation(models.Model):
    """The judgement of the applications of an opening by its committee. ``judgement`` is the call's, as it was when the
    scoring began: how points are given, by how many, whether blind, above which divergence one must talk."""

    opening = models.OneToOneField("calls.Opening", on_delete=models.PROTECT, related_name="evaluation")
    state = models.CharField(
        max_length=10, choices=[(code, label.en) for code, label in EVALUATION_STATES.items()], default=PREPARING
    )
    judgement = models.JSONField(default=dict)
    due_on = models.DateField(null=True, blank=True, help_text="last day to conclude, where the call sets days")
    steps = models.JSONField(default=list, help_text="how the day was reckoned")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    files: Any
    seats: Any
    sessions: Any
    events: Any

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(EVALUATION_STATES)), name="evaluation_known_state"),
            models.CheckConstraint(
                condition=Q(state="preparing", opened_at__isnull=True)
                | (~Q(state="preparing") & Q(opened_at__isnull=False)),
                name="evaluation_opened_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="concluded", concluded_at__isnull=False)
                | (~Q(state="concluded") & Q(concluded_at__isnull=True)),
                name="evaluation_concluded_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.pk}"

    @property
    def is_blind(self) -> bool:
        """Do the judges not know whose the files are? Until it is concluded."""
        return bool(self.judgement.get("blind")) and self.state != CONCLUDED

    @property
    def is_collegial(self) -> bool:
        return self.judgement.get("scores") == "collegial"

    @property
    def wanted(self) -> int:
        """How many must judge each file."""
        return 1 if self.is_collegial else int(self.judgement.get("evaluators", 1))


class Seat(models.Model):
    """A person in a committee, appointed by an act; whoever is replaced keeps the row, ended."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=10, choices=[(code, label.en) for code, label in SEAT_ROLES.items()])
    act = models.ForeignKey("programme.Act", on_delete=models.PROTECT, related_name="+", help_text="that appoints")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    user_id: int
    declarations: Any

    class Meta:
        ordering = ["evaluation_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "user"], condition=Q(until__isnull=True), name="seat_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(until__isnull=True, role="president"), name="seat_one_president"
            ),
            models.CheckConstraint(condition=Q(role__in=list(SEAT_ROLES)), name="seat_known_role"),
            models.CheckConstraint(
                condition=Q(until__isnull=True, end_reason="") | (Q(until__isnull=False) & ~Q(end_reason="")),
                name="seat_ended_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["user"], name="seat_in_force", condition=Q(until__isnull=True))]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    @property
    def judges(self) -> bool:
        return self.role in JUDGES


class SeatDeclaration(models.Model):
    """What a member declared on accepting: no conviction (art. 35-bis D.Lgs. 165/2001), and of the applicants which ones are a
    conflict of interest (each of those is a ``ConflictDeclaration``). Append-only; the last one counts."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="declarations")
    no_convictions = models.BooleanField()
    norm = models.JSONField(help_text="the dated norm that wants it: law parameter")
    conflicts = models.PositiveIntegerField(default=0, help_text="applicants with whom there is a conflict")
    applicants = models.PositiveIntegerField(default=0, help_text="applicants listed when it was made")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["seat_id", "declared_at", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class EvaluationFile(models.Model):
    """An application before its committee. ``code`` is how the judges call it: it says nothing of whose it is.

    Settled, its points are those of the ranking.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="files")
    application = models.OneToOneField(
        "applications.Application", on_delete=models.PROTECT, related_name="evaluation_file"
    )
    code = models.CharField(max_length=12)
    added_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_note = models.TextField(blank=True, help_text="why, where the judges diverge")

    application_id: int
    evaluation_id: int
    sheets: Any

    class Meta:
        ordering = ["evaluation_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "code"], name="evaluation_file_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9-]+$"), name="evaluation_file_code_form"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False) | Q(settled_note="", settled_by__isnull=True),
                name="evaluation_file_settled_is_dated",
            ),
        ]
        triggers = [marks_order("NEW.application_id", "settled_at")]

    def __str__(self) -> str:
        return self.code


class Sheet(models.Model):
    """The points of one judge on a file, or of the whole committee where they are collegial (no seat). Submitted, it is
    locked until the chair opens it again; it is left out when its judge turns out to have a conflict of interest."""

    STATES = [(DRAFT, "Being written"), (SUBMITTED, "Submitted"), (EXCLUDED, "Left out")]

    file = models.ForeignKey(EvaluationFile, on_delete=models.PROTECT, related_name="sheets")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(max_length=10, choices=STATES, default=DRAFT)
    revision = models.PositiveIntegerField(default=0, help_text="grows by one at each saving")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    file_id: int
    seat_id: int | None
    scores: Any

    class Meta:
        ordering = ["file_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["file", "seat"], name="sheet_once_per_judge", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(state="submitted", submitted_at__isnull=False) | ~Q(state="submitted"),
                name="sheet_submitted_is_dated",
            ),
            models.CheckConstraint(condition=Q(state__in=["draft", "submitted", "excluded"]), name="sheet_known_state"),
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk}"


class Score(models.Model):
    """The points of a sheet on one criterion, with their reason; ``most`` are those that the criterion leaves to judges."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("calls.Criterion", on_delete=models.PROTECT, related_name="scores")
    points = models.DecimalField(max_digits=7, decimal_places=2)
    most = models.DecimalField(max_digits=7, decimal_places=2)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["sheet_id", "criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=F("most")), name="score_within_most"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.points}"


class EvaluationEvent(models.Model):
    """What happened in an evaluation that its minutes and its history tell: appointed, opened, reopened and why. Append-only."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="events")
    file = models.ForeignKey(EvaluationFile, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["evaluation_id", "at", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
