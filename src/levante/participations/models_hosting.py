"""What is paid for the buyers of an initiative, and what is arranged for it: travel, hotels, visas, samples, interpreters."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.initiatives.api import BuyerInterest
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor
from levante.participations import states
from levante.participations.models_conduct import led_by
from levante.participations.states import choices


class HospitalityQuerySet(models.QuerySet["Hospitality"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that lead; the buyers who asked to take part; every buyer, where buyers may ask: terms are read before."""
        seen: Any = led_by(actor)
        if actor.buyer_id is not None and "read" in actor.scopes:
            asked = BuyerInterest.objects.filter(buyer_id=actor.buyer_id).order_by().values("initiative")
            seen |= Q(initiative__in=asked) | Q(
                initiative__open_to_buyers=True, initiative__state__in=initiative_states.PUBLIC
            )
        return self.filter(seen)


class Hospitality(models.Model):
    """The terms on which buyers are hosted: what the programme pays, and what is owed by who does not hold its meetings."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="hospitality")
    nights = models.PositiveSmallIntegerField(help_text="hotel nights paid at most")
    travel_ceiling = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="euro of travel paid at most; empty: none is paid"
    )  # fmt: skip
    least_meetings = models.PositiveSmallIntegerField(default=0, help_text="meetings a buyer undertakes to hold")
    owed_percent = models.PositiveSmallIntegerField(
        default=0, help_text="per cent of what was paid, owed by who held fewer"
    )
    words_it = models.CharField(max_length=2000, blank=True, help_text="what else is paid, and what is not")
    words_en = models.CharField(max_length=2000, blank=True)
    written_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField(default=1, help_text="grows each time they are written otherwise")

    initiative_id: int
    accepted: "models.Manager[AcceptedTerms]"
    objects = HospitalityQuerySet.as_manager()

    class Meta:
        ordering = ["initiative"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owed_percent__lte=100) & (Q(travel_ceiling__isnull=True) | Q(travel_ceiling__gt=0)),
                name="hospitality_amounts",
            ),
            models.CheckConstraint(
                condition=Q(owed_percent=0) | Q(least_meetings__gt=0), name="hospitality_owed_for_meetings"
            ),
        ]

    def __str__(self) -> str:
        return f"hospitality {self.initiative_id}"


class AcceptedTermsQuerySet(models.QuerySet["AcceptedTerms"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that lead; the buyer, its own."""
        seen: Any = led_by(actor, "terms__initiative")
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(buyer_id=actor.buyer_id)
        return self.filter(seen)


class AcceptedTerms(models.Model):
    """The terms as a buyer accepted them: a copy that never changes. The last one that it accepted binds; terms written otherwise
    afterwards do not, until it accepts them too."""

    terms = models.ForeignKey(Hospitality, on_delete=models.PROTECT, related_name="accepted")
    buyer = models.ForeignKey("parties.Buyer", on_delete=models.PROTECT, related_name="accepted_terms")
    version = models.PositiveSmallIntegerField()
    nights = models.PositiveSmallIntegerField()
    travel_ceiling = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    least_meetings = models.PositiveSmallIntegerField()
    owed_percent = models.PositiveSmallIntegerField()
    words_it = models.CharField(max_length=2000, blank=True)
    words_en = models.CharField(max_length=2000, blank=True)
    accepted_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    buyer_id: int
    objects = AcceptedTermsQuerySet.as_manager()

    class Meta:
        ordering = ["terms", "buyer", "version"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "buyer", "version"], name="terms_accepted_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1, owed_percent__lte=100)
                & (Q(travel_ceiling__isnull=True) | Q(travel_ceiling__gt=0))
                & (Q(owed_percent=0) | Q(least_meetings__gt=0)),
                name="accepted_terms_amounts",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"terms {self.terms_id}, {self.version}: buyer {self.buyer_id}"


class ArrangementQuerySet(models.QuerySet["Arrangement"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that lead; what is arranged for the buyer, or for the place of the enterprise, acted for."""
        seen: Any = led_by(actor)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(buyer_id=actor.buyer_id)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(place__enterprise_id=actor.enterprise_id)
        return self.filter(seen)

    def standing(self) -> Self:
        return self.exclude(state=states.A_CANCELLED)


class Arrangement(models.Model):
    """Something arranged: for whom (a buyer, an enterprise with a place, or the whole initiative), what, when, where it is, at which cost.

    ``cost`` is what the programme pays outside of contracts, VAT included: it enters the cost of the initiative. A visa is of a buyer's
    traveller; its passport is not kept: the letter leaves room for it. Weight and carnet (ATA, of goods that come back) are of samples.
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="arrangements")
    kind = models.CharField(max_length=12, choices=choices(states.ARRANGEMENTS))
    state = models.CharField(max_length=10, choices=choices(states.ARRANGEMENT_STATES), default=states.A_ASKED)
    buyer = models.ForeignKey(
        "parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="arrangements"
    )
    place = models.ForeignKey(
        "participations.Participation", null=True, blank=True, on_delete=models.PROTECT, related_name="arrangements"
    )
    traveller = models.CharField(max_length=200, blank=True, help_text="who travels, for a buyer")
    what = models.CharField(max_length=300)
    reference = models.CharField(max_length=100, blank=True, help_text="booking, visa or waybill number")
    starts_on = models.DateField()
    ends_on = models.DateField()
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    carnet = models.CharField(max_length=60, blank=True, help_text="number of the ATA carnet")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip

    initiative_id: int
    buyer_id: int | None
    place_id: int | None
    objects = ArrangementQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "starts_on", "id"]
        indexes = [models.Index(fields=["buyer", "initiative"], name="arrangement_of_buyer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(states.ARRANGEMENTS), state__in=list(states.ARRANGEMENT_STATES)) & ~Q(what=""),
                name="arrangement_known",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="arrangement_days"),
            models.CheckConstraint(condition=Q(buyer__isnull=True) | Q(place__isnull=True), name="arrangement_for_one"),
            models.CheckConstraint(
                condition=(Q(cost__isnull=True) | Q(cost__gte=0)) & (Q(weight_kg__isnull=True) | Q(weight_kg__gt=0)),
                name="arrangement_amounts",
            ),
            models.CheckConstraint(
                condition=Q(kind="samples") | Q(weight_kg__isnull=True, carnet=""), name="arrangement_weights_of_samples"
            ),
            models.CheckConstraint(
                condition=~Q(kind="visa") | (Q(buyer__isnull=False) & ~Q(traveller="")), name="arrangement_visa_of_a_traveller"
            ),
            models.CheckConstraint(condition=~Q(state="done") | Q(cost__isnull=False), name="arrangement_done_has_its_cost"),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.what
