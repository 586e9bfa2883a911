"""Attraction of investment (direction D): opportunities, and enquiries of investors, each of which is a case."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from levante.cases.api import Case
from levante.identity.api import roles
from levante.investment import states
from levante.investment.states import choices
from levante.kernel.api import Actor

READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published ones are everybody's; the Section sees all, an agency also those it keeps."""
        if actor.in_section(*READERS):
            return self
        condition = Q(state=states.PUBLISHED)
        if actor.has_role(roles.AGENCY_STAFF):
            condition |= Q(office__code__in=actor.offices)
        return self.filter(condition)

    def public(self) -> Self:
        return self.filter(state=states.PUBLISHED)


class Opportunity(models.Model):
    """A site, a sector or a project offered to investors, with facts that say where they come from and when checked."""

    code = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=choices(states.KINDS))
    state = models.CharField(max_length=10, choices=choices(states.STATES), default=states.DRAFT)
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    summary_it = models.TextField()
    summary_en = models.TextField()
    sectors = models.ManyToManyField("programme.Sector", blank=True, related_name="opportunities")
    comune = models.ForeignKey("parties.Comune", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    area_m2 = models.PositiveIntegerField(null=True, blank=True)
    figures: "models.JSONField[Any]" = models.JSONField(
        default=list, help_text="[{label{it,en}, value, unit{it,en}, source, demonstration}]"
    )
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+", help_text="who keeps it")
    verified_on = models.DateField(help_text="the day its facts were last checked")
    source = models.CharField(max_length=500, blank=True)
    withdrawn_reason = models.CharField(max_length=2000, blank=True)
    demonstration = models.BooleanField(default=False)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="opportunity_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(states.KINDS)), name="opportunity_known_kind"),
            models.CheckConstraint(condition=Q(demonstration=True) | ~Q(source=""), name="opportunity_has_a_source"),
            models.CheckConstraint(
                condition=(Q(state="withdrawn") & ~Q(withdrawn_reason=""))
                | (~Q(state="withdrawn") & Q(withdrawn_reason="")),
                name="opportunity_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title_it


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, actor: Actor) -> Self:
        """Through the case: who sees the case sees the enquiry."""
        return self.filter(case__in=Case.objects.visible_to(actor).values("pk"))


class Enquiry(models.Model):
    """What an investor asks. What is announced and what is realised are kept apart and are never summed."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="enquiry")
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    sector = models.ForeignKey(
        "programme.Sector", null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    mode = models.CharField(max_length=12, choices=choices(states.MODES), default="unknown")
    announced_capex = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True, help_text="euro")
    announced_jobs = models.PositiveIntegerField(null=True, blank=True)
    realised_capex = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True, help_text="euro")
    realised_jobs = models.PositiveIntegerField(null=True, blank=True)
    realised_on = models.DateField(null=True, blank=True, help_text="the day the realised figures were checked")

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-case__opened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=list(states.MODES)), name="enquiry_known_mode"),
            models.CheckConstraint(
                condition=Q(announced_capex__isnull=True) | Q(announced_capex__gte=0), name="enquiry_announced_capex"
            ),
            models.CheckConstraint(
                condition=Q(realised_capex__isnull=True) | Q(realised_capex__gte=0), name="enquiry_realised_capex"
            ),
            models.CheckConstraint(
                condition=Q(realised_capex__isnull=True, realised_jobs__isnull=True) | Q(realised_on__isnull=False),
                name="enquiry_realised_is_dated",
            ),
        ]


class SubmissionAttempt(models.Model):
    """A try of the public form: only a keyed digest of where it came from, kept a day, to slow down machines."""

    source = models.CharField(max_length=64, help_text="HMAC-SHA256 of the address or of the session")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["source", "at"], name="attempt_by_source")]
