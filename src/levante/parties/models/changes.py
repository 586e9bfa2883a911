"""How a file changes: corrections the enterprise proposes, merges of two files, imports of a register."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Actor
from levante.parties.models.enterprise import Enterprise
from levante.parties.models.held import Held, of_actor, one_holder
from levante.parties.models.people import SEES_PEOPLE


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, actor: Actor) -> "CorrectionQuerySet":
        """All for the roles of the Section that deal with people, since a correction names holders; those of the enterprise,
        the buyer or the investor acted for."""
        if actor.is_system or actor.is_superuser or actor.in_section(*SEES_PEOPLE):
            return self
        return self.filter(of_actor(actor))


class Correction(Held):
    """A change to its own file that an enterprise, a buyer or an investor proposes; an officer accepts or refuses it.

    ``changes`` maps a field to the value there was and the one proposed: ``{"pec": ["old", "new"]}``, as text. The
    value there was is compared again when the correction is accepted: what changed in the meantime is not overwritten.
    """

    PROPOSED, ACCEPTED, REFUSED, WITHDRAWN = "proposed", "accepted", "refused", "withdrawn"
    STATES = [
        (PROPOSED, _("Waiting for review")),
        (ACCEPTED, _("Accepted")),
        (REFUSED, _("Refused")),
        (WITHDRAWN, _("Withdrawn")),
    ]
    FACTS, SEAT, OPERATING, ACCOUNT, OWNERSHIP = "facts", "seat", "operating", "account", "ownership"
    SUBJECTS = [
        (FACTS, _("Facts")),
        (SEAT, _("Legal seat")),
        (OPERATING, _("Operating seat")),
        (ACCOUNT, _("Accounts of a year")),
        (OWNERSHIP, _("Who holds it")),
    ]

    subject = models.CharField(max_length=10, choices=SUBJECTS, default=FACTS)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of the accounts, when they are the subject"
    )
    link = models.ForeignKey(
        "parties.OwnershipLink",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="corrections",
        help_text="the hold that is corrected; empty for a new one",
    )
    seat = models.ForeignKey(
        "parties.Seat",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="corrections",
        help_text="the operating seat that is corrected; empty for a new one",
    )
    changes = models.JSONField()
    reason = models.TextField(blank=True, help_text="why, and with which evidence")
    state = models.CharField(max_length=10, choices=STATES, default=PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        indexes = [models.Index(fields=["state", "proposed_at"], name="correction_queue")]
        constraints = [
            one_holder("correction_one_holder"),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | Q(subject="facts"), name="correction_abroad_of_facts"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="correction_decision_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_reason=""), name="correction_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "accepted", "refused", "withdrawn"]), name="correction_known_state"
            ),
            models.CheckConstraint(
                condition=Q(subject="account", year__isnull=False) | (~Q(subject="account") & Q(year__isnull=True)),
                name="correction_account_has_year",
            ),
            models.CheckConstraint(
                condition=Q(subject="ownership") | Q(link__isnull=True), name="correction_link_of_ownership"
            ),
            models.CheckConstraint(
                condition=Q(subject="operating") | Q(seat__isnull=True), name="correction_seat_of_operating"
            ),
        ]


class Merge(models.Model):
    """Two files that were one enterprise: which stayed, what was chosen field by field, how much was moved."""

    survivor = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="merges_into_it")
    absorbed = models.OneToOneField(Enterprise, on_delete=models.PROTECT, related_name="merge")
    chosen = models.JSONField(help_text="field -> survivor or absorbed")
    moved = models.JSONField(help_text="relation -> rows moved")
    before = models.JSONField(help_text="the fields of both before the merge, by side")
    reason = models.TextField()
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="merge_of_two"),
        ]


class ImportRun(models.Model):
    """One import of a business register: where it comes from, how far it got, what it did.

    ``rows_read`` and ``rejects_bytes`` are the checkpoint: they move in the transaction of each block of rows, so an
    import that was cut off goes on from there.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [(WAITING, _("Waiting")), (RUNNING, _("Running")), (DONE, _("Done")), (FAILED, _("Failed"))]

    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=500, help_text="where the file is on this server")
    sha256 = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    rows_total = models.PositiveIntegerField(null=True, blank=True, help_text="an estimate until the end")
    rows_read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejects_path = models.CharField(max_length=500, blank=True)
    rejects_bytes = models.BigIntegerField(default=0)
    error_it = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    moved_at = models.DateTimeField(help_text="the last sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="import_run_finish_dated",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error_it=""), name="import_run_failure_explained"),
        ]

    @property
    def percentage(self) -> int:
        """How much of the file has been read, as far as one can tell."""
        if self.state == self.DONE:
            return 100
        return min(99, 100 * self.rows_read // self.rows_total) if self.rows_total else 0


class RegisterDifference(models.Model):
    """Where the business register says something else than what an office verified: ours stays, an officer decides.

    A fact by its name, or a figure of the accounts of ``year``. Values are texts, as corrections have them. What was
    decided stays: the same value of the register is not asked about twice.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="differences")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="differences")
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the accounts; empty for a fact")
    field = models.CharField(max_length=30)
    ours = models.TextField(blank=True)
    theirs = models.TextField()
    found_at = models.DateTimeField()
    taken = models.BooleanField(null=True, blank=True, help_text="the register's value was taken, or ours kept")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["enterprise", "year", "field", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "year", "field"],
                condition=Q(decided_at__isnull=True),
                nulls_distinct=False,
                name="difference_open_once",
            ),
            models.CheckConstraint(
                condition=Q(taken__isnull=True, decided_at__isnull=True)
                | Q(taken__isnull=False, decided_at__isnull=False),
                name="difference_decision_dated",
            ),
        ]
