"""One file as its judge reads it: the copy sent, its documents, the sheet, who judged before."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    Application,
    ConflictDeclaration,
    Evaluation,
    EvaluationFile,
    Score,
    Sheet,
    Vote,
    evaluators_most,
    in_the_running,
    judged_criteria,
    may_chair_file,
    may_judge,
    points_for,
    save_sheet,
    seat_of,
    standing_of,
    with_call,
)
from levante.calls.api import Criterion
from levante.kernel.api import Actor, Refused
from levante.kernel.pure import reads_english
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.evaluation.forms import marks_of, typed_marks
from levante.web.desk.evaluation.reading import groups_of, paper_at
from levante.web.desk.evaluation.views import READERS, evaluation_or_404, file_or_404, frame, knows_whose, require_open
from levante.web.site.files.views import send


@for_desk(*READERS)
def file(request: HttpRequest, evaluation_id: int, code: str) -> HttpResponse:
    """One application to judge: on the left what it says, on the right the points. Saved, submitted, on to the next."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    prefetch_related_objects([found], "opening__call__criteria")
    one = file_or_404(actor, found, code)
    require_open(request, one)
    criteria = judged_criteria(one)
    problem = None
    if request.method == "POST":
        submit = request.POST.get("do") == "submit"
        try:
            save_sheet(
                actor=actor,
                file=one,
                marks=marks_of(request.POST, criteria),
                base_revision=whole_number(request.POST.get("revision")) or 0,
                submit=submit,
            )
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, gettext("Sheet submitted.") if submit else gettext("Sheet saved."))
            return redirect(_next_address(actor, found, one) if submit else request.path)
    return render(request, "desk/evaluation/file.html", _file_page(request, actor, found, one, criteria, problem))


def _file_page(
    request: HttpRequest,
    actor: Actor,
    found: Evaluation,
    one: EvaluationFile,
    criteria: list[Criterion],
    problem: Refused | None,
) -> dict[str, Any]:
    language = get_language() or "it"
    seat, knows = seat_of(actor, found), knows_whose(actor, found)
    application = (
        with_call(Application.objects.filter(pk=one.application_id)).select_related("submitted_by", "created_by").get()
    )
    sheet = None
    if seat is not None or found.is_collegial:
        sheet = one.sheets.filter(seat=None if found.is_collegial else seat).prefetch_related("scores").first()
    stored = {score.criterion_id: score for score in sheet.scores.all()} if sheet is not None else {}
    typed = typed_marks(request.POST, criteria) if problem is not None else {}
    given = points_for([application], list(found.opening.call.criteria.all()))[application.pk]
    before, after, place, total = _neighbours(actor, found, one)
    sees = seat is None or bool(may_chair_file(actor, one))
    return {
        **frame(actor, found, "file"),
        "may_chair": may_chair_file(actor, one),
        "file": one,
        "application": application if knows else None,
        "requested": application.requested_amount,
        "groups": groups_of(one, application, language, blind=not knows),
        "judging": may_judge(actor, one) if not found.is_collegial else None,
        "sheet": sheet,
        "criteria": [
            {
                "item": item,
                "most": evaluators_most(item),
                "points": typed.get(item.code, {}).get("points", points_text(stored.get(item.pk))),
                "reason": typed.get(item.code, {}).get("reason", stored[item.pk].reason if item.pk in stored else ""),
                "wrong": problem is not None and problem.field == f"points-{item.code}",
            }
            for item in criteria
        ],
        "automatic": [
            {"item": item, "points": given.by[item.code]}
            for item in found.opening.call.criteria.all()
            if item.kind == Criterion.AUTOMATIC
        ],
        "problem": problem.reason if problem else None,
        "before": before,
        "after": after,
        "place": place,
        "total": total,
        "standing": standing_of(one) if sees else None,
        "sheets": _sheets(one) if sees else [],
        "decisions": one.decisions.select_related("session").prefetch_related(
            Prefetch("votes", Vote.objects.select_related("seat__user"))
        ),
        "history": one.events.select_related("user") if sees else [],
    }


def points_text(score: Any) -> str:
    """The points as one types them in the language at work."""
    if score is None:
        return ""
    text = format(score.points.normalize(), "f")
    return text if reads_english(get_language()) else text.replace(".", ",")


def _sheets(one: EvaluationFile) -> list[Sheet]:
    rows = one.sheets.select_related("seat__user").prefetch_related(
        Prefetch("scores", Score.objects.select_related("criterion"))
    )
    return list(rows.order_by("seat_id"))


def _neighbours(actor: Actor, found: Evaluation, one: EvaluationFile) -> tuple[str, str, int, int]:
    """The codes before and after among those one may open, and the place of this one of how many."""
    barred = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True).values("application")
    rows = EvaluationFile.objects.filter(in_the_running(found)).exclude(application__in=barred).order_by("code")
    codes = list(rows.values_list("code", flat=True))
    if one.code not in codes:
        return "", "", 0, len(codes)
    place = codes.index(one.code)
    return codes[place - 1] if place else "", codes[place + 1] if place + 1 < len(codes) else "", place + 1, len(codes)


def _next_address(actor: Actor, found: Evaluation, one: EvaluationFile) -> str:
    """The next file that waits for this judge; the list when none does."""
    seat = seat_of(actor, found)
    barred = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True).values("application")
    done = Sheet.objects.filter(seat=seat).exclude(state="draft").values("file")
    rows = EvaluationFile.objects.filter(in_the_running(found), settled_at__isnull=True).exclude(application__in=barred)
    waiting = rows.exclude(pk__in=done).order_by("code").values_list("code", flat=True)
    code = next((code for code in waiting if code > one.code), None) or next(iter(waiting), None)
    if code is None:
        return reverse("desk:evaluation", args=[found.pk])
    return reverse("desk:evaluation_file", args=[found.pk, code])


@for_desk(*READERS)
def document(request: HttpRequest, evaluation_id: int, code: str, place: int) -> HttpResponse:
    """A document of the application, by its place in the list: its own address and name may say whose it is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    one = file_or_404(actor, found, code)
    require_open(request, one)
    application = with_call(Application.objects.filter(pk=one.application_id)).get()
    paper = paper_at(application, place, blind=not knows_whose(actor, found))
    if paper is None:
        raise Http404
    stored, name = paper
    return send(stored, name=name)
