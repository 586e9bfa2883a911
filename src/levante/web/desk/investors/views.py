"""Investors at the desk: enquiries with their cases, what was announced beside what was realised."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.cases.api import states as case_states
from levante.identity.api import roles
from levante.investment.api import (
    Enquiry,
    list_enquiries,
    may_record_investment,
    record_realised,
    states,
    tie_enquiry,
    totals,
)
from levante.kernel.api import today
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.desk.investors.forms import RealisedForm, TieForm

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR)
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
PER_PAGE = 50


@for_desk(*READERS)
def investors(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(list_enquiries(actor), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"enquiry": row, "state": case_states.STATES[row.case.state], "tone": case_states.TONES[row.case.state]}
        for row in page.object_list
    ]
    return render(
        request,
        "desk/investors/list.html",
        {"page": page, "rows": rows, "totals": totals(Enquiry.objects.visible_to(actor)), "on": today()},
    )


@for_desk(*READERS)
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """An enquiry: what was announced beside what was realised, and the way to its case."""
    found = _enquiry(request, pk)
    may = bool(may_record_investment(request.actor, found))  # type: ignore[attr-defined]
    return _page(request, found, RealisedForm() if may else None)


@for_desk(*KEEPERS)
@require_POST
def realised(request: HttpRequest, pk: int) -> HttpResponse:
    found = _enquiry(request, pk)
    form = RealisedForm(request.POST)
    if not done(request, form, record_realised, enquiry=found):
        return _page(request, found, form, status=400)
    messages.success(request, gettext("What was realised has been recorded; what was announced stays as it was."))
    return redirect("desk:enquiry", pk=pk)


@for_desk(*KEEPERS)
@require_POST
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which known investor asks."""
    found = _enquiry(request, pk)
    form = TieForm(request.POST, actor=request.actor)  # type: ignore[attr-defined]
    if not done(request, form, tie_enquiry, enquiry=found):
        messages.error(request, gettext("Choose an investor."))
        return redirect("desk:enquiry", pk=pk)
    messages.success(request, gettext("The investor who asks has been recorded."))
    return redirect("desk:enquiry", pk=pk)


def _enquiry(request: HttpRequest, pk: int) -> Enquiry:
    found: Enquiry = get_object_or_404(list_enquiries(request.actor), pk=pk)  # type: ignore[attr-defined]
    return found


def _page(request: HttpRequest, found: Enquiry, form: RealisedForm | None, status: int = 200) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    tying = None
    if form is not None and found.case.contact_id is not None:
        tying = TieForm(actor=actor, initial={"investor": found.case.investor_id})
    context = {
        "enquiry": found,
        "investor": found.case.investor,
        "tying": tying,
        "case": found.case,
        "state": case_states.STATES[found.case.state],
        "tone": case_states.TONES[found.case.state],
        "mode": states.MODES[found.mode],
        "form": form,
    }
    return render(request, "desk/investors/enquiry.html", context, status=status)
