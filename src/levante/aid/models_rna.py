"""Our side of what is registered in the RNA: registrations of aid, their variations, and the *visure* asked."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.aid.managers import RnaRegistrationQuerySet, VisuraQuerySet


class RnaRegistration(models.Model):
    """One aid to be granted, as the RNA is asked to register it: before the act, under headroom that is held.

    ``asked`` (the RNA is at work) → ``to_confirm`` (it has its COR; the act's date must be there by ``last_day``) → ``confirmed``;
    or ``refused``, ``lapsed``, ``cancelled``. ``own_key`` is ID_CONCESSIONE_GEST: the RNA knows the grant by it. What the RNA would
    not do last is in ``problem``. ``parameters`` are those of the law that made ``last_day``.
    """

    ASKED, TO_CONFIRM, CONFIRMED = "asked", "to_confirm", "confirmed"
    REFUSED, LAPSED, CANCELLED = "refused", "lapsed", "cancelled"
    STATES = [
        (ASKED, "Asked"),
        (TO_CONFIRM, "To be confirmed"),
        (CONFIRMED, "Confirmed"),
        (REFUSED, "Refused"),
        (LAPSED, "Lapsed"),
        (CANCELLED, "Cancelled"),
    ]
    #: In these the RNA holds the aid, or is about to.
    LIVE = (ASKED, TO_CONFIRM, CONFIRMED)

    confirm_request_id: int | None
    cancel_request_id: int | None
    asked_by_id: int | None

    reservation = models.ForeignKey("aid.Reservation", on_delete=models.PROTECT, related_name="registrations")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    own_key = models.CharField(max_length=60, unique=True)
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="rna_registrations")
    tax_code = models.CharField("codice fiscale", max_length=28)
    notice = models.PositiveBigIntegerField(help_text="COD_BANDO: the notice as the RNA numbers it")
    gge = models.DecimalField(max_digits=15, decimal_places=2, help_text="gross grant equivalent, as it is there now")
    state = models.CharField(max_length=10, choices=STATES, default=ASKED)
    cor = models.CharField("COR", max_length=30, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True, help_text="to tell the date of the act, included")
    parameters = models.JSONField(default=list, blank=True)
    act = models.CharField(max_length=255, blank=True)
    act_link = models.CharField(max_length=500, blank=True)
    granted_on = models.DateField(null=True, blank=True, help_text="the date of the act, as it is or was transmitted")
    transmissions = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True, help_text="why it was refused, lapsed or cancelled")
    problem = models.TextField(blank=True)
    request = models.OneToOneField("exchange.ExternalRequest", on_delete=models.PROTECT, related_name="+")
    confirm_request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RnaRegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reservation"],
                condition=Q(state__in=["asked", "to_confirm", "confirmed"]),
                name="rna_registration_one_live",
            ),
            models.UniqueConstraint(fields=["cor"], condition=~Q(cor=""), name="rna_registration_once_per_cor"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "to_confirm", "confirmed", "refused", "lapsed", "cancelled"]),
                name="rna_registration_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"], cor="")
                | (Q(state__in=["to_confirm", "confirmed", "lapsed"]) & ~Q(cor=""))
                | Q(state="cancelled"),
                name="rna_registration_cor",
            ),
            models.CheckConstraint(
                condition=Q(cor="", registered_on__isnull=True, last_day__isnull=True)
                | (~Q(cor="") & Q(registered_on__isnull=False, last_day__gte=F("registered_on"))),
                name="rna_registration_last_day",
            ),
            models.CheckConstraint(
                condition=(~Q(act="") & Q(granted_on__isnull=False, confirmed_at__isnull=False))
                | ~Q(state="confirmed"),
                name="rna_registration_confirmed_by_act",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["refused", "lapsed", "cancelled"], closed_at__isnull=False) & ~Q(reason=""))
                | (Q(state__in=["asked", "to_confirm", "confirmed"], closed_at__isnull=True)),
                name="rna_registration_closed_says_why",
            ),
            models.CheckConstraint(condition=Q(gge__gt=0), name="rna_registration_amount"),
        ]
        indexes = [
            models.Index(fields=["last_day"], condition=Q(state="to_confirm"), name="rna_registration_due"),
            models.Index(fields=["subject_type", "subject_id"], name="rna_registration_subject"),
        ]

    def __str__(self) -> str:
        return f"COR {self.cor}" if self.cor else self.own_key

    @property
    def is_being_transmitted(self) -> bool:
        """The act was told, and the RNA has not said yes yet."""
        return self.state == self.TO_CONFIRM and self.confirm_request_id is not None

    @property
    def is_being_cancelled(self) -> bool:
        return self.state in self.LIVE and bool(self.reason)

    def days_left(self, on: date) -> int | None:
        """Days to tell the act's date, the last one counted as 0; None where there is none to keep."""
        if self.state != self.TO_CONFIRM or self.last_day is None:
            return None
        return (self.last_day - on) // timedelta(days=1)


class RnaVariation(models.Model):
    """The amount of a registered aid determined again: the RNA gives it a COVAR, and waits for the act."""

    ASKED, TO_CONFIRM, CONFIRMED, REFUSED = "asked", "to_confirm", "confirmed", "refused"
    STATES = [(ASKED, "Asked"), (TO_CONFIRM, "To be confirmed"), (CONFIRMED, "Confirmed"), (REFUSED, "Refused")]

    confirm_request_id: int | None

    registration = models.ForeignKey(RnaRegistration, on_delete=models.PROTECT, related_name="variations")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=2, help_text="COD_TIPO_VARIAZIONE")
    gge = models.DecimalField(max_digits=15, decimal_places=2)
    why = models.TextField()
    state = models.CharField(max_length=10, choices=STATES, default=ASKED)
    covar = models.CharField("COVAR", max_length=30, blank=True)
    act = models.CharField(max_length=255, blank=True)
    varied_on = models.DateField(null=True, blank=True)
    transmissions = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    request = models.OneToOneField("exchange.ExternalRequest", on_delete=models.PROTECT, related_name="+")
    confirm_request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["registration", "number"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "number"], name="rna_variation_number"),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(state__in=["asked", "to_confirm"]), name="rna_variation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "to_confirm", "confirmed", "refused"]), name="rna_variation_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"], covar="")
                | (Q(state__in=["to_confirm", "confirmed"]) & ~Q(covar="")),
                name="rna_variation_covar",
            ),
            models.CheckConstraint(
                condition=(~Q(act="") & Q(varied_on__isnull=False)) | ~Q(state="confirmed"),
                name="rna_variation_confirmed_by_act",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(problem=""), name="rna_variation_refused_says"),
            models.CheckConstraint(condition=Q(gge__gte=0) & ~Q(why=""), name="rna_variation_amount_and_why"),
        ]

    def __str__(self) -> str:
        return f"COVAR {self.covar}" if self.covar else f"{self.registration_id}/{self.number}"  # type: ignore[attr-defined]


class Visura(models.Model):
    """What the RNA certifies of a tax code on a day: its aid, its de minimis aid, or whether it must give unlawful aid back.

    ``told`` is what its XML says (``aids``, ``total``, ``listed``; None where it could not be known); the document is the proof. Without a
    ``request`` a person asked it on the Register's site, and wrote its number and day here. ``members`` are the others of the single
    undertaking that a de minimis one is of: ``[{tax_code, name}]``.
    """

    request_id: int | None
    document_id: int | None

    AIDS, DE_MINIMIS, DEGGENDORF = "aids", "de_minimis", "deggendorf"
    KINDS = [(AIDS, "Visura Aiuti"), (DE_MINIMIS, "Visura de minimis"), (DEGGENDORF, "Visura Deggendorf")]
    ASKED, ANSWERED, REFUSED = "asked", "answered", "refused"
    STATES = [(ASKED, "Asked"), (ANSWERED, "Answered"), (REFUSED, "Refused")]

    kind = models.CharField(max_length=10, choices=KINDS)
    tax_code = models.CharField("codice fiscale", max_length=28)
    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.SET_NULL, related_name="visure"
    )
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=60, blank=True, help_text="for what it was asked")
    subject_id = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=STATES, default=ASKED)
    vercor = models.CharField("VERCOR", max_length=40, blank=True)
    made_on = models.DateField(null=True, blank=True, help_text="the day it certifies")
    told = models.JSONField(default=dict, blank=True)
    members = models.JSONField(default=list, blank=True)
    problem = models.TextField(blank=True)
    document = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = VisuraQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "tax_code", "subject_type", "subject_id"],
                condition=Q(state="asked"),
                name="visura_asked_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=["aids", "de_minimis", "deggendorf"]), name="visura_kind"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | Q(state__in=["answered", "refused"], answered_at__isnull=False),
                name="visura_answer_dated",
            ),
            models.CheckConstraint(
                condition=(
                    Q(made_on__isnull=False) & ~Q(vercor="") & (Q(document__isnull=False) | Q(request__isnull=True))
                )
                | ~Q(state="answered"),
                name="visura_answered_has_document",
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=False)
                | (Q(state="answered", asked_by__isnull=False) & (~Q(kind="deggendorf") | Q(told__has_key="listed"))),
                name="visura_by_hand_is_whole",
            ),
            models.CheckConstraint(condition=Q(members=[]) | Q(kind="de_minimis"), name="visura_members_of_de_minimis"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(problem=""), name="visura_refused_says"),
            models.CheckConstraint(condition=~Q(tax_code=""), name="visura_of_somebody"),
        ]
        indexes = [models.Index(fields=["tax_code", "kind"], name="visura_by_tax_code")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.tax_code}"
