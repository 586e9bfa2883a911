"""The sessions of a committee: opened with who is there, files decided, minutes approved or signed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    TO_DECLARE,
    Attendance,
    ConflictDeclaration,
    Evaluation,
    EvaluationFile,
    EvaluationSession,
    approve_minutes,
    begin_session,
    close_session,
    decide_in_session,
    evaluators_most,
    in_the_running,
    judged_criteria,
    keep_signed_minutes,
    seat_of,
    seats_in_force,
)
from levante.kernel.api import Actor, Refused, refuse, require
from levante.kernel.pure import Decision
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.evaluation.forms import marks_of, typed_marks
from levante.web.desk.evaluation.one_file import points_text
from levante.web.desk.evaluation.views import (
    READERS,
    barred_from,
    closed_to,
    evaluation_or_404,
    file_or_404,
    frame,
    knows_whose,
    require_open,
)
from levante.web.site.files.views import send

TONES = {"open": "active", "closed": "attention", "approved": "done"}


@for_desk(*READERS)
def sessions(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The sessions held, and the form that opens one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    if request.method == "POST":
        present = set(whole_numbers(request.POST.getlist("present")))
        seats = [seat.pk for seat in seats_in_force(found)]
        try:
            made = begin_session(
                actor=actor,
                evaluation=found,
                place=request.POST.get("place", ""),
                present={pk: pk in present for pk in seats},
                notes={pk: request.POST.get(f"note-{pk}", "") for pk in seats},
            )
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("The session is open."))
            return redirect("desk:evaluation_session", found.pk, made.number)
    rows = (
        EvaluationSession.objects.filter(evaluation=found)
        .prefetch_related("attendances", "decisions")
        .order_by("-number")
    )
    return render(
        request,
        "desk/evaluation/sessions.html",
        {
            **frame(actor, found, "sessions"),
            "rows": [{"session": row, "tone": TONES[row.state]} for row in rows],
            "seats": seats_in_force(found),
            "is_open": any(row.state == "open" for row in rows),
            "typed_place": request.POST.get("place", ""),
        },
    )


def _session(found: Evaluation, number: int) -> EvaluationSession:
    rows = EvaluationSession.objects.select_related("minutes__file", "signed", "evaluation")
    one: EvaluationSession | None = rows.filter(evaluation=found, number=number).first()
    if one is None:
        raise Http404
    return one


@for_desk(*READERS)
def session(request: HttpRequest, evaluation_id: int, number: int) -> HttpResponse:
    """One session: who is there, what was decided, its minutes; what can be done now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    one = _session(found, number)
    seat = seat_of(actor, found)
    attendances = list(one.attendances.select_related("seat__user").order_by("seat_id"))
    mine = next((row for row in attendances if seat is not None and row.seat_id == seat.pk), None)
    decisions = (
        one.decisions.select_related("file__application")
        .prefetch_related("votes__seat__user")
        .order_by("decided_at", "pk")
    )
    hidden, waiting = barred_from(actor), closed_to(actor, found, seat)
    closed = hidden | waiting
    decided = {row.file.application_id for row in decisions}
    return render(
        request,
        "desk/evaluation/session.html",
        {
            **frame(actor, found, "sessions"),
            "session": one,
            "session_tone": TONES[one.state],
            "attendances": attendances,
            "decisions": [row for row in decisions if row.file.application_id not in closed],
            "left": EvaluationFile.objects.filter(in_the_running(found), settled_at__isnull=True)
            .exclude(application__in=hidden)
            .order_by("code"),
            "may_approve": _may_approve(one, mine) and not decided & waiting,
            "undeclared": bool(decided & waiting),
            "conflict": bool(decided & hidden),
        },
    )


def _may_approve(one: EvaluationSession, mine: Attendance | None) -> bool:
    return one.state == "closed" and mine is not None and mine.present and mine.approved_at is None


@for_desk(*READERS)
@require_POST
def session_act(request: HttpRequest, evaluation_id: int, number: int, action: str) -> HttpResponse:
    """Close, approve, keep the signed minutes."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    one = _session(found, number)
    try:
        if action == "close":
            close_session(actor=actor, session=one, text=request.POST.get("text", ""))
            messages.success(request, gettext("The session is closed and its minutes are written."))
        elif action == "approve":
            approve_minutes(actor=actor, session=one)
            messages.success(request, gettext("You have approved the minutes."))
        elif action == "sign":
            if "file" not in request.FILES:
                refuse("Scegli il file firmato.", "Choose the signed file.", field="file")
            keep_signed_minutes(actor=actor, session=one, upload=request.FILES["file"])
            messages.success(request, gettext("The signature holds: the minutes are approved."))
        else:
            raise Http404(action)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:evaluation_session", found.pk, one.number)


@for_desk(*READERS)
def decide(request: HttpRequest, evaluation_id: int, number: int, code: str) -> HttpResponse:
    """A file before the session: the points given together, the votes, the text for the minutes."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    one = _session(found, number)
    item = file_or_404(actor, found, code)
    require_open(request, item)
    criteria = judged_criteria(item) if found.is_collegial else []
    sheet = item.sheets.filter(seat=None).prefetch_related("scores").first()
    problem = None
    judges = [row.seat for row in one.attendances.filter(present=True).select_related("seat__user") if row.seat.judges]
    if request.method == "POST":
        try:
            decide_in_session(
                actor=actor,
                session=one,
                file=item,
                text=request.POST.get("text", ""),
                votes={seat.pk: request.POST.get(f"vote-{seat.pk}", "") for seat in judges},
                marks=marks_of(request.POST, criteria) if criteria else None,
                base_revision=whole_number(request.POST.get("revision")) or 0,
            )
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, gettext("The decision is in the minutes."))
            return redirect("desk:evaluation_session", found.pk, one.number)
    return render(
        request,
        "desk/evaluation/decide.html",
        _decide_page(request, actor, found, one, item, criteria, sheet, judges, problem),
    )


def _decide_page(
    request: HttpRequest, actor: Actor, found: Evaluation, one: EvaluationSession, item: EvaluationFile,
    criteria: list[Any], sheet: Any, judges: list[Any], problem: Refused | None,
) -> dict[str, Any]:  # fmt: skip
    typed = typed_marks(request.POST, criteria) if problem is not None else {}
    stored = {score.criterion_id: score for score in sheet.scores.all()} if sheet is not None else {}
    barred = set(
        ConflictDeclaration.objects.filter(application=item.application_id, has_conflict=True).values_list(
            "officer_id", flat=True
        )
    )
    return {
        **frame(actor, found, "sessions"),
        "session": one,
        "file": item,
        "application": item.application if knows_whose(actor, found) else None,
        "sheet": sheet,
        "criteria": [
            {
                "item": each,
                "most": evaluators_most(each),
                "points": typed.get(each.code, {}).get("points", points_text(stored.get(each.pk))),
                "reason": typed.get(each.code, {}).get("reason", stored[each.pk].reason if each.pk in stored else ""),
                "wrong": problem is not None and problem.field == f"points-{each.code}",
            }
            for each in criteria
        ],
        "judges": [
            {"seat": seat, "away": seat.user_id in barred, "vote": request.POST.get(f"vote-{seat.pk}", "")}
            for seat in judges
        ],
        "text": request.POST.get("text", ""),
        "problem": problem.reason if problem else None,
    }


@for_desk(*READERS)
def minutes(request: HttpRequest, evaluation_id: int, number: int, kind: str) -> HttpResponse:
    """The minutes as they were written, or as they were signed; to who may read all the files they tell of."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    one = _session(found, number)
    decided = set(one.decisions.values_list("file__application_id", flat=True))
    if decided & barred_from(actor):
        refuse(
            "Il verbale parla di una domanda su cui hai dichiarato un conflitto di interessi (art. 6-bis L. 241/1990).",
            "The minutes tell of an application about which you declared a conflict of interest (art. 6-bis L. 241/1990).",
        )
    require(Decision.yes() if not decided & closed_to(actor, found, seat_of(actor, found)) else TO_DECLARE)
    file = one.signed if kind == "firmato" else one.minutes.file if one.minutes is not None else None
    if file is None:
        raise Http404
    return send(file)
