"""The day itself, at the desk: the live board, who arrives, which meetings are held."""

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused, now
from levante.meetings.api import (
    Attendee,
    Meeting,
    check_in,
    live_board,
    may_arrange,
    record_held,
    states,
    undo_check_in,
)
from levante.web.access import for_desk
from levante.web.components.forms import attempt
from levante.web.components.meetings import local_of
from levante.web.components.meetings_said import YES, said_of
from levante.web.components.numbers import whole_number
from levante.web.desk.meetings.papers import BADGES, parts_of
from levante.web.desk.meetings.views import agenda_for
from levante.web.desk.participants.access import KEEPERS, READERS

#: The most bytes that telephones send at once.
MOST_BYTES = 500_000
#: As many are found by looking.
FEW = 8


@for_desk(*READERS)
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Who is missing, who is free, what is held now, or in another slot of another day; the list of a day to check people in, which works
    without a network."""
    row = agenda_for(request, code)
    shown = live_board(row, day=day_in(request.GET.get("day")), slot=whole_number(request.GET.get("slot")))
    people = list(row.attendees.coming().select_related("enterprise", "buyer").order_by("side", "pk"))
    badged = sum(not one.remote for one in people)
    # The list of arrivals is not drawn again: what a telephone without a network has marked is kept there.
    return render(
        request,
        "desk/meetings/board_now.html" if request.htmx else "desk/meetings/board.html",  # type: ignore[attr-defined]
        {
            "agenda": row, "initiative": row.initiative, "keeps": bool(may_arrange(request.actor, row.initiative)), "board": shown,  # type: ignore[attr-defined]
            "ways": list(states.MISSED_BY.items()), "hour": local_of(shown["slot"], row) if shown["slot"] else None,
            "badges": parts_of("agenda_badges", code, badged, BADGES, gettext("Badges")), "finds": len(people) > FEW,
            "people": [{"row": one, "at": shown["arrivals"].get(one.pk)} for one in people],
            "next_hour": local_of(shown["next"], row) if shown["next"] else None,
            "hours": [(one, local_of(one, row), shown["slot"] == one) for one in shown["slots"]],
        },
    )  # fmt: skip


@for_desk(*KEEPERS)
@require_POST
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Who came: from the page (``attendee``), or from a telephone that was offline (JSON: ``[{attendee, at}]``), as
    often as it likes."""
    row = agenda_for(request, code)
    if request.content_type == "application/json":
        try:
            if len(request.body) > MOST_BYTES:
                raise ValueError
            given = json.loads(request.body)
            seen: list[Any] = [{"attendee": int(one["attendee"]), "at": str(one["at"])} for one in given]
            check_in(actor=request.actor, agenda=row, seen=seen)  # type: ignore[attr-defined]
        except (ValueError, TypeError, KeyError, OverflowError):
            return JsonResponse({"error": "seen"}, status=400)
        except Refused as refusal:
            return JsonResponse({"error": refusal.reason.in_language(get_language())}, status=403)
        return JsonResponse({"kept": len(seen)})
    number, day = whole_number(request.POST.get("attendee")), day_in(request.POST.get("day"))
    seen = [{"attendee": number, "at": now().isoformat()}] if number is not None else []
    attempt(request, lambda: check_in(actor=request.actor, agenda=row, seen=seen, day=day), gettext("Kept."))  # type: ignore[attr-defined]
    return to_board(code, day)


@for_desk(*KEEPERS)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """It was somebody else: not here yet on that day."""
    rows = Attendee.objects.followed_by(request.actor).select_related("agenda__initiative")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    day = day_in(request.POST.get("day"))
    attempt(request, lambda: undo_check_in(actor=request.actor, row=row, day=day), gettext("Kept."))  # type: ignore[attr-defined]
    return to_board(row.agenda.initiative.code, day if request.POST.get("past") else None)


@for_desk(*KEEPERS)
@require_POST
def held(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a meeting was held, and if not who was missing; from a telephone that kept it (``kept``, and what it had read: ``was``), only
    where nobody said otherwise meanwhile."""
    row = get_object_or_404(Meeting.objects.visible_to(request.actor).select_related("agenda__initiative"), pk=pk)  # type: ignore[attr-defined]
    said, by_phone = request.POST.get("held", ""), bool(request.POST.get("kept"))
    absent = "" if said == YES else said
    problem = ""
    if said != YES and said not in states.MISSED_BY:
        problem = gettext("Say whether it was held, or who was missing.")
    elif by_phone and said_of(row) not in (request.POST.get("was", ""), said):
        problem = gettext("somebody else said it meanwhile, and it stays so")
    else:
        try:
            record_held(actor=request.actor, meeting=row, held=not absent, missed_by=absent)  # type: ignore[attr-defined]
        except Refused as refusal:
            problem = refusal.reason.in_language(get_language())
    if by_phone:
        row.refresh_from_db()
        told = {"kept": not problem, "error": problem, "now": said_of(row)}
        return JsonResponse(told, status=400 if problem else 200)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, gettext("Kept."))
    code = row.agenda.initiative.code
    if request.POST.get("back") == "meeting":
        return redirect(f"{reverse('desk:agenda_edit', args=[code])}?a={row.a_id}&b={row.b_id}")
    day, slot = day_in(request.POST.get("day")), whole_number(request.POST.get("slot"))
    return to_board(code, day, slot)


def to_board(code: str, day: date | None, slot: int | None = None) -> HttpResponse:
    """Back to the day, and the slot, that was looked at; to now where none was."""
    where = {"day": day, "slot": slot}
    asked = urlencode({name: value for name, value in where.items() if value is not None})
    board = reverse("desk:agenda_board", args=[code])
    return redirect(f"{board}?{asked}" if asked else board)


def day_in(text: str | None) -> date | None:
    """A day of an address or of a form; ``None`` for what is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
