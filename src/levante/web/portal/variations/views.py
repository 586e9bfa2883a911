"""An enterprise accepts what it was awarded, and asks to change it: costs plan, days, a seat, something else."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import (
    VARIATIONS,
    Acceptance,
    Variation,
    accept_award,
    accept_by,
    add_variation_file,
    carrying_states,
    compared,
    decide_by,
    discard_variation,
    open_variation,
    remove_variation_file,
    send_variation,
    withdraw_variation,
    write_variation,
)
from levante.grants.api import Award
from levante.kernel.api import Refused, today
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.filling import actor_of, language
from levante.web.portal.variations.forms import (
    DaysForm,
    PlanForm,
    TextForm,
    VariationFileForm,
    VariedDaysForm,
)

TONES = {
    "draft": "draft", "sent": "waiting", "under_review": "active", "approved": "done", "partly": "done", "refused": "refused",
    "withdrawn": "neutral", "discarded": "neutral",
}  # fmt: skip


@for_enterprise()
def acceptance(request: HttpRequest, award_id: int) -> HttpResponse:
    """Accept an award: by when, why that day, and the planned days of the project."""
    actor = actor_of(request)
    rows = Acceptance.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    found = get_object_or_404(
        rows.select_related("award__act__call", "award__application", "award__aid"), award=award_id
    )
    form = DaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accept_award(actor=actor, acceptance=found, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The award is accepted and registered."))
            return redirect("portal:claims")
    waits, last = found.state == carrying_states.WAITING, accept_by(found)
    context = {
        "acceptance": found,
        "award": found.award,
        "form": form,
        "open": waits and last is not None and last >= today(),
        "last": last,
        "stopped": waits and last is None and (found.stopped_on is not None or found.due_on >= today()),
        "sends": "submit" in actor.scopes,
    }
    return render(request, "portal/variations/acceptance.html", context)


@require_POST
@for_enterprise("apply")
def begin(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Award.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    award = get_object_or_404(rows, pk=whole_number(request.POST.get("award")) or 0)
    try:
        made = open_variation(actor=actor, award=award, kind=request.POST.get("kind", ""))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:claims")
    return redirect("portal:variation", made.pk)


def variation_or_404(request: HttpRequest, variation_id: int) -> Variation:
    actor = actor_of(request)
    rows = Variation.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    rows = rows.select_related("award__act__call", "award__application__opening__call")
    found: Variation = get_object_or_404(rows, pk=variation_id)
    return found


@for_enterprise()
def variation(request: HttpRequest, variation_id: int) -> HttpResponse:
    """One variation: written while it is a draft; then what was asked beside what was, and what the office decided."""
    found = variation_or_404(request, variation_id)
    form = _form(found, request.POST or None) if found.is_draft else None
    if request.method == "POST":
        if form is None:
            messages.error(request, gettext("The request was sent and cannot change."))
            return redirect("portal:variation", found.pk)
        if form.is_valid():
            try:
                write_variation(
                    actor=actor_of(request), variation=found, reason=form.cleaned_data["reason"], asked=form.asked()
                )
            except Refused as refusal:
                say(form, refusal)
            else:
                messages.success(request, gettext("Saved."))
                return redirect(f"{reverse('portal:variation', args=[found.pk])}#send")
    return _page(request, found, form)


def _page(
    request: HttpRequest, found: Variation, form: Any, *, file_form: Any = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "variation": found,
        "award": found.award,
        "tone": TONES[found.state],
        "decide_by": decide_by(found) if found.state in (carrying_states.SENT, carrying_states.REVIEW) else None,
        "form": form if "apply" in actor.scopes else None,
        "plan": form.rows() if isinstance(form, PlanForm) else None,
        "lines": compared(found),
        "files": list(found.files.select_related("file")),
        "file_form": file_form or VariationFileForm(),
        "writes": found.is_draft and "apply" in actor.scopes,
        "missing": [one.text for one in VARIATIONS.missing("send", found)] if found.is_draft else [],
        "sends": "submit" in actor.scopes,
        "may_withdraw": bool(VARIATIONS.may("withdraw", actor, found, state=found.state)),
        "events": list(found.events.order_by("-pk")),
    }
    return render(request, "portal/variations/variation.html", context, status=status)


def _form(found: Variation, data: Any = None) -> Any:
    start = {"reason": found.reason}
    if found.kind == carrying_states.COSTS:
        return PlanForm(data, lines=compared(found), initial=start)
    if found.kind == carrying_states.DATES:
        told = found.asked or found.before
        days = {name: date.fromisoformat(day) for name, day in told.items() if day}
        return VariedDaysForm(data, initial={**start, **days})
    return TextForm(data, initial={**start, "text": found.asked.get("text", "")})


@require_POST
@for_enterprise("apply")
def new_file(request: HttpRequest, variation_id: int) -> HttpResponse:
    found = variation_or_404(request, variation_id)
    form = VariationFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_variation_file(actor=actor_of(request), variation=found, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Document added."))
            return redirect(f"{reverse('portal:variation', args=[found.pk])}#files")
    return _page(request, found, _form(found) if found.is_draft else None, file_form=form, status=409)


@require_POST
@for_enterprise("apply")
def drop_file(request: HttpRequest, variation_id: int, file_id: int) -> HttpResponse:
    found = variation_or_404(request, variation_id)
    row = get_object_or_404(found.files.all(), pk=file_id)
    try:
        remove_variation_file(actor=actor_of(request), variation=found, file=row)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    else:
        messages.success(request, gettext("Document taken away."))
    return redirect(f"{reverse('portal:variation', args=[found.pk])}#files")


_ACTIONS = {"invia": send_variation, "elimina": discard_variation, "ritira": withdraw_variation}


@require_POST
@for_enterprise("apply")
def act(request: HttpRequest, variation_id: int, action: str) -> HttpResponse:
    found = variation_or_404(request, variation_id)
    if action not in _ACTIONS:
        raise Http404
    try:
        done = _ACTIONS[action](actor=actor_of(request), variation=found)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:variation", found.pk)
    if action == "invia":
        messages.success(
            request, gettext("The request is sent and registered: %(number)s.") % {"number": done.register_number}
        )
    else:
        messages.success(request, gettext("Done."))
    return redirect("portal:claims") if action == "elimina" else redirect("portal:variation", found.pk)
