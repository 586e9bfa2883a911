"""Cases: every request to the Section, with its number, owner, term, referrals to the agencies and messages."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext

from levante.cases import states
from levante.cases.states import choices
from levante.identity.api import roles
from levante.kernel.api import PARTY_KINDS, Actor, Party, now
from levante.parties.api import SEES_PEOPLE, Plainly

#: Roles that see every case when held in the Section.
SEES_ALL = (*roles.SECTION_ROLES, roles.AUDITOR)
#: Roles that see, in an agency, what was referred to it.
SEES_OWN_OFFICE = (roles.AGENCY_STAFF, roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.AUDITOR)


def tells_people(actor: Actor) -> bool:
    """Does a case tell who asks by name? To the roles of the Section that deal with people, and in an agency to who has it
    to answer; not to who pays, designs or judges (GDPR art. 5(1)(c))."""
    return actor.is_superuser or actor.in_section(*SEES_PEOPLE) or not actor.in_section(*roles.SECTION_ROLES)


class CaseCounter(models.Model):
    """The last number given in a year: a row, never a sequence, so that numbers have no gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year"]


class ExternalContact(models.Model):
    """Somebody who writes from outside and has no account: the least that an answer needs, and their consent."""

    name = models.CharField(max_length=200)
    email = models.EmailField()
    organisation = models.CharField(max_length=200, blank=True)
    country = models.ForeignKey("parties.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, default="en")
    consent_wording = models.CharField(max_length=40, help_text="version of the notice that was shown and accepted")
    consent_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    cases: Any  # the rows of Case

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(consent_wording=""), name="external_contact_consented"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(name="", email="", organisation=""),
                name="external_contact_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name


#: Of the columns that say who asks, the only one filled for each kind of requester (a person has none of them).
_ONLY = {
    kind: Q(**{f"{name}__isnull": name != kind for name in ("enterprise", "buyer", "investor", "contact")})
    for kind in ("person", "enterprise", "buyer", "investor")
}


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section sees every case; an agency those in its charge or referred to it; who asked, one's own.

        A case of a party (an enterprise, a buyer, an investor) is the party's: it is seen by who acts for it now, not by
        who wrote it once.
        """
        if actor.in_section(*SEES_ALL):
            return self
        condition = Q(pk__in=[])
        offices = {office for office, role in actor.grants if role in SEES_OWN_OFFICE}
        if offices:
            referred = Referral.objects.filter(case=OuterRef("pk"), office__code__in=offices)
            condition |= Q(office__code__in=offices) | Exists(referred)
        if actor.user_id is not None:
            condition |= Q(requester="person", requested_by_id=actor.user_id)
        if actor.party is not None and "read" in actor.scopes:
            condition |= Q(**{f"{actor.party.kind}_id": actor.party.id})
        return self.filter(condition)

    def running(self) -> Self:
        """Those whose term runs: not answered and not closed."""
        return self.filter(state__in=states.RUNNING)

    def overdue(self) -> Self:
        return self.running().filter(due_at__lt=now())

    def by_urgency(self) -> Self:
        """Overdue first, then the others whose term runs by term, then the answered and closed from the latest."""
        runs = Q(state__in=states.RUNNING)
        return self.annotate(
            done=Choose(When(runs, then=Value(0)), default=Value(1), output_field=models.SmallIntegerField()),
            running_due=Choose(When(runs, then=F("due_at")), default=None, output_field=models.DateTimeField()),
        ).order_by("done", F("running_due").asc(nulls_last=True), "-opened_at", "-id")


class Case(models.Model):
    """One request: who asked, of what, through which channel, who answers for it and by when."""

    number = models.CharField(max_length=20, unique=True, help_text="year and place in it: R2026/000042")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=choices(states.KINDS))
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=choices(states.STATES), default=states.RECEIVED)
    channel = models.CharField(max_length=8, choices=choices(states.CHANNELS))
    requester = models.CharField(max_length=10, choices=choices(states.REQUESTERS))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases_asked"
    )
    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    buyer = models.ForeignKey("parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    investor = models.ForeignKey(
        "parties.Investor", null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    contact = models.ForeignKey(ExternalContact, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    office = models.ForeignKey(
        "identity.Office", on_delete=models.PROTECT, related_name="cases", help_text="the office in charge"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases_owned"
    )
    subject_type = models.CharField(max_length=100, blank=True, help_text="what it is about: investment.Opportunity")
    subject_id = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="the end of the last day of the term, in Italy")
    term = models.JSONField(default=dict, help_text="days, kind, reference and steps that gave due_at")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="the first answer of this turn")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True)
    idempotency_key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    is_demo = models.BooleanField(default=False)

    requested_by_id: int | None
    enterprise_id: int | None
    buyer_id: int | None
    investor_id: int | None
    contact_id: int | None
    owner_id: int | None
    referrals: Any  # the rows of Referral

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="case_by_term"),
            models.Index(fields=["subject_type", "subject_id"], name="case_by_subject", condition=~Q(subject_id="")),
            GinIndex(OpClass(Plainly("subject"), name="gin_trgm_ops"), name="case_by_likeness"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="case_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="case_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(states.KINDS)), name="case_known_kind"),
            models.CheckConstraint(condition=Q(channel__in=list(states.CHANNELS)), name="case_known_channel"),
            models.CheckConstraint(
                condition=(Q(requester="person", requested_by__isnull=False) & _ONLY["person"])
                | (Q(requester="enterprise") & _ONLY["enterprise"])
                | (Q(requester="buyer") & _ONLY["buyer"])
                | (Q(requester="investor") & _ONLY["investor"])
                # Who wrote from outside may be known later: an office ties the case to the buyer or the investor.
                | Q(requester="external", contact__isnull=False, enterprise__isnull=True, requested_by__isnull=True),
                name="case_one_requester",
            ),
            models.CheckConstraint(
                condition=Q(buyer__isnull=True) | Q(investor__isnull=True), name="case_of_one_party"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "closed"]) | Q(owner__isnull=False), name="case_taken_has_owner"
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | Q(owner__isnull=True), name="case_received_has_no_owner"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False), name="case_answered_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="case_closed_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(answered_at__isnull=False) | ~Q(closing_reason=""),
                name="case_closed_without_answer_says_why",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("opened_at")), name="case_due_after_opening"),
            models.CheckConstraint(
                condition=Q(subject_type="", subject_id="") | (~Q(subject_type="") & ~Q(subject_id="")),
                name="case_subject_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def party(self) -> Party | None:
        """The enterprise, the buyer or the investor whose case it is; none of a person's or of an unknown contact's."""
        known = ((kind, getattr(self, f"{kind}_id")) for kind in PARTY_KINDS)
        return next((Party(kind, key) for kind, key in known if key is not None), None)

    @property
    def runs(self) -> bool:
        return self.state in states.RUNNING

    @property
    def is_overdue(self) -> bool:
        return self.runs and self.due_at < now()

    @property
    def asking_party(self) -> str:
        """The enterprise, buyer, investor or organisation that asks; empty when a person does for themselves."""
        party = self.enterprise or (self.contact is None and (self.buyer or self.investor))
        if party:
            return str(party.name)
        return self.contact.organisation if self.contact is not None else ""

    @property
    def asked_by(self) -> str:
        """Who asked, as a list shows it to who may know people."""
        person = self.contact.name if self.contact is not None else str(self.requested_by or "")
        return self.asking_party or person

    def who_asks(self, actor: Actor) -> str:
        """Who asked, as a list shows it to ``actor``: a person by name only to who may know them (``tells_people``)."""
        return self.asked_by if tells_people(actor) else self.asking_party or gettext("a person")


class Referral(models.Model):
    """A case sent by the Section to an agency, and what the agency decided."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="referrals")
    state = models.CharField(max_length=10, choices=choices(states.REFERRAL_STATES), default=states.PENDING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True, help_text="what the Section asks of the agency")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    by_id: int | None
    decided_by_id: int | None

    class Meta:
        ordering = ["case", "at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.REFERRAL_STATES)), name="referral_known_state"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="referral_decision_dated",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="referral_refused_says_why"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="pending"), name="referral_one_pending"),
        ]


class CaseMessage(models.Model):
    """What was written in a case: the request, the answers, the notes of the offices."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=choices(states.MESSAGE_KINDS))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey("identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="when it left for an external contact")

    class Meta:
        ordering = ["case", "at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(states.MESSAGE_KINDS)), name="case_message_known_kind"),
            models.CheckConstraint(condition=~Q(text=""), name="case_message_not_empty"),
        ]
