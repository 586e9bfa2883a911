"""A call and what belongs to it alone: its money, the versions of its form, its criteria, its history."""

from datetime import date, datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.calls import defaults
from levante.calls.procedures import PROCEDURES, ProcedureRule
from levante.calls.states import BY_ACT, CALL_STATES, EVENTS
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

#: Who sees a call before it is public: those who design it and those who will work it.
DESIGNERS = (roles.DIRECTOR, roles.CALL_DESIGNER, roles.CASE_OFFICER, roles.FINANCE, roles.SYSTEM, roles.AUDITOR)


#: States in which a call is everybody's to see.
PUBLIC = ("published", "closed_out")


def designing_offices(actor: Actor) -> set[str]:
    """The offices in which the actor designs or works calls."""
    return {office for office, role in actor.grants if role in (*DESIGNERS, roles.AGENCY_STAFF)}


def choices_of(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published and closed-out calls are everybody's; the others are the Section's, and the managing office's."""
        if actor.in_section(*DESIGNERS):
            return self
        return self.filter(Q(state__in=PUBLIC) | Q(office__code__in=designing_offices(actor)))

    def of_desk(self, actor: Actor) -> Self:
        """Those an officer has at the desk: all of them in the Section, its own in an agency."""
        if actor.in_section(*DESIGNERS):
            return self
        return self.filter(office__code__in=designing_offices(actor))

    def public(self) -> Self:
        return self.filter(state__in=PUBLIC)

    def announced(self) -> Self:
        """Not yet published but in the calendar of planned calls."""
        return self.filter(state__in=["draft", "approved"], planned_from__isnull=False)

    def open_on(self, instant: datetime) -> Self:
        """The calls with an opening that takes applications at that instant."""
        from levante.calls.models_opening import Opening

        return self.filter(pk__in=Opening.objects.open_on(instant).values("call_id"))


class Call(models.Model):
    """A call (bando, avviso): who may ask, for what, how much, by which procedure, on what legal ground.

    ``state`` says what the office has done with it; whether it is open is a matter of its openings and of the instant.
    """

    MANAGED_AS = [("section", "The Section"), ("intermediate", "Intermediate body"), ("in_house", "In-house body")]
    REPEATS = [("first_counts", "The first counts"), ("last_counts", "The last counts"), ("refused", "Refused")]
    SHORTAGES = [("stop", "Nothing"), ("partial", "What is left"), ("skip", "The next is tried")]

    code = models.SlugField(max_length=80, unique=True)
    state = models.CharField(max_length=12, choices=choices_of(CALL_STATES), default="draft")
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    who_it = models.TextField(blank=True, help_text="who may ask, in a sentence")
    who_en = models.TextField(blank=True)
    what_it = models.TextField(blank=True, help_text="what is paid for, in a sentence")
    what_en = models.TextField(blank=True)
    programme = models.ForeignKey("programme.Programme", on_delete=models.PROTECT, related_name="calls")
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    direction = models.ForeignKey(
        "programme.Direction", null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    fund = models.ForeignKey("programme.Fund", null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    action = models.ForeignKey(
        "programme.Action", null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    sectors = models.ManyToManyField(
        "programme.Sector", blank=True, related_name="calls", help_text="none means every sector"
    )
    strengthens = models.JSONField(
        default=list,
        blank=True,
        help_text="what its money strengthens: dimensions of the check-up, which advises it for them",
    )
    office = models.ForeignKey(
        "identity.Office", on_delete=models.PROTECT, related_name="calls", help_text="who manages it"
    )
    managed_as = models.CharField(
        max_length=12, choices=MANAGED_AS, default="section", help_text="in what capacity the office manages it"
    )
    procedure = models.CharField(max_length=20, choices=choices_of({k: v.label for k, v in PROCEDURES.items()}))
    repeat = models.CharField(
        max_length=12, choices=REPEATS, default="refused", help_text="more applications of one enterprise in an opening"
    )
    when_short = models.CharField(
        max_length=7, choices=SHORTAGES, default="stop", help_text="what a request gets that the money does not cover"
    )
    partial_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days to accept a part of what was asked; none means it needs no acceptance"
    )
    regime = models.CharField(max_length=40, help_text="code of the aid regime of law.cumulation: de_minimis_2023_2831")
    applicants = models.JSONField(default=defaults.applicants, help_text="kinds of applicant, members and their rules")
    limits = models.JSONField(default=list, help_text="how many applications, of whom: calls.schema.who.Limit")
    eligibility = models.JSONField(default=list, help_text="rules on facts and answers: calls.eligibility")
    exclusions = models.JSONField(default=list, help_text="codes of the incentives code's exclusions: law")
    money = models.JSONField(default=dict, blank=True, help_text="how the amount is reckoned: calls.amounts")
    trim_to_headroom = models.BooleanField(
        default=False, help_text="reduce a grant to the de minimis headroom that is left, instead of refusing it"
    )
    payment = models.JSONField(default=defaults.payment, help_text="how it is paid, what is withheld")
    registers = models.JSONField(
        default=defaults.registers, help_text="what the RNA and the CUP system call its aid: calls.schema.registers"
    )
    judgement = models.JSONField(default=defaults.judgement, help_text="how points are given, threshold of the total")
    tie_breaks = models.JSONField(
        default=list, help_text="chain of a ranking before instant and order: calls.definition"
    )
    checklists = models.JSONField(
        default=defaults.checklists, help_text="by phase, formal merit award: {code, it, en, reference, blocking}"
    )
    terms = models.JSONField(default=defaults.terms, help_text="days of the procedure with their norms")
    templates = models.JSONField(default=defaults.templates, help_text="what letters and acts of this call say")
    delivery = models.JSONField(default=defaults.delivery, help_text="signature, stamp duty, sealing, withdrawal")
    results = models.JSONField(default=list, help_text="results expected: {code, it, en, unit, kind, at, target}")
    steps = models.JSONField(default=list, help_text="how it goes, for the public: {it, en}")
    faq = models.JSONField(default=list, help_text="questions and answers: {question{it,en}, answer{it,en}}")
    legal_basis = models.JSONField(default=list, help_text="acts and norms: {it, en, reference, url, on, until}")
    sources = models.JSONField(default=list, help_text="where the facts of this call were read")
    assumptions = models.JSONField(default=list, help_text="what no source gives: {it, en}; shown wherever it matters")
    is_demo = models.BooleanField(default=False, help_text="made for the demonstration, wholly or in its dates")
    planned_from = models.DateField(null=True, blank=True, help_text="for the calendar of planned calls")
    planned = models.JSONField(
        default=dict, blank=True, help_text="the rest of its entry there: {closes_on, amount, area, objective, note}"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="grows by one at each change")
    source_sha256 = models.CharField(max_length=64, blank=True, help_text="of the document of the file last loaded")
    source_revision = models.PositiveIntegerField(default=0, help_text="the revision that the file left")
    created_at = models.DateTimeField()

    act_id: int | None
    budget_lines: Any
    revisions: Any
    forms: Any
    openings: Any
    criteria: Any

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CALL_STATES)), name="call_known_state"),
            models.CheckConstraint(condition=Q(procedure__in=list(PROCEDURES)), name="call_known_procedure"),
            models.CheckConstraint(
                condition=Q(repeat__in=["first_counts", "last_counts", "refused"]), name="call_known_repeat"
            ),
            models.CheckConstraint(
                condition=Q(when_short__in=["stop", "partial", "skip"]), name="call_known_when_short"
            ),
            models.CheckConstraint(
                condition=Q(partial_days__isnull=True) | Q(when_short="partial", partial_days__gt=0),
                name="call_part_is_accepted_where_given",
            ),
            models.CheckConstraint(
                condition=Q(managed_as__in=["section", "intermediate", "in_house"]), name="call_known_manager"
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(act__isnull=False), name="call_past_draft_has_act"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "approved"], published_at__isnull=True)
                | Q(state__in=["published", "closed_out"], published_at__isnull=False),
                name="call_public_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.title_it

    @property
    def rule(self) -> ProcedureRule:
        """The row of its procedure: what it needs and how it orders who asks."""
        return PROCEDURES[self.procedure]

    @property
    def state_label(self) -> Bilingual:
        return CALL_STATES[self.state]

    @property
    def is_sealed(self) -> bool:
        """Are applications sealed before the opening, and sent through the lane of the click day?"""
        return self.rule.sealed or bool(self.delivery.get("sealed"))

    @property
    def planned_until(self) -> date | None:
        """The last day it is planned for, in the calendar."""
        return date.fromisoformat(self.planned["closes_on"]) if self.planned.get("closes_on") else None

    @property
    def only_line(self) -> Any:
        """The budget line that pays for it, when there is only one: then an act needs not choose."""
        lines = list(self.budget_lines.all())
        return lines[0].line if len(lines) == 1 else None

    @property
    def pays_from(self) -> list[Any]:
        """Its budget lines, in the call's order."""
        return [entry.line for entry in self.budget_lines.all()]


class CallBudgetLine(models.Model):
    """A budget line that pays for a call, and how much of it where that is decided. An act commits on one of them."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="budget_lines")
    line = models.ForeignKey("programme.BudgetLine", on_delete=models.PROTECT, related_name="calls")
    amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["call_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "line"], name="call_budget_line_once"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="call_budget_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.line_id}"


class CallRevision(models.Model):
    """A call's document as a change left it: what undo goes back to, and what two designers at once are told of. Append-only;
    goes with a draft that is discarded."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(help_text="the call's revision after the change")
    part = models.CharField(
        max_length=40, help_text="what changed: a part of the document, created, loaded, restored, openings"
    )
    document = models.JSONField()
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["call_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="call_revision_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.call_id} r{self.number}"


class FormVersion(models.Model):
    """One version of a call's form. Once locked its definition never changes: the checksum says which one was filled."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveIntegerField()
    definition = models.JSONField(help_text="sections and fields: calls.forms")
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the canonical definition")
    locked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["call_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="form_version_number_once"),
            models.CheckConstraint(condition=Q(checksum__regex=r"^[0-9a-f]{64}$"), name="form_version_checksum"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="locked_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__locked_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id} v{self.number}"


class Criterion(models.Model):
    """A criterion. ``expression`` (CEL over facts and answers) gives the points of an automatic one, and of a mixed one up
    to ``automatic_points``: evaluators give the rest."""

    AUTOMATIC, EVALUATED, MIXED = "automatic", "evaluated", "mixed"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="criteria")
    code = models.SlugField(max_length=60)
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    explanation_it = models.TextField(blank=True)
    explanation_en = models.TextField(blank=True)
    kind = models.CharField(
        max_length=10, choices=[(AUTOMATIC, "Automatic"), (EVALUATED, "By evaluators"), (MIXED, "Mixed")]
    )
    max_points = models.DecimalField(max_digits=7, decimal_places=2)
    minimum = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    automatic_points = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, help_text="of a mixed one: those of the expression"
    )
    step = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, help_text="evaluators give multiples of it"
    )
    expression = models.TextField(blank=True)
    is_assumption = models.BooleanField(default=False, help_text="no source gives these points")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["call_id", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="criterion_code_once"),
            models.CheckConstraint(
                condition=Q(max_points__gt=0, minimum__gte=0, minimum__lte=F("max_points")), name="criterion_points"
            ),
            models.CheckConstraint(
                condition=Q(step__isnull=True) | (Q(step__gt=0, step__lte=F("max_points")) & ~Q(kind="automatic")),
                name="criterion_step",
            ),
            models.CheckConstraint(
                condition=(Q(kind="automatic", automatic_points__isnull=True) & ~Q(expression=""))
                | Q(kind="evaluated", expression="", automatic_points__isnull=True)
                | (Q(kind="mixed", automatic_points__gt=0, automatic_points__lt=F("max_points")) & ~Q(expression="")),
                name="criterion_kind_says_whose_points",
            ),
        ]

    def __str__(self) -> str:
        return self.name_it


class CallEvent(models.Model):
    """What happened to a call or to one of its openings, for everybody to read. Append-only."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="events")
    opening = models.ForeignKey("calls.Opening", null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30, help_text="name of the transition, or form_published, loaded, changed")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    text_it = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["call", "id"], name="call_event_by_call")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=BY_ACT) | Q(act__isnull=False), name="call_event_decided_by_act"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def title(self) -> Bilingual:
        """What happened, in words."""
        return EVENTS.get(self.kind, Bilingual(self.kind, self.kind))
