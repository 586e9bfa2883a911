from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.applications.models_appraisal import ConflictDeclaration
from levante.applications.models_moves import marks_order
from levante.calls.api import DECIDED
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

UNSAID = Bilingual("–", "–")


class RankingQuerySet(models.QuerySet["Ranking"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published rankings are everybody's; a draft one is the staff's, but for who declared a conflict of interest about
        an application of it (art. 6-bis L. 241/1990)."""
        if not actor.is_staff:
            return self.filter(state="published")
        if actor.user_id is None:
            return self
        declared = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True)
        theirs = RankingRow.objects.filter(application__in=declared.values("application"), ranking__state="draft")
        return self.exclude(pk__in=theirs.values("ranking"))


class Ranking(models.Model):
    """The order of the applications of an opening (or of one of its lines) and where the money ends.

    ``snapshot`` holds everything needed to recompute it (``calls.ranking``); ``sha256`` is that of its canonical
    JSON. Once published it never changes: another version, with its act, replaces it.
    """

    DRAFT, PUBLISHED = "draft", "published"

    opening = models.ForeignKey("calls.Opening", on_delete=models.PROTECT, related_name="rankings")
    line = models.ForeignKey(
        "calls.OpeningLine", null=True, blank=True, on_delete=models.PROTECT, related_name="rankings"
    )
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(DRAFT, "Draft"), (PUBLISHED, "Published")], default=DRAFT)
    snapshot = models.JSONField()
    head = models.GeneratedField(
        expression=models.Func("snapshot", function="applications_ranking_head"), output_field=models.JSONField(),
        db_persist=True, help_text="the snapshot without what is as long as the list: terms, criteria, reserves, who left",
    )  # fmt: skip
    steps = models.JSONField(default=list, help_text="how the money was given, line by line")
    scrolls = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="scrolled_by",
        help_text="the version whose order this one keeps, giving on the money that came free",
    )  # fmt: skip
    sha256 = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="rankings")
    published_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(  # noqa: DJ001 - no number yet is not an empty one: the constraint tells them apart
        max_length=32, null=True, blank=True, help_text="register number of the publication"
    )

    objects = RankingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "line", "version"], name="ranking_version_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, number__isnull=True)
                | Q(state="published", published_at__isnull=False, number__isnull=False),
                name="ranking_published_is_registered",
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(act__isnull=False), name="ranking_published_by_act"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="ranking_sha256"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    @property
    def act_as_published(self) -> dict[str, str] | None:
        """``{number, adopted_on}`` of its act, as the register signs it and the published file says it."""
        act = self.act
        return {"number": act.number, "adopted_on": str(act.adopted_on or "")} if act is not None else None


class RankingRow(models.Model):
    """The place of one application in a ranking: what a list or the enterprise's page asks without opening the snapshot."""

    OUTCOMES = [
        ("funded", "Funded"),
        ("partial", "Partly funded"),
        ("not_funded", "Not funded"),
        ("below", "Below threshold"),
        ("void", "Does not count"),
        ("renounced", "Gave it up"),
    ]

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="rows")
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="ranking_rows")
    position = models.PositiveIntegerField()
    score = models.DecimalField(max_digits=9, decimal_places=2)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="what the money left covers")
    reserve = models.CharField(max_length=80, blank=True, help_text="code of the reserve that pays for it, or a part")
    asked = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, help_text="what the order was told it wants"
    )
    points = models.JSONField(default=dict, help_text="by criterion, as text")
    tie_breaks = models.JSONField(default=list, help_text="the values of the call's chain, the smaller first")
    decided_by = models.CharField(max_length=20, blank=True, help_text="what put it after the one above")

    class Meta:
        ordering = ["ranking_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "position"], name="ranking_row_position_once"),
            models.UniqueConstraint(fields=["ranking", "application"], name="ranking_row_application_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="ranking_row_amount"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_rows_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT 1 FROM applications_ranking WHERE id = OLD.ranking_id AND state = 'published') THEN
                        RAISE EXCEPTION 'pgtrigger: a published ranking does not change';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    @property
    def decided(self) -> Bilingual:
        """What put it after the one above, in words."""
        return DECIDED.get("tie_break" if self.decided_by.startswith("tie_break") else self.decided_by, UNSAID)


class RankingOrder(models.Model):
    """A list asked for at the desk: the worker computes it, or the version that goes on from the one in force (``scrolls``),
    or publishes a draft with its act (``publishes``). It ends with the list that was made or published, or with why there is
    none; a draft that is replaced takes its orders along."""

    opening = models.ForeignKey("calls.Opening", on_delete=models.PROTECT, related_name="ranking_orders")
    line = models.ForeignKey("calls.OpeningLine", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scrolls = models.ForeignKey(Ranking, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    publishes = models.ForeignKey(Ranking, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="why an act of another matter approves it"
    )
    total = models.PositiveIntegerField(
        help_text="how many applications there were to be put in order, or are in the list, when it was asked"
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ranking = models.ForeignKey(Ranking, null=True, blank=True, on_delete=models.CASCADE, related_name="orders")
    reason_it = models.TextField(blank=True, help_text="why there is none")
    reason_en = models.TextField(blank=True)

    line_id: int | None
    ranking_id: int | None
    publishes_id: int | None

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "line"], condition=Q(ended_at__isnull=True), name="ranking_order_one_at_a_time",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ranking__isnull=True, reason_it="", reason_en="")
                | Q(ended_at__isnull=False, ranking__isnull=False, reason_it="", reason_en="")
                | (Q(ended_at__isnull=False, ranking__isnull=True) & ~Q(reason_it="") & ~Q(reason_en="")),
                name="ranking_order_ends_with_its_outcome",
            ),
            models.CheckConstraint(
                condition=Q(publishes__isnull=True, act__isnull=True)
                | Q(publishes__isnull=False, act__isnull=False, scrolls__isnull=True),
                name="ranking_order_publishes_by_act",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.line_id}"


class PlaceOffer(models.Model):
    """A part of what was asked, offered at the place where the money ends: to be accepted within days (``partial`` of the
    call). Who declines, or says nothing in time, gives up the place. ``superseded``: another amount reached the place before
    an answer came, or the whole. ``ranking`` is the list that gives the place; where money follows arrival there is none."""

    OPEN, ACCEPTED, DECLINED, LAPSED = "open", "accepted", "declined", "lapsed"
    SUPERSEDED = "superseded"
    STATES = [
        (OPEN, "Open"),
        (ACCEPTED, "Accepted"),
        (DECLINED, "Declined"),
        (LAPSED, "Lapsed"),
        (SUPERSEDED, "Superseded"),
    ]

    application_id: int

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="place_offers")
    ranking = models.ForeignKey(Ranking, null=True, blank=True, on_delete=models.PROTECT, related_name="offers")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    offered_at = models.DateTimeField()
    due_on = models.DateField()
    steps = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "ranking"], name="place_offer_once"),
            models.UniqueConstraint(fields=["application"], condition=Q(state="open"), name="place_offer_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | Q(state__in=["accepted", "declined", "lapsed", "superseded"], answered_at__isnull=False),
                name="place_offer_answered_is_dated",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="place_offer_amount"),
        ]
        triggers = [marks_order("NEW.application_id", "state")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.amount} {self.state}"
