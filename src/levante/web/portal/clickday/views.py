"""The click day of who applies: the seal, the page that waits for the instant and sends, the place and its receipt."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    Sealed,
    read_application,
    seal_application,
    sealed_of,
    unseal_application,
)
from levante.intake.api import LaneAway, ask_lane, asked_before, receipt_of_entry
from levante.kernel.api import Refused, now
from levante.kernel.pure import reads_english
from levante.register.pure.commitment import instant_text
from levante.web.access import for_enterprise
from levante.web.portal.applications.filling import actor_of, language
from levante.web.portal.applications.pages import summary_rows
from levante.web.portal.applications.views import application_or_404


@require_POST
@for_enterprise("submit")
def seal(request: HttpRequest, application_id: int) -> HttpResponse:
    """Seal a complete draft. A double click or another tab end on the same seal."""
    try:
        seal_application(actor=actor_of(request), application=Application(pk=application_id))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:application_summary", application_id)
    return redirect("portal:application_day", application_id)


@require_POST
@for_enterprise("submit")
def unseal(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take the seal off, until the instant of the opening."""
    try:
        unseal_application(actor=actor_of(request), application=Application(pk=application_id))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:application_day", application_id)
    messages.success(request, gettext("The seal is off: the application is a draft again."))
    return redirect("portal:application", application_id)


def _sealed(request: HttpRequest, application_id: int) -> tuple[Application, Sealed]:
    shown = application_or_404(request, application_id)
    found = sealed_of(shown)
    if found is None:
        raise Http404
    return shown, found


@never_cache
@for_enterprise()
def day(request: HttpRequest, application_id: int) -> HttpResponse:
    """The page of the day. POST sends the token from here, for who has no script: the page itself sends it to the lane."""
    shown, found = _sealed(request, application_id)
    if request.method == "POST":
        return _send(request, shown, found)
    return _page(request, shown, found)


def _page(
    request: HttpRequest, shown: Application, found: Sealed, *, refused: str = "", status: int = 200
) -> HttpResponse:
    may_send = "submit" in actor_of(request).scopes
    return render(
        request,
        "portal/clickday/day.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "opening": shown.opening,
            "phase": shown.opening.phase(now()),
            "sealed": found,
            "token": found.token if may_send else None,
            "may_send": may_send,
            "received_at": instant_text(found.entry.received_at) if found.entry is not None else "",
            "refused": refused,
            "money": _money(shown, found),
            "groups": summary_rows(shown, read_application(shown), language()),
        },
        status=status,
    )


def _money(shown: Application, found: Sealed) -> dict[str, Any] | None:
    """What those before it asked for, against the budget, from when it was received until the closing; nothing where money does
    not follow arrival, or is divided by lines that the lane does not know."""
    opening = shown.opening
    if found.entry is None or shown.number or opening.call.rule.makes_list or shown.line_id is not None:
        return None
    before, own = asked_before(found.entry.ticket.log, found.entry.sequence), found.entry.ticket.amount
    return {"before": before, "whole": before + own, "budget": opening.budget, "fits": before + own <= opening.budget}


def _send(request: HttpRequest, shown: Application, found: Sealed) -> HttpResponse:
    if "submit" not in actor_of(request).scopes or found.token is None:
        return _page(request, shown, found, refused=gettext("From here you cannot send it."), status=403)
    body = json.dumps({"token": found.token, "seal": found.seal}).encode()
    try:
        answer = ask_lane(found.address, body)
    except LaneAway:
        told = gettext("Nobody answered: it is not known whether it arrived. Send it again, it is never counted twice.")
        return _page(request, shown, found, refused=told, status=503)
    if answer.status == 201:
        return redirect("portal:application_day", shown.pk)
    return _page(request, shown, found, refused=_reason(answer.body), status=answer.status)


def _reason(body: bytes) -> str:
    """Why the lane did not take it, in the language at work."""
    try:
        told: Any = json.loads(body)
        return str(told["detail" if reads_english(language()) else "detail_it"])
    except (ValueError, KeyError, TypeError):
        return gettext("It was not taken. Send it again: it is never counted twice.")


@for_enterprise("submit")
def token_json(request: HttpRequest, application_id: int) -> HttpResponse:
    """The token to keep, for who wants to send without this page: whoever has it can send."""
    _, found = _sealed(request, application_id)
    if found.token is None:
        raise Http404
    told = {"opening": found.address, "path": f"/intake/{found.address}", "token": found.token, "seal": found.seal}
    response = JsonResponse(told)
    response["Content-Disposition"] = f'attachment; filename="levante-{found.address}-{application_id}.json"'
    response["Cache-Control"] = "no-store"
    return response


@for_enterprise()
def receipt_json(request: HttpRequest, application_id: int) -> HttpResponse:
    """The receipt of the lane, the same bytes as it gave."""
    _, found = _sealed(request, application_id)
    if found.entry is None:
        raise Http404
    response = HttpResponse(receipt_of_entry(found.entry).to_bytes(), content_type="application/json")
    response["Content-Disposition"] = (
        f'attachment; filename="levante-{found.address}-{found.entry.sequence}-ricevuta.json"'
    )
    return response
