"""An enterprise tells the results its project reached: with its last claim, and again when the call asks for them later."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import (
    RESULTS,
    ResultReport,
    begin_results,
    result_states,
    send_results,
    values_with,
    write_results,
)
from levante.kernel.api import Refused
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.portal.applications.filling import actor_of, language
from levante.web.portal.claims.found import draft_or_404
from levante.web.portal.claims.views import RESULT_TONES
from levante.web.portal.results.forms import ResultsForm

TONES = {**RESULT_TONES, "dropped": "neutral"}


@for_enterprise("apply")
def with_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The results that go with a claim that is being written."""
    found, actor = draft_or_404(request, claim_id), actor_of(request)
    values = values_with(found)
    if not values:
        messages.info(request, gettext("No results are told with this claim."))
        return redirect("portal:claim", found.pk)
    form = ResultsForm(request.POST or None, values=values)
    if request.method == "POST" and form.is_valid():
        try:
            write_results(actor=actor, report=begin_results(actor=actor, claim=found), told=form.told())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(f"{reverse('portal:claim', args=[found.pk])}#results")
    return render(request, "portal/results/with_claim.html", {"claim": found, "form": form})


def report_or_404(request: HttpRequest, report_id: int) -> ResultReport:
    actor = actor_of(request)
    rows = ResultReport.objects.visible_to(actor).filter(
        claim__award__enterprise_id=actor.enterprise_id, claim__sent_at__isnull=False
    )
    rows = rows.select_related("claim__award__act__call", "claim__award__application__opening__call")
    return get_object_or_404(rows.prefetch_related("values"), pk=report_id)


@for_enterprise()
def results(request: HttpRequest, report_id: int) -> HttpResponse:
    """What was promised and what was reached: written until it is sent, then what the office says of each."""
    found, actor = report_or_404(request, report_id), actor_of(request)
    writes = found.state == result_states.OPEN and "apply" in actor.scopes
    form = ResultsForm(request.POST or None, values=found.values.all()) if writes else None
    if request.method == "POST":
        if form is None:
            messages.error(request, gettext("These results are no longer written."))
            return redirect("portal:results", found.pk)
        if form.is_valid():
            try:
                write_results(actor=actor, report=found, told=form.told())
            except Refused as refusal:
                say(form, refusal)
            else:
                messages.success(request, gettext("Saved."))
                return redirect(f"{reverse('portal:results', args=[found.pk])}#send")
    context: dict[str, Any] = {
        "report": found,
        "award": found.claim.award,
        "tone": TONES[found.state],
        "values": list(found.values.all()),
        "form": form,
        "sends": "submit" in actor.scopes,
        "missing": [one.text for one in RESULTS.missing("send", found)] if writes else [],
    }
    return render(request, "portal/results/results.html", context)


@require_POST
@for_enterprise("submit")
def send(request: HttpRequest, report_id: int) -> HttpResponse:
    found = report_or_404(request, report_id)
    try:
        done = send_results(actor=actor_of(request), report=found)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    else:
        number = {"number": done.register_number}
        messages.success(request, gettext("The results are sent and registered: %(number)s.") % number)
    return redirect("portal:results", found.pk)
