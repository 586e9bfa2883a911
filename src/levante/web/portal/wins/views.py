"""What an enterprise won with help, and what it is asked after an initiative."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused
from levante.meetings.api import buyers_met
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.components import win_corrections as correcting
from levante.web.components import wins as shared
from levante.web.components.forms import say
from levante.web.components.win_forms import WinForm
from levante.web.portal.wins.forms import FollowUpForm
from levante.wins.api import FollowUp, Win, answer_follow_up, origins_of, states, tell_win, waiting_for_firm


@for_enterprise()
def wins(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = Win.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id).select_related("country")
    context = {
        "rows": [
            {"win": row, "state": states.STATES[row.state], "tone": states.TONES[row.state]} for row in rows[:200]
        ],
        "asked": waiting_for_firm(actor),
        "can_tell": any(origins_of(actor.enterprise_id)),
    }
    return render(request, "portal/wins/list.html", context)


@for_enterprise("apply")
def new(request: HttpRequest) -> HttpResponse:
    """Tell a win, all of it attributed to one initiative or grant: the office divides it when several helped."""
    actor = request.actor  # type: ignore[attr-defined]
    found = shared.origins(origins_of(actor.enterprise_id))
    met = buyers_met(actor.enterprise_id)
    form = WinForm(request.POST or None, origins=found, met=met, initial={"origin": request.GET.get("origin", "")})
    if request.method == "POST" and form.is_valid():
        firm = get_object_or_404(Enterprise, pk=actor.enterprise_id)
        try:
            made = tell_win(actor=actor, enterprise=firm, origin=form.helped(), **form.told())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("You have told it. Now ask your customer to confirm it."))
            return redirect("portal:win", pk=made.pk)
    return render(request, "portal/wins/new.html", {"form": form if found else None})


@for_enterprise()
def win(request: HttpRequest, pk: int) -> HttpResponse:
    found = shared.win_of(request, pk)
    context = shared.facts_of(request.actor, found) | {"corrections": correcting.corrections_of(found, named=True)}  # type: ignore[attr-defined]
    return render(request, "portal/wins/page.html", context)


@for_enterprise("apply")
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        return shared.ask(request, pk, "portal")
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return redirect("portal:win", pk=pk)


@for_enterprise("apply")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    return shared.send(request, pk, "portal")


@for_enterprise("apply")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    return correcting.correct(request, pk, "portal")


@for_enterprise("apply")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return correcting.withdraw(request, pk, "portal")


@for_enterprise("apply")
def realised(request: HttpRequest, pk: int) -> HttpResponse:
    return shared.realised(request, pk, "portal")


@for_enterprise("apply")
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of an initiative, in four numbers."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = FollowUp.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id).select_related("initiative")
    row = get_object_or_404(rows, pk=pk)
    said = {
        "contacts": row.contacts,
        "offers": row.offers,
        "orders": row.orders,
        "expected": row.expected,
        "words": row.note,
    }
    form = FollowUpForm(request.POST or None, initial=said if row.answered_at else None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = answer_follow_up(actor=actor, row=row, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            if kept.orders:
                messages.success(request, gettext("Thank you. You received orders: tell each as a win."))
                return redirect("portal:win_new")
            messages.success(request, gettext("Thank you: we have your answer."))
            return redirect("portal:wins")
    context = {
        "form": form if row.state != states.F_CLOSED else None,
        "row": row,
        "state": states.FOLLOW_UPS[row.state],
    }
    return render(request, "portal/wins/follow_up.html", context)
