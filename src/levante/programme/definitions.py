"""What a programme is made of. Every row comes from a folder under ``programmes/`` and carries how sure it is and its source."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from levante.programme import vocabulary as words


class Programme(models.Model):
    """One programme of one region: a folder of data. The programme whose folder was loaded first is the main one."""

    code = models.SlugField(max_length=60, unique=True)
    name_it = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    region_it = models.CharField(max_length=200)
    region_en = models.CharField(max_length=200)
    nuts = models.CharField(max_length=5, blank=True, help_text="NUTS 2 code of the region")
    description_it = models.TextField(blank=True, help_text="Markdown")
    description_en = models.TextField(blank=True, help_text="Markdown")
    source = models.CharField(max_length=500, blank=True)
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name_it


class DefinitionQuerySet(models.QuerySet[Any]):
    def of(self, programme: Programme) -> Self:
        return self.filter(programme=programme)


class DatedQuerySet(DefinitionQuerySet):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day))


class Definition(models.Model):
    """A row of the programme's data: a code within its programme, its source, and how sure it is."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="%(class)s_set")
    code = models.CharField(max_length=80)
    source = models.CharField(
        max_length=500, blank=True, help_text="where it is written: act and article, page, address"
    )
    confidence = models.CharField(max_length=12, choices=words.choices(words.CONFIDENCE), default=words.SOURCED)
    note_it = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    demonstration = models.BooleanField(
        default=False, help_text="invented to show the system at work: no source says it"
    )

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["programme", "code"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="%(class)s_code_once"),
            models.CheckConstraint(
                condition=Q(confidence__in=list(words.CONFIDENCE)), name="%(class)s_known_confidence"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Triennium(Definition):
    """Three years of the programme. Two may share a year: what belongs to which is said by the act, never by the date."""

    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    previous = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor")
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)

    class Meta(Definition.Meta):
        ordering = ["programme", "first_year", "code"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="triennium_years"),
        ]


class Act(Definition):
    """An act: who adopted it, when, its number, which triennium it belongs to, what it amends or replaces.

    ``number`` and ``adopted_on`` are empty when no source gives them, and the act then says so (``to_confirm``).
    """

    kind = models.CharField(max_length=15, choices=words.choices(words.ACT_KINDS))
    role = models.CharField(max_length=15, choices=words.choices(words.ACT_ROLES), default=words.IMPLEMENTING)
    triennium_id: int | None
    triennium = models.ForeignKey(Triennium, null=True, blank=True, on_delete=models.PROTECT, related_name="acts")
    number = models.CharField(max_length=40, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    title_it = models.CharField(max_length=1000)
    title_en = models.CharField(max_length=1000)
    burp_number = models.CharField(max_length=20, blank=True, help_text="issue of the Bollettino ufficiale (BURP)")
    burp_date = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    amends = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="amended_by")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta(Definition.Meta):
        ordering = ["programme", F("adopted_on").asc(nulls_last=True), "code"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=list(words.ACT_KINDS)), name="act_known_kind"),
            models.CheckConstraint(condition=Q(role__in=list(words.ACT_ROLES)), name="act_known_role"),
            models.UniqueConstraint(
                fields=["triennium"],
                condition=Q(role="approval", replaces__isnull=True),
                name="act_one_approval_of_a_triennium",
            ),
            models.CheckConstraint(
                condition=(~Q(number="") & Q(adopted_on__isnull=False)) | ~Q(confidence="sourced"),
                name="act_without_number_is_to_confirm",
            ),
        ]

    @property
    def name_it(self) -> str:
        return self._name(words.ACT_KINDS[self.kind].it, "n.", "del", "numero da confermare")

    @property
    def name_en(self) -> str:
        return self._name(words.ACT_KINDS[self.kind].en, "no.", "of", "number to be confirmed")

    def _name(self, kind: str, number: str, of: str, unknown: str) -> str:
        day = f" {of} {self.adopted_on:%d/%m/%Y}" if self.adopted_on else ""
        return f"{kind} {number} {self.number}{day}" if self.number else f"{kind}{day} ({unknown})"


class Strategy(Definition):
    """A strategy the programme follows (the S3, Smart Puglia 2030)."""

    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="strategies")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")


class ProgrammingPeriod(Definition):
    """A period of the cohesion policy: 2014-2020, 2021-2027."""

    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(help_text="last day, included")

    class Meta(Definition.Meta):
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="programming_period_days"),
        ]


class Fund(Definition):
    """A source of money: an operational programme of a period, or a budget of its own."""

    kind = models.CharField(max_length=20, choices=words.choices(words.FUND_KINDS))
    period = models.ForeignKey(ProgrammingPeriod, null=True, blank=True, on_delete=models.PROTECT, related_name="funds")
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)

    class Meta(Definition.Meta):
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=list(words.FUND_KINDS)), name="fund_known_kind"),
        ]


class Action(Definition):
    """An action of a fund, or a part of one (3.5 and its sub-actions 3.5.b and 3.5.c)."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="actions")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    name_it = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    objects = DatedQuerySet.as_manager()


class Direction(Definition):
    """A line of action of the programme (direttrice), in the words of the act."""

    name_it = models.CharField(max_length=120, help_text="short name")
    name_en = models.CharField(max_length=120)
    text_it = models.TextField(help_text="the words of the programme, verbatim")
    text_en = models.TextField(help_text="translation")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Definition.Meta):
        ordering = ["programme", "position", "code"]


def day_range(since: str = "since", until: str = "until") -> Func:
    """The days from ``since`` to ``until``, both included; an empty end is open."""
    return Func(F(since), F(until), Value("[]"), function="DATERANGE", output_field=DateRangeField())


class DirectionAction(Definition):
    """The tie between a direction and an action, in time: an editable reading, marked as an assumption until an act says it."""

    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="action_ties")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="direction_ties")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    objects = DatedQuerySet.as_manager()

    class Meta(Definition.Meta):
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="direction_action_days",
            ),
            ExclusionConstraint(
                name="direction_action_once_at_a_time",
                expressions=[
                    ("direction", RangeOperators.EQUAL),
                    ("action", RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class TieChange(models.Model):
    """What was done to a tie at the desk, or by loading the folder over it: never changed, never deleted.

    The latest row of a tie says who holds it: the desk (the folder no longer changes it) or the folder.
    """

    ADDED, CHANGED, REMOVED, FOLDER = "added", "changed", "removed", "folder"
    KINDS = (ADDED, CHANGED, REMOVED, FOLDER)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="tie_changes")
    code = models.CharField(max_length=80, help_text="of the tie")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    before: "models.JSONField[Any]" = models.JSONField(
        default=dict, help_text="as attributes; empty when it was not there"
    )
    after: "models.JSONField[Any]" = models.JSONField(default=dict, help_text="as attributes; empty when it is gone")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="tie_changes")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    by_id: int | None

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["added", "changed", "removed", "folder"]), name="tie_change_known_kind"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="tie_change_says_why"),
        ]
        indexes = [models.Index(fields=["programme", "code", "-id"], name="tie_change_latest")]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]


class Sector(Definition):
    """A sector of the region's economy. A subject may have several: totals count it once."""

    kind = models.CharField(max_length=15, choices=words.choices(words.SECTOR_KINDS))
    name_it = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_it = models.CharField(max_length=40)
    short_en = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Definition.Meta):
        ordering = ["programme", "position", "code"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=list(words.SECTOR_KINDS)), name="sector_known_kind"),
        ]


class Indicator(Definition):
    """What is counted and how. ``number`` is the indicator's own code (RCO02); two editions of it never overlap in time."""

    number = models.CharField(max_length=40, help_text="the indicator's own code: RCO02, CO04, P01")
    kind = models.CharField(max_length=10, choices=words.choices(words.INDICATOR_KINDS))
    scope = models.CharField(max_length=25, choices=words.choices(words.INDICATOR_SCOPES))
    fund = models.ForeignKey(Fund, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators")
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators")
    name_it = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    definition_it = models.TextField(blank=True)
    definition_en = models.TextField(blank=True)
    unit_it = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    objects = DatedQuerySet.as_manager()

    class Meta(Definition.Meta):
        ordering = ["programme", "scope", "number", "since"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=list(words.INDICATOR_KINDS)), name="indicator_known_kind"),
            models.CheckConstraint(condition=Q(scope__in=list(words.INDICATOR_SCOPES)), name="indicator_known_scope"),
            models.CheckConstraint(
                condition=Q(scope="programme", fund__isnull=True, action__isnull=True)
                | (~Q(scope="programme") & Q(fund__isnull=False)),
                name="indicator_of_a_fund_or_of_the_programme",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="indicator_days",
            ),
            ExclusionConstraint(
                name="indicator_one_edition_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Figure(Definition):
    """A figure with its definition, date and source; one that no source gives is marked as demonstration data."""

    kind = models.CharField(max_length=10, choices=words.choices(words.FIGURE_KINDS))
    triennium = models.ForeignKey(Triennium, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")
    direction = models.ForeignKey(Direction, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    value = models.DecimalField(max_digits=18, decimal_places=2)
    unit_it = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60)
    on = models.DateField(help_text="the day the figure describes")

    class Meta(Definition.Meta):
        ordering = ["programme", "on", "code"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=list(words.FIGURE_KINDS)), name="figure_known_kind"),
            models.CheckConstraint(condition=Q(demonstration=True) | ~Q(source=""), name="figure_has_a_source"),
        ]


class Intervention(Definition):
    """What the programme does within a direction, for a triennium, with whom, for which sectors, with what tie to tourism."""

    triennium = models.ForeignKey(Triennium, on_delete=models.PROTECT, related_name="interventions")
    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="interventions")
    title_it = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    lead_office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    offices = models.ManyToManyField(
        "identity.Office", blank=True, related_name="+", help_text="who works with the lead"
    )
    sectors = models.ManyToManyField(Sector, blank=True, related_name="interventions")
    tourism_tie = models.CharField(max_length=10, choices=words.choices(words.TOURISM_TIES))
    tourism_note_it = models.TextField(blank=True)
    tourism_note_en = models.TextField(blank=True)
    continues = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="continued_by")
    continuity = models.CharField(max_length=12, choices=words.choices(words.CONTINUITY), blank=True)

    class Meta(Definition.Meta):
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(
                condition=Q(tourism_tie__in=list(words.TOURISM_TIES)), name="intervention_known_tourism_tie"
            ),
            models.CheckConstraint(
                condition=Q(continuity="") | Q(continuity__in=list(words.CONTINUITY)),
                name="intervention_known_continuity",
            ),
        ]


class PlannedInitiative(Definition):
    """A line of the plan: what is to be done, where and when, within an intervention."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="initiatives")
    kind = models.CharField(max_length=15, choices=words.choices(words.INITIATIVE_KINDS))
    state = models.CharField(max_length=10, choices=words.choices(words.INITIATIVE_STATES), default="planned")
    title_it = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2")
    place = models.CharField(max_length=200, blank=True)
    comuni = ArrayField(models.CharField(max_length=6), default=list, blank=True, help_text="ISTAT codes in the region")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    lead_office = models.ForeignKey(
        "identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="planned_initiatives", help_text="when empty, those of the intervention"
    )

    class Meta(Definition.Meta):
        ordering = ["programme", F("starts_on").asc(nulls_last=True), "code"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=list(words.INITIATIVE_KINDS)), name="planned_initiative_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(words.INITIATIVE_STATES)), name="planned_initiative_known_state"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="planned_initiative_days",
            ),
        ]


class ParallelMeasure(Definition):
    """A measure (bando) of the 2021/2027 programming that runs beside the programme, with the indicators it feeds."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="parallel_measures")
    name_it = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=words.choices(words.MEASURE_STATES))
    state_on = models.DateField(null=True, blank=True, help_text="the day on which the state was so")
    directions = models.ManyToManyField(Direction, blank=True, related_name="parallel_measures")
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="parallel_measures")
    url = models.URLField(max_length=500, blank=True)

    class Meta(Definition.Meta):
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=list(words.MEASURE_STATES)), name="measure_known_state"),
        ]
