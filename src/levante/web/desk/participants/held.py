"""Places that wait for the office: the codes of the RNA, asking again, not admitting."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import roles
from levante.kernel.api import Refused
from levante.kernel.pure import reads_english
from levante.participations.api import (
    ByHand,
    ask_again,
    confirm_by_hand,
    correct_aid_codes,
    decide_regime,
    exclude_place,
    may_keep,
    selection_of,
)
from levante.web.access import for_desk
from levante.web.components.forms import attempt, say
from levante.web.desk.participants.access import KEEPERS, initiative_of, row_of
from levante.web.desk.participants.forms import LeaveOutForm
from levante.web.desk.participants.forms_aid import CodesForm, DoneOnForm, RegimeForm


@for_desk(*KEEPERS)
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what the RNA calls the measure."""
    actor, found = request.actor, initiative_of(request, code)  # type: ignore[attr-defined]
    selection = selection_of(found)
    if selection is None or not selection.is_aid or not may_keep(actor, found):
        raise Http404
    form = CodesForm(request.POST or None, initial=selection.aid_codes)
    if request.method == "POST" and form.is_valid():
        try:
            correct_aid_codes(actor=actor, initiative=found, codes=selection.aid_codes | form.codes())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The codes are corrected: ask again for the places that wait."))
            return redirect("desk:places", code=code)
    return render(request, "desk/participants/codes.html", {"form": form, "initiative": found})


@for_desk(*KEEPERS)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again for the COR of a place: what is still wrong is said."""
    row = row_of(request, pk)
    try:
        row = ask_again(actor=request.actor, row=row)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    else:
        english = reads_english(get_language())
        if row.problem_it:
            messages.error(request, row.problem_en if english else row.problem_it)
        else:
            messages.success(request, gettext("The place goes on."))
    return redirect("desk:places", code=row.selection.initiative.code)


@for_desk(*KEEPERS)
@require_POST
def regime(request: HttpRequest, pk: int) -> HttpResponse:
    """The regime of a place being registered, with its reason."""
    row, form = row_of(request, pk), RegimeForm(request.POST)
    code = row.selection.initiative.code
    if not form.is_valid():
        messages.error(request, gettext("Choose the regime and say why."))
        return redirect("desk:places", code=code)
    attempt(
        request,
        lambda: decide_regime(actor=request.actor, row=row, **form.cleaned_data),  # type: ignore[attr-defined]
        gettext("It is decided: headroom and code are asked in that regime."),
    )
    return redirect("desk:places", code=code)


@for_desk(*KEEPERS)
@require_POST
def by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Something was done by hand in the RNA, on a day."""
    rows = ByHand.objects.visible_to(request.actor).select_related("participation__selection__initiative")  # type: ignore[attr-defined]
    found, form = get_object_or_404(rows, pk=pk), DoneOnForm(request.POST)
    code = found.participation.selection.initiative.code
    if not form.is_valid():
        messages.error(request, gettext("Write the day on which it was done in the RNA."))
        return redirect("desk:places", code=code)
    attempt(
        request,
        lambda: confirm_by_hand(actor=request.actor, work=found, on=form.cleaned_data["on"]),  # type: ignore[attr-defined]
        gettext("Kept."),
    )
    return redirect("desk:places", code=code)


@for_desk(roles.DIRECTOR)
@require_POST
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Not admitted, once the list is decided."""
    row, form = row_of(request, pk), LeaveOutForm(request.POST)
    code = row.selection.initiative.code
    if not form.is_valid():
        messages.error(request, gettext("Say why it is not admitted."))
        return redirect("desk:places", code=code)
    attempt(
        request,
        lambda: exclude_place(actor=request.actor, row=row, **form.cleaned_data),  # type: ignore[attr-defined]
        gettext("It is not admitted, and is told why."),
    )
    return redirect("desk:places", code=code)
