"""What a call is made of. Everything an office decides about a call is a row or a value here, never code."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.calls.phases import Phase, phase_at
from levante.calls.states import CALL_STATES, OPENING_STATES
from levante.identity.api import roles
from levante.kernel.api import Actor

#: Who sees a call before it is public: those who design it and those who will work it.
DESIGNERS = (roles.DIRECTOR, roles.CALL_DESIGNER, roles.CASE_OFFICER, roles.FINANCE, roles.SYSTEM, roles.AUDITOR)


#: States in which a call is everybody's to see.
PUBLIC = ("published", "closed_out")


def designing_offices(actor: Actor) -> set[str]:
    """The offices in which the actor designs or works calls."""
    return {office for office, role in actor.grants if role in (*DESIGNERS, roles.AGENCY_STAFF)}


def _choices(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published and closed-out calls are everybody's; the others are the Section's, and the managing office's."""
        if actor.in_section(*DESIGNERS):
            return self
        return self.filter(Q(state__in=PUBLIC) | Q(office__code__in=designing_offices(actor)))

    def public(self) -> Self:
        return self.filter(state__in=PUBLIC)

    def announced(self) -> Self:
        """Not yet published but in the calendar of planned calls."""
        return self.filter(state__in=["draft", "approved"], planned_from__isnull=False)

    def open_on(self, instant: datetime) -> Self:
        """The calls with an opening that takes applications at that instant."""
        return self.filter(pk__in=Opening.objects.open_on(instant).values("call_id"))


class Call(models.Model):
    """A call (bando, avviso): who may ask, for what, how much, by which procedure, on what legal ground.

    ``state`` says what the office has done with it; whether it is open is a matter of its openings and of the instant.
    """

    FIRST_COME, RANKING = "first_come", "ranking"
    PROCEDURES = [(FIRST_COME, "First come, first served"), (RANKING, "Ranking")]

    code = models.SlugField(max_length=80, unique=True)
    state = models.CharField(max_length=12, choices=_choices(CALL_STATES), default="draft")
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    summary_it = models.TextField()
    summary_en = models.TextField()
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
    budget_line = models.ForeignKey(
        "programme.BudgetLine", null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    sectors = models.ManyToManyField(
        "programme.Sector", blank=True, related_name="calls", help_text="none means every sector"
    )
    office = models.ForeignKey(
        "identity.Office", on_delete=models.PROTECT, related_name="calls", help_text="who manages it"
    )
    procedure = models.CharField(max_length=12, choices=PROCEDURES)
    regime = models.CharField(max_length=40, help_text="code of the aid regime of law.cumulation: de_minimis_2023_2831")
    money = models.JSONField(help_text="how the amount is reckoned: calls.amounts")
    eligibility = models.JSONField(default=list, help_text="rules on facts and answers: calls.eligibility")
    checklist = models.JSONField(
        default=list, help_text="items of the formal check: {code, it, en, reference, blocking}"
    )
    terms = models.JSONField(default=dict, help_text="days of the procedure with their norms: calls.definition")
    steps = models.JSONField(default=list, help_text="how it goes, for the public: {it, en}")
    faq = models.JSONField(default=list, help_text="questions and answers: {question{it,en}, answer{it,en}}")
    legal_basis = models.JSONField(default=list, help_text="acts and norms: {it, en, reference, url, on}")
    sources = models.JSONField(default=list, help_text="where the facts of this call were read")
    assumptions = models.JSONField(default=list, help_text="what no source gives: {it, en}; shown wherever it matters")
    tie_breaks = models.JSONField(
        default=list, help_text="chain of a ranking before instant and order: calls.definition"
    )
    is_demo = models.BooleanField(default=False, help_text="made for the demonstration, wholly or in its dates")
    planned_from = models.DateField(null=True, blank=True, help_text="for the calendar of planned calls")
    planned_note_it = models.CharField(max_length=300, blank=True)
    planned_note_en = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True, help_text="of the file it was loaded from")
    created_at = models.DateTimeField()

    act_id: int | None
    forms: Any
    openings: Any
    criteria: Any

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CALL_STATES)), name="call_known_state"),
            models.CheckConstraint(condition=Q(procedure__in=["first_come", "ranking"]), name="call_known_procedure"),
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
    def gives_part(self) -> bool:
        """Does the first whose request does not fit get what is left? Unless the call says, in a ranking it does."""
        chosen: str = self.terms.get("when_short") or ("partial" if self.procedure == self.RANKING else "stop")
        return chosen == "partial"


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


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.in_section(*DESIGNERS):
            return self
        return self.filter(Q(call__state__in=PUBLIC) | Q(call__office__code__in=designing_offices(actor)))

    def open_on(self, instant: datetime) -> Self:
        """Those taking applications at that instant: from the opening instant, until just before the closing one."""
        return self.filter(
            Q(closes_at__isnull=True) | Q(closes_at__gt=instant),
            call__state="published",
            state="scheduled",
            opens_at__lte=instant,
        )


class Opening(models.Model):
    """A window in which a call takes applications: from an instant (included) to an instant (excluded), with its money.

    ``state`` holds what somebody decided (suspended, exhausted, closed early); what only time decides is ``phase()``.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="openings")
    code = models.SlugField(max_length=60)
    name_it = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300, blank=True)
    form = models.ForeignKey(
        FormVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="openings",
        help_text="the version in force",
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True, help_text="the first instant that is too late")
    budget = models.DecimalField(max_digits=15, decimal_places=2)
    state = models.CharField(max_length=12, choices=_choices(OPENING_STATES), default="scheduled")
    line_by = models.CharField(max_length=60, blank=True, help_text="field of the form whose answer is the line's code")
    per_enterprise = models.PositiveSmallIntegerField(default=1, help_text="applications an enterprise may send")
    is_demo = models.BooleanField(default=False, help_text="dates or budget made for the demonstration")

    form_id: int | None
    lines: Any

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["call_id", "opens_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="opening_code_once"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="opening_window"
            ),
            models.CheckConstraint(condition=Q(budget__gt=0), name="opening_has_money"),
            models.CheckConstraint(condition=Q(per_enterprise__gte=1), name="opening_takes_one"),
            models.CheckConstraint(condition=Q(state__in=list(OPENING_STATES)), name="opening_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.code}"

    def phase(self, instant: datetime) -> Phase:
        """What the opening is at an instant; the call must be loaded."""
        return phase_at(
            call_state=self.call.state,
            opening_state=self.state,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            instant=instant,
        )


class OpeningLine(models.Model):
    """A part of an opening's money reserved to a kind of applications, with an order of its own (line A, line B…)."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="lines")
    code = models.SlugField(max_length=40)
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    budget = models.DecimalField(max_digits=15, decimal_places=2)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["opening_id", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "code"], name="opening_line_code_once"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="opening_line_has_money"),
        ]

    def __str__(self) -> str:
        return self.name_it


class Criterion(models.Model):
    """A criterion of a ranking. ``expression`` (CEL over facts and answers) gives the points of an automatic one."""

    AUTOMATIC, EVALUATED = "automatic", "evaluated"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="criteria")
    code = models.SlugField(max_length=60)
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    explanation_it = models.TextField(blank=True)
    explanation_en = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=[(AUTOMATIC, "Automatic"), (EVALUATED, "By evaluators")])
    max_points = models.DecimalField(max_digits=7, decimal_places=2)
    minimum = models.DecimalField(max_digits=7, decimal_places=2, default=0)
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
                condition=(Q(kind="automatic") & ~Q(expression="")) | Q(kind="evaluated", expression=""),
                name="criterion_automatic_has_expression",
            ),
        ]

    def __str__(self) -> str:
        return self.name_it


class CallEvent(models.Model):
    """What happened to a call or to one of its openings, for everybody to read. Append-only."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="events")
    opening = models.ForeignKey(Opening, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
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
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
