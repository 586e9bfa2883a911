"""Aid received by enterprises, reservations of headroom, and what the imports of the RNA brought."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from levante.aid.managers import AidRecordQuerySet, ReservationQuerySet
from levante.aid.models_rna import RnaRegistration, RnaVariation, Visura
from levante.aid.regimes import REGIMES
from levante.kernel.pure import Bilingual

__all__ = [
    "AidRecord",
    "AidRevision",
    "QuarantinedAid",
    "Reservation",
    "RnaImport",
    "RnaRegistration",
    "RnaVariation",
    "UndertakingDecision",
    "UndertakingEvent",
    "Visura",
]


class AidRecord(models.Model):
    """One aid to one beneficiary under one regulation: a line of the RNA, an award of ours, or a declaration.

    The beneficiary is a tax code, whether or not the enterprise is among the parties. ``gge`` is the amount that counts
    now, ``granted_gge`` the one first known; what happened between is in ``revisions`` (COVAR), always counted at the
    day of the grant. ``registered_on`` is the day since which the line could be known (for one of the RNA that of its
    grant, unless the import says another): a question "as of" an earlier day does not see it.
    """

    RNA, OWN, DECLARED = "rna", "own", "declared"
    SOURCES = [(RNA, "RNA"), (OWN, "Own award"), (DECLARED, "Declared")]

    source = models.CharField(max_length=10, choices=SOURCES)
    cor = models.CharField("COR", max_length=30, blank=True)
    car = models.CharField("CAR", max_length=30, blank=True)
    regulation = models.CharField(max_length=60, blank=True, help_text="COD_REGOLAMENTO of the RNA")
    regulation_text = models.CharField(max_length=300, blank=True)
    regime = models.CharField(max_length=20, choices=[(code, code) for code in REGIMES])
    measure_title = models.CharField(max_length=500, blank=True)
    granting_body = models.CharField(max_length=300, blank=True)
    act = models.CharField(max_length=200, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=28)
    beneficiary_name = models.CharField(max_length=300, blank=True)
    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.SET_NULL, related_name="aids", db_index=False
    )
    granted_on = models.DateField()
    gge = models.DecimalField(max_digits=15, decimal_places=2)
    granted_gge = models.DecimalField(max_digits=15, decimal_places=2)
    nominal = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    instrument = models.CharField(max_length=200, blank=True)
    cup = models.CharField("CUP", max_length=30, blank=True)
    registered_on = models.DateField()
    annulled_on = models.DateField(null=True, blank=True)
    subject_type = models.CharField(max_length=60, blank=True, help_text="what of ours granted it, as in grants.Award")
    subject_id = models.CharField(max_length=40, blank=True)

    objects = AidRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["cor", "regulation"], condition=~Q(cor=""), name="aid_record_once_per_cor"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], condition=Q(source="own"), name="aid_record_once_per_award"
            ),
            models.CheckConstraint(condition=Q(source__in=["rna", "own", "declared"]), name="aid_record_source"),
            models.CheckConstraint(condition=Q(regime__in=REGIMES), name="aid_record_regime"),
            models.CheckConstraint(condition=~Q(source="rna") | ~Q(cor=""), name="aid_record_rna_has_cor"),
            models.CheckConstraint(condition=~Q(source="own") | ~Q(subject_id=""), name="aid_record_own_has_subject"),
            models.CheckConstraint(
                condition=Q(gge__gte=0, granted_gge__gte=0) & (Q(nominal__isnull=True) | Q(nominal__gte=0)),
                name="aid_record_amounts",
            ),
            models.CheckConstraint(condition=~Q(tax_code=""), name="aid_record_has_beneficiary"),
        ]
        indexes = [
            models.Index(fields=["tax_code", "granted_on"], name="aid_record_by_beneficiary"),
            models.Index(fields=["enterprise"], condition=Q(enterprise__isnull=False), name="aid_record_by_enterprise"),
        ]

    def __str__(self) -> str:
        return self.cor or f"{self.source} {self.pk}"


class AidRevision(models.Model):
    """The amount of an aid was determined again (COVAR, final amount): from ``on`` we know that it is ``gge``."""

    aid = models.ForeignKey(AidRecord, on_delete=models.CASCADE, related_name="revisions")
    on = models.DateField()
    gge = models.DecimalField(max_digits=15, decimal_places=2)
    reference = models.CharField(max_length=100, blank=True, help_text="COVAR, or the act that changed the amount")

    class Meta:
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=Q(gge__gte=0), name="aid_revision_amount")]


class Reservation(models.Model):
    """Headroom held for an enterprise between the decision and the day the act takes effect.

    It counts as aid for everyone in the single undertaking, so that two grants never pass on the same residual.
    ``position`` is the frozen answer of the rule on which it stands: parameters, arithmetic, steps.
    """

    RESERVED, CONFIRMED, RELEASED, EXPIRED = "reserved", "confirmed", "released", "expired"
    STATES = [(RESERVED, "Reserved"), (CONFIRMED, "Confirmed"), (RELEASED, "Released"), (EXPIRED, "Expired")]

    enterprise_id: int
    aid_id: int | None

    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="aid_reservations")
    tax_code = models.CharField("codice fiscale", max_length=28)
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="gross grant equivalent")
    regime = models.CharField(max_length=20, choices=[(code, code) for code in REGIMES])
    reserved_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True, help_text="last day on which it holds, included")
    state = models.CharField(max_length=10, choices=STATES, default=RESERVED)
    closed_on = models.DateField(null=True, blank=True)
    closing_reason = models.CharField(max_length=300, blank=True)
    aid = models.OneToOneField(AidRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="reservation")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    position = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    objects = ReservationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state__in=["reserved", "confirmed"]),
                name="reservation_once_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "confirmed", "released", "expired"]), name="reservation_state"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reservation_amount"),
            models.CheckConstraint(
                condition=Q(state="reserved", closed_on__isnull=True)
                | (~Q(state="reserved") & Q(closed_on__isnull=False)),
                name="reservation_closing_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", aid__isnull=False) | (~Q(state="confirmed") & Q(aid__isnull=True)),
                name="reservation_confirmed_by_aid",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | ~Q(closing_reason=""), name="reservation_release_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("reserved_on")), name="reservation_period"
            ),
        ]
        indexes = [models.Index(fields=["tax_code"], name="reservation_by_beneficiary")]


class RnaImport(models.Model):
    """One reading of one file of the RNA's open data: how far it got, what it changed."""

    RUNNING, FINISHED, STOPPED = "running", "finished", "stopped"
    STATES = [(RUNNING, "Running"), (FINISHED, "Finished"), (STOPPED, "Stopped")]

    file_name = models.CharField(max_length=300)
    file_size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=STATES, default=RUNNING)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField(help_text="last batch recorded")
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    bytes_read = models.BigIntegerField(default=0, help_text="of the file as it is, compressed or not")
    elements_done = models.BigIntegerField(default=0, help_text="aids read and recorded: where to start again")
    cors = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    error_it = models.TextField(blank=True)
    error_en = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=Q(state="running"), name="rna_import_once_at_a_time"),
            models.CheckConstraint(condition=Q(state__in=["running", "finished", "stopped"]), name="rna_import_state"),
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="rna_import_end_dated",
            ),
            models.CheckConstraint(condition=~Q(state="stopped") | ~Q(error_it=""), name="rna_import_stop_has_reason"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        """How much of the file was read, 0-100."""
        if self.state == self.FINISHED or not self.file_size:
            return 100
        return min(99, self.bytes_read * 100 // self.file_size)


class QuarantinedAid(models.Model):
    """An aid of the RNA that cannot be counted as it is (no COR, date, amount or beneficiary), kept to be looked at.

    Here are, too, the lines that tell an award of ours: the award counts; what the RNA says of it is kept.
    """

    first_seen_in = models.ForeignKey(
        RnaImport,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quarantine",
        help_text="none when it was sorted out again later",
    )
    fingerprint = models.CharField(max_length=64, unique=True)
    element = models.BigIntegerField(help_text="which aid of the file it was, counting from one")
    cor = models.CharField("COR", max_length=30, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=28, blank=True)
    reasons = ArrayField(models.CharField(max_length=40))
    content = models.JSONField()
    seen_on = models.DateField()
    resolved_on = models.DateField(null=True, blank=True, help_text="the same COR came later in good order")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reasons=[]), name="quarantined_aid_has_reason")]
        indexes = [
            models.Index(fields=["tax_code"], condition=Q(resolved_on__isnull=True), name="quarantine_by_beneficiary"),
            models.Index(fields=["cor"], condition=Q(resolved_on__isnull=True) & ~Q(cor=""), name="quarantine_by_cor"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class UndertakingEventQuerySet(models.QuerySet["UndertakingEvent"]):
    def standing(self) -> Self:
        """Those that were not undone: what happened to the firms."""
        return self.filter(undone_at__isnull=True)


class UndertakingEvent(models.Model):
    """A merger or a split: aid passes to whoever came out of it (Reg. (EU) 2023/2831, art. 3(8) and 3(9)); or a business, or a branch of
    it, transferred or leased (artt. 2556-2562 c.c.): as a partial split, of which only what is chosen passes.

    ``into`` is the tax code after a merger; ``shares`` says, after a split, who is there, with which equity at book
    value and which aid (ids as a position writes them): ``[{"enterprise", "equity", "takes"}]``. Of a transfer who takes has no equity
    there: nothing is divided.

    Recorded by mistake it is undone by an act with its reason (``undone_*``), and is as if it had not been: the row stays.
    """

    MERGER, SPLIT, TRANSFER, LEASE = "merger", "split", "transfer", "lease"
    KINDS = [(MERGER, "Merger"), (SPLIT, "Split"), (TRANSFER, "Transfer of a business"), (LEASE, "Lease of a business")]
    WORDS = {
        MERGER: Bilingual("Fusione", "Merger"),
        SPLIT: Bilingual("Scissione", "Split"),
        TRANSFER: Bilingual("Cessione d’azienda o di ramo", "Transfer of a business or branch"),
        LEASE: Bilingual("Affitto d’azienda o di ramo", "Lease of a business or branch"),
    }

    undone_by_id: int | None

    kind = models.CharField(max_length=10, choices=KINDS)
    on = models.DateField()
    parties = ArrayField(models.CharField(max_length=28))
    into = models.CharField(max_length=28, blank=True)
    shares = models.JSONField(default=list, blank=True)
    involved = ArrayField(models.CharField(max_length=28), help_text="every tax code of the event")
    deed = models.CharField(max_length=300)
    passed = models.JSONField(
        default=list, blank=True, help_text="what of the firms was under way, and whose it is now: [{it, en}]"
    )
    moved = models.JSONField(
        default=dict, blank=True, help_text="rows that changed hands with it: {model: [[id, whose it was, …]]}"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_act = models.CharField(max_length=200, blank=True, help_text="number and day")
    undone_reason = models.TextField(blank=True)
    returned = models.JSONField(default=list, blank=True, help_text="what went back: [{it, en}]")

    objects = UndertakingEventQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="merger", shares=[]) & ~Q(into="")
                | Q(kind="split", into="", parties__len=1) & ~Q(shares=[])
                | Q(
                    kind__in=["transfer", "lease"],
                    into="",
                    parties__len=1,
                    shares__1__isnull=False,
                    shares__1__equity="0.00",
                    shares__2__isnull=True,
                ),
                name="undertaking_event_shape",
            ),
            models.CheckConstraint(condition=~Q(parties=[]) & ~Q(deed=""), name="undertaking_event_has_deed"),
            models.CheckConstraint(
                condition=Q(
                    undone_at__isnull=True, undone_by__isnull=True, undone_act="", undone_reason="", returned=[]
                )
                | (Q(undone_at__isnull=False) & ~Q(undone_act="") & ~Q(undone_reason="")),
                name="undertaking_event_undone_by_act",
            ),
        ]
        indexes = [GinIndex(fields=["involved"], name="undertaking_event_involved")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="undone_stays",
                operation=pgtrigger.UpdateOf("undone_at", "undone_by_id", "undone_act", "undone_reason"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__undone_at__isnull=False),
            ),
        ]

    @property
    def kind_label(self) -> Bilingual:
        return self.WORDS[self.kind]


class UndertakingDecision(models.Model):
    """An officer's answer, with its reason, to a doubt that the rule of the single undertaking left open.

    Append-only: the last one holds, and what was asked as of an earlier day is answered with those of then.
    """

    key = models.CharField(max_length=500, help_text="the id of the doubt, as the rule gives it")
    together = models.BooleanField()
    reason = models.TextField()
    question_it = models.TextField(blank=True, help_text="as the rule asked it then")
    question_en = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="undertaking_decision_has_reason")]
        indexes = [models.Index(fields=["key", "decided_at"], name="undertaking_decision_by_key")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
