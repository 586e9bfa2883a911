"""Requests to outside systems that were tried in vain too often, or whose answer could not be recorded: why, and a button to try again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.exchange import api as exchange
from levante.exchange.api import ExternalRequest
from levante.identity.api import roles
from levante.web.access import for_desk
from levante.web.components.forms import attempt
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.filling import actor_of

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.SYSTEM, roles.AUDITOR)
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.SYSTEM)
PAGE = 50


def name_of(system: str) -> str:
    """An outside system as people call it."""
    names = {
        "acts": gettext("system of acts"),
        "protocol": gettext("protocol"),
        "bank": gettext("bank of the treasury"),
        "rna": "RNA",
        "cup": "CUP",
        "pagopa": "pagoPA",
    }
    return names.get(system, system)


@for_desk(*READERS, section=True)
def stuck(request: HttpRequest) -> HttpResponse:
    """Those that are stuck, the oldest first."""
    actor = actor_of(request)
    rows = ExternalRequest.objects.visible_to(actor).stuck().select_related("operator").defer("body", "answer", "kept")
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    told = {
        "rows": [{"one": row, "name": name_of(row.system)} for row in found[:PAGE]],
        "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
        "may": bool(exchange.may_handle(actor)),
    }
    return render(request, "desk/requests/stuck.html", told)


@require_POST
@for_desk(*WORKERS, section=True)
def send_again(request: HttpRequest, request_id: int) -> HttpResponse:
    """Try one again now, under its own key."""
    found = get_object_or_404(ExternalRequest.objects.visible_to(actor_of(request)), pk=request_id)
    actor = actor_of(request)
    answered = found.state == ExternalRequest.ANSWERED and not found.is_doubted
    done = gettext("The answer is being recorded again.") if answered else gettext("It is being sent again.")
    attempt(request, lambda: exchange.send_again(actor=actor, request=found), done)
    return redirect("desk:stuck_requests")


@require_POST
@for_desk(*WORKERS, section=True)
def believe(request: HttpRequest, request_id: int) -> HttpResponse:
    """Confirm an answer that was kept apart: an act dated before it was sent."""
    actor = actor_of(request)
    found = get_object_or_404(ExternalRequest.objects.visible_to(actor), pk=request_id)
    reason = request.POST.get("reason", "")
    done = gettext("Confirmed: what follows from the act is being recorded.")
    attempt(request, lambda: exchange.believe_answer(actor=actor, request=found, reason=reason), done)
    return redirect("desk:stuck_requests")
