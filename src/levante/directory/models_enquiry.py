"""What buyers ask of an enterprise of the directory: a case from when it is theirs for sure, with what the enterprise did of it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.cases.api import Case
from levante.cases.api import states as case_states
from levante.directory import states
from levante.directory.models_profile import Product, Profile
from levante.kernel.api import Actor, now, today
from levante.kernel.pure.languages import CODE

#: The case still asks for something to be done.
RUNNING = case_states.RUNNING


class EnquiryDraft(models.Model):
    """An enquiry whose e-mail is not confirmed yet: it is nobody's case, and goes away with its link after some days.

    Who confirms makes it an enquiry, and this row goes: its link answers once.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="enquiry_drafts")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    organisation = models.CharField(max_length=200, blank=True)
    country = models.ForeignKey("parties.Country", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    text = models.TextField()
    consent_wording = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    expires_on = models.DateField(help_text="last day on which its link answers")
    key = models.CharField(max_length=80, unique=True, help_text="of the form: sent twice, it is one")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["expires_on"], name="enquiry_draft_by_term")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(name="") & ~Q(email="") & ~Q(consent_wording=""), name="enquiry_draft_whole"
            ),
            models.CheckConstraint(condition=Q(language__regex=CODE), name="enquiry_draft_language"),
        ]


class SupplierEnquiryQuerySet(models.QuerySet["SupplierEnquiry"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who sees its case (the office in charge, who asked); the enterprise, once it was passed to it."""
        seen = Q(case__in=Case.objects.visible_to(actor).order_by().values("pk"))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(profile__enterprise_id=actor.enterprise_id, passed_at__isnull=False)
        return self.filter(seen)

    def in_state(self, state: str) -> Self:
        """Those in one of ``states.ENQUIRIES``."""
        if state == states.CLOSED:
            return self.filter(case__state=case_states.CLOSED)
        if state == states.ANSWERED:
            return self.filter(case__state=case_states.ANSWERED)
        return self.filter(case__state__in=RUNNING, passed_at__isnull=state == states.NEW)

    def late(self) -> Self:
        """Those past the term of their case, or past the day by which the enterprise was to answer."""
        waiting = Q(answered_at__isnull=True, answer_by__lt=today())
        return self.filter(Q(case__state__in=RUNNING) & (Q(case__due_at__lt=now()) | waiting))

    def for_firm(self, enterprise_id: int) -> Self:
        """Passed to the enterprise and still without its answer."""
        return self.filter(
            profile__enterprise_id=enterprise_id, passed_at__isnull=False, answered_at__isnull=True,
            case__state__in=RUNNING,
        )  # fmt: skip


class SupplierEnquiry(models.Model):
    """An enquiry to one enterprise. Who asked and what is in its case; here, what passed to the enterprise and when it answered."""

    profile_id: int
    case_id: int

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="enquiries")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="supplier_enquiry")
    passed_at = models.DateTimeField(null=True, blank=True)
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer_by = models.DateField(null=True, blank=True, help_text="last day for the enterprise to answer")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="by the enterprise, the first time")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)

    objects: Any = SupplierEnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(answered_at__isnull=True), name="enquiry_by_answer_term")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed_at__isnull=True, answer_by__isnull=True, answered_at__isnull=True)
                | Q(passed_at__isnull=False, answer_by__isnull=False),
                name="enquiry_answered_after_passing",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=models.F("passed_at")),
                name="enquiry_in_order",
            ),
        ]

    @property
    def state(self) -> str:
        """One of ``states.ENQUIRIES``; the case must be at hand."""
        if self.case.state == case_states.CLOSED:
            return states.CLOSED
        if self.case.state == case_states.ANSWERED:
            return states.ANSWERED
        return states.PASSED if self.passed_at is not None else states.NEW

    @property
    def is_late(self) -> bool:
        """Past a term: of the case, or of the enterprise."""
        if self.case.state not in RUNNING:
            return False
        waits = self.answer_by is not None and self.answered_at is None and self.answer_by < today()
        return waits or self.case.due_at < now()
