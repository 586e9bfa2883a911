"""The day itself, slot by slot: who should be there and has not come, who is free, what is held."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from levante.kernel.api import now
from levante.meetings import states
from levante.meetings.attendance import unsaid_of
from levante.meetings.days import day_at, day_shown, days_of
from levante.meetings.models import Agenda, Arrival, Meeting, Slot

RELATED = ("slot", "agenda__initiative", "a__enterprise", "b__buyer")


def live_board(agenda: Agenda, *, day: date | None = None, slot: int | None = None) -> dict[str, Any]:
    """Of a day of the meetings (that to which now belongs, unless another of ``days`` is wanted) who was checked in on it (``arrivals``:
    when, by who comes) and who has meetings on it and was not (``absent``); of one of its ``slots``, ``slot`` or the one under way, the
    ``meetings``, who has one and has not come that day (``missing``), who came and has none (``free``).

    ``live``: it follows the clock; ``ahead``: and the day is not over; ``tells``: arrivals of it can be told; ``begun``: which of its slots
    have. ``unsaid``: of how many meetings that have begun nobody said whether they were held. Who takes part from elsewhere is waited for
    by nobody. Six queries."""
    moment = now()
    every = list(agenda.slots.order_by("starts_at"))
    days = days_of(agenda, every)
    present = day_shown(agenda, days)
    wanted = day if day in days else present
    slots = [one for one in every if day_at(agenda, one.starts_at) == wanted]
    chosen = next((one for one in slots if one.pk == slot), None)
    shown = chosen or _under_way(slots, moment)
    rows = list(
        agenda.meetings.arranged()
        .filter(slot__in=slots)
        .select_related(*RELATED)
        .order_by("slot__starts_at", "table", "pk")
    )
    people = list(agenda.attendees.coming().select_related("enterprise", "buyer").order_by("side", "pk"))
    arrivals = dict(
        Arrival.objects.filter(attendee__agenda=agenda, day=wanted).order_by().values_list("attendee", "at")
    )
    here = [row for row in rows if shown is not None and row.slot_id == shown.pk]
    away = set(agenda.attendees.filter(away=shown).values_list("pk", flat=True)) if shown is not None else set()
    waited = [row for row in people if not row.remote and agenda.mode != states.ONLINE and row.pk not in arrivals]
    busy = _met(here)
    return {
        "days": days, "day": wanted, "today": wanted == day_at(agenda, moment), "live": chosen is None and wanted == present,
        "ahead": chosen is None and wanted == present and wanted >= day_at(agenda, moment), "tells": wanted <= present,
        "begun": {one.pk for one in slots if one.starts_at <= moment},
        "slots": slots, "slot": shown, "next": next((one for one in every if one.starts_at > moment), None), "meetings": here,
        "missing": [row for row in waited if row.pk in busy], "absent": [row for row in waited if row.pk in _met(rows)],
        "free": [row for row in people if shown is not None and row.pk in arrivals and row.pk not in busy | away],
        "arrivals": arrivals, "came": sum(row.pk in arrivals for row in people), "people": len(people), "unsaid": unsaid_of(agenda),
    }  # fmt: skip


def _under_way(slots: Iterable[Slot], moment: Any) -> Slot | None:
    """The last that has begun, unless it is over: then it is a pause, or the day is over."""
    begun = [one for one in slots if one.starts_at <= moment]
    last = max(begun, key=lambda one: one.starts_at, default=None)
    return last if last is not None and moment < last.starts_at + timedelta(minutes=last.minutes) else None


def _met(rows: Iterable[Meeting]) -> set[int]:
    return {pk for row in rows for pk in (row.a_id, row.b_id)}
