from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ConflictDeclaration(models.Model):
    """What an officer declared before opening a file: a conflict of interest or none (art. 6-bis L. 241/1990)."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="conflict_declarations"
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    has_conflict = models.BooleanField()
    text = models.TextField(blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["-declared_at", "-id"]
        # Conflicts are few among the declarations, and every list leaves their files out.
        indexes = [
            models.Index(fields=["officer", "application"], name="conflict_declared", condition=Q(has_conflict=True))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(text=""), name="conflict_declaration_says_which"
            ),
            # A conflict may be found later; what was said is not said twice, from whatever page at once.
            models.UniqueConstraint(fields=["application", "officer", "has_conflict"], name="conflict_declared_once"),
        ]


class CheckOutcome(models.Model):
    """The outcome of one item of a checklist of the call, with its note. The last one counts; the earlier are in the audit."""

    OUTCOMES = [
        ("met", "Met"),
        ("not_met", "Not met"),
        ("to_integrate", "To be integrated"),
        ("not_applicable", "Not applicable"),
    ]

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="checks")
    phase = models.CharField(
        max_length=10, default="formal", choices=[("formal", "Formal"), ("merit", "Merit"), ("award", "Award")]
    )
    item = models.CharField(max_length=80, help_text="code of the call's checklist")
    outcome = models.CharField(max_length=15, choices=OUTCOMES)
    note = models.TextField(blank=True)
    source = models.CharField(
        max_length=300, blank=True, help_text="where it was seen: register, certificate, declaration"
    )
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["application_id", "phase", "item"]
        constraints = [
            models.UniqueConstraint(fields=["application", "phase", "item"], name="check_outcome_once_per_item"),
            models.CheckConstraint(condition=Q(outcome="met") | ~Q(note=""), name="check_outcome_not_met_is_explained"),
            models.CheckConstraint(
                condition=Q(outcome__in=["met", "not_met", "to_integrate", "not_applicable"]),
                name="check_outcome_known",
            ),
            models.CheckConstraint(condition=Q(phase__in=["formal", "merit", "award"]), name="check_outcome_phase"),
        ]


class IntegrationRequest(models.Model):
    """A request of integration (soccorso istruttorio): what is missing, by when. It suspends the term of the procedure."""

    OPEN, ANSWERED, EXPIRED = "open", "answered", "expired"
    STATES = [(OPEN, "Open"), (ANSWERED, "Answered"), (EXPIRED, "Expired")]

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="integrations")
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    items = models.JSONField(help_text="what is asked: [{code, it, en}]")
    text = models.TextField(help_text="the reason, in the office's words")
    days = models.PositiveSmallIntegerField()
    suspends = models.BooleanField(help_text="the term may be suspended once (art. 2(7) L. 241/1990)")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(help_text="last day to answer")
    steps = models.JSONField(default=list, help_text="how the day was reckoned")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(  # noqa: DJ001 - no number yet is not an empty one: the constraint tells them apart
        max_length=32, null=True, blank=True, help_text="register number of the answer"
    )

    class Meta:
        ordering = ["application_id", "requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="open"), name="integration_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False, number__isnull=False)
                | (~Q(state="answered") & Q(answered_at__isnull=True, number__isnull=True)),
                name="integration_request_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("requested_at")),
                name="integration_request_order",
            ),
        ]


class RejectionNotice(models.Model):
    """The notice of the reasons that stand against admission (art. 10-bis L. 241/1990): ten days to answer it.

    One a round: once its observations are ``accepted_at`` it grounds no rejection, and new reasons want a new one. The
    application keeps the last (``Application.notice``); the answer is registered under ``number``.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="notices")
    reasons = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(help_text="last day for observations")
    steps = models.JSONField(default=list)
    observations = models.TextField(blank=True)
    observed_at = models.DateTimeField(null=True, blank=True)
    observed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(  # noqa: DJ001 - no number yet is not an empty one
        max_length=32, null=True, blank=True, help_text="register number of the observations"
    )
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="when the examination went on after it")
    pauses = models.JSONField(
        default=list, db_default=[], help_text="days on which the rounds before stopped the term: [[first, last]]"
    )

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(accepted_at__isnull=True), name="rejection_notice_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(observed_at__isnull=False),
                name="rejection_notice_number_of_answer",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="rejection_notice_has_reasons"),
            models.CheckConstraint(
                condition=Q(observations="", observed_at__isnull=True)
                | (~Q(observations="") & Q(observed_at__isnull=False)),
                name="rejection_notice_observations_dated",
            ),
        ]
