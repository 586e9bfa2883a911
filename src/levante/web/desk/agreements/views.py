"""Agreements at the desk: overdue commitments first, and what came of each."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import Office, roles
from levante.kernel.api import Refused
from levante.promotion.api import (
    Agreement,
    Commitment,
    add_commitment,
    close_commitment,
    list_agreements,
    may_close_commitment,
    may_keep_agreements,
    overdue_commitments,
    states,
)
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.desk.agreements.forms import AgreementFilters, CommitmentForm, OutcomeForm
from levante.web.site.agreements.views import described
from levante.web.templatetags.levante import bilingual, in_language

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR)
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)
PER_PAGE = 50


@for_desk(*READERS)
def agreements(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    filters = AgreementFilters(request.GET)
    chosen = filters.chosen()
    rows = list_agreements(actor, state=chosen["state"], text=chosen["q"].strip())
    listing = Listing(request, "desk:agreements", gettext("agreements"), _columns())
    if listing.wants_file:
        return listing.file(described(row) for row in rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/agreements/list.html",
        {
            "filters": filters,
            "page": page,
            "listing": listing,
            "rows": [described(row) for row in page.object_list],
            "overdue": list(overdue_commitments(actor)[:20]),
        },
    )


def _columns() -> tuple[Column, ...]:
    def parties(row: dict[str, Any]) -> str:
        return ", ".join(in_language(party, "name") for party in row["agreement"].parties.all())

    return (
        Column("agreement", gettext("Agreement"), lambda row: in_language(row["agreement"], "title"), fixed=True),
        Column("parties", gettext("Parties"), parties),
        Column("signed", gettext("Signed on"), lambda row: row["agreement"].signed_on),
        Column("until", gettext("Until"), lambda row: row["expiry"]),
        Column("state", gettext("State"), lambda row: bilingual(row["state"])),
        Column("to_meet", gettext("To be met"), lambda row: row["agreement"].to_meet),
        Column("overdue", gettext("Past their day"), lambda row: row["agreement"].overdue),
    )


@for_desk(*READERS)
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _agreement(request, code))


@for_desk(*KEEPERS)
@require_POST
def commit(request: HttpRequest, code: str) -> HttpResponse:
    """Add a commitment."""
    found = _agreement(request, code)
    form = CommitmentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    data = form.cleaned_data | {"office": Office.objects.get(code=form.cleaned_data["office"])}
    add_commitment(actor=request.actor, agreement=found, **data)  # type: ignore[attr-defined]
    messages.success(request, gettext("The commitment is in the agreement."))
    return redirect("desk:agreement", code=code)


@for_desk(*KEEPERS)
@require_POST
def outcome(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say what came of a commitment."""
    found = _agreement(request, code)
    commitment = get_object_or_404(Commitment.objects.filter(agreement=found), pk=pk)
    form = OutcomeForm(request.POST, prefix=f"c{pk}")
    if form.is_valid():
        try:
            close_commitment(actor=request.actor, commitment=commitment, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, refusal.reason.in_language(get_language())
            )
    if not form.is_valid():
        return _page(request, found, outcome_form=(pk, form))
    messages.success(request, gettext("The outcome has been written."))
    return redirect("desk:agreement", code=code)


def _page(
    request: HttpRequest,
    found: Agreement,
    form: CommitmentForm | None = None,
    outcome_form: tuple[int, OutcomeForm] | None = None,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    keeps = bool(may_keep_agreements(actor))
    rows = []
    for row in found.commitments.all():
        may = row.state == states.OPEN and (keeps or bool(may_close_commitment(actor, row)))
        given = outcome_form[1] if outcome_form is not None and outcome_form[0] == row.pk else None
        rows.append(
            {
                "row": row,
                "state": states.COMMITMENT_STATES[row.state],
                "tone": states.COMMITMENT_TONES[row.state],
                "form": given or (OutcomeForm(prefix=f"c{row.pk}") if may else None),
                "open": given is not None,
            }
        )
    context = {**described(found), "commitments": rows, "form": form or (CommitmentForm() if keeps else None)}
    wrong = form is not None or outcome_form is not None
    return render(request, "desk/agreements/page.html", context, status=400 if wrong else 200)


def _agreement(request: HttpRequest, code: str) -> Agreement:
    rows = Agreement.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found: Agreement = get_object_or_404(
        rows.select_related("office", "act", "intervention").prefetch_related(
            "parties__country", "sectors", "commitments__office"
        ),
        code=code,
    )
    return found
