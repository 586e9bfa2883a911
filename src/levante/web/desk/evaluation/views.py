"""The judge's desk: what is mine and by when, the declarations, one file after the other."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    EVALUATION_STATES,
    SEAT_ROLES,
    TO_DECLARE,
    Application,
    ConflictDeclaration,
    Evaluation,
    EvaluationFile,
    Score,
    Seat,
    SeatDeclaration,
    Sheet,
    Vote,
    evaluators_most,
    follows,
    in_the_running,
    judged_criteria,
    may_chair,
    may_chair_file,
    may_direct,
    may_judge,
    may_open_file,
    may_open_files,
    may_write_sessions,
    missing_to_conclude,
    opens_to,
    points_for,
    save_sheet,
    seat_of,
    short_of_judges,
    short_told,
    standing_of,
    standings,
    undeclared,
    with_call,
)
from levante.calls.api import Criterion, Opening
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.evaluation.forms import marks_of, typed_marks
from levante.web.desk.evaluation.reading import groups_of, paper_at
from levante.web.site.files.views import send

#: Who has something to do with evaluations; each then sees those of its seats, or of its office.
READERS = (roles.EVALUATOR, roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR)
TONES = {"preparing": "waiting", "scoring": "active", "concluded": "done"}


def evaluation_or_404(actor: Actor, evaluation_id: int) -> Evaluation:
    rows = Evaluation.objects.visible_to(actor).select_related("opening__call__office")
    found: Evaluation | None = rows.filter(pk=evaluation_id).first()
    if found is None:
        raise Http404
    return found


def file_or_404(actor: Actor, evaluation: Evaluation, code: str) -> EvaluationFile:
    rows = EvaluationFile.objects.filter(evaluation=evaluation, code=code)
    found: EvaluationFile | None = rows.select_related("evaluation__opening__call__office", "application").first()
    if found is None or (not knows_whose(actor, evaluation) and found.application_id in barred_from(actor)):
        raise Http404  # blind, a refusal would say which code is that of the conflict
    found.evaluation = evaluation
    found.application.opening = evaluation.opening
    return found


def require_open(request: HttpRequest, one: EvaluationFile) -> None:
    """Go on only when this file opens; who follows from the office and has not declared about it does so, and comes back."""
    decision = may_open_file(request.actor, one)  # type: ignore[attr-defined]
    declares = f"{reverse('desk:application', args=[one.application_id])}?{urlencode({'next': request.path})}"
    require(decision, way=declares if decision is TO_DECLARE else "")


def barred_from(actor: Actor) -> set[int]:
    """The applications about which somebody declared a conflict of interest."""
    rows = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True)
    return set(rows.values_list("application_id", flat=True))


def knows_whose(actor: Actor, evaluation: Evaluation) -> bool:
    """May this person see whose the files are: always, unless they judge them blind."""
    return not evaluation.is_blind or follows(actor, evaluation)


@for_desk(*READERS)
def evaluations(request: HttpRequest) -> HttpResponse:
    """The evaluations of one's seats, then those of one's office, then the openings that want a committee."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = (
        Evaluation.objects.visible_to(actor)
        .select_related("opening__call__office")
        .annotate(
            total=Count(
                "files", filter=~Q(files__application__state__in=["withdrawn", "rejected", "revoked"]), distinct=True
            ),
            settled=Count("files", filter=Q(files__settled_at__isnull=False), distinct=True),
        )
        .order_by("-pk")
    )
    seats = {seat.evaluation_id: seat for seat in Seat.objects.filter(user_id=actor.user_id, until__isnull=True)}
    done = dict(
        Sheet.objects.filter(seat__in=list(seats.values()), state="submitted")
        .order_by()
        .values_list("file__evaluation_id")
        .annotate(count=Count("pk"))
    )
    barred = dict(
        ConflictDeclaration.objects.filter(
            officer_id=actor.user_id, has_conflict=True, application__evaluation_file__isnull=False
        )
        .order_by()
        .values_list("application__evaluation_file__evaluation_id")
        .annotate(count=Count("application", distinct=True))
    )
    declared = set(SeatDeclaration.objects.filter(seat__in=list(seats.values())).values_list("seat_id", flat=True))
    mine, others = [], []
    for row in rows:
        seat = seats.get(row.pk)
        entry = {
            "evaluation": row,
            "state": EVALUATION_STATES[row.state],
            "tone": TONES[row.state],
            "seat": seat,
            "role": SEAT_ROLES[seat.role] if seat else None,
            "declared": seat is not None and seat.pk in declared,
            "done": done.get(row.pk, 0),
            "to_do": max(row.total - barred.get(row.pk, 0), 0),
        }
        (mine if seat else others).append(entry)
    return render(
        request,
        "desk/evaluation/list.html",
        {"mine": mine, "others": others, "without": _without_committee(actor)},
    )


def _without_committee(actor: Actor) -> list[Opening]:
    """For the director: openings of calls with judges that have no committee yet."""
    if not actor.has_role(roles.DIRECTOR):
        return []
    judged = Criterion.objects.exclude(kind=Criterion.AUTOMATIC).values("call")
    rows = Opening.objects.visible_to(actor).filter(call__in=judged, call__state="published", evaluation__isnull=True)
    return [
        opening
        for opening in rows.select_related("call__office").order_by("closes_at", "pk")
        if actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=opening.call.office.code)
    ]


@for_desk(*READERS)
def evaluation(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The files: mine with what is left, and for who chairs or follows how far each is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    seat = seat_of(actor, found)
    opens, few = may_open_files(actor, found), _short(actor, found)
    return render(
        request,
        "desk/evaluation/files.html",
        {
            **frame(actor, found, "files"),
            "opens": opens,
            "rows": _rows(actor, found, seat) if opens else [],
            "short": short_told(found, len(few)) if few else None,
            "few": () if found.is_blind else few,  # blind, which one would say whose it may be
            "waiting": undeclared(found, actor.user_id or 0).count() if seat is not None else 0,
        },
    )


def _short(actor: Actor, found: Evaluation) -> set[int]:
    """The files that too few can judge: for who directs and who chairs."""
    if found.state == "concluded" or not (may_direct(actor, found) or may_chair(actor, found)):
        return set()
    return short_of_judges(found)


def frame(actor: Actor, found: Evaluation, here: str) -> dict[str, Any]:
    """What every page of an evaluation has on top."""
    seat = seat_of(actor, found)
    running = EvaluationFile.objects.filter(in_the_running(found))
    counts = running.aggregate(total=Count("pk"), settled=Count("pk", filter=Q(settled_at__isnull=False)))
    return {
        "evaluation": found,
        "call": found.opening.call,
        "here": here,
        "seat": seat,
        "seat_role": SEAT_ROLES[seat.role] if seat else None,
        "state": EVALUATION_STATES[found.state],
        "tone": TONES[found.state],
        "counts": counts,
        "knows": knows_whose(actor, found),
        "follows": follows(actor, found),
        "may_chair": may_chair(actor, found),
        "may_direct": may_direct(actor, found),
        "may_write": may_write_sessions(actor, found),
        "missing": missing_to_conclude(found) if found.state == "scoring" else [],
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A file in the list of a person: their own sheet and, for who may see it, how far the others are."""

    file: EvaluationFile
    sheet: Sheet | None
    state: str
    tone: str
    total: Any
    standing: Any
    barred: bool


def _rows(actor: Actor, found: Evaluation, seat: Seat | None) -> list[Row]:
    sees_all = seat is None or bool(may_chair(actor, found)) or bool(may_write_sessions(actor, found))
    barred, knows, closed = barred_from(actor), knows_whose(actor, found), closed_to(actor, found, seat)
    sheets = {
        sheet.file_id: sheet
        for sheet in Sheet.objects.filter(file__evaluation=found, seat=seat if not found.is_collegial else None)
        .prefetch_related("scores")
        .order_by("pk")
    }
    rows = []
    for standing in standings(found, with_enterprise=knows):
        file = standing.file
        if not knows and file.application_id in barred:
            continue
        sheet = sheets.get(file.pk) if seat is not None or found.is_collegial else None
        state, tone = _sheet_state(sheet, file)
        hidden = file.application_id in barred
        tells = not hidden and file.application_id not in closed
        total = sum((score.points for score in sheet.scores.all()), start=0) if sheet is not None and tells else None
        rows.append(Row(file, sheet, state, tone, total, standing if sees_all and tells else None, hidden))
    # Those still to do first, then the others: each group by code.
    order = {"todo": 0, "draft": 0, "submitted": 1, "excluded": 2, "settled": 3}
    return sorted(rows, key=lambda row: (row.barred, order[row.state], row.file.code))


def closed_to(actor: Actor, found: Evaluation, seat: Seat | None) -> set[int]:
    """The applications that do not open yet to who has still to declare, also those no longer in the running: of these no
    points are told. One query."""
    if seat is not None:
        said = ConflictDeclaration.objects.filter(officer=actor.user_id, application=OuterRef("application"))
        rows = found.files.filter(~Exists(said))
    else:
        rows = found.files.annotate(opens=opens_to(actor, of="application")).filter(opens=False)
    return set(rows.order_by().values_list("application_id", flat=True))


def _sheet_state(sheet: Sheet | None, file: EvaluationFile) -> tuple[str, str]:
    if file.settled_at is not None:
        return "settled", "done"
    if sheet is None:
        return "todo", "waiting"
    return {"draft": ("draft", "draft"), "submitted": ("submitted", "active"), "excluded": ("excluded", "neutral")}[
        sheet.state
    ]


# -- one file


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
    return text if (get_language() or "it").startswith("en") else text.replace(".", ",")


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
