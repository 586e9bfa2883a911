"""The national holidays of Italy, from the dated list of ``data/holidays.yaml``, with the movable ones from Easter.

The list starts in 1986; before that ``parameters.Missing`` is raised rather than a wrong calendar answered.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from levante.kernel.pure import Bilingual
from levante.law import parameters

_PREFIX = "holidays.national."


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday on a given day, with the norm that made it one."""

    day: date
    name: Bilingual
    parameter: parameters.Parameter

    @property
    def reference(self) -> str:
        return self.parameter.reference


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the computation of Meeus, Jones and Butcher)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon_shift + 15) % 30
    in_leaps, in_rest = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * in_leaps - epact - in_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def national_holidays(year: int) -> dict[date, Holiday]:
    """The holidays of a year by day, Sundays apart. ``parameters.Missing`` for a year the list does not cover."""
    first = date(year, 1, 1)
    if not any(entry.holds_on(first) for entry in parameters.history("holidays.weekdays")):
        raise parameters.Missing("holidays.weekdays", first)
    found: dict[date, Holiday] = {}
    for name in parameters.names():
        if not name.startswith(_PREFIX):
            continue
        for entry in parameters.history(name):
            value = entry.value
            if "easter" in value:
                day = easter(year) + timedelta(days=value["easter"])
            else:
                day = date(year, value["month"], value["day"])
            # Two holidays may meet (25 April 2011 was Easter Monday): the day is counted once.
            if entry.holds_on(day) and day not in found:
                found[day] = Holiday(day, Bilingual(value["it"], value["en"]), entry)
    return found


def holiday_on(day: date) -> Holiday | None:
    """The national holiday of a day, if it is one; a plain Sunday is not in this list (see ``is_holiday``)."""
    holiday = national_holidays(day.year).get(day)
    if holiday is not None:
        parameters.note_use(holiday.parameter)
    return holiday


def is_holiday(day: date) -> bool:
    """A Sunday or a national holiday: what the civil code calls *giorno festivo*."""
    return holiday_on(day) is not None or day.isoweekday() in parameters.value("holidays.weekdays", on=day).value
