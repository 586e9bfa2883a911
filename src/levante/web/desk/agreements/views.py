"""Agreements at the desk: overdue commitments first, the register, each step of an agreement and what came of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import Office, User, roles, section_code
from levante.kernel.api import Actor, Refused
from levante.kernel.pure import Bilingual
from levante.programme.api import Act, Sector, main_programme
from levante.promotion.api import (
    Agreement,
    Commitment,
    add_commitment,
    close_commitment,
    correct_agreement,
    end_agreement,
    list_agreements,
    may_close_commitment,
    may_keep_agreements,
    overdue_commitments,
    record_agreement,
    renew_agreement,
    sign_agreement,
    states,
)
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.forms import done, say
from levante.web.components.listing import Column, Listing
from levante.web.desk.agreements.forms import (
    AgreementFilters,
    AgreementForm,
    CommitmentForm,
    EndForm,
    OutcomeForm,
    Parties,
    RenewForm,
    SignForm,
)
from levante.web.site.agreements.views import described
from levante.web.site.files.views import send
from levante.web.templatetags.levante import bilingual, in_language

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR)
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)
#: Who keeps the register: the Section. An agency writes the outcome of its own commitments.
SECTION = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)
PER_PAGE = 50
#: The steps of an agreement: from which states, its words, its form.
STEPS: dict[str, tuple[tuple[str, ...], Bilingual, type[forms.Form]]] = {
    "sign": ((states.DRAFT,), Bilingual("Registra la firma", "Record the signature"), SignForm),
    "renew": ((states.IN_FORCE, states.EXPIRED), Bilingual("Rinnova", "Renew"), RenewForm),
    "end": (
        (states.DRAFT, states.SIGNED, states.IN_FORCE),
        Bilingual("Concludi prima del termine o abbandona", "End early or abandon"),
        EndForm,
    ),
}


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
            "keeps": bool(may_keep_agreements(actor)),
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


@for_desk(*SECTION)
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@for_desk(*READERS)
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _agreement(request, code))


@for_desk(*SECTION)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    found = _agreement(request, code)
    if found.state in {states.ENDED, states.ABANDONED}:
        raise Http404
    return _form(request, found)


@for_desk(*READERS)
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The text of the agreement, to whom sees it."""
    found = _agreement(request, code)
    if found.document is None:
        raise Http404
    return send(found.document)


@for_desk(*READERS)
def evidence(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What proves the outcome of a commitment."""
    found = get_object_or_404(
        Commitment.objects.filter(agreement=_agreement(request, code), evidence__isnull=False), pk=pk
    )
    return send(found.evidence)


@for_desk(*SECTION)
@require_POST
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Signature, renewal, early end."""
    found = _agreement(request, code)
    if name not in STEPS:
        raise Http404
    form = STEPS[name][2](request.POST, prefix=name)
    if form.is_valid():
        try:
            _do(request.actor, found, name, form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:agreement", code=code)
    return _page(request, found, bound={name: form})


@for_desk(*SECTION)
@require_POST
def commit(request: HttpRequest, code: str) -> HttpResponse:
    """Add a commitment."""
    found = _agreement(request, code)
    form = CommitmentForm(request.POST, prefix="commit")
    if form.is_valid():
        data = form.cleaned_data | {"office": Office.objects.get(code=form.cleaned_data["office"])}
        try:
            add_commitment(actor=request.actor, agreement=found, **data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The commitment is in the agreement."))
            return redirect("desk:agreement", code=code)
    return _page(request, found, bound={"commit": form})


@for_desk(*KEEPERS)
@require_POST
def outcome(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say what came of a commitment, with its evidence."""
    found = _agreement(request, code)
    commitment = get_object_or_404(Commitment.objects.filter(agreement=found), pk=pk)
    form = OutcomeForm(request.POST, request.FILES, prefix=f"c{pk}")
    if done(request, form, close_commitment, commitment=commitment):
        messages.success(request, gettext("The outcome has been written."))
        return redirect("desk:agreement", code=code)
    return _page(request, found, bound={f"c{pk}": form})


def _do(actor: Actor, found: Agreement, name: str, data: dict[str, Any]) -> None:
    if name == "sign":
        sign_agreement(actor=actor, agreement=found, **data)
    elif name == "renew":
        act = get_object_or_404(Act, programme=main_programme(), code=data["act"]) if data["act"] else None
        renew_agreement(actor=actor, agreement=found, expires_on=data["expires_on"], act=act)
    else:
        end_agreement(actor=actor, agreement=found, **data)


def _form(request: HttpRequest, found: Agreement | None) -> HttpResponse:
    posted, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    first = (
        _initial(found)
        if found is not None
        else {"office": section_code(), "renewal": "unknown", "clearance": "unknown"}
    )
    parties = [
        {name: getattr(row, name) for name in ("name_it", "name_en", "signatory_role_it", "signatory_role_en")}
        | {"country": row.country_id}
        for row in (found.parties.all() if found is not None else ())
    ]
    form = AgreementForm(posted, files, initial=first)
    rows = Parties(posted, initial=parties, prefix="parties", form_kwargs={"countries": choices.countries()})
    if posted is not None and form.is_valid() and rows.is_valid():
        given = [row for row in rows.cleaned_data if row and not row.pop("DELETE", False)]
        try:
            kept = _keep(request, found, form, given)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:agreement", code=kept.code)
    status = 400 if posted is not None else 200
    return render(
        request, "desk/agreements/form.html", {"form": form, "parties": rows, "agreement": found}, status=status
    )


def _keep(request: HttpRequest, found: Agreement | None, form: AgreementForm, parties: list[Any]) -> Agreement:
    data = dict(form.cleaned_data)
    programme = main_programme()
    data["office"] = Office.objects.get(code=data["office"])
    data["owner"] = User.objects.get(pk=data["owner"]) if data["owner"] else None
    data["act"] = get_object_or_404(Act, programme=programme, code=data["act"]) if data["act"] else None
    data["sectors"] = list(Sector.objects.filter(programme=programme, code__in=data["sectors"]))
    actor = request.actor  # type: ignore[attr-defined]
    if found is None:
        return record_agreement(actor=actor, code=form.code(), parties=parties, **data)
    return correct_agreement(actor=actor, agreement=found, parties=parties, **data)


def _initial(found: Agreement) -> dict[str, Any]:
    plain = (
        "title_it", "title_en", "kind", "summary_it", "summary_en", "expires_on", "renewal", "renewal_months", "clearance",
        "source", "confidence", "note_it", "note_en",
    )  # fmt: skip
    return {name: getattr(found, name) for name in plain} | {
        "sectors": [row.code for row in found.sectors.all()],
        "act": found.act.code if found.act is not None else "",
        "office": found.office.code,
        "owner": str(found.owner_id or ""),
    }


def _page(request: HttpRequest, found: Agreement, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    """The agreement; ``bound`` holds the form that came back with errors."""
    actor = request.actor  # type: ignore[attr-defined]
    given = bound or {}
    keeps = bool(may_keep_agreements(actor))
    running = found.state not in {states.ENDED, states.ABANDONED}
    rows = []
    for row in sorted(found.commitments.all(), key=lambda each: (each.state != states.OPEN, each.deadline, each.pk)):
        may = row.state == states.OPEN and (keeps or bool(may_close_commitment(actor, row)))
        key = f"c{row.pk}"
        rows.append(
            {
                "row": row,
                "state": states.COMMITMENT_STATES[row.state],
                "tone": states.COMMITMENT_TONES[row.state],
                "form": given.get(key) or (OutcomeForm(prefix=key) if may else None),
                "open": key in given,
            }
        )
    steps = [
        {
            "name": name,
            "label": label.in_language(get_language()),
            "danger": name == "end",
            "form": given.get(name) or form(prefix=name),
            "open": name in given,
        }
        for name, (sources, label, form) in STEPS.items()
        if keeps and found.state in sources
    ]
    context = {
        **described(found),
        "commitments": rows,
        "form": given.get("commit") or (CommitmentForm(prefix="commit") if keeps and running else None),
        "form_open": "commit" in given,
        "steps": steps,
        "may_edit": keeps and running,
    }
    return render(request, "desk/agreements/page.html", context, status=400 if given else 200)


def _agreement(request: HttpRequest, code: str) -> Agreement:
    rows = Agreement.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found: Agreement = get_object_or_404(
        rows.select_related("office", "act", "intervention", "owner", "document").prefetch_related(
            "parties__country", "sectors", "commitments__office", "commitments__evidence"
        ),
        code=code,
    )
    return found
