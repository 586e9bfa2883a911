"""How a win that was told wrong was put right: what it said before and after, who corrected it, why."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.wins.models_win import Win


class WinChangeQuerySet(models.QuerySet["WinChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """As its win."""
        return self.filter(win__in=Win.objects.visible_to(actor).values("pk"))


class WinChange(models.Model):
    """One correction, never changed afterwards. ``before`` and ``after`` hold what differs, and only that: names of fields, values as
    plain JSON (euro by year as text, days as ISO 8601). ``anew``: what the customer was asked, or had answered, holds no more."""

    win = models.ForeignKey(Win, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_office = models.BooleanField(help_text="by an office, and not by the enterprise that told it")
    reason = models.CharField(max_length=1000, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    anew = models.BooleanField()

    win_id: int
    objects = WinChangeQuerySet.as_manager()

    class Meta:
        ordering = ["win", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(by_office=False) | ~Q(reason=""), name="win_change_of_office_says_why"),
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="win_change_changes"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"change {self.pk}"


def facts_in(win: Win) -> dict[str, Any]:
    """What a win says, as plain JSON; its years as they are in the database. One query."""
    return {
        "what": win.what, "customer": win.customer, "buyer": win.buyer_id, "country": win.country_id,
        "confidential": win.confidential, "kind": win.kind, "matter": win.matter, "sector": win.sector_id,
        "won_on": win.won_on.isoformat(), "confirm_by": win.confirm_by.isoformat(), "anyway": win.anyway, "sooner": win.sooner,
        "without_help": win.without_help, "state": win.state,
        "expected": {str(row.year): str(row.expected) for row in win.years.all()},
    }  # fmt: skip
