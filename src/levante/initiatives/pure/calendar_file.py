"""Editions of fairs read from a calendar: CSV with headings, or iCalendar (RFC 5545). Pure: tolerant of encodings, told line by line.

CSV: ``fair, city, country, starts_on, ends_on`` (days as 2026-05-01 or 01/05/2026), and if they are there ``organiser, venue, halls,
sectors, source, uid, status`` (or as ``_CALLED`` says); separated by commas, semicolons or tabs; sectors by ``|``. iCalendar: each
VEVENT is an edition; SUMMARY names the fair, ORGANIZER's CN who runs it, DTSTART and DTEND (excluded when they are days, as the standard
says) or DURATION its days, LOCATION its city, URL its source, CATEGORIES its sectors, where they are words of ours, UID tells it from
others when its days change; the country is the one given.
What has STATUS:CANCELLED, or is in a calendar with METHOD:CANCEL (RFC 5546 §3.2.5), its organiser will not hold: fair and first day are
enough.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from levante.kernel.pure import Bilingual

#: The longest file, in bytes, and the most lines.
LONGEST, MOST_LINES = 1_000_000, 5_000
ROME = ZoneInfo("Europe/Rome")
#: Days of an edition: a year of two digits is no year.
FIRST_YEAR, LAST_YEAR = 2000, 2100
_CANCELLED = frozenset({"cancelled", "canceled", "annullata", "annullato"})
#: How headings are called besides, in either language: those of our own list of editions too.
_CALLED = {
    "fiera": "fair", "organizzatore": "organiser", "settori": "sectors", "first day": "starts_on", "primo giorno": "starts_on",
    "last day": "ends_on", "ultimo giorno": "ends_on", "città": "city", "citta": "city", "paese": "country", "sede": "venue",
    "padiglioni": "halls", "fonte": "source", "state": "status", "stato": "status",
}  # fmt: skip
_NEEDED = ("fair", "city", "country", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class Read:
    """An edition as a file tells it."""

    line: int
    fair: str
    city: str
    country: str
    starts_on: date
    ends_on: date
    organiser: str = ""
    venue: str = ""
    source: str = ""
    uid: str = ""
    halls: str = ""
    sectors: tuple[str, ...] = ()
    #: Words that may be sectors or not: those of an iCalendar.
    categories: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that could not be read, and why."""

    line: int
    why: Bilingual


class Unreadable(ValueError):
    """The file as a whole: not text, without its headings, too long."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.it)
        self.why = why


def read_calendar(content: bytes, *, country: str = "") -> tuple[list[Read], list[Wrong]]:
    """The editions of a file and the lines that are wrong. ``country`` (two letters) where the file says none."""
    if len(content) > LONGEST:
        raise Unreadable(Bilingual("Il file supera 1 MB.", "The file is over 1 MB."))
    text = _text(content)
    if text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return _from_ics(text, country)
    return _from_csv(text, country)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(Bilingual("Il file non è un testo.", "The file is no text."))


def _from_csv(text: str, country: str) -> tuple[list[Read], list[Wrong]]:
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        names = [_CALLED.get(name, name) for name in (cell.strip().lower() for cell in next(rows))]
        lines = list(rows)
    except (StopIteration, csv.Error) as error:
        raise Unreadable(Bilingual("Il file è vuoto o non è un CSV.", "The file is empty or no CSV.")) from error
    missing = [name for name in _NEEDED if name not in names and not (name == "country" and country)]
    if missing:
        listed = ", ".join(missing)
        raise Unreadable(Bilingual(f"Mancano le colonne: {listed}.", f"Columns are missing: {listed}."))
    if len(lines) > MOST_LINES:
        raise Unreadable(Bilingual(f"Al massimo {MOST_LINES} righe.", f"At most {MOST_LINES} lines."))
    found: list[Read] = []
    wrong: list[Wrong] = []
    for number, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        told = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        starts_on, ends_on = _day(told.get("starts_on", "")), _day(told.get("ends_on", ""))
        _keep(found, wrong, number, told, starts_on, ends_on, country)
    return found, wrong


def _from_ics(text: str, country: str) -> tuple[list[Read], list[Wrong]]:
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")
    found: list[Read] = []
    wrong: list[Wrong] = []
    event: dict[str, str] | None = None
    number, inside, method = 0, 0, ""
    for line in unfolded:
        key, value = _property(line)
        if event is None:
            if key == "BEGIN" and value.upper() == "VEVENT":
                event, number = {"STATUS": method}, number + 1
            elif key == "METHOD" and value.upper() == "CANCEL":
                method = "CANCELLED"
        elif key == "BEGIN":
            inside += 1  # an alarm, whose words are not those of the event
        elif key == "END" and inside:
            inside -= 1
        elif key == "END":
            starts_on, ends_on = _ics_days(event)
            told = {
                "fair": event.get("SUMMARY", ""), "city": event.get("LOCATION", "").split(",")[0].strip(),
                "source": event.get("URL", ""), "organiser": event.get("ORGANIZER", ""), "venue": event.get("LOCATION", ""),
                "uid": event.get("UID", ""), "status": method or event.get("STATUS", ""), "categories": event.get("CATEGORIES", ""),
            }  # fmt: skip
            _keep(found, wrong, number, told, starts_on, ends_on, country)
            event = None
        elif not inside and key == "CATEGORIES":  # more than one line, each with more than one word
            event[key] = "|".join(filter(None, [event.get(key, ""), *re.split(r"(?<!\\),", value)])).replace("\\,", ",")
        elif not inside and key == "ORGANIZER":  # its name is a parameter (RFC 5545 §3.2.2), its value an address
            event[key] = _named(line)
        elif not inside:
            event[key] = value.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").replace("\\\\", "\\").strip()
    if number > MOST_LINES:
        raise Unreadable(Bilingual(f"Al massimo {MOST_LINES} eventi.", f"At most {MOST_LINES} events."))
    return found, wrong


def _property(line: str) -> tuple[str, str]:
    """Name and value of a line; the value begins after the first colon that is not inside a quoted parameter (RFC 5545 §3.1)."""
    quoted = False
    for index, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line[:index].split(";")[0].strip().upper(), line[index + 1 :].strip()
    return line.split(";")[0].strip().upper(), ""


_NAMED = re.compile(r';CN=(?:"([^"]*)"|([^";:]*))', re.IGNORECASE)


def _named(line: str) -> str:
    found = _NAMED.search(line)
    return ((found[1] or found[2] or "") if found else "").strip()


def _ics_days(event: dict[str, str]) -> tuple[date | None, date | None]:
    """First and last day of an event. Its end is excluded: a day, midnight, or the start with what it lasts (RFC 5545 §3.6.1); without an
    end it is of one day."""
    start = _ics_instant(event.get("DTSTART", ""))
    if start is None:
        return None, None
    end, lasts = _ics_instant(event.get("DTEND", "")), _LASTS.fullmatch(event.get("DURATION", "").strip().upper())
    if event.get("DTEND") and end is None:
        return start.date(), None
    if end is None and lasts is not None and any(lasts.groups()):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in lasts.groups())
        try:
            end = start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            return start.date(), None
    if end is None or end == start:
        return start.date(), start.date()
    return start.date(), (end - timedelta(microseconds=1)).date() if end > start else end.date()


_LASTS = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.ASCII)
_INSTANT = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)


def _ics_instant(text: str) -> datetime | None:
    """A day (its midnight) or an instant, in the hours it is written in; one in UTC in those of Rome, as people here read it."""
    found = _INSTANT.fullmatch(text.strip().upper())
    if found is None:
        return None
    day, hour, utc = found.groups()
    try:
        instant = datetime.strptime(day + (hour or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - hours of the place, with no zone
        return instant.replace(tzinfo=UTC).astimezone(ROME).replace(tzinfo=None) if utc else instant
    except (ValueError, OverflowError):
        return None


def _keep(
    found: list[Read], wrong: list[Wrong], number: int, told: dict[str, str], starts_on: date | None, ends_on: date | None, country: str
) -> None:  # fmt: skip
    where = (told.get("country") or country).upper()
    why, cancelled = None, told.get("status", "").lower() in _CANCELLED
    if cancelled:  # nothing is written from it: which edition it is, is enough
        ends_on = starts_on if starts_on is None or ends_on is None or ends_on < starts_on else ends_on
    if not told.get("fair") or (not told.get("city") and not cancelled):
        why = Bilingual("mancano la fiera o la città", "the fair or the city is missing")
    elif starts_on is None or ends_on is None:
        why = Bilingual("le date non si leggono", "the days cannot be read")
    elif ends_on < starts_on:
        why = Bilingual("finisce prima di iniziare", "it ends before it starts")
    elif starts_on.year < FIRST_YEAR or ends_on.year > LAST_YEAR:
        why = Bilingual(
            f"l’anno va scritto con quattro cifre, tra il {FIRST_YEAR} e il {LAST_YEAR}",
            f"the year is written with four digits, between {FIRST_YEAR} and {LAST_YEAR}",
        )
    elif (len(where) != 2 or not where.isalpha()) and not cancelled:
        why = Bilingual("manca il paese (due lettere)", "the country is missing (two letters)")
    if why is not None or starts_on is None or ends_on is None:
        wrong.append(Wrong(number, why or Bilingual("non si legge", "it cannot be read")))
        return
    found.append(
        Read(
            number, told["fair"][:200], told.get("city", "")[:100], where, starts_on, ends_on, told.get("organiser", "")[:200],
            told.get("venue", "")[:200], told.get("source", "")[:500], told.get("uid", "")[:255],
            told.get("halls", "")[:200], _words(told.get("sectors", "")), _words(told.get("categories", "")), cancelled,
        )
    )  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split("|") if word.strip()))


def _day(text: str) -> date | None:
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
