"""The click day at the desk: which openings have one, how it stands, rehearsals, what does not hold, the closing."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_POST

from levante.applications.api import sealed_counts
from levante.calls.api import Opening
from levante.intake.api import (
    RUNNERS,
    IntakeLog,
    LaneAway,
    ask_lane,
    audit_intake,
    close_log,
    judge,
    last_head,
    log_of,
    logs_of,
    may_run_intake,
    open_log,
    progress_of,
    rehearsals,
    start_rehearsal,
    wipe_rehearsal,
)
from levante.kernel.api import Actor, NotYours, Refused, now
from levante.register.api import key_ring
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number

#: The most test tokens made from a page; the command makes a million.
MOST_TOKENS = 5000


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _opening(request: HttpRequest, opening_id: int) -> Opening:
    rows = Opening.objects.visible_to(_actor(request)).sealed().select_related("call__office")
    opening = get_object_or_404(rows, pk=opening_id)
    if not may_run_intake(_actor(request), opening):
        raise NotYours
    return opening


@for_desk(*RUNNERS)
def days(request: HttpRequest) -> HttpResponse:
    """The openings whose applications are sealed, the next to open first."""
    actor, instant = _actor(request), now()
    openings = [
        opening
        for opening in Opening.objects.visible_to(actor)
        .sealed()
        .select_related("call__office")
        .order_by("-opens_at", "pk")
        if may_run_intake(actor, opening)
    ]
    logs, counts = logs_of(openings), sealed_counts(openings)
    return render(
        request,
        "desk/clickday/list.html",
        {
            "rows": [
                {
                    "opening": opening,
                    "phase": opening.phase(instant),
                    "log": logs.get(opening.pk),
                    "sealed": counts.get(opening.pk, 0),
                }
                for opening in openings
            ]
        },
    )


@for_desk(*RUNNERS)
def day(request: HttpRequest, opening_id: int) -> HttpResponse:
    """How the day of an opening stands, and what can be done about it."""
    return _page(request, _opening(request, opening_id))


def _page(request: HttpRequest, opening: Opening, **more: Any) -> HttpResponse:
    log, phase = log_of(opening), opening.phase(now())
    return render(
        request,
        "desk/clickday/day.html",
        {
            "opening": opening,
            "call": opening.call,
            "phase": phase,
            "log": log,
            "progress": progress_of(log, issued=True) if log is not None else None,
            "head": last_head(log) if log is not None else None,
            "rehearsals": rehearsals(opening),
            "most": MOST_TOKENS,
            "audit": None,
            "lane": None,
            "judgement": None,
            **more,
        },
    )


def _done(request: HttpRequest, opening_id: int, work: Callable[[], str]) -> HttpResponse:
    """Do something and say it, or say why not; then back to the day."""
    try:
        messages.success(request, work())
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language() or "it"))
    return redirect("desk:click_day", opening_id)


@require_POST
@for_desk(*RUNNERS)
def open_day(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Give the opening its log; it happens by itself at the first seal."""
    opening = _opening(request, opening_id)

    def work() -> str:
        log = open_log(actor=_actor(request), opening=opening)
        return gettext("The log is there: its address is %(address)s.") % {"address": f"/intake/{log.code}"}

    return _done(request, opening_id, work)


@require_POST
@for_desk(*RUNNERS)
def close(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Close the log now, instead of waiting for the job of the minute."""
    log = _log(request, opening_id)

    def work() -> str:
        closed = close_log(actor=_actor(request), log=log)
        return gettext("Closed, and registered with number %(number)s.") % {"number": closed.register_number}

    return _done(request, opening_id, work)


def _log(request: HttpRequest, opening_id: int) -> IntakeLog:
    log = log_of(_opening(request, opening_id))
    if log is None:
        raise Http404
    return log


@require_POST
@for_desk(*RUNNERS)
def check(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Compute the log again from its rows, and see whether the lane answers."""
    log = _log(request, opening_id)
    try:
        lane = (
            gettext("the lane answers")
            if ask_lane(log.code, patience=3).status == 200
            else gettext("the lane does not know this log")
        )
    except LaneAway as away:
        lane = gettext("the lane does not answer (%(why)s)") % {"why": away}
    audit = audit_intake(log, key_ring().public_keys())
    return _page(request, _opening(request, opening_id), audit=audit, lane=lane)


@require_POST
@for_desk(*RUNNERS)
def rehearse(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Make a rehearsal and hand over its tokens, a line each."""
    opening = _opening(request, opening_id)
    count = whole_number(request.POST.get("count"))
    if count is None or not 0 < count <= MOST_TOKENS:
        messages.error(request, gettext("Write a number from 1 to %(most)d.") % {"most": MOST_TOKENS})
        return redirect("desk:click_day", opening_id)
    log, issued = start_rehearsal(actor=_actor(request), count=count, opening=opening)
    lines = "".join(json.dumps(one.as_json()) + "\n" for one in issued)
    response = HttpResponse(lines, content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="levante-{log.code}.jsonl"'
    response["Cache-Control"] = "no-store"
    return response


def _rehearsal(request: HttpRequest, log_id: int) -> tuple[IntakeLog, Opening]:
    log = get_object_or_404(IntakeLog.objects.select_related("opening__call__office"), pk=log_id, rehearsal=True)
    if log.opening is None or not may_run_intake(_actor(request), log.opening):
        raise NotYours
    return log, log.opening


@require_POST
@for_desk(*RUNNERS)
def judged(request: HttpRequest, log_id: int) -> HttpResponse:
    """What came of a rehearsal: log, signatures, order and money computed again."""
    log, opening = _rehearsal(request, log_id)
    return _page(request, opening, judgement=judge(log), judged=log)


@require_POST
@for_desk(*RUNNERS)
def wipe(request: HttpRequest, log_id: int) -> HttpResponse:
    """Forget a rehearsal."""
    log, opening = _rehearsal(request, log_id)

    def work() -> str:
        size = wipe_rehearsal(actor=_actor(request), log=log)
        text = ngettext(
            "Wiped: %(count)d submission of the rehearsal.", "Wiped: %(count)d submissions of the rehearsal.", size
        )
        return text % {"count": size}

    return _done(request, opening.pk, work)
