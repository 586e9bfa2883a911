"""The value of a place that is aid, decided again: less is a variation of the aid, more is another aid."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.models_place import Participation
from levante.participations.states import choices


class AidChangeQuerySet(models.QuerySet["AidChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the place."""
        return self.filter(participation__in=Participation.objects.visible_to(actor).values("pk"))

    def standing(self) -> Self:
        """Those that count: in force, and not those of a place that was given up."""
        return self.filter(state=states.IN_FORCE)


class AidChange(models.Model):
    """The value of a place that is aid, decided again by an act with its reason (a quota given back or changed, services not given).

    ``after`` is the whole value from then on (gross grant equivalent, euro). Less: the aid in force is reduced, and the RNA told of the
    variation. More: the difference is another aid with headroom, COR and act of its own, since a registered aid is only varied downwards;
    until its code is there it is ``registering`` and the place is worth ``before``.
    """

    participation = models.ForeignKey(
        "participations.Participation", on_delete=models.PROTECT, related_name="aid_changes"
    )
    state = models.CharField(max_length=12, choices=choices(states.CHANGE_STATES))
    before = models.DecimalField(max_digits=15, decimal_places=2)
    after = models.DecimalField(max_digits=15, decimal_places=2)
    reason = models.CharField(max_length=2000)
    act = models.ForeignKey("programme.Act", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    reservation = models.ForeignKey(
        "aid.Reservation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cor = models.CharField(max_length=20, blank=True, help_text="of the further aid")
    cor_on = models.DateField(null=True, blank=True, help_text="the day of its registration in the RNA")
    aid = models.OneToOneField(
        "aid.AidRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="the further aid"
    )  # fmt: skip
    closed_reason = models.CharField(max_length=500, blank=True, help_text="why the further aid is no more")

    participation_id: int
    objects = AidChangeQuerySet.as_manager()

    class Meta:
        ordering = ["participation", "decided_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.CHANGE_STATES)), name="aid_change_known_state"),
            models.CheckConstraint(
                condition=Q(before__gte=0, after__gte=0) & ~Q(before=F("after")) & ~Q(reason=""), name="aid_change_of_something"
            ),
            models.CheckConstraint(
                condition=Q(after__lt=F("before"), state="in_force", reservation__isnull=True, aid__isnull=True, cor="")
                | Q(after__gt=F("before"), reservation__isnull=False),
                name="aid_change_more_is_another_aid",
            ),
            models.CheckConstraint(
                condition=Q(after__lt=F("before")) | Q(state="in_force", aid__isnull=False) | (~Q(state="in_force") & Q(aid__isnull=True)),
                name="aid_change_in_force_has_its_aid",
            ),
            models.CheckConstraint(
                condition=Q(state="given_up") & ~Q(closed_reason="") | ~Q(state="given_up") & Q(closed_reason=""),
                name="aid_change_given_up_says_why",
            ),
            models.CheckConstraint(
                condition=Q(cor="", cor_on__isnull=True) | (~Q(cor="") & Q(cor_on__isnull=False)), name="aid_change_cor_has_its_day"
            ),
            models.UniqueConstraint(
                fields=["participation"], condition=Q(state="registering"), name="aid_change_one_at_a_time"
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.before} → {self.after}"

    @property
    def is_more(self) -> Any:
        return self.after > self.before


class ByHandQuerySet(models.QuerySet["ByHand"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the place."""
        return self.filter(participation__in=Participation.objects.visible_to(actor).values("pk"))

    def to_do(self) -> Self:
        """Not done yet. The own code of a place that is no more is kept by the place (``cor_cancelled_on``)."""
        own = Q(cor=F("participation__cor"), participation__state__in=list(states.GONE))
        return self.filter(done_on__isnull=True).exclude(own)


class ByHand(models.Model):
    """What a person does in the RNA for a code that was written by hand: cancel it, or vary its aid down to ``value`` (euro, gross grant
    equivalent). One at a time for each code: what is wanted last."""

    participation = models.ForeignKey("participations.Participation", on_delete=models.PROTECT, related_name="by_hand")
    cor = models.CharField(max_length=20)
    what = models.CharField(max_length=6, choices=choices(states.BY_HAND))
    value = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip

    participation_id: int
    objects = ByHandQuerySet.as_manager()

    class Meta:
        ordering = ["participation", "asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what="cancel", value__isnull=True) | Q(what="vary", value__gt=0),
                name="by_hand_of_something",
            ),
            models.CheckConstraint(condition=~Q(cor="") & ~Q(reason=""), name="by_hand_says_of_what_and_why"),
            models.UniqueConstraint(fields=["cor"], condition=Q(done_on__isnull=True), name="by_hand_one_at_a_time"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.what} {self.cor}"

    @property
    def what_label(self) -> Bilingual:
        return states.BY_HAND[self.what]
