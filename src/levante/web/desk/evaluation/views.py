"""The judge's desk: what is mine and by when, the declarations, one file after the other."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levante.applications.api import (
    EVALUATION_STATES,
    SEAT_ROLES,
    TO_DECLARE,
    ConflictDeclaration,
    Evaluation,
    EvaluationFile,
    Seat,
    SeatDeclaration,
    Sheet,
    follows,
    in_the_running,
    may_chair,
    may_direct,
    may_open_file,
    may_open_files,
    may_write_sessions,
    missing_to_conclude,
    opens_to,
    seat_of,
    short_of_judges,
    short_told,
    standings,
    undeclared,
)
from levante.calls.api import Criterion, Opening
from levante.identity.api import roles
from levante.kernel.api import Actor, require
from levante.web.access import for_desk

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
