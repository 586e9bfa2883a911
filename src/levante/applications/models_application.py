from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language

from levante.applications import states
from levante.applications.models_appraisal import ConflictDeclaration
from levante.applications.models_evaluation import CONCLUDED, JUDGES, Seat
from levante.applications.models_group import APPLICANT_KINDS
from levante.applications.models_moves import marks_order
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

#: Roles of the Section that see every application that was sent.
SECTION_READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AUDITOR, roles.SYSTEM)
#: Roles that see what was sent to their own office (an agency that manages a call).
OFFICE_READERS = (roles.AGENCY_STAFF, *SECTION_READERS)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Actor) -> Self:
        """The enterprise acted for sees its own; the offices see what was sent, never a draft: the Section everything, an
        agency what is of its calls; no officer what they declared a conflict of interest about, no judge what they judge blind."""
        seen = self._own_office(actor)
        if actor.user_id is not None:
            # Whoever declared a conflict of interest abstains, and reads nothing more of the file (art. 6-bis L. 241/1990).
            declared = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True)
            seen &= ~Exists(declared.filter(application=OuterRef("pk")))
            # Who judges an opening blind sees its applications by their codes alone, whatever other role they hold.
            seen &= ~Q(opening__in=blind_openings(actor.user_id))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(seen)

    @staticmethod
    def _own_office(actor: Actor) -> Q:
        if actor.in_section(*SECTION_READERS):
            return ~Q(state__in=states.UNSENT)
        offices = {office for office, role in actor.grants if role in OFFICE_READERS}
        if offices:
            return Q(opening__call__office__code__in=offices) & ~Q(state__in=states.UNSENT)
        return Q(pk__in=[])

    def sent(self) -> Self:
        return self.exclude(state__in=states.UNSENT)

    def of_call(self, call_id: int) -> Self:
        return self.filter(opening__call_id=call_id)


def blind_openings(user_id: int) -> "models.QuerySet[Seat]":
    """The openings that somebody judges without knowing whose the applications are, until the evaluation is concluded."""
    seats = Seat.objects.filter(user_id=user_id, until__isnull=True, role__in=JUDGES)
    blind = seats.filter(evaluation__opening__call__judgement__blind=True).exclude(evaluation__state=CONCLUDED)
    return blind.values("evaluation__opening")


class Application(models.Model):
    """An application of an enterprise to an opening of a call.

    ``answers`` are those of the form, by field id (files as ``[{id, name, size, sha256, kind}]``). At transmission
    everything the decision stands on is copied into ``frozen`` and never changes again: answers, form, enterprise, seats,
    accounts, amount with its reckoning. ``number`` and ``submitted_at`` are those of the register's receipt;
    ``sequence`` is the order. ``protocol_number`` is the body's own *protocollo* (DPR 445/2000 art. 53), another thing.
    """

    opening = models.ForeignKey("calls.Opening", on_delete=models.PROTECT, related_name="applications")
    form = models.ForeignKey("calls.FormVersion", on_delete=models.PROTECT, related_name="applications")
    line = models.ForeignKey(
        "calls.OpeningLine", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="applications")
    slot = models.PositiveSmallIntegerField(
        default=1, help_text="which of those the enterprise may send to this opening"
    )
    applicant_kind = models.CharField(
        max_length=12, choices=[(code, label.en) for code, label in APPLICANT_KINDS.items()], default="single",
        help_text="a firm alone, or the lead of a group: its firms are GroupMember",
    )  # fmt: skip
    state = models.CharField(
        max_length=12, choices=[(code, label.en) for code, label in states.STATES.items()], default=states.DRAFT
    )
    answers = models.JSONField(default=dict)
    prefilled = models.JSONField(default=list, help_text="ids of the fields filled from the enterprise's file")
    said = models.JSONField(
        default=dict, blank=True, help_text="answers of the self-check that were asked to be kept: code -> yes or no"
    )
    by_office = models.BooleanField(default=False, help_text="an office filled in for somebody on the phone")
    revision = models.PositiveIntegerField(default=0, help_text="grows by one at each saving")
    requested_amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    admitted_amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)

    sealed_at = models.DateTimeField(null=True, blank=True, help_text="frozen for a click day, to be sent by its token")
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(max_length=32, null=True, blank=True, unique=True)
    sequence = models.BigIntegerField(null=True, blank=True)
    frozen = models.JSONField(null=True, blank=True)
    frozen_sha256 = models.CharField(max_length=64, blank=True)
    over_limit = models.CharField(
        max_length=80, blank=True, default="", db_default="",
        help_text="the limit of its call, by code, that it is beyond: judged in the order of the log when a click day closes",
    )  # fmt: skip
    protocol_number = models.CharField(max_length=60, blank=True)
    protocol_on = models.DateField(null=True, blank=True)

    case_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="applications_in_charge"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(
        null=True, blank=True, help_text="given back for a conflict of interest, until somebody else has it"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = models.TextField(blank=True)
    notice = models.OneToOneField(
        "applications.RejectionNotice", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the last pre-rejection notice",
    )  # fmt: skip
    held_from = models.CharField(
        max_length=12, blank=True,
        help_text="the state in which its enterprise still knows it, while a decision waits to be told",
    )  # fmt: skip

    enterprise_id: int
    form_id: int
    line_id: int | None
    case_officer_id: int | None
    sealed_by_id: int | None
    submitted_by_id: int | None
    decided_by_id: int | None
    savings: Any
    attachments: Any
    events: Any
    checks: Any
    conflict_declarations: Any
    scores: Any
    integrations: Any

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["opening", "state", "sequence"], name="application_queue"),
            models.Index(fields=["case_officer", "state"], name="application_by_officer"),
            models.Index(fields=["submitted_at", "id"], name="application_by_arrival"),
            # What is still to decide is little beside what was decided over the years.
            models.Index(
                fields=["submitted_at", "id"],
                name="application_open",
                condition=Q(state__in=["submitted", "under_check", "integration", "notice"]),
            ),
            # What Today counts: an officer's files at work, and what is admitted of each opening. The rows are wide.
            models.Index(
                fields=["case_officer"],
                name="application_at_work",
                condition=Q(state__in=["submitted", "under_check", "integration", "notice"]) | ~Q(held_from=""),
            ),
            models.Index(
                fields=["opening"],
                include=["id", "admitted_amount"],
                name="application_admitted",
                condition=Q(state="admitted"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "enterprise", "slot"],
                condition=~Q(state__in=["discarded", "lapsed", "withdrawn"]),
                name="application_once_per_opening",
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="application_known_state"),
            models.CheckConstraint(
                condition=Q(applicant_kind__in=list(APPLICANT_KINDS)), name="application_known_applicant"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "discarded"],
                    number__isnull=True,
                    submitted_at__isnull=True,
                    sequence__isnull=True,
                    frozen__isnull=True,
                    frozen_sha256="",
                    sealed_at__isnull=True,
                )
                | Q(
                    state__in=["sealed", "lapsed"],
                    number__isnull=True,
                    submitted_at__isnull=True,
                    sequence__isnull=True,
                    frozen__isnull=False,
                    frozen_sha256__regex=r"^[0-9a-f]{64}$",
                    requested_amount__isnull=False,
                    sealed_at__isnull=False,
                )
                | (
                    ~Q(state__in=["draft", "discarded", "sealed", "lapsed"])
                    & Q(
                        number__isnull=False,
                        submitted_at__isnull=False,
                        sequence__isnull=False,
                        frozen__isnull=False,
                        frozen_sha256__regex=r"^[0-9a-f]{64}$",
                        requested_amount__isnull=False,
                    )
                ),
                name="application_sent_has_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["under_check", "integration", "notice", "admitted", "rejected", "revoked"])
                | Q(case_officer__isnull=False, taken_at__isnull=False)
                | Q(state__in=["under_check", "integration", "notice"], returned_at__isnull=False),
                name="application_in_charge_has_officer",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(case_officer__isnull=True),
                name="application_given_back_has_none",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["admitted", "rejected", "revoked"], decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                )
                | (
                    ~Q(state__in=["admitted", "rejected", "revoked"])
                    & Q(decided_at__isnull=True, decided_by__isnull=True)
                ),
                name="application_decision_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(held_from="")
                | Q(state__in=["admitted", "rejected"], held_from__in=["under_check", "notice"]),
                name="application_only_a_decision_is_held",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["admitted", "revoked"])
                | Q(admitted_amount__isnull=False, admitted_amount__gt=0),
                name="application_admitted_has_amount",
            ),
            models.CheckConstraint(
                condition=Q(admitted_amount__isnull=True) | Q(admitted_amount__lte=F("requested_amount")),
                name="application_never_more_than_asked",
            ),
            models.CheckConstraint(
                condition=Q(over_limit="") | Q(number__isnull=False, sealed_at__isnull=False),
                name="application_over_limit_was_received",
            ),
        ]
        triggers = [
            marks_order(
                "NEW.id",
                "state",
                "held_from",
                "requested_amount",
                "admitted_amount",
                "line_id",
                condition="NEW.number IS NOT NULL",
            ),
            pgtrigger.Protect(
                name="never_deleted_once_sent",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__number__isnull=False),
            ),
            pgtrigger.Trigger(
                name="what_was_sent_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__number__isnull=False),
                func="""
                    IF ROW(NEW.number, NEW.submitted_at, NEW.submitted_by_id, NEW.sequence, NEW.frozen_sha256,
                           NEW.opening_id, NEW.form_id, NEW.line_id, NEW.requested_amount)
                       IS DISTINCT FROM
                       ROW(OLD.number, OLD.submitted_at, OLD.submitted_by_id, OLD.sequence, OLD.frozen_sha256,
                           OLD.opening_id, OLD.form_id, OLD.line_id, OLD.requested_amount)
                       OR NEW.answers::text IS DISTINCT FROM OLD.answers::text
                       OR NEW.frozen::text IS DISTINCT FROM OLD.frozen::text THEN
                        RAISE EXCEPTION 'pgtrigger: what was submitted does not change';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="what_was_sealed_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state="sealed") & ~pgtrigger.Q(new__state="draft"),
                func="""
                    IF ROW(NEW.sealed_at, NEW.sealed_by_id, NEW.frozen_sha256, NEW.opening_id, NEW.form_id, NEW.line_id,
                           NEW.requested_amount)
                       IS DISTINCT FROM
                       ROW(OLD.sealed_at, OLD.sealed_by_id, OLD.frozen_sha256, OLD.opening_id, OLD.form_id, OLD.line_id,
                           OLD.requested_amount)
                       OR NEW.answers::text IS DISTINCT FROM OLD.answers::text
                       OR NEW.frozen::text IS DISTINCT FROM OLD.frozen::text THEN
                        RAISE EXCEPTION 'pgtrigger: what was sealed does not change';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{Bilingual('bozza', 'draft').in_language(get_language() or 'it')} {self.pk}"

    @property
    def call(self) -> Any:
        return self.opening.call

    @property
    def is_draft(self) -> bool:
        return self.state == states.DRAFT

    @property
    def is_sealed(self) -> bool:
        """Waiting to be sent by its token, or for the closing to give it its number."""
        return self.state == states.SEALED

    @property
    def is_sent(self) -> bool:
        return self.state not in states.UNSENT

    @property
    def state_told(self) -> str:
        """The state as its enterprise knows it: a decision that is held changes nothing for it."""
        return self.held_from or self.state

    @property
    def state_label(self) -> Any:
        return states.STATES[self.state]


class Saving(models.Model):
    """One saving of a draft: what changed from what, and what could not be written because somebody had changed it
    meanwhile (``conflicts``: field -> the value that was refused). Nothing typed is ever lost; goes with the draft."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="savings")
    member = models.ForeignKey(
        "applications.GroupMember", null=True, blank=True, on_delete=models.CASCADE, related_name="savings",
        help_text="whose answers, when they are those of another firm of the group",
    )  # fmt: skip
    filling = models.ForeignKey(
        "applications.OfficeFilling", null=True, blank=True, on_delete=models.PROTECT, related_name="savings",
        help_text="when it was written by an office, for somebody on the phone",
    )  # fmt: skip
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=dict, help_text="field -> [before, after]")
    conflicts = models.JSONField(default=dict)

    class Meta:
        ordering = ["application_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["application", "revision"], name="saving_revision_once")]


class ApplicationEvent(models.Model):
    """What happened to an application, for the enterprise and the office alike. Append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    text_it = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    is_internal = models.BooleanField(default=False, help_text="for the office alone")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["application", "id"], name="application_event_by_file")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
