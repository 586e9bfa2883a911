"""Rehearsing a call from its page: asked, done by the worker, told with progress and a report; nothing else of it remains."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from levante.calls.api import Call, document_of
from levante.grants.api import (
    MOST_REHEARSED,
    REHEARSAL_BROKEN_OFF,
    REHEARSAL_STAGES,
    REHEARSAL_STATES,
    REHEARSED_OUTCOMES,
    RehearsalRun,
    ask_rehearsal,
    was_broken_off,
)
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.desk.calls.chapters import place_url
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.roles import READERS, call_of, may_design

#: How many of the last rehearsals the page lists.
SHOWN = 10


class HowToRehearse(forms.Form):
    count = forms.IntegerField(
        label=_("How many regular applications"), min_value=1, max_value=MOST_REHEARSED, initial=6
    )
    opening = forms.ChoiceField(label=_("Opening"), required=False)
    short = forms.BooleanField(
        label=_("Let the money end before the applications"), required=False, initial=True,
        help_text=_("The opening is left with enough for about two thirds of them."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), min_value=1, max_value=999_999, initial=1,
        help_text=_("The same seed gives the same rehearsal."),
    )  # fmt: skip

    def __init__(self, data: Any, call: Call) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        language = (get_language() or "it")[:2]
        rows = [(row.code, getattr(row, f"name_{language}") or row.code) for row in call.openings.all()]
        fields["opening"].choices = [("", _("the first")), *rows]


@for_desk(*READERS)
@require_http_methods(["GET", "POST"])
def rehearsal(request: HttpRequest, code: str) -> HttpResponse:
    """Asked with POST; the page then follows the last one."""
    call = call_of(request, code)
    allowed = may_design(request, call)
    form = HowToRehearse(request.POST if request.method == "POST" and allowed else None, call)
    if allowed and done(request, form, ask_rehearsal, call=call):
        return redirect("desk:call_rehearsal", code=code)
    runs = list(call.rehearsals.select_related("user").defer("report")[:SHOWN])
    return render(
        request,
        "desk/calls/rehearsal.html",
        {
            **page_of(request, call, document_of(call), "rehearsal"),
            "form": form if allowed else None,
            "runs": [(run, REHEARSAL_STATES[run.state]) for run in runs],
            **_told(call, runs[0] if runs else None),
        },
    )


@for_desk(*READERS)
def report(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A rehearsal of before; asked for a fragment, how the present one goes."""
    call = call_of(request, code)
    run = get_object_or_404(call.rehearsals.select_related("user"), pk=pk)
    if request.headers.get("HX-Request"):
        return render(request, "desk/calls/rehearsal_report.html", {"call": call, **_told(call, run)})
    context = {**page_of(request, call, document_of(call), "rehearsal"), "form": None, "runs": [], **_told(call, run)}
    return render(request, "desk/calls/rehearsal.html", context)


def _told(call: Call, run: RehearsalRun | None) -> dict[str, Any]:
    """The report as the page reads it."""
    told: dict[str, Any] = run.told if run is not None and run.is_over else {}
    return {
        "run": run,
        "broken_off": REHEARSAL_BROKEN_OFF if run is not None and was_broken_off(run) else None,
        "run_state": REHEARSAL_STATES[run.state] if run is not None else None,
        "report": told,
        "stages": [{**one, "title": REHEARSAL_STAGES[one["code"]]} for one in told.get("stages", ())],
        "applications": [{**one, "label": REHEARSED_OUTCOMES[one["outcome"]]} for one in told.get("applications", ())],
        "report_findings": [{**one, "url": place_url(call, one["path"])} for one in told.get("findings", ())],
        "awarded": str(sum((Decimal(act["total"]) for act in told.get("acts", ())), Decimal("0.00"))),
    }
