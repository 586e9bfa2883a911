"""The office reads what projects reached beside what they promised, and says of each result whether it is confirmed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import may_read, opens_to
from levante.claims.api import (
    RESULTS,
    ResultReport,
    check_results,
    may_check,
    result_states,
    return_results,
    waiting_results,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, today
from levante.web.access import for_desk

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR)
PAGE = 50
TONES = {"planned": "neutral", "open": "waiting", "sent": "attention", "checked": "done", "dropped": "neutral"}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@for_desk(*READERS)
def every_report(request: HttpRequest) -> HttpResponse:
    """Those to be checked and those that are late first; all of them by state."""
    actor, state = _actor(request), request.GET.get("state", "")
    rows = ResultReport.objects.visible_to(actor).filter(claim__sent_at__isnull=False)
    rows = rows.select_related("claim__award__enterprise", "claim__award__application").only(
        "months", "state", "opens_on", "due_on", "sent_at", "register_number", "claim__award__enterprise__name",
        "claim__award__application__number",
    )  # fmt: skip
    if state in result_states.STATES:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(waiting_results())
    rows = rows.annotate(opens=opens_to(actor, of="claim__award__application"))
    page = Paginator(rows.order_by("due_on", "opens_on", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"report": row, "tone": TONES[row.state], "late": _late(row)} for row in page],
        "states": result_states.STATES,
        "state": state,
    }
    return render(request, "desk/results/list.html", context)


def _late(row: ResultReport) -> bool:
    return row.state == result_states.OPEN and row.due_on is not None and row.due_on < today()


def report_or_404(request: HttpRequest, report_id: int) -> ResultReport:
    rows = ResultReport.objects.visible_to(_actor(request)).filter(claim__sent_at__isnull=False)
    rows = rows.select_related(
        "claim__award__act__call__office", "claim__award__application__opening__call__office", "claim__award__enterprise",
        "checked_by",
    )  # fmt: skip
    # The declarations are asked by every policy of the page.
    rows = rows.prefetch_related("values", "claim__award__application__conflict_declarations")
    return get_object_or_404(rows, pk=report_id)


@for_desk(*READERS)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report; it does not open before the declaration about its application."""
    found = report_or_404(request, report_id)
    if not may_read(_actor(request), found.claim.award.application):
        messages.info(request, gettext("First declare whether you have a conflict of interest about this application."))
        return redirect("desk:application", found.claim.award.application_id)
    return _page(request, found)


def _page(request: HttpRequest, found: ResultReport, *, status: int = 200, typed: Any = None) -> HttpResponse:
    actor = _actor(request)
    may = bool(may_check(actor, found))
    shown = found.state not in (result_states.OPEN, result_states.PLANNED)
    context = {
        "report": found,
        "claim": found.claim,
        "award": found.claim.award,
        "tone": TONES[found.state],
        "late": _late(found),
        "values": [
            {
                "row": row,
                "said": (typed or {}).get(f"said_{row.code}", ""),
                "note": (typed or {}).get(f"note_{row.code}", ""),
            }
            for row in found.values.all()
        ],
        "told": list(found.values.all()) if shown else [],
        "shown": shown,
        "checks": may and bool(RESULTS.may("check", actor, found, state=found.state)),
        "returns": may and found.state in result_states.TOLD,
        "reason": (typed or {}).get("reason", ""),
    }
    return render(request, "desk/results/report.html", context, status=status)


@require_POST
@for_desk(*READERS)
def act(request: HttpRequest, report_id: int, action: str) -> HttpResponse:
    """Say of each result whether it is confirmed, or send them all back; what was typed is not lost."""
    found, actor = report_or_404(request, report_id), _actor(request)
    try:
        if action == "verifica":
            said = {
                row.code: (request.POST[f"said_{row.code}"] == "yes", request.POST.get(f"note_{row.code}", ""))
                for row in found.values.all()
                if request.POST.get(f"said_{row.code}") in ("yes", "no")
            }
            check_results(actor=actor, report=found, said=said)
        elif action == "rimanda":
            return_results(actor=actor, report=found, reason=request.POST.get("reason", ""))
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language() or "it"))
        return _page(request, report_or_404(request, report_id), status=409, typed=request.POST)
    messages.success(request, gettext("Done."))
    return redirect("desk:result_report", found.pk)
