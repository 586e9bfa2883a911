"""The public page of a click day: the counter while it goes on; afterwards the frozen order, for anyone to recompute."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from levante.applications.api import case_receipts, written_case
from levante.calls.api import Call, Opening, OpeningLine
from levante.intake.api import (
    LANE_AWAY,
    MOST_BODY,
    IntakeLog,
    LaneAway,
    ask_lane,
    frozen_order,
    last_head,
    log_of,
    named,
    order_summary,
    progress_of,
)
from levante.kernel.api import now
from levante.web.access import public
from levante.web.components.numbers import whole_number
from levante.web.site.calls.views import visible_call

#: Rows of the order on a page.
PAGE = 100


def _day(request: HttpRequest, code: str, opening_code: str) -> tuple[Call, Opening, IntakeLog | None]:
    shown = visible_call(request, code)
    opening = next((one for one in shown.openings.all() if one.code == opening_code), None)
    if opening is None or not shown.is_sealed:
        raise Http404
    return shown, opening, log_of(opening)


@public
def day(request: HttpRequest, code: str, opening: str) -> HttpResponse:
    """Before: the count-down. Meanwhile: how many were received. Afterwards: the order, its head and how to recompute it."""
    call, found, log = _day(request, code, opening)
    first = whole_number(request.GET.get("da")) or 1
    closed = log is not None and log.closed_at is not None
    rows = list(frozen_order(log, after=first - 1, limit=PAGE)) if log is not None and closed else []
    return render(
        request,
        "site/clickday/day.html",
        {
            "call": call,
            "opening": found,
            "phase": found.phase(now()),
            "log": log,
            "progress": progress_of(log) if log is not None else None,
            "closed": closed,
            "head": last_head(log) if log is not None and closed else None,
            "rows": [{**row, "number": named(log, row["number"])} for row in rows] if log is not None else [],
            "before": max(1, first - PAGE) if first > 1 else None,
            "after": first + PAGE if log is not None and closed and log.size >= first + PAGE else None,
            "lines": found.lines.all(),
            "committed": case_receipts(log) if log is not None and closed else [],
        },
    )


def closed_or_404(request: HttpRequest, code: str, opening: str) -> IntakeLog:
    _, _, log = _day(request, code, opening)
    if log is None or log.closed_at is None:
        raise Http404
    return log


@public
def order(request: HttpRequest, code: str, opening: str) -> StreamingHttpResponse:
    """The frozen order as a file: each place with its commitments, and the signed head over them all."""
    log = closed_or_404(request, code, opening)
    response = StreamingHttpResponse(written_order(log), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="levante-{log.code}-ordine.json"'
    return response


def line_or_404(request: HttpRequest, log: IntakeLog) -> OpeningLine | None:
    """The line whose money is asked about, where the opening has lines; each has an order and a case of its own."""
    assert log.opening is not None
    wanted = request.GET.get("linea", "")
    lines = {line.code: line for line in log.opening.lines.all()}
    if bool(lines) != bool(wanted) or (wanted and wanted not in lines):
        raise Http404
    return lines.get(wanted)


def written_order(log: IntakeLog) -> Iterator[str]:
    """The file, place by place, with the receipts of the cases that go with it."""
    cases = [one.as_json() for one in case_receipts(log)]
    summary = json.dumps({**order_summary(log), "cases": cases}, ensure_ascii=False)
    yield summary.removesuffix("}") + ', "entries": ['
    for place, row in enumerate(frozen_order(log)):
        yield (",\n" if place else "\n") + json.dumps(row)
    yield "\n]}\n"


@public
def case(request: HttpRequest, code: str, opening: str) -> StreamingHttpResponse:
    """What ``levante calls allocate`` takes: the order with the amounts and the terms of the call, without names."""
    log = closed_or_404(request, code, opening)
    response = StreamingHttpResponse(written_case(log, line_or_404(request, log)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="levante-{log.code}-caso.json"'
    return response


@csrf_exempt  # what is sent is a capability: the token, and nothing of a session
@require_http_methods(["GET", "POST"])
@public
def lane(request: HttpRequest, code: str) -> HttpResponse:
    """A submission or the counter, passed on as it is where no proxy sends ``/intake/`` to the lane (the demonstration, a
    trial): in service nothing of a click day passes here."""
    if not settings.INTAKE_URL:
        raise Http404
    body = request.read(MOST_BODY + 1) if request.method == "POST" else None
    try:
        answer = ask_lane(code, body)
    except LaneAway:
        response = HttpResponse(
            json.dumps(LANE_AWAY, ensure_ascii=False), content_type="application/problem+json", status=503
        )
        response["Retry-After"] = "5"
        return response
    response = HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)
    response["Cache-Control"] = "no-store"
    if answer.retry_after is not None:
        response["Retry-After"] = answer.retry_after
    return response
