"""What a member of a committee declares before seeing anything: no convictions, and with whom there is a conflict."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    ConflictDeclaration,
    Evaluation,
    SeatDeclaration,
    applicants_of,
    declare_as_judge,
    seat_of,
)
from levante.kernel.api import Actor, Refused, refuse, today
from levante.law import parameters
from levante.web.access import for_desk
from levante.web.components.numbers import whole_numbers
from levante.web.desk.evaluation.views import READERS, evaluation_or_404, frame


@for_desk(*READERS)
def declare(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """What a member declares before seeing anything: no convictions; with which applicants there is a conflict."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    seat = seat_of(actor, found)
    if seat is None:
        raise Http404
    norm = parameters.value("committee.convictions.declared", on=today())
    if request.method == "POST":
        try:
            _declare(request, actor, found)
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("Your declarations are recorded."))
            return redirect("desk:evaluation", found.pk)
    said = dict(
        ConflictDeclaration.objects.filter(officer_id=actor.user_id, application__opening=found.opening_id)
        .order_by("declared_at", "pk")
        .values_list("application_id", "has_conflict")
    )
    return render(
        request,
        "desk/evaluation/declare.html",
        {
            **frame(actor, found, "declare"),
            "norm": norm,
            "rows": [
                {
                    "application": one,
                    "said": said.get(one.pk),
                    "chosen": f"{one.pk}" in request.POST.getlist("conflict"),
                    "text": request.POST.get(f"text-{one.pk}", ""),
                }
                for one in applicants_of(found)
            ],
            "last": SeatDeclaration.objects.filter(seat=seat).order_by("-declared_at").first(),
        },
    )


def _declare(request: HttpRequest, actor: Actor, found: Evaluation) -> None:
    convictions = request.POST.get("convictions", "")
    if convictions not in {"no", "yes"}:
        refuse(
            "Dichiara se hai condanne che escludono dalla commissione (art. 35-bis D.Lgs. 165/2001).",
            "Declare whether you have convictions that keep one out of the committee (art. 35-bis D.Lgs. 165/2001).",
        )
    chosen = whole_numbers(request.POST.getlist("conflict"))
    declare_as_judge(
        actor=actor,
        evaluation=found,
        no_convictions=convictions == "no",
        conflicts={pk: request.POST.get(f"text-{pk}", "") for pk in chosen},
    )
