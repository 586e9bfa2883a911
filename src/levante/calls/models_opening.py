"""The windows of a call, with their money."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from levante.calls.models_call import DESIGNERS, PUBLIC, Call, FormVersion, choices_of, designing_offices
from levante.calls.phases import COMING, Phase, phase_at
from levante.calls.procedures import PROCEDURES
from levante.calls.states import OPENING_STATES
from levante.kernel.api import Actor


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.in_section(*DESIGNERS):
            return self
        return self.filter(Q(call__state__in=PUBLIC) | Q(call__office__code__in=designing_offices(actor)))

    def sealed(self) -> Self:
        """Those whose applications are sealed before the opening (``Call.is_sealed``)."""
        sealed = [code for code, rule in PROCEDURES.items() if rule.sealed]
        return self.filter(Q(call__procedure__in=sealed) | Q(call__delivery__sealed=True))

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
    state = models.CharField(max_length=12, choices=choices_of(OPENING_STATES), default="scheduled")
    line_by = models.CharField(max_length=60, blank=True, help_text="field of the form whose answer is the line's code")
    reserves = models.JSONField(default=list, help_text="money kept for some: calls.schema.frame.ReserveEntry")
    limits = models.JSONField(default=list, help_text="limits of this opening, besides those of the call")
    committee = models.JSONField(default=list, help_text="seats of the committee: {office, role, it, en}")
    seed = models.CharField(max_length=200, blank=True, help_text="of the draw: written after the closing, by act")
    seed_source = models.JSONField(default=dict, blank=True, help_text="where the seed will be read: {it, en}")
    seed_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="that wrote it"
    )
    is_demo = models.BooleanField(default=False, help_text="dates or budget made for the demonstration")

    form_id: int | None
    seed_act_id: int | None
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
            models.CheckConstraint(condition=Q(seed="") | Q(closes_at__isnull=False), name="opening_drawn_has_closed"),
            models.CheckConstraint(condition=Q(state__in=list(OPENING_STATES)), name="opening_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.code}"

    def takes_drafts(self, instant: datetime) -> bool:
        """May an application be written at an instant: while it is open; where they are sealed, before it opens too."""
        phase = self.phase(instant)
        return phase.is_open or (phase.code == COMING and self.call.is_sealed)

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
