"""Rankings on the desk: compute, read where the money ends, publish."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import Ranking, compute_ranking, publish_ranking
from levante.calls.api import LISTED, Opening
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, now
from levante.programme.api import Act
from levante.web.access import for_desk

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)


@for_desk(*READERS)
def rankings(request: HttpRequest) -> HttpResponse:
    """The openings that want a ranking, with the versions made so far."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    openings = (
        Opening.objects.visible_to(actor)
        .filter(call__procedure__in=LISTED)
        .select_related("call__office")
        .prefetch_related("lines")
        .order_by("-closes_at", "pk")
    )
    made: dict[int, list[Ranking]] = {}
    versions = Ranking.objects.visible_to(actor).select_related("line", "act").defer("snapshot")
    for row in versions.order_by("opening_id", "line_id", "-version"):
        made.setdefault(row.opening_id, []).append(row)
    rows: list[dict[str, Any]] = [
        {
            "opening": opening,
            "closed": opening.phase(now()).code == "closed",
            "rankings": made.get(opening.pk, []),
            "lines": list(opening.lines.all()),
        }
        for opening in openings
    ]
    return render(request, "desk/applications/rankings.html", {"rows": rows, "may_publish": actor.has_role("director")})


@for_desk(*READERS)
def ranking(request: HttpRequest, ranking_id: int) -> HttpResponse:
    """One version: places, scores with their parts, the line where the money ends."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(
        Ranking.objects.visible_to(actor).select_related("opening__call", "line", "act"), pk=ranking_id
    )
    entries = {entry["id"]: entry for entry in found.snapshot.get("entries", [])}
    rows, ended = [], False
    for row in found.rows.select_related("application__enterprise").order_by("position"):
        out = row.outcome in {"not_funded", "below", "void"}
        rows.append({"row": row, "entry": entries.get(row.application.number, {}), "line_here": out and not ended})
        ended = ended or out
    acts = Act.objects.filter(programme=found.opening.call.programme_id).order_by("-adopted_on", "code")[:200]
    return render(
        request,
        "desk/applications/ranking.html",
        {"ranking": found, "rows": rows, "acts": acts, "may_publish": actor.has_role("director")},
    )


@for_desk(roles.DIRECTOR)
@require_POST
def compute(request: HttpRequest, opening_id: int) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.visible_to(request.actor), pk=opening_id)  # type: ignore[attr-defined]
    chosen = request.POST.get("line", "")
    line = get_object_or_404(opening.lines, pk=int(chosen)) if chosen.isdigit() else None
    try:
        made = compute_ranking(actor=request.actor, opening=opening, line=line)  # type: ignore[attr-defined]
    except Refused as error:
        messages.error(request, error.reason.in_language(get_language()))
        return redirect("desk:rankings")
    messages.success(request, gettext("The draft ranking is ready."))
    return redirect("desk:ranking", made.pk)


@for_desk(roles.DIRECTOR)
@require_POST
def publish(request: HttpRequest, ranking_id: int) -> HttpResponse:
    found = get_object_or_404(Ranking.objects.visible_to(request.actor), pk=ranking_id)  # type: ignore[attr-defined]
    act_id = request.POST.get("act", "")
    act = Act.objects.filter(pk=int(act_id)).first() if act_id.isdigit() else None
    try:
        publish_ranking(actor=request.actor, ranking=found, act=act)  # type: ignore[attr-defined]
        messages.success(request, gettext("The ranking is published and registered."))
    except Refused as error:
        messages.error(request, error.reason.in_language(get_language()))
    return redirect("desk:ranking", found.pk)
