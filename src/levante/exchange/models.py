"""Every conversation with an outside system is a stored job: what was asked, what was answered, how many times."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.kernel.api import Actor, now
from levante.kernel.pure import Bilingual

#: An answer that is not applied in this time is for a person to look at, whatever keeps it.
UNAPPLIED_FOR = timedelta(minutes=10)
#: What these say to be at work on for longer than this is for a person to look at: they have no term of their own, and acts and days wait.
REGISTERS, WORKED_FOR = ("rna", "cup"), timedelta(days=3)
#: Staff who look into the conversations with outside systems.
MAY_SEE = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.SYSTEM, roles.AUDITOR)


class ExternalRequestQuerySet(models.QuerySet["ExternalRequest"]):
    def visible_to(self, actor: Actor) -> "ExternalRequestQuerySet":
        return self if actor.in_section(*MAY_SEE) else self.none()

    def stuck(self) -> "ExternalRequestQuerySet":
        """A person must look: tried in vain too often, or held; or answered, and what follows from the answer failed twice, or is not
        there after ten minutes, or the answer is not believed yet; or a register has said for days that it is at work on it."""
        unapplied = Q(failures__gte=2) | Q(answered_at__lt=now() - UNAPPLIED_FOR) | self.doubted_q()
        left = Q(state="waiting", system__in=REGISTERS, failures=0, tries__gt=0, created_at__lt=now() - WORKED_FOR)
        return self.filter(Q(state="stuck") | Q(state="answered") & unapplied | left)

    @staticmethod
    def doubted_q() -> Q:
        """Answered with something that a person is to believe first."""
        return Q(state="answered", doubted_at__isnull=False, believed_at__isnull=True)

    def of(self, system: str, kind: str) -> "ExternalRequestQuerySet":
        return self.filter(system=system, kind=kind)


class ExternalRequest(models.Model):
    """One thing asked of an outside system, under a key of ours: sent again as often as needed, it is the same thing.

    ``waiting`` to be sent (or sent again, from ``next_try_at``) → ``sending`` (claimed by a worker until
    ``claimed_until``) → ``answered`` (the final answer is here) → ``applied`` (its consequences are recorded; until they can be, why
    not is in ``last_error``; an answer that is doubted waits for a person who believes it, with a reason, or asks again). ``stuck``: tried
    too often, a person must look and send it again; ``cancelled``: no longer wanted.
    """

    WAITING, SENDING, ANSWERED, APPLIED = "waiting", "sending", "answered", "applied"
    STUCK, CANCELLED = "stuck", "cancelled"
    STATES = [
        (WAITING, "Waiting"),
        (SENDING, "Sending"),
        (ANSWERED, "Answered"),
        (APPLIED, "Applied"),
        (STUCK, "Stuck"),
        (CANCELLED, "Cancelled"),
    ]

    operator_id: int | None

    system = models.CharField(max_length=30, help_text="which outside system: acts, protocol, rna, cup")
    kind = models.CharField(max_length=40, help_text="what is asked of it: award_act")
    key = models.CharField(max_length=120, unique=True, help_text="our idempotency key")
    body = models.JSONField()
    kept = models.JSONField(
        default=dict, blank=True, help_text="what they gave on the way: how a later try finds what was begun"
    )
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    their_id = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="adopted, refused: what they decided")
    answer = models.JSONField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(
        default=0, help_text="tries in a row that got no usable answer, or could not apply it"
    )
    last_error = models.CharField(max_length=500, blank=True)
    last_error_en = models.CharField(
        max_length=500, blank=True, help_text="of one that is held; empty: what happened on the way, as it was told"
    )
    next_try_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    doubted_at = models.DateTimeField(
        null=True, blank=True, help_text="since when the answer waits for a person: an act dated before it was sent"
    )
    believed_at = models.DateTimeField(null=True, blank=True)
    believed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    believed_why = models.TextField(blank=True)

    objects = ExternalRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "answered", "applied", "stuck", "cancelled"]),
                name="external_request_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["answered", "applied"], answered_at__isnull=False, answer__isnull=False)
                | (~Q(state__in=["answered", "applied"]) & Q(answered_at__isnull=True)),
                name="external_request_answer_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
                name="external_request_applied_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", claimed_until__isnull=False)
                | (~Q(state="sending") & Q(claimed_until__isnull=True)),
                name="external_request_claim",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False) | ~Q(state="waiting"),
                name="external_request_waiting_dated",
            ),
            models.CheckConstraint(condition=~Q(state="stuck") | ~Q(last_error=""), name="external_request_stuck_says"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(failures=0, last_error="") | (Q(failures__gt=0) & ~Q(last_error="")),
                name="external_request_unapplied_says",
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(failures=0, last_error=""), name="external_request_applied_is_well"
            ),
            models.CheckConstraint(
                condition=Q(doubted_at__isnull=True)
                | Q(state="answered")
                | Q(state="applied", believed_at__isnull=False),
                name="external_request_doubt_is_settled_first",
            ),
            models.CheckConstraint(
                condition=Q(believed_at__isnull=True, believed_by__isnull=True, believed_why="")
                | (
                    Q(doubted_at__isnull=False, believed_at__isnull=False, believed_by__isnull=False)
                    & ~Q(believed_why="")
                ),
                name="external_request_believed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="external_request_due"),
        ]

    def __str__(self) -> str:
        return f"{self.system}/{self.kind} {self.key}"

    @property
    def problem(self) -> Bilingual:
        """Why it is not done: what was told on the way, or why it is held, in both languages."""
        return Bilingual(self.last_error, self.last_error_en or self.last_error)

    @property
    def is_unapplied(self) -> bool:
        """The answer is here, and what follows from it could not be recorded."""
        return self.state == self.ANSWERED and bool(self.last_error) and not self.is_doubted

    @property
    def is_doubted(self) -> bool:
        """The answer is here, and waits for a person who believes it."""
        return self.state == self.ANSWERED and self.doubted_at is not None and self.believed_at is None


class Attempt(models.Model):
    """One try: when, how long it took, what came of it. The history an operator reads."""

    request = models.ForeignKey(ExternalRequest, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status, when there was one")
    problem = models.CharField(max_length=500, blank=True, help_text="why it was of no use; empty when it was")

    class Meta:
        ordering = ["id"]


class WireMessage(models.Model):
    """One message of a try and what came back, verbatim but for passwords: of systems that speak XML."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="messages")
    operation = models.CharField(max_length=80)
    sent = models.TextField()
    received = models.TextField(
        blank=True, help_text="of an answer that was of no use, its beginning; empty: none came"
    )
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status, when there was one")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.operation


class PecMailbox(models.Model):
    """A mailbox of certified mail that is read for receipts: when it was read last, and whether it can be."""

    address = models.EmailField(unique=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="when it was last read to its end")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="somebody is reading it")
    failures = models.PositiveIntegerField(default=0, help_text="readings in a row that failed")
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, last_error="") | (Q(failures__gt=0) & ~Q(last_error="")),
                name="pec_mailbox_failure_says",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class PecMail(models.Model):
    """A mail that was seen in a mailbox, by the provider's lasting name for it: what it was, so that it is read once."""

    TAKEN, OTHER, UNREADABLE = "taken", "other", "unreadable"
    WHAT = [
        (TAKEN, "A receipt of ours, kept"),
        (OTHER, "Something else, left alone"),
        (UNREADABLE, "It says to be a receipt and cannot be read"),
    ]

    mailbox = models.ForeignKey(PecMailbox, on_delete=models.CASCADE, related_name="mails")
    uid = models.CharField(max_length=200, help_text="the provider's name for it (UIDL)")
    what = models.CharField(max_length=10, choices=WHAT)
    problem = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid"], name="pec_mail_once"),
            models.CheckConstraint(
                condition=(Q(what="unreadable") & ~Q(problem="")) | (~Q(what="unreadable") & Q(problem="")),
                name="pec_mail_unreadable_says",
            ),
        ]
