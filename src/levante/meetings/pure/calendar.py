"""An agenda as an iCalendar feed (RFC 5545). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting: its identifier, which never changes, when (an instant, minutes), whom with, where; ``cancelled``
    takes it off calendars."""

    uid: str
    starts_at: datetime
    minutes: int
    title: str
    place: str
    changed_at: datetime
    sequence: int = 0
    cancelled: bool = False


def feed(name: str, events: Iterable[Event]) -> str:
    """The whole calendar, lines folded at 75 octets and ended by CRLF as the standard wants."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Levante//B2B//IT",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for one in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{one.uid}", f"DTSTAMP:{_instant(one.changed_at)}", f"SEQUENCE:{one.sequence}",
            f"DTSTART:{_instant(one.starts_at)}", f"DTEND:{_instant(one.starts_at + timedelta(minutes=one.minutes))}",
            f"SUMMARY:{_text(one.title)}", f"LOCATION:{_text(one.place)}", f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
            "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", f"DESCRIPTION:{_text(one.title)}", "END:VALARM", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> str:
    """At most 75 octets a line, never within a character; the next begins with a space."""
    parts: list[str] = []
    current = ""
    for character in line:
        most = 75 if not parts else 74
        if len((current + character).encode()) > most:
            parts.append(current)
            current = character
        else:
            current += character
    return "\r\n ".join([*parts, current])
