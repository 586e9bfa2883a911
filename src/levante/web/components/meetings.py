"""An agenda as screens show it: hours of the place, the grid of a day, a meeting for who is in it."""

from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from levante.meetings.api import Agenda, Attendee, Meeting, Slot, states


def hours_of(slot: Slot, row: Attendee) -> datetime:
    """When a slot begins, in the hours of somebody."""
    return _on_the_wall(slot, row.hours)


def local_of(slot: Slot, agenda: Agenda) -> datetime:
    """When a slot begins, in the hours of the place."""
    return _on_the_wall(slot, agenda.zone)


def _on_the_wall(slot: Slot, zone: str) -> datetime:
    """What a clock there says, without its zone: a page would bring an instant back to the hours of Rome."""
    return slot.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def when_of(slot: Slot, agenda: Agenda) -> str:
    """The day and the hour, of the place."""
    moment = local_of(slot, agenda)
    return f"{date_format(moment, 'j b')} {moment:%H:%M}"


def grid_of(
    agenda: Agenda, slots: list[Slot], people: list[Attendee], rows: list[Meeting], *, side: str
) -> dict[str, Any]:
    """People of a side by slots: in each cell the meeting, or whether one is away. Days head their columns."""
    by_cell = {(row.a_id if side == states.SELLER else row.b_id, row.slot_id): row for row in rows}
    away = {(person.pk, slot.pk) for person in people for slot in person.away.all()}
    days = [
        {"day": day, "slots": len(list(items))}
        for day, items in groupby(slots, key=lambda slot: local_of(slot, agenda).date())
    ]
    return {
        "days": days,
        "slots": [{"slot": slot, "hour": f"{local_of(slot, agenda):%H:%M}"} for slot in slots],
        "rows": [
            {
                "person": person,
                "meetings": sum((person.pk, slot.pk) in by_cell for slot in slots),
                "cells": [
                    {"slot": slot, "meeting": by_cell.get((person.pk, slot.pk)), "away": (person.pk, slot.pk) in away}
                    for slot in slots
                ],
            }
            for person in people
            if person.side == side
        ],
    }


def mine_shown(row: Attendee, meetings: list[Meeting], now: datetime) -> dict[str, Any]:
    """One's own meetings: the next big, then the others by day; each says whom with, where, in which language,
    whether told about."""
    told = {said.meeting_id: said for said in _said(row, meetings)}
    shown = [
        {
            "meeting": one,
            "other": one.b if one.a_id == row.pk else one.a,
            "when": hours_of(one.slot, row),
            "state": states.MEETINGS[one.state],
            "tone": states.MEETING_TONES[one.state],
            "begun": one.slot.starts_at <= now,
            "feedback": told.get(one.pk),
        }
        for one in meetings
    ]
    standing = [one for one in shown if one["meeting"].state != states.CANCELLED]
    return {"next": next((one for one in standing if not one["begun"]), None), "rows": shown, "standing": len(standing)}


def _said(row: Attendee, meetings: list[Meeting]) -> Any:
    from levante.meetings.api import Feedback

    return Feedback.objects.filter(meeting__in=meetings, side=row.side)
