"""Editions of fairs read from a calendar: CSV with headings, or iCalendar (RFC 5545). Pure: tolerant of encodings, told line by line.

CSV: ``fair, city, country, starts_on, ends_on`` (days as 2026-05-01 or 01/05/2026), and if they are there ``organiser, venue, source``;
separated by commas, semicolons or tabs. iCalendar: each VEVENT is an edition; SUMMARY names the fair, DTSTART and DTEND (excluded when
they are days, as the standard says) its days, LOCATION its city, URL its source; the country is the one given.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from levante.kernel.pure import Bilingual

#: The longest file, in bytes, and the most lines.
LONGEST, MOST_LINES = 1_000_000, 5_000
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
        names = [name.strip().lower() for name in next(rows)]
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
    number = 0
    for line in unfolded:
        name, _, value = line.partition(":")
        key = name.split(";")[0].strip().upper()
        if key == "BEGIN" and value.strip().upper() == "VEVENT":
            event, number = {}, number + 1
        elif key == "END" and value.strip().upper() == "VEVENT" and event is not None:
            starts_on, ends_on = _ics_day(event.get("DTSTART", "")), _ics_day(event.get("DTEND", ""))
            if (
                ends_on is not None
                and starts_on is not None
                and ends_on > starts_on
                and len(event["DTEND"].strip()) == 8
            ):
                ends_on -= timedelta(days=1)
            told = {
                "fair": event.get("SUMMARY", ""), "city": event.get("LOCATION", "").split(",")[0].strip(),
                "source": event.get("URL", ""), "organiser": "", "venue": event.get("LOCATION", ""),
            }  # fmt: skip
            _keep(found, wrong, number, told, starts_on, ends_on or starts_on, country)
            event = None
        elif event is not None:
            event[key] = value.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").replace("\\\\", "\\").strip()
    if number > MOST_LINES:
        raise Unreadable(Bilingual(f"Al massimo {MOST_LINES} eventi.", f"At most {MOST_LINES} events."))
    return found, wrong


def _keep(
    found: list[Read], wrong: list[Wrong], number: int, told: dict[str, str], starts_on: date | None, ends_on: date | None, country: str
) -> None:  # fmt: skip
    where = (told.get("country") or country).upper()
    why = None
    if not told.get("fair") or not told.get("city"):
        why = Bilingual("mancano la fiera o la città", "the fair or the city is missing")
    elif starts_on is None or ends_on is None:
        why = Bilingual("le date non si leggono", "the days cannot be read")
    elif ends_on < starts_on:
        why = Bilingual("finisce prima di iniziare", "it ends before it starts")
    elif len(where) != 2 or not where.isalpha():
        why = Bilingual("manca il paese (due lettere)", "the country is missing (two letters)")
    if why is not None or starts_on is None or ends_on is None:
        wrong.append(Wrong(number, why or Bilingual("non si legge", "it cannot be read")))
        return
    found.append(
        Read(
            number, told["fair"][:200], told["city"][:100], where, starts_on, ends_on, told.get("organiser", "")[:200],
            told.get("venue", "")[:200], told.get("source", "")[:500],
        )
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _ics_day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
