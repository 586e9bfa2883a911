"""Held and missed: of the meetings of a day, whether each was held and who was missing, at the desk; also when its slot is long over."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused
from levante.meetings.api import (
    UNSAID,
    Agenda,
    Begun,
    Meeting,
    Opinion,
    Said,
    begun_of,
    left_to_arrange,
    may_arrange,
    may_reopen,
    opinions_of,
    record_attendance,
    states,
)
from levante.web.access import for_desk
from levante.web.components.meetings import local_of
from levante.web.components.meetings_said import YES, said_of
from levante.web.components.numbers import whole_number
from levante.web.desk.meetings.site import day_in
from levante.web.desk.meetings.views import RELATED, agenda_for
from levante.web.desk.participants.access import KEEPERS, READERS

#: So many meetings are shown at once: the others come when these are told.
MOST = 200
#: So many of those that could be arranged again.
MOST_AGAIN = 50


@for_desk(*READERS)
def attendance(request: HttpRequest, code: str) -> HttpResponse:
    """The meetings of a day that have begun, those of which nothing is said first among days; ``all`` shows also those already told."""
    return _page(request, agenda_for(request, code), request.GET, {})


@for_desk(*KEEPERS)
@require_POST
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What is said of some of them: of those changed since the page was read alone, so that two who say do not undo each other. ``rest``:
    the others of the form were held. What cannot be kept is told, and what was chosen stays on the page."""
    row = agenda_for(request, code)
    numbers = {whole_number(name[1:]): value for name, value in request.POST.items() if name[:1] == "m"}
    chosen = {pk: value for pk, value in numbers.items() if pk is not None}
    told: list[Said] = [
        {"meeting": pk, "held": value == YES, "missed_by": "" if value == YES else value}
        for pk, value in chosen.items()
        if value and value != request.POST.get(f"w{pk}", "")
    ]
    rest = [pk for pk, value in chosen.items() if not value] if request.POST.get("rest") == YES else []
    try:
        record_attendance(actor=request.actor, agenda=row, said=told, rest=rest)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return _page(request, row, request.POST, chosen, status=400)
    messages.success(request, gettext("Kept."))
    where = {name: request.POST[name] for name in ("day", "slot", "all") if request.POST.get(name)}
    # A day of which all is told now leads to the next of which something is not.
    if "all" not in where and not any(str(one.day) == where.get("day") and one.unsaid for one in begun_of(row)):
        where = {}
    back = reverse("desk:agenda_held", args=[code])
    return redirect(f"{back}?{urlencode(where)}" if where else back)


def _page(
    request: HttpRequest, row: Agenda, asked: Mapping[str, Any], chosen: dict[int, str], status: int = 200
) -> HttpResponse:
    begun = begun_of(row)
    days = {day: sum(one.unsaid for one in ones) for day, ones in groupby(begun, key=lambda one: one.day)}
    day = _day(days, day_in(asked.get("day")))
    of_day = [one for one in begun if one.day == day]
    slot = next((one.slot.pk for one in of_day if one.slot.pk == whole_number(asked.get("slot"))), None)
    every = bool(asked.get("all"))
    wanted = [one.slot.pk for one in of_day if slot in (None, one.slot.pk)]
    rows = row.meetings.arranged().filter(slot__in=wanted).select_related(*RELATED)
    if not every:
        rows = rows.filter(UNSAID)
    shown = list(rows.order_by("slot__starts_at", "table", "pk")[: MOST + 1])
    opinions = opinions_of(request.actor, shown[:MOST])  # type: ignore[attr-defined]
    keeps = bool(may_arrange(request.actor, row.initiative))  # type: ignore[attr-defined]
    return render(
        request,
        "desk/meetings/attendance.html",
        {
            "agenda": row, "initiative": row.initiative, "keeps": keeps, "says": keeps and row.state != states.CLOSED,
            "reopens": keeps and row.state == states.CLOSED and may_reopen(row), "day": day, "days": list(days.items()), "slot": slot,
            "all": every, "slots": [_hour(one, row) for one in of_day], "unsaid": sum(days.values()), "more": len(shown) > MOST,
            "most": MOST, "again": left_to_arrange(row)[:MOST_AGAIN] if keeps else [], "held": YES,
            "ways": list(states.MISSED_BY.items()), "groups": _by_slot(row, shown[:MOST], chosen, opinions),
        },
        status=status,
    )  # fmt: skip


def _day(days: Mapping[date, int], wanted: date | None) -> date | None:
    """The one asked for; else the first with something unsaid, else the last."""
    if wanted in days:
        return wanted
    return next((day for day, unsaid in days.items() if unsaid), max(days, default=None))


def _hour(one: Begun, row: Agenda) -> dict[str, Any]:
    return {"pk": one.slot.pk, "hour": f"{local_of(one.slot, row):%H:%M}", "unsaid": one.unsaid}


def _by_slot(
    row: Agenda, meetings: list[Meeting], chosen: dict[int, str], opinions: Mapping[int, list[Opinion]]
) -> list[dict[str, Any]]:
    return [
        {
            "hour": f"{local_of(slot, row):%H:%M}",
            "pk": slot.pk,
            "lines": [
                {
                    "meeting": one,
                    "said": said_of(one),
                    "chosen": chosen.get(one.pk, said_of(one)),
                    "opinions": opinions.get(one.pk, []),
                }
                for one in ones
            ],
        }
        for slot, ones in groupby(meetings, key=lambda one: one.slot)
    ]
