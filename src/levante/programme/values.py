"""What a programme chooses in place of the default of the law's data: days and months that no norm gives, in time.

The default is the dated parameter of the same name (``levante.law.parameters``); a programme's folder may choose otherwise in its
section ``values``.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q

from levante.law import parameters
from levante.programme import vocabulary as words
from levante.programme.definitions import day_range
from levante.programme.frame import DatedQuerySet, Definition


class ChosenValue(Definition):
    """The value of a parameter in a programme, from a day to another: whole numbers, more than one only where the parameter is a list."""

    programme_id: int

    parameter = models.CharField(max_length=60, choices=[(name, one.words.en) for name, one in words.VALUES.items()])
    value = ArrayField(models.PositiveSmallIntegerField())
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    objects = DatedQuerySet.as_manager()

    class Meta(Definition.Meta):
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(parameter__in=list(words.VALUES)), name="chosen_value_known_parameter"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="chosen_value_days"
            ),
            models.CheckConstraint(
                condition=Q(value__len=1)
                | Q(value__len__gt=1, parameter__in=[name for name, one in words.VALUES.items() if one.many]),
                name="chosen_value_number_or_list",
            ),
            # Looked at when the loading ends: one row may end where another begins, in whichever order they are written.
            ExclusionConstraint(
                name="chosen_value_once_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("parameter", RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.DEFERRED,
            ),
        ]


def default_of(parameter: str, on: date) -> tuple[int, ...]:
    """The value on a day where a programme chose none. ``parameters.Missing`` when there is none either."""
    found = parameters.value(parameter, on=on).value
    return tuple(int(one) for one in (found if isinstance(found, tuple) else (found,)))


@dataclass(frozen=True, slots=True)
class Values:
    """What every programme chose, as read at once: so many questions, one query."""

    rows: dict[tuple[int, str], list[ChosenValue]]

    def all_of(self, parameter: str, *, programme: int, on: date) -> tuple[int, ...]:
        """The numbers of a list on a day, the least first: those the programme chose, else the default."""
        for row in self.rows.get((programme, parameter), ()):
            if row.since <= on and (row.until is None or on <= row.until):
                return tuple(sorted(row.value))
        return tuple(sorted(default_of(parameter, on)))

    def number(self, parameter: str, *, programme: int, on: date) -> int:
        """The one number of a parameter on a day."""
        return self.all_of(parameter, programme=programme, on=on)[0]

    def ever(self, parameter: str) -> list[tuple[int, ...]]:
        """What it was or is, in any programme and by default."""
        chosen = [tuple(row.value) for (_, name), rows in self.rows.items() if name == parameter for row in rows]
        return chosen + [default_of(parameter, entry.valid_from) for entry in parameters.history(parameter)]


def chosen_values() -> Values:
    """One query."""
    found: dict[tuple[int, str], list[ChosenValue]] = defaultdict(list)
    for row in ChosenValue.objects.order_by("programme", "parameter", "since"):
        found[row.programme_id, row.parameter].append(row)
    return Values(dict(found))
