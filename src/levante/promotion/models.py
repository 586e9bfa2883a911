"""Agreements of the Region (direction C), who signed them, and what each party committed to by when."""

from calendar import monthrange
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q

from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.programme.api import vocabulary
from levante.promotion import states
from levante.promotion.states import choices

READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, actor: Actor) -> Self:
        """All for the Section; an agency also those in which it has a commitment; everybody the public register."""
        if actor.in_section(*READERS):
            return self
        condition = Q(state__in=states.PUBLIC)
        if actor.has_role(roles.AGENCY_STAFF):
            condition |= Exists(Commitment.objects.filter(agreement=OuterRef("pk"), office__code__in=actor.offices))
        return self.filter(condition)

    def public(self) -> Self:
        return self.filter(state__in=states.PUBLIC)

    def by_commitments(self) -> Self:
        """Those with overdue commitments first, then by the next deadline."""
        still = Q(commitments__state=states.OPEN)
        return self.annotate(
            overdue=Count("commitments", filter=still & Q(commitments__deadline__lt=today())),
            to_meet=Count("commitments", filter=still),
            next_deadline=Min("commitments__deadline", filter=still),
        ).order_by("-overdue", F("next_deadline").asc(nulls_last=True), "-signed_on", "code")


class Agreement(models.Model):
    """An agreement or protocol: what, since when, until when, how it renews, under which act, with what document."""

    code = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=choices(states.KINDS))
    state = models.CharField(max_length=10, choices=choices(states.STATES), default=states.DRAFT)
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    signed_on = models.DateField(null=True, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    expires_on = models.DateField(
        null=True, blank=True, help_text="last day of the first term; empty when no source says"
    )
    renewal = models.CharField(max_length=10, choices=choices(states.RENEWALS), default="unknown")
    renewal_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="length of a tacit renewal")
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=2000, blank=True, help_text="why it ended early or was never signed")
    clearance = models.CharField(max_length=10, choices=choices(states.CLEARANCES), default="unknown")
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="agreements")
    intervention = models.ForeignKey(
        "programme.Intervention", null=True, blank=True, on_delete=models.PROTECT, related_name="agreements"
    )
    sectors = models.ManyToManyField("programme.Sector", blank=True, related_name="agreements")
    document = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(
        "identity.Office", on_delete=models.PROTECT, related_name="+", help_text="who follows it"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements_owned",
        help_text="who is told before it expires; empty: the office",
    )
    source = models.CharField(max_length=500, blank=True)
    confidence = models.CharField(
        max_length=12, choices=vocabulary.choices(vocabulary.CONFIDENCE), default=vocabulary.TO_CONFIRM
    )
    note_it = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    demonstration = models.BooleanField(default=False)

    owner_id: int | None

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="agreement_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(states.KINDS)), name="agreement_known_kind"),
            models.CheckConstraint(condition=Q(renewal__in=list(states.RENEWALS)), name="agreement_known_renewal"),
            models.CheckConstraint(
                condition=Q(clearance__in=list(states.CLEARANCES)), name="agreement_known_clearance"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "abandoned"]) | Q(signed_on__isnull=False),
                name="agreement_signed_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["ended", "abandoned"]) & ~Q(ended_reason=""))
                | (~Q(state__in=["ended", "abandoned"]) & Q(ended_reason="")),
                name="agreement_ended_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_on__isnull=False), name="agreement_ended_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(renewal="tacit", renewal_months__gt=0) | ~Q(renewal="tacit"),
                name="agreement_tacit_renewal_has_length",
            ),
            models.CheckConstraint(condition=Q(demonstration=True) | ~Q(source=""), name="agreement_has_a_source"),
            models.CheckConstraint(
                condition=~Q(confidence="sourced") | ~Q(source=""), name="agreement_sourced_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.title_it

    def expiry_on(self, day: date) -> date | None:
        """The last day of the term running on a day, tacit renewals counted; ``None`` when no source gives one."""
        if self.expires_on is None or self.renewal != "tacit" or not self.renewal_months:
            return self.expires_on
        turns, last = 0, self.expires_on
        while last < day and turns < 400:
            turns += 1
            last = _months_after(self.expires_on, turns * self.renewal_months)
        return last


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class AgreementParty(models.Model):
    """A party to an agreement and who signed for it. Signatories are named only by office when the name is not public."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    country = models.ForeignKey("parties.Country", on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        "parties.Institution", null=True, blank=True, on_delete=models.PROTECT, related_name="agreements"
    )
    signatory = models.CharField(max_length=200, blank=True)
    signatory_role_it = models.CharField(max_length=200, blank=True)
    signatory_role_en = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["agreement", "position", "id"]

    def __str__(self) -> str:
        return self.name_it


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(agreement__in=Agreement.objects.visible_to(actor).values("pk"))

    def overdue(self) -> Self:
        return self.filter(state=states.OPEN, deadline__lt=today())


class Commitment(models.Model):
    """What an agreement commits an office of ours to, by a day, and what came of it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="commitments")
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="commitments")
    deadline = models.DateField(help_text="last day, included")
    state = models.CharField(max_length=8, choices=choices(states.COMMITMENT_STATES), default=states.OPEN)
    outcome = models.TextField(blank=True)
    evidence = models.ForeignKey(
        "documents.StoredFile",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="what proves the outcome",
    )
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    demonstration = models.BooleanField(default=False)

    closed_by_id: int | None

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(states.COMMITMENT_STATES)), name="commitment_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="commitment_closed_is_dated",
            ),
            models.CheckConstraint(condition=Q(state="open") | ~Q(outcome=""), name="commitment_closed_has_outcome"),
        ]

    def __str__(self) -> str:
        return self.title_it

    @property
    def is_overdue(self) -> bool:
        return self.state == states.OPEN and self.deadline < today()
