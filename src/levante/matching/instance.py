"""What an agenda is made of: slots, participants, the pairs that may meet, tables, interpreters; and the agenda itself.

Shapes only: ``reading`` makes them from JSON and refuses what cannot be, ``writing`` gives them back.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

__all__ = ["Agenda", "Instance", "Interpreters", "Meeting", "Pair", "Participant", "Slot", "has_offset", "minute_of"]

MINUTES_OF_A_DAY = 24 * 60
_HOUR = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-5][0-9])?")


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time in which meetings are held: ``begins`` is in minutes, comparable among the slots of an instance."""

    id: str
    day: str
    start: str
    minutes: int
    begins: int

    @property
    def ends(self) -> int:
        return self.begins + self.minutes


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who meets those of the other side; ``min`` is wished for, everything else is binding.

    ``rest_after``: how many slots of the same day, by their hours of beginning, stay free after each meeting.
    """

    id: str
    side: str
    min: int
    max: int
    available: tuple[str, ...]
    max_per_day: int | None = None
    own_table: bool = False
    languages: tuple[str, ...] = ()
    rest_after: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may meet once, what it is worth, and how: ``interpreter`` is a language, ``pinned`` a slot."""

    a: str
    b: str
    weight: float
    mutual: bool = False
    interpreter: str | None = None
    pinned: str | None = None


@dataclass(frozen=True, slots=True)
class Interpreters:
    """How many interpreters of a language there are in a slot: ``slots`` where said, ``default`` elsewhere."""

    default: int
    slots: dict[str, int] = field(default_factory=dict)

    def at(self, slot: str) -> int:
        return self.slots.get(slot, self.default)


@dataclass(frozen=True, slots=True)
class Instance:
    """An event whose agenda is to be made; ``tables`` is ``None`` where there are enough for everybody."""

    slots: tuple[Slot, ...]
    participants: tuple[Participant, ...]
    pairs: tuple[Pair, ...]
    tables: int | None = None
    table_slots: dict[str, int] = field(default_factory=dict)
    interpreters: dict[str, Interpreters] = field(default_factory=dict)
    shortfall_penalty: float = 0.0

    def tables_at(self, slot: str) -> int | None:
        """The shared tables of a slot; ``None``: as many as are needed."""
        return self.table_slots.get(slot, self.tables)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of an agenda; ``table`` counts from 1 among the slot's shared tables, ``None`` at somebody's own."""

    a: str
    b: str
    slot: str
    table: int | None = None
    interpreter: str | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """The meetings, and how good they are.

    ``objective`` = weights of the meetings held − penalty × ``shortfall`` (meetings missing to each one's minimum);
    ``bound`` is what no agenda can exceed, ``gap`` the share of it that is missing; ``least_shortfall`` what no agenda
    can go below; ``least_share`` the share that the worst served has of the weights it would get alone.
    """

    meetings: tuple[Meeting, ...]
    objective: float = 0.0
    bound: float = 0.0
    gap: float | None = None
    shortfall: int = 0
    least_shortfall: int = 0
    unmet_mutual: int = 0
    seconds: float = 0.0
    seed: int = 0
    least_share: float = 0.0


def minute_of(day: str, start: str, nth: int) -> int | None:
    """The minute at which a slot begins, on a count that is the same for the whole instance; ``None``: unreadable.

    ``start`` is an hour of the day (``09:30``) or an instant (ISO 8601: with an offset from UTC it is taken there, so
    that the slots of a virtual event are compared as instants). A day that is no date is the ``nth`` of the event.
    """
    try:
        if "T" in start:
            instant = datetime.fromisoformat(start)
            shift = instant.utcoffset()
            minutes = instant.toordinal() * MINUTES_OF_A_DAY + instant.hour * 60 + instant.minute
            return minutes - (int(shift.total_seconds() // 60) if shift is not None else 0)
        if not _HOUR.fullmatch(start):
            return None
        hour, minute = start.split(":")[:2]
        within = int(hour) * 60 + int(minute)
        if int(hour) > 23 or int(minute) > 59:
            return None
    except ValueError:
        return None
    try:
        return date.fromisoformat(day).toordinal() * MINUTES_OF_A_DAY + within
    except ValueError:
        return nth * MINUTES_OF_A_DAY + within


def has_offset(start: str) -> bool:
    """Whether the beginning of a slot says its offset from UTC."""
    return "T" in start and datetime.fromisoformat(start).tzinfo is not None


def on_calendar(day: str, start: str) -> bool:
    """Whether a slot has its place in the calendar, and not only among the days of the event."""
    return "T" in start or _date(day) is not None


def days_apart(day: str, start: str) -> int | None:
    """How many days the instant of a beginning is from the day written beside it; ``None`` when one of them is neither."""
    written = _date(day)
    if written is None or "T" not in start:
        return None
    return abs(datetime.fromisoformat(start).toordinal() - written.toordinal())


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None
