"""An agenda as screens show it: hours of the place, the grid of a day, a meeting for who is in it."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from levante.meetings.api import Agenda, Attendee, Feedback, Meeting, Shift, Slot, states
from levante.parties.api import plain
from levante.web.templatetags.levante import day_month_format


def hours_of(slot: Slot, row: Attendee) -> datetime:
    """When a slot begins, in the hours of somebody."""
    return _on_the_wall(slot, row.hours)


def local_of(one: Slot | Shift, agenda: Agenda, *, end: bool = False) -> datetime:
    """When a slot, or hours of an interpreter, begin (``end``: end), in the hours of the place."""
    moment = one.starts_at if not end else one.ends_at if isinstance(one, Shift) else end_of(one)
    return moment.astimezone(ZoneInfo(agenda.zone)).replace(tzinfo=None)


def end_of(slot: Slot) -> datetime:
    return slot.starts_at + timedelta(minutes=slot.minutes)


def _on_the_wall(slot: Slot, zone: str) -> datetime:
    """What a clock there says, without its zone: a page would bring an instant back to the hours of Rome."""
    return slot.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def days_of_sheet(agenda: Agenda, meetings: list[Meeting]) -> list[dict[str, Any]]:
    """Meetings by day of the place, in the order of time, each with its hours."""
    lines = [
        {"meeting": one, "begins": local_of(one.slot, agenda), "ends": f"{local_of(one.slot, agenda, end=True):%H:%M}"}
        for one in meetings
    ]
    return [{"day": day, "lines": list(ones)} for day, ones in groupby(lines, key=lambda line: line["begins"].date())]


def when_of(slot: Slot, agenda: Agenda) -> str:
    """The day and the hour, of the place."""
    moment = local_of(slot, agenda)
    return f"{date_format(moment, day_month_format())} {moment:%H:%M}"


#: Rows of a grid at once.
PER_PAGE = 100


def grid_of(
    agenda: Agenda, slots: list[Slot], people: list[Attendee], rows: list[Meeting], *, side: str, words: str = "", number: Any = 1
) -> dict[str, Any]:  # fmt: skip
    """People of a side by slots, or (``side`` is ``tables``) tables and stands by slots: in each cell the meeting, or why
    there is none; of those whose name holds all the ``words``, a page (its ``number``). Days head their columns."""
    days = [
        {"day": day, "slots": len(list(items))}
        for day, items in groupby(slots, key=lambda slot: local_of(slot, agenda).date())
    ]
    there = [person for person in people if person.side == side]
    every: list[Any] = _tables(agenda, slots, rows) if side == TABLES else [(person.name, person) for person in there]
    asked = plain(words).split()
    page = Paginator([one for one in every if all(word in plain(one[0]) for word in asked)], PER_PAGE).get_page(number)
    lines = (
        _by_table(agenda, slots, rows, list(page)) if side == TABLES else _by_person(slots, [one for _, one in page], rows, side)
    )  # fmt: skip
    return {
        "page": page,
        "words": words,
        "long": len(every) > PER_PAGE // 4,
        "days": days,
        "slots": [{"slot": slot, "hour": f"{local_of(slot, agenda):%H:%M}"} for slot in slots],
        "rows": lines,
    }


#: The side of the grid that is no side: its rows are tables.
TABLES = "tables"


def has_tables(agenda: Agenda, rows: list[Meeting]) -> bool:
    """Is there a grid of tables: are they counted, or has somebody its own?"""
    return agenda.mode != states.ONLINE and (agenda.tables is not None or any(row.place for row in rows))


def _by_person(slots: list[Slot], people: list[Attendee], rows: list[Meeting], side: str) -> list[dict[str, Any]]:
    by_cell = {(row.a_id if side == states.SELLER else row.b_id, row.slot_id): row for row in rows}
    away = {(person.pk, slot.pk) for person in people for slot in person.away.all()}
    return [
        {
            "name": person.name,
            "key": f"p{person.pk}",
            "meetings": sum((person.pk, slot.pk) in by_cell for slot in slots),
            "cells": [
                {"slot": slot, "meeting": by_cell.get((person.pk, slot.pk)), "away": (person.pk, slot.pk) in away}
                for slot in slots
            ],
        }
        for person in people
    ]


Row = tuple[str, str, int | None]


def _placed(rows: list[Meeting]) -> tuple[dict[tuple[str, int], Meeting], dict[str, str], int]:
    """Each meeting by the row of its table or stand and its slot; the stands by their rows; how many rows those that are nowhere need."""
    by_cell: dict[tuple[str, int], Meeting] = {}
    stands: dict[str, str] = {}
    loose: dict[int, int] = {}
    for row in rows:
        owner = row.a if row.a.own_table else row.b if row.b.own_table else None
        if owner is not None:
            key = f"s{owner.pk}"
            stands[key] = f"{owner.own_table} · {owner.name}"
        elif row.table is not None:
            key = f"t{row.table}"
        else:
            loose[row.slot_id] = loose.get(row.slot_id, 0) + 1
            key = f"n{loose[row.slot_id]}"
        by_cell[key, row.slot_id] = row
    return by_cell, stands, max(loose.values(), default=0)


def _tables(agenda: Agenda, slots: list[Slot], rows: list[Meeting]) -> list[Row]:
    """The numbered tables, as many as the slot with most of them has; then a row for each that has its own; then, where
    tables are as many as are needed, one for each meeting that is nowhere yet: words, key, number."""
    _, stands, loose = _placed(rows)
    there = (slot.tables if slot.tables is not None else agenda.tables or 0 for slot in slots)
    most = max([*there, *(row.table or 0 for row in rows)], default=0)
    names: list[Row] = [(f"{gettext('table')} {n}", f"t{n}", n) for n in range(1, most + 1)]
    names += [(words, key, None) for key, words in sorted(stands.items(), key=lambda item: item[1])]
    return names + [(gettext("without a table"), f"n{n}", None) for n in range(1, loose + 1)]


def _by_table(agenda: Agenda, slots: list[Slot], rows: list[Meeting], names: list[Row]) -> list[dict[str, Any]]:
    by_cell, _, _ = _placed(rows)
    there = {slot.pk: slot.tables if slot.tables is not None else agenda.tables or 0 for slot in slots}
    return [
        {
            "name": words,
            "key": key,
            "table": number,
            "meetings": sum((key, slot.pk) in by_cell for slot in slots),
            "cells": [
                {
                    "slot": slot,
                    "meeting": by_cell.get((key, slot.pk)),
                    "closed": number is not None and number > there[slot.pk],
                }
                for slot in slots
            ],
        }
        for words, key, number in names
    ]


def mine_shown(row: Attendee, meetings: list[Meeting], now: datetime) -> dict[str, Any]:
    """One's own meetings: the one under way and the next big (``panels``, of which a telephone without a network shows others by its own
    clock), then all of them (``rows``); each says whom with, where, in which language, what was said of it."""
    told = {said.meeting_id: said for said in _said(row, meetings)}
    shown = [_mine(row, one, told.get(one.pk), now) for one in meetings]
    standing = [one for one in shown if one["meeting"].state != states.CANCELLED]
    panels = [one for one in standing if one["meeting"].state != states.MISSED]
    next_one = next((one for one in panels if not one["begun"]), None)
    for one in panels:
        one["is_next"] = one is next_one
    return {"panels": panels, "rows": shown, "standing": len(standing)}


def _mine(row: Attendee, one: Meeting, said: Feedback | None, now: datetime) -> dict[str, Any]:
    ends = one.slot.starts_at + timedelta(minutes=one.slot.minutes)
    return {
        "meeting": one, "other": one.b if one.a_id == row.pk else one.a, "when": hours_of(one.slot, row), "state": one.outcome,
        "tone": states.MEETING_TONES[one.state], "starts": one.slot.starts_at.isoformat(), "ends": ends.isoformat(),
        "begun": one.slot.starts_at <= now, "is_now": one.slot.starts_at <= now < ends, "feedback": said,
    }  # fmt: skip


def _said(row: Attendee, meetings: list[Meeting]) -> "QuerySet[Feedback]":
    return Feedback.objects.filter(meeting__in=meetings, side=row.side)
