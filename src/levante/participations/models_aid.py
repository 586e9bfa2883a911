"""The value of a place that is aid, decided again: less is a variation of the aid, more is another aid."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
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
