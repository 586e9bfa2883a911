"""Awards (concessioni) and the acts that make them."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from levante.applications.api import conflicts_of, marks_order
from levante.grants import states
from levante.grants.models_arrival import ArrivalOrder as ArrivalOrder
from levante.grants.models_arrival import ArrivalPlace as ArrivalPlace
from levante.grants.models_order import WAITING
from levante.grants.models_order import AwardOrder as AwardOrder
from levante.grants.models_rehearsal import RehearsalRun as RehearsalRun
from levante.grants.models_succession import WAITS_FOR_ITS_OWN
from levante.grants.models_succession import Succession as Succession
from levante.grants.models_task import RegisterTask as RegisterTask
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

#: Roles of the Section that see every award.
SECTION_READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AUDITOR, roles.SYSTEM)


class AwardActQuerySet(models.QuerySet["AwardAct"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section sees all acts, an agency those of its calls; enterprises see their award, not the act's file. Whoever
        declared a conflict of interest about an application abstains from the act that awards it, and does not see it."""
        rows = self.not_of_conflict(actor)
        if actor.in_section(*SECTION_READERS):
            return rows
        offices = {office for office, role in actor.grants if role in (roles.AGENCY_STAFF, *SECTION_READERS)}
        return rows.filter(call__office__code__in=offices) if offices else self.none()

    def not_of_conflict(self, actor: Actor) -> Self:
        """Those that hold no application about which somebody declared a conflict of interest (art. 6-bis L. 241/1990)."""
        if actor.user_id is None:
            return self
        awarded = Award.objects.filter(act=OuterRef("pk"), state__in=states.TAKEN)
        asked = AwardOrder.objects.filter(act=OuterRef("pk"), state=WAITING)
        theirs = conflicts_of(actor).values("application")
        return self.exclude(
            Exists(awarded.filter(application__in=theirs)) | Exists(asked.filter(application__in=theirs))
        )


class AwardAct(models.Model):
    """The act (determinazione) that awards one or more admitted applications of a call.

    Drafted here, it goes to the Region's system of acts, which gives number, date, accounting visa and publication; only
    then the awards in it take effect, at its date.
    """

    awards: Any
    orders: Any
    document_id: int | None
    request_id: int | None
    sent_by_id: int | None

    call = models.ForeignKey("calls.Call", on_delete=models.PROTECT, related_name="award_acts")
    line = models.ForeignKey("programme.BudgetLine", on_delete=models.PROTECT, related_name="award_acts")
    title = models.CharField(max_length=500)
    state = models.CharField(max_length=20, choices=states.choices(states.ACT_STATES), default=states.DRAFT_ACT)
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True)
    act_date = models.DateField(null=True, blank=True)
    their_id = models.CharField(max_length=120, blank=True)
    visa_number = models.CharField(max_length=40, blank=True, help_text="visto di regolarità contabile")
    visa_date = models.DateField(null=True, blank=True)
    publication_number = models.CharField(max_length=40, blank=True)
    publication_date = models.DateField(null=True, blank=True)
    publication_where = models.CharField(max_length=60, blank=True)
    programme_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effect_pass = models.PositiveIntegerField(default=0, help_text="how many times its awards were told to take effect")
    effect_going = models.BooleanField(default=False, help_text="they are taking effect, in the worker")
    moved_at = models.DateTimeField(null=True, blank=True, help_text="when the worker was last at it")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="in effect, refused or cancelled since")
    closing_reason = models.TextField(blank=True)
    closing_reason_en = models.TextField(blank=True, help_text="empty: the same in both languages")
    without_codes = models.TextField(blank=True, help_text="why it was signed while awards had no COR, CUP or visure")

    objects = AwardActQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "id"], name="award_act_by_state"),
            models.Index(fields=["id"], name="award_act_taking_effect", condition=Q(effect_going=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.ACT_STATES)), name="award_act_known_state"),
            models.CheckConstraint(
                condition=Q(without_codes="") | Q(sent_at__isnull=False), name="award_act_without_codes_is_signed"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft_act", "cancelled"])
                | Q(sent_at__isnull=False, request__isnull=False, document__isnull=False),
                name="award_act_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["act_returned", "effective"])
                | (
                    Q(act_date__isnull=False, visa_date__isnull=False, publication_date__isnull=False)
                    & Q(returned_at__isnull=False, programme_act__isnull=False)
                    & ~Q(number="")
                    & ~Q(visa_number="")
                    & ~Q(publication_number="")
                ),
                name="award_act_returned_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["effective", "refused", "cancelled"], closed_at__isnull=False)
                | (~Q(state__in=["effective", "refused", "cancelled"]) & Q(closed_at__isnull=True)),
                name="award_act_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "cancelled"]) | ~Q(closing_reason=""),
                name="award_act_closing_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(effect_going=False)
                | Q(state__in=["act_returned", "effective", "cancelled"], effect_pass__gt=0),
                name="award_act_takes_effect_once_back",
            ),
            models.UniqueConstraint(
                fields=["their_id"], condition=~Q(their_id=""), name="award_act_once_in_their_system"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.act_date.year}" if self.number and self.act_date else f"bozza {self.pk}"

    @property
    def closing(self) -> Bilingual:
        """Why it was closed: a person's words as they wrote them, the system's in both languages."""
        return Bilingual(self.closing_reason, self.closing_reason_en)

    @property
    def state_label(self) -> Bilingual:
        return states.ACT_STATES[self.state]


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, actor: Actor) -> Self:
        """An enterprise sees its own once in effect; the Section all; an agency those of its calls; no officer that of an
        application about which they declared a conflict of interest."""
        offices = {office for office, role in actor.grants if role in (roles.AGENCY_STAFF, *SECTION_READERS)}
        seen = Q(pk__in=[])
        if actor.in_section(*SECTION_READERS):
            seen = Q()
        elif offices:
            seen = Q(act__call__office__code__in=offices)
        if actor.user_id is not None and offices:
            seen &= ~Q(application__in=conflicts_of(actor).values("application"))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id, state__in=states.TOOK_EFFECT)
        return self.filter(seen)

    def effective(self) -> Self:
        """Those whose act is complete: money committed, headroom taken."""
        return self.filter(state=states.EFFECTIVE)

    def in_force(self) -> Self:
        """Those that have effect for the firm: act complete, and registered in the RNA (art. 52(3) L. 234/2012)."""
        return self.effective().filter(~Q(aid__cor=""))

    def published(self) -> Self:
        """Those in force, and those that were and are revoked since: what was published stays (artt. 26-27 D.Lgs. 33/2013)."""
        return self.filter(state__in=states.TOOK_EFFECT).filter(~Q(aid__cor=""))


class Award(models.Model):
    """What one firm is awarded by an act, of an application: who applied, or each of the group that did.

    ``checks`` are those made when the act was drafted and ``final_checks`` those made again at its date: size, single
    undertaking, de minimis, requirements, with parameters and steps; both frozen. ``stop_reason`` says why, the act being
    back, the award could not take effect. ``cor`` and ``cup`` are what the office wrote; once in effect the aid has them,
    also when the RNA's open data told them (``codes``).

    ``amount`` and ``gge`` are what counts now: an act of revocation reduces them, or takes them away (``granted`` keeps the first ones).

    ``effective_on`` is the date of the act, when money and headroom were taken. Registration in the RNA is a condition of legal
    effect (art. 52(3) L. 234/2012; arts. 9 and 17 DM 115/2017): until the COR is there the award is not in force, and says
    so (``waiting_for``, ``in_force_on``). ``cor_on`` is the day it was written here.
    """

    act_id: int
    application_id: int
    enterprise_id: int
    awarded_to_id: int | None
    awaits_id: int | None

    act = models.ForeignKey(AwardAct, on_delete=models.PROTECT, related_name="awards")
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="awards")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="awards")
    state = models.CharField(max_length=20, choices=states.choices(), default=states.DRAFT_ACT)
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="what counts now; nothing once revoked")
    gge = models.DecimalField(max_digits=15, decimal_places=2, help_text="gross grant equivalent")
    granted = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="what the act awarded, once it was reduced"
    )
    granted_gge = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    taken_back = models.DecimalField(
        max_digits=15, decimal_places=2, default=0,
        help_text="of what was due by its claims, what acts of revocation in force ask back",
    )  # fmt: skip
    reduced_on = models.DateField(
        null=True, blank=True, help_text="the date of the last act that reduced or revoked it"
    )
    reduced_by = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="that act"
    )
    restored_on = models.DateField(
        null=True, blank=True, help_text="the date of the last act that annulled a reduction or a revocation"
    )
    restored_by = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="that act"
    )
    awarded_to = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who the act awarded, once another firm took its place",
    )  # fmt: skip
    awaits = models.OneToOneField(
        "grants.Succession", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the deed that stops it until somebody says who has its firm's place",
    )  # fmt: skip
    suspended_on = models.DateField(null=True, blank=True, help_text="nothing is claimed nor paid while it is")
    suspended_why = models.TextField(blank=True)
    suspended_why_en = models.TextField(blank=True, help_text="empty: the same in both languages")
    regime = models.CharField(max_length=20)
    cor = models.CharField("COR", max_length=30, blank=True, help_text="given by the RNA, art. 9 of DM 115/2017")
    cup = models.CharField("CUP", max_length=30, blank=True, help_text="art. 11 of L. 3/2003")
    cor_on = models.DateField(null=True, blank=True, help_text="the day the COR was written here")
    checks = models.JSONField()
    final_checks = models.JSONField(null=True, blank=True)
    stop_reason_it = models.TextField(blank=True)
    stop_reason_en = models.TextField(blank=True)
    tried_pass = models.PositiveIntegerField(default=0, help_text="the last pass of its act in which it was tried")
    reservation = models.OneToOneField(
        "aid.Reservation", null=True, blank=True, on_delete=models.PROTECT, related_name="award"
    )
    aid = models.OneToOneField("aid.AidRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="award")
    commitment = models.OneToOneField(
        "programme.Movement", null=True, blank=True, on_delete=models.PROTECT, related_name="award"
    )
    effective_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["act", "id"]
        constraints = [
            models.UniqueConstraint(  # two firms of a group may become one, each with its part
                "application",
                Coalesce("awarded_to", "enterprise"),
                condition=Q(state__in=states.TAKEN),
                name="award_once_per_firm",
            ),
            models.UniqueConstraint(
                fields=["cor"], condition=Q(state__in=states.TAKEN) & ~Q(cor=""), name="award_once_per_cor"
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="award_known_state"),
            models.CheckConstraint(
                condition=Q(state="revoked", amount=0, gge=0) | (~Q(state="revoked") & Q(amount__gt=0, gge__gt=0)),
                name="award_amounts",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True, granted_gge__isnull=True, reduced_on__isnull=True)
                & ~Q(state="revoked")
                | Q(
                    granted__gt=F("amount"),
                    granted_gge__gte=F("gge"),
                    reduced_on__isnull=False,
                    state__in=states.TOOK_EFFECT,
                ),
                name="award_less_than_granted",
            ),
            models.CheckConstraint(
                condition=Q(taken_back=0) | Q(taken_back__gt=0, taken_back__lte=F("granted") - F("amount")),
                name="award_taken_back_within",
            ),
            models.CheckConstraint(
                condition=Q(restored_on__isnull=True, restored_by__isnull=True)
                | Q(restored_on__isnull=False, restored_by__isnull=False, state__in=states.TOOK_EFFECT),
                name="award_restored_by_act",
            ),
            models.CheckConstraint(
                condition=Q(suspended_on__isnull=True, suspended_why="")
                | (Q(suspended_on__isnull=False, state=states.EFFECTIVE) & ~Q(suspended_why="")),
                name="award_suspended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=states.TOOK_EFFECT,
                    effective_on__isnull=False,
                    aid__isnull=False,
                    commitment__isnull=False,
                    final_checks__isnull=False,
                    stop_reason_it="",
                )
                | (
                    ~Q(state__in=states.TOOK_EFFECT)
                    & Q(effective_on__isnull=True, aid__isnull=True, commitment__isnull=True)
                ),
                name="award_effect_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["refused", "cancelled", "revoked"], closed_at__isnull=False)
                | ~Q(state__in=["refused", "cancelled", "revoked"]),
                name="award_closing_dated",
            ),
            models.CheckConstraint(
                condition=Q(stop_reason_it="") | Q(state__in=["act_returned", "cancelled"]),
                name="award_stop_when_returned",
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "state"], name="award_by_enterprise")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            marks_order("NEW.application_id", "state", "amount"),
            WAITS_FOR_ITS_OWN,
        ]

    def __str__(self) -> str:
        return f"award {self.pk}"

    @property
    def suspended_reason(self) -> Bilingual:
        """Why it is suspended: a person's words as they wrote them, the system's in both languages."""
        return Bilingual(self.suspended_why, self.suspended_why_en or self.suspended_why)

    @property
    def codes(self) -> tuple[str, str]:
        """COR and CUP, empty when not there yet."""
        return (self.aid.cor, self.aid.cup) if self.aid is not None else (self.cor, self.cup)

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The codes (``cor``, ``cup``) that an award whose act is complete still waits for."""
        if self.state != states.EFFECTIVE:
            return ()
        return tuple(name for name, code in zip((states.COR, states.CUP), self.codes, strict=True) if not code)

    @property
    def first_amount(self) -> Decimal:
        """What the act awarded, whatever became of it."""
        return self.amount if self.granted is None else self.granted

    @property
    def is_suspended(self) -> bool:
        return self.suspended_on is not None

    @property
    def is_stopped(self) -> bool:
        """Nothing of it is claimed or paid: it is suspended, or who has its firm's place is to be decided."""
        return self.is_suspended or self.awaits_id is not None

    @property
    def first_firm(self) -> Any:
        """Who applied, as the act awarded it, whoever took its place since."""
        return self.enterprise if self.awarded_to_id is None else self.awarded_to

    @property
    def is_in_force(self) -> bool:
        return self.state == states.EFFECTIVE and states.COR not in self.waiting_for

    @property
    def in_force_on(self) -> date | None:
        """Since when the award has effect for the firm: the date of its act, or the day the COR came after it."""
        if not self.is_in_force or self.effective_on is None:
            return None
        return max(self.effective_on, self.cor_on or self.effective_on)

    @property
    def state_label(self) -> Bilingual:
        return states.AWAITS_COR if states.COR in self.waiting_for else states.STATES[self.state]
