from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor


class RankingQuerySet(models.QuerySet["Ranking"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published rankings are everybody's; a draft one is the staff's."""
        return self if actor.is_staff else self.filter(state="published")


class Ranking(models.Model):
    """The order of the applications of an opening (or of one of its lines) and where the money ends.

    ``snapshot`` holds everything needed to recompute it (``applications.ranking``); ``sha256`` is that of its canonical
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
            models.CheckConstraint(
                condition=Q(version=1) | Q(state="draft") | Q(act__isnull=False), name="ranking_recomputed_by_act"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="ranking_sha256"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]


class RankingRow(models.Model):
    """The place of one application in a ranking: what a list or the enterprise's page asks without opening the snapshot."""

    OUTCOMES = [
        ("funded", "Funded"),
        ("partial", "Partly funded"),
        ("not_funded", "Not funded"),
        ("below", "Below threshold"),
        ("void", "Does not count"),
    ]

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="rows")
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="ranking_rows")
    position = models.PositiveIntegerField()
    score = models.DecimalField(max_digits=9, decimal_places=2)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="what the money left covers")
    reserve = models.CharField(max_length=80, blank=True, help_text="code of the reserve that pays for it, or a part")

    class Meta:
        ordering = ["ranking_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "position"], name="ranking_row_position_once"),
            models.UniqueConstraint(fields=["ranking", "application"], name="ranking_row_application_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="ranking_row_amount"),
        ]
