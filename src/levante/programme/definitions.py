"""What a programme does and counts: directions, sectors, indicators, figures, interventions, its plan (``frame`` holds it)."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from levante.programme import vocabulary as words
from levante.programme.frame import Act, Action, DatedQuerySet, Definition, Fund, Programme, Triennium


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
    counts = models.CharField(
        max_length=20, blank=True, choices=words.choices(words.INDICATOR_COUNTS),
        help_text="what is counted for it from the awards; empty: its figures are told",
    )  # fmt: skip
    initiative_kinds = ArrayField(
        models.CharField(max_length=15), default=list, blank=True,
        help_text="the initiatives of its fund in which to take part is support that is not financial",
    )  # fmt: skip
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    objects = DatedQuerySet.as_manager()

    class Meta(Definition.Meta):
        ordering = ["programme", "scope", "number", "since"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(
                condition=Q(counts="") | Q(counts__in=list(words.INDICATOR_COUNTS)), name="indicator_known_count"
            ),
            models.CheckConstraint(
                condition=Q(counts__in=list(words.COUNT_INITIATIVES)) & ~Q(initiative_kinds=[])
                | ~Q(counts__in=list(words.COUNT_INITIATIVES)) & Q(initiative_kinds=[]),
                name="indicator_says_which_initiatives",
            ),
            models.CheckConstraint(
                condition=Q(initiative_kinds__contained_by=list(words.INITIATIVE_KINDS)),
                name="indicator_known_initiatives",
            ),
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
