"""Who interprets at the meetings of an initiative: a person by name, with the hours for which it is booked."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from levante.kernel.api import Actor
from levante.kernel.pure.languages import CODE
from levante.meetings.models_agenda import led_by


class InterpreterQuerySet(models.QuerySet["Interpreter"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that follow the initiative; an interpreter has no account, and reads its own sheet by its secret."""
        return self.filter(led_by(actor, "agenda__initiative"))

    def named(self) -> Self:
        """Those whose name is kept yet."""
        return self.exclude(name="")


class Interpreter(models.Model):
    """A person booked for the meetings of an initiative. ``token`` opens its own sheet and nothing else. Its name is emptied with the words
    of the meetings, after their time."""

    agenda = models.ForeignKey("meetings.Agenda", on_delete=models.PROTECT, related_name="voices")
    name = models.CharField(max_length=120, blank=True, help_text="empty: forgotten")
    token = models.CharField(max_length=43, unique=True)

    agenda_id: int
    shifts: Any
    meetings: Any

    objects = InterpreterQuerySet.as_manager()

    class Meta:
        ordering = ["agenda", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agenda", "name"], condition=~Q(name=""), name="interpreter_once"),
        ]

    def __str__(self) -> str:
        return f"interpreter {self.pk}"


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, actor: Actor) -> Self:
        """As whose they are."""
        return self.filter(led_by(actor, "interpreter__agenda__initiative"))


class Shift(models.Model):
    """Hours in which an interpreter is there, for a language: nobody interprets two languages at once, held by the database."""

    interpreter = models.ForeignKey(Interpreter, on_delete=models.CASCADE, related_name="shifts")
    language = models.CharField(max_length=2)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    interpreter_id: int

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["interpreter", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(language__regex=CODE), name="shift_of_a_language"
            ),
            ExclusionConstraint(
                name="shift_one_at_a_time",
                expressions=[
                    (Func("starts_at", "ends_at", function="tstzrange"), RangeOperators.OVERLAPS),
                    ("interpreter", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.starts_at:%Y-%m-%d %H:%M}"
