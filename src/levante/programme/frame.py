"""What a programme stands within: its trienniums and acts, the strategy, periods, funds and actions.

Every row comes from a folder under ``programmes/`` and carries how sure it is and its source (``Definition``).
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

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
    confidence = models.CharField(max_length=12, choices=words.choices(words.CONFIDENCE), default=words.TO_CONFIRM)
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
                condition=(Q(demonstration=False, confidence="sourced") & ~Q(source=""))
                | Q(demonstration=False, confidence__in=["to_confirm", "assumption"])
                | Q(demonstration=True, confidence="invented"),
                name="%(class)s_certainty",
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

    @property
    def told_it(self) -> str:
        """As people say it where they choose one: ``DD 123 del 04/05/2026 – Oggetto``."""
        return f"{self._name(words.ACT_SHORT[self.kind].it, '', 'del', 'numero da confermare')} – {self.title_it}"

    @property
    def told_en(self) -> str:
        return f"{self._name(words.ACT_SHORT[self.kind].en, '', 'of', 'number to be confirmed')} – {self.title_en or self.title_it}"

    def _name(self, kind: str, number: str, of: str, unknown: str) -> str:
        day = f" {of} {self.adopted_on:%d/%m/%Y}" if self.adopted_on else ""
        return (
            f"{' '.join(filter(None, (kind, number, self.number)))}{day}" if self.number else f"{kind}{day} ({unknown})"
        )


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
