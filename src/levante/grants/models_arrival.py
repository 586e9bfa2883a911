"""The order of arrival as it stands, kept so that a page reads a place without making the order again, and who was told of it."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from levante.applications.api import OUT, Place, PlaceOffer
from levante.calls.api import FUNDED, NOT_FUNDED, PARTIAL, RENOUNCED
from levante.kernel.pure import Bilingual

#: Outcomes at which the money does not reach the whole of what is asked: who is there is written to.
SHORT = (PARTIAL, NOT_FUNDED)
#: What a place means for who has it. Where the money stops at the first it cannot cover, the rest is a queue.
STANDINGS = {
    "funded": Bilingual("entro le risorse", "within the money"),
    "partial": Bilingual("coperta in parte", "covered in part"),
    "queue": Bilingual("oltre le risorse, in coda al suo posto", "beyond the money, in the queue at its place"),
    "beyond": Bilingual("oltre le risorse", "beyond the money"),
    "below": Bilingual("sotto il punteggio minimo", "below the threshold"),
    "renounced": Bilingual("posto lasciato", "place given up"),
    "void": Bilingual(
        "non conta: per i limiti del bando ne conta un’altra", "it does not count: under the limits of the call another one does"
    ),
}  # fmt: skip


class ArrivalOrder(models.Model):
    """The order of arrival of an opening, or of one of its lines, at ``computed_at``; ``mark`` says from what it was made, so
    that it is made again only when something in it moved."""

    opening = models.ForeignKey("calls.Opening", on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey("calls.OpeningLine", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64, blank=True)
    terms = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the terms of the call that it was made with"
    )
    computed_at = models.DateTimeField(null=True, blank=True)

    places: Any

    class Meta:
        ordering = ["opening_id", "line_id"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "line"], name="arrival_order_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(mark="", computed_at__isnull=True) | (~Q(mark="") & Q(computed_at__isnull=False)),
                name="arrival_order_made_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.line_id or '-'}"


class ArrivalPlaceQuerySet(models.QuerySet["ArrivalPlace"]):
    def untold(self) -> Self:
        """Whom the money does not reach and who has not been written so, or is reached after all; who is asked whether a part
        is accepted; who lost the place, not having answered. Nobody who has an award."""
        short = Q(outcome__in=(*SHORT, RENOUNCED)) & ~Q(told=F("outcome"))
        offers = PlaceOffer.objects.filter(application=OuterRef("application"), state=PlaceOffer.OPEN)
        asked = Q(outcome=PARTIAL) & Exists(offers.filter(offered_at__gt=OuterRef("told_at")))
        reached = Q(outcome=FUNDED, told__in=SHORT)
        waiting = self.filter(short | reached | asked, award_stands=False)
        return waiting.exclude(application__state__in=OUT, application__held_from="").order_by("order_id", "position")


class ArrivalPlace(models.Model):
    """The place of one application in its order of arrival. ``told`` is the outcome its enterprise was last written, and
    ``letters`` how many letters said so."""

    OUTCOMES = [
        ("funded", "Funded"),
        ("partial", "Partly funded"),
        ("not_funded", "Not funded"),
        ("below", "Below threshold"),
        ("void", "Does not count"),
        ("renounced", "Given up"),
    ]

    order = models.ForeignKey(ArrivalOrder, on_delete=models.CASCADE, related_name="places")
    application = models.OneToOneField(
        "applications.Application", on_delete=models.PROTECT, related_name="arrival_place"
    )
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    position = models.PositiveIntegerField(null=True, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="what the money covers at this place")
    ahead = models.PositiveIntegerField(default=0, help_text="arrived earlier and not decided yet")
    award_stands = models.BooleanField(default=False, help_text="an act awards it: the act tells it")
    told = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    letters = models.PositiveSmallIntegerField(default=0)

    objects = ArrivalPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["order_id", "position", "id"]
        indexes = [
            models.Index(fields=["order", "position"], name="arrival_place_order"),
            models.Index(
                fields=["id"],
                name="arrival_place_short",
                condition=Q(outcome__in=(*SHORT, RENOUNCED)) | Q(told__in=SHORT),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["funded", "partial", "not_funded", "below", "renounced"], position__isnull=False
                )
                | Q(outcome="void", position__isnull=True),
                name="arrival_place_has_a_position",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="arrival_place_amount"),
            models.CheckConstraint(
                condition=Q(told="", told_at__isnull=True, letters=0)
                | Q(told__in=["funded", "partial", "not_funded", "renounced"], told_at__isnull=False, letters__gt=0),
                name="arrival_place_told_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.position} {self.outcome}"

    @property
    def is_short(self) -> bool:
        return self.outcome in SHORT

    @property
    def standing(self) -> str:
        """What the place means, a key of ``STANDINGS``; the order's opening and call are loaded."""
        if self.outcome != "not_funded":
            return self.outcome
        return "beyond" if self.order.opening.call.when_short == "skip" else "queue"

    @property
    def meaning(self) -> Bilingual:
        return STANDINGS[self.standing]

    @property
    def reason(self) -> Bilingual:
        """The place and why it is there, in a sentence."""
        return Place(self.outcome, self.position, self.amount, self.ahead).reason
