"""Awards whose firm a deed merged into another, or split: the office says who has its place."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.grants.api import (
    STOPPING,
    SUCCESSION_STATES,
    Succession,
    approve_succession,
    may_decide_succession,
    refuse_succession,
)
from levante.identity.api import roles
from levante.kernel.api import Refused
from levante.web.access import for_desk
from levante.web.desk.variations.views import LONG, READERS, _actor, _may_revoke, language

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
PAGE = 25
TONES = {"to_decide": "waiting", "approved": "done", "refused": "refused", "unfounded": "neutral", "undone": "neutral"}
RELATED = (
    "firm", "heir", "event", "decided_by", "award__enterprise", "award__act__call", "award__application__opening__call__office",
    "award__application__form",
)  # fmt: skip


@for_desk(*READERS)
def successions(request: HttpRequest) -> HttpResponse:
    """Those to be decided first; then what was decided."""
    return _page(request)


def _page(request: HttpRequest, *, refused: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    actor, state = _actor(request), request.GET.get("state", "")
    rows = Succession.objects.visible_to(actor).select_related(*RELATED).defer(*LONG[4:])
    if state in SUCCESSION_STATES:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(state__in=STOPPING)
    page = Paginator(rows.order_by("pk"), PAGE).get_page(request.GET.get("page"))
    told = refused or {}
    context = {
        "page": page,
        "rows": [
            {
                "row": row,
                "tone": TONES[row.state],
                "may": may_decide_succession(actor, row) if row.state in STOPPING else None,
                "typed": told if told.get("pk") == row.pk else {},
            }
            for row in page
        ],
        "states": SUCCESSION_STATES,
        "state": state,
        "may_revoke": _may_revoke(actor),
    }
    return render(request, "desk/variations/successions.html", context, status=status)


@require_POST
@for_desk(*EXAMINERS)
def decide_succession(request: HttpRequest, succession_id: int, action: str) -> HttpResponse:
    """The heir takes the place, it does not, or the deed does not concern the award; what was typed is not lost."""
    actor = _actor(request)
    found = get_object_or_404(Succession.objects.visible_to(actor), pk=succession_id)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    try:
        if action == "subentra":
            approve_succession(actor=actor, succession=found, act=act, reason=reason)
        elif action in ("non-subentra", "non-riguarda"):
            refuse_succession(actor=actor, succession=found, reason=reason, unfounded=action == "non-riguarda")
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return _page(request, refused={"pk": found.pk, "action": action, "act": act, "reason": reason}, status=409)
    messages.success(request, gettext("Done."))
    return redirect("desk:successions")
