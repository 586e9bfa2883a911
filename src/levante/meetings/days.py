"""The days on which an agenda has meetings, in the hours of the place."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from levante.kernel.api import now
from levante.meetings.models import Agenda, Slot


def day_at(agenda: Agenda, moment: datetime) -> date:
    """The day that it is at the place."""
    return moment.astimezone(ZoneInfo(agenda.zone)).date()


def days_of(agenda: Agenda, slots: Iterable[Slot]) -> list[date]:
    """Those that have a slot, in their order."""
    return sorted({day_at(agenda, slot.starts_at) for slot in slots})


def day_for(days: Sequence[date], on: date) -> date:
    """The day of the meetings to which what is told on a day belongs: that one; else the next, whose stands are set up before; else,
    once they are over, the last. Without meetings, the day itself."""
    return next((day for day in days if day >= on), days[-1] if days else on)


def day_shown(agenda: Agenda, days: Sequence[date]) -> date:
    """The day of the meetings to which now belongs."""
    return day_for(days, day_at(agenda, now()))
