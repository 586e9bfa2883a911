"""The committee and the steps of an evaluation: each is one service; a refusal comes back as a message with its reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    SEAT_ROLES,
    ConflictDeclaration,
    Evaluation,
    EvaluationFile,
    Sheet,
    appoint_committee,
    conclude_evaluation,
    eligible_judges,
    may_direct,
    open_evaluation,
    reopen_evaluation,
    reopen_sheet,
    seats_in_force,
    settle_file,
    settle_files,
    unsettle_file,
)
from levante.calls.api import Opening
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, refuse, today
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.evaluation.views import READERS, evaluation_or_404, file_or_404, frame

Handler = Callable[[HttpRequest, Actor, Evaluation], str]


@for_desk(*READERS)
@require_POST
def act(request: HttpRequest, evaluation_id: int, action: str) -> HttpResponse:
    """Do one thing and come back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    handler = HANDLERS.get(action)
    if handler is None:
        raise Http404(action)
    found = evaluation_or_404(actor, evaluation_id)
    back = reverse("desk:evaluation", args=[found.pk])
    code = request.POST.get("file", "")
    if code:
        back = reverse("desk:evaluation_file", args=[found.pk, file_or_404(actor, found, code).code])
    try:
        messages.success(request, handler(request, actor, found))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect(back)


def _open(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    open_evaluation(actor=actor, evaluation=found)
    return gettext("The evaluation has begun: the committee is told.")


def _settle(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    settle_file(actor=actor, file=_file(request, actor, found), text=request.POST.get("text", ""))
    return gettext("The judgement of this file is settled.")


def _settle_all(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    done = settle_files(actor=actor, evaluation=found)
    return ngettext("%(count)d file settled.", "%(count)d files settled.", done) % {"count": done}


def _unsettle(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    unsettle_file(actor=actor, file=_file(request, actor, found), reason=request.POST.get("reason", ""))
    return gettext("The file can be judged again.")


def _conclude(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    conclude_evaluation(actor=actor, evaluation=found)
    return gettext("The evaluation is concluded: now the ranking can be computed.")


def _reopen(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    chosen = Act.objects.filter(pk=whole_number(request.POST.get("act"))).first()
    reopen_evaluation(actor=actor, evaluation=found, reason=request.POST.get("reason", ""), act=chosen)
    return gettext("The evaluation is open again.")


def _reopen_sheet(request: HttpRequest, actor: Actor, found: Evaluation) -> str:
    one = _file(request, actor, found)
    sheet = get_object_or_404(Sheet, file=one, pk=whole_number(request.POST.get("sheet")))
    reopen_sheet(actor=actor, sheet=sheet, reason=request.POST.get("reason", ""))
    return gettext("The sheet is open again: its judge is told.")


def _file(request: HttpRequest, actor: Actor, found: Evaluation) -> EvaluationFile:
    return file_or_404(actor, found, request.POST.get("file", ""))


HANDLERS: dict[str, Handler] = {
    "open": _open,
    "settle": _settle,
    "settle_all": _settle_all,
    "unsettle": _unsettle,
    "conclude": _conclude,
    "reopen": _reopen,
    "reopen_sheet": _reopen_sheet,
}


@for_desk(*READERS)
def committee(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Who sits, appointed by which act, and what each declared."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    seats = found.seats.select_related("user", "act").prefetch_related("declarations").order_by("until", "pk")
    return render(
        request,
        "desk/evaluation/committee.html",
        {
            **frame(actor, found, "committee"),
            "seats": [
                {"seat": seat, "role": SEAT_ROLES[seat.role], "declarations": list(seat.declarations.all())}
                for seat in seats
            ],
            "conflicts": _conflicts(found) if may_direct(actor, found) else [],
            "events": found.events.filter(file__isnull=True).select_related("user").order_by("-at", "-pk")[:50],
        },
    )


def _conflicts(found: Evaluation) -> list[ConflictDeclaration]:
    """The conflicts that those who sit declared, for who may put somebody else in their place. One query."""
    told = ConflictDeclaration.objects.filter(
        has_conflict=True, application__opening=found.opening_id, officer__in=found.seats.values("user")
    )
    return list(told.select_related("officer", "application__enterprise").order_by("declared_at", "pk"))


@for_desk(roles.DIRECTOR)
def appoint(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Appoint the committee of an opening, or another in its place, as an act says."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    opening = get_object_or_404(Opening.objects.visible_to(actor).select_related("call__office"), pk=opening_id)
    current = Evaluation.objects.filter(opening=opening).first()
    sitting = {seat.user_id: seat.role for seat in seats_in_force(current)} if current is not None else {}
    people = list(eligible_judges(opening.call.office_id, on=today()))
    chosen = {user.pk: request.POST.get(f"role-{user.pk}", sitting.get(user.pk, "")) for user in people}
    problem = None
    if request.method == "POST":
        try:
            made = _appoint(request, actor, opening, chosen)
        except Refused as refusal:
            problem = refusal.reason
        else:
            messages.success(request, gettext("The committee is appointed, and its members are told."))
            return redirect("desk:evaluation_committee", made.pk)
    acts = (
        Act.objects.filter(programme=opening.call.programme_id).exclude(number="").order_by("-adopted_on", "code")[:200]
    )
    return render(
        request,
        "desk/evaluation/appoint.html",
        {
            "opening": opening,
            "call": opening.call,
            "acts": acts,
            "act": request.POST.get("act", ""),
            "rows": [{"user": user, "role": chosen[user.pk]} for user in people],
            "roles": SEAT_ROLES,
            "wanted": opening.committee,
            "least": opening.call.judgement["evaluators"],
            "problem": problem,
        },
    )


def _appoint(request: HttpRequest, actor: Actor, opening: Opening, chosen: dict[int, str]) -> Any:
    found = Act.objects.filter(pk=whole_number(request.POST.get("act"))).first()
    if found is None:
        refuse("Scegli l’atto che nomina la commissione.", "Choose the act that appoints the committee.", field="act")
    seats = [(user, role) for user, role in chosen.items() if role]
    return appoint_committee(actor=actor, opening=opening, act=found, seats=seats)
