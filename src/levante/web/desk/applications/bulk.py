"""Many files at once: from the filters of the list to a preview, to the work, and back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    ACTION_WORDS,
    BULK_MOST,
    PHASES,
    Application,
    BulkItem,
    BulkRun,
    ConflictDeclaration,
    conflicts_of,
    examiners_of,
    preview_bulk,
    start_bulk,
    tell_bulk,
    undeclared_among,
    undo_bulk,
)
from levante.calls.api import Call
from levante.identity.api import User, roles
from levante.kernel.api import Actor, Refused
from levante.kernel.pure import reads_english
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.applications.door import named
from levante.web.desk.applications.listing import chosen

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
PAGE = 100
TONES = {
    BulkItem.WAITING: "waiting",
    BulkItem.DONE: "done",
    BulkItem.REFUSED: "refused",
    BulkItem.UNDONE: "neutral",
    BulkItem.KEPT: "attention",
    BulkItem.TOLD: "done",
}


def outcome_words() -> dict[str, str]:
    return {
        BulkItem.WAITING: gettext("to do"),
        BulkItem.DONE: gettext("done"),
        BulkItem.REFUSED: gettext("not done"),
        BulkItem.UNDONE: gettext("decision taken back"),
        BulkItem.KEPT: gettext("it stays"),
        BulkItem.TOLD: gettext("told"),
    }


@for_desk(*EXAMINERS)
def bulk_new(request: HttpRequest) -> HttpResponse:
    """What to do with the files that the filters of the list choose; then the preview."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form, rows = chosen(request)
    files = list(rows.values_list("pk", flat=True))
    fits = len(files) <= BULK_MOST
    if request.method == "POST":
        try:
            run = preview_bulk(actor=actor, action=request.POST.get("action", ""), files=files, data=_data(request))
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            return redirect("desk:bulk", run.pk)
    calls = list(Call.objects.filter(openings__applications__in=files).distinct().order_by("code")) if fits else []
    return render(
        request,
        "desk/applications/bulk_new.html",
        {
            "form": form,
            "count": len(files),
            "fits": fits,
            "most": BULK_MOST,
            "query": request.GET.urlencode(),
            "items": _items(calls),
            "outcomes": list(_check_outcomes().items()),
            "officers": _officers(actor, {call.office_id for call in calls}),
            "runs": [
                {"pk": run.pk, "made_by": run.made_by, "made_at": run.made_at, "state": run.state,
                 "label": ACTION_WORDS[run.action]}
                for run in BulkRun.objects.visible_to(actor).select_related("made_by").order_by("-pk")[:20]
            ],
        },
    )  # fmt: skip


def _items(calls: list[Call]) -> list[dict[str, str]]:
    """The checks of the calls chosen, each once."""
    found: dict[str, dict[str, str]] = {}
    for call in calls:
        for phase in PHASES:
            for item in call.checklists.get(phase, ()):
                found.setdefault(f"{phase}:{item['code']}", {**item, "key": f"{phase}:{item['code']}"})
    return list(found.values())


def _check_outcomes() -> dict[str, str]:
    return {
        "met": gettext("met"), "not_met": gettext("not met"), "to_integrate": gettext("to be integrated"),
        "not_applicable": gettext("not applicable"),
    }  # fmt: skip


def _details(run: BulkRun) -> str:
    """To whom files are given, or which check is recorded with which outcome. At most one query."""
    if run.action == BulkRun.ASSIGN:
        officer = User.objects.filter(pk=run.data["officer"]).first()
        return officer.get_full_name() if officer else ""
    if run.action == BulkRun.CHECK:
        calls = Call.objects.filter(openings__applications__bulk_items__run=run).distinct().order_by("code")
        key = f"{run.data['phase']}:{run.data['item']}"
        label = next((item[get_language() or "it"] for item in _items(list(calls)) if item["key"] == key), key)
        return f"{label}: {_check_outcomes().get(run.data['outcome'], '')}"
    return ""


def _officers(actor: Actor, offices: set[int]) -> list[tuple[int, str]]:
    if not actor.has_role(roles.DIRECTOR):
        return []
    people = {user.pk: user for office in sorted(offices) for user in examiners_of(office)}
    return sorted(named(people.values()), key=lambda row: row[1])


def _data(request: HttpRequest) -> dict[str, Any]:
    officer = request.POST.get("officer", "")
    told = {
        "assign": {"officer": whole_number(officer) or 0, "reason": request.POST.get("reason", "")},
        "check": {
            "phase": request.POST.get("item", "").partition(":")[0],
            "item": request.POST.get("item", "").partition(":")[2],
            "outcome": request.POST.get("outcome", ""),
            "text": request.POST.get("text", ""),
            "source": request.POST.get("source", "")[:300],
        },
        "admit": {},
        "reject": {"reason": request.POST.get("reason", "")},
    }
    return told.get(request.POST.get("action", ""), {})


def run_or_404(request: HttpRequest, run_id: int) -> BulkRun:
    rows = BulkRun.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    return get_object_or_404(rows.select_related("made_by"), pk=run_id)


@for_desk(*EXAMINERS)
def bulk(request: HttpRequest, run_id: int) -> HttpResponse:
    """A run: what would happen, how far it is, what came of each, and what can still be done."""
    run = run_or_404(request, run_id)
    rows = run.items.select_related("application__enterprise", "application__opening__call").order_by(
        "allowed", "place"
    )
    rows = rows.exclude(application__in=conflicts_of(request.actor).values("application"))  # type: ignore[attr-defined]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    words = outcome_words()
    return render(
        request,
        "desk/applications/bulk.html",
        {
            **progress_of(run),
            "details": _details(run),
            "page": page,
            "rows": [
                {"item": item, "tone": TONES[item.outcome] if item.allowed else "refused",
                 "outcome": words[item.outcome] if item.allowed else gettext("cannot be done"),
                 "why": item.reason_en if reads_english(get_language()) else item.reason_it}
                for item in page
            ],
            "mine": run.made_by_id == request.actor.user_id,  # type: ignore[attr-defined]
            "decides": run.action in BulkRun.DECISIONS,
            **_declarations(request.actor, run),  # type: ignore[attr-defined]
        },
    )  # fmt: skip


def _declarations(actor: Actor, run: BulkRun) -> dict[str, Any]:
    """How many files of a preview wait for one's declaration; whether it is to be looked at again, now that one declared."""
    if run.state != BulkRun.PREVIEW or run.action == BulkRun.ASSIGN:
        return {"undeclared": 0, "looks_again": False}
    barred = Application.objects.filter(bulk_items__run=run, bulk_items__allowed=False)
    undeclared = undeclared_among(actor, barred).count()
    mine = ConflictDeclaration.objects.filter(officer=actor.user_id, declared_at__gt=run.made_at)
    return {"undeclared": undeclared, "looks_again": undeclared > 0 or mine.filter(application__in=barred).exists()}


@for_desk(*EXAMINERS)
def bulk_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far a run is, asked again every two seconds while it goes on; at the end the whole page is drawn again."""
    found = progress_of(run_or_404(request, run_id))
    if not found["going"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/applications/bulk_progress.html", found)


def progress_of(run: BulkRun) -> dict[str, Any]:
    """The counts of a run. One query."""
    counts = dict(run.items.filter(allowed=True).order_by().values_list("outcome").annotate(count=Count("pk")))
    total = sum(counts.values())
    left = {
        BulkRun.RUNNING: counts.get("waiting", 0),
        BulkRun.UNDOING: counts.get("done", 0),
        BulkRun.TELLING: counts.get("done", 0),
    }.get(run.state, 0)
    states = {
        "preview": gettext("preview: nothing has happened yet"), "running": gettext("under way"), "done": gettext("done"),
        "undoing": gettext("being taken back"), "undone": gettext("decision taken back"), "telling": gettext("letters are leaving"),
        "told": gettext("told to the enterprises"),
    }  # fmt: skip
    return {
        "run": run,
        "label": ACTION_WORDS[run.action],
        "state": states[run.state],
        "counts": counts,
        "total": total,
        "barred": run.items.filter(allowed=False).count(),
        "made": total - left,
        "going": run.state in BulkRun.AT_WORK,
    }


@for_desk(*EXAMINERS)
@require_POST
def bulk_act(request: HttpRequest, run_id: int, verb: str) -> HttpResponse:
    """Start, take back, tell."""
    run, actor = run_or_404(request, run_id), request.actor  # type: ignore[attr-defined]
    try:
        if verb == "start":
            start_bulk(actor=actor, run=run)
        elif verb == "undo":
            undo_bulk(actor=actor, run=run, reason=request.POST.get("reason", ""))
        elif verb == "tell":
            tell_bulk(actor=actor, run=run)
        elif verb == "again":
            files = run.items.order_by("place").values_list("application_id", flat=True)
            run = preview_bulk(actor=actor, action=run.action, files=files, data=run.data)
        else:
            raise Http404(verb)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:bulk", run.pk)
