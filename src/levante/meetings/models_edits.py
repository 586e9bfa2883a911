"""What was changed by hand in an agenda, step by step, so that the last steps can be undone."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.meetings import states
from levante.meetings.models_agenda import led_by
from levante.meetings.states import choices


class AgendaEditQuerySet(models.QuerySet["AgendaEdit"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that follow the initiative."""
        return self.filter(led_by(actor, "agenda__initiative"))

    def undoable(self) -> Self:
        """Those that were not undone and are no undoing themselves."""
        return self.filter(undoes__isnull=True, undone__isnull=True)


class AgendaEdit(models.Model):
    """A step by hand: of which meeting (``a`` × ``b``), and the meetings that it changed as they were and as they are since
    (``before``, ``after``: those not there did not stand). Undoing is a step of its own, once for each."""

    agenda = models.ForeignKey("meetings.Agenda", on_delete=models.PROTECT, related_name="edits")
    kind = models.CharField(max_length=6, choices=choices(states.EDITS))
    a = models.ForeignKey("meetings.Attendee", on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey("meetings.Attendee", on_delete=models.PROTECT, related_name="+")
    before: "models.JSONField[Any]" = models.JSONField(
        default=list, help_text="[{a, b, slot, table, interpreter, locked}]"
    )
    after: "models.JSONField[Any]" = models.JSONField(default=list)
    change = models.FloatField(default=0.0, help_text="of the agenda's points")
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    agenda_id: int
    a_id: int
    b_id: int

    objects = AgendaEditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(states.EDITS)), name="agenda_edit_known"),
            models.CheckConstraint(
                condition=Q(kind="undo", undoes__isnull=False) | (~Q(kind="undo") & Q(undoes__isnull=True)),
                name="agenda_edit_undo_of_one",
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="agenda_edit_changes"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.a_id} × {self.b_id}"
