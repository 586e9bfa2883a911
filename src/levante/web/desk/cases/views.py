"""Requests at the desk: the list by urgency, the case with its referrals, and each step of its life."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.cases.api import (
    CASES,
    Case,
    accept_referral,
    answer_case,
    assign_case,
    case_of,
    close_case,
    discipline,
    list_cases,
    note_in_case,
    open_case,
    refer_case,
    refuse_referral,
    reopen_case,
    states,
    tells_people,
)
from levante.identity.api import Office, roles
from levante.kernel.api import ENTERPRISE, Actor, Party, Refused, refuse
from levante.parties.api import Enterprise, users_told
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.components.listing import Column, Listing
from levante.web.desk.cases.forms import (
    AnswerForm,
    CaseFilters,
    CloseForm,
    DeskCaseForm,
    NoteForm,
    ReasonForm,
    ReferForm,
)
from levante.web.templatetags.levante import in_language

READERS = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.FINANCE,
    roles.FRONT_DESK,
    roles.COMMUNICATION,
    roles.AGENCY_STAFF,
    roles.AUDITOR,
)
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION, roles.AGENCY_STAFF)
PER_PAGE = 50
WORDING = "desk-2026-11"

#: The form of each step, by the name of its transition.
FORMS: dict[str, type[forms.Form] | None] = {
    "assign": None,
    "refer": ReferForm,
    "accept": None,
    "refuse": ReasonForm,
    "answer": AnswerForm,
    "close": CloseForm,
    "reopen": NoteForm,
}


@for_desk(*READERS)
def cases(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    filters = CaseFilters(request.GET)
    chosen = filters.chosen()
    rows = list_cases(
        actor,
        kind=chosen["kind"],
        state=chosen["state"],
        office=chosen["office"],
        text=chosen["q"].strip(),
        mine=bool(chosen["mine"]),
    )
    listing = Listing(request, "desk:cases", gettext("requests"), _columns(actor))
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "case": case,
            "state": states.STATES[case.state],
            "tone": states.TONES[case.state],
            "kind": states.KINDS[case.kind],
            "who": case.who_asks(actor),
        }
        for case in page
    ]
    return render(
        request,
        "desk/cases/list.html",
        {
            "filters": filters,
            "page": page,
            "listing": listing,
            "rows": shown,
            "terms": discipline(Case.objects.visible_to(actor)),
            "may_open": actor.has_role(*WORKERS),
        },
    )


def _columns(actor: Actor) -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("number", gettext("Number"), lambda case: case.number, fixed=True),
        Column("subject", gettext("Subject"), lambda case: case.subject),
        Column("who", gettext("Who asks"), lambda case: case.who_asks(actor)),
        Column("kind", gettext("Kind"), lambda case: states.KINDS[case.kind].in_language(language)),
        Column("state", gettext("State"), lambda case: states.STATES[case.state].in_language(language)),
        Column("term", gettext("Term"), lambda case: case.due_at if case.runs else None),
        Column("charge", gettext("In charge"), lambda case: in_language(case.office, "name")),
        Column("owner", gettext("Person in charge"), lambda case: case.owner, shown=False),
    )


@for_desk(*WORKERS)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a request that came by another channel."""
    form = DeskCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            case = _open(request.actor, data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The request has number %(number)s.") % {"number": case.number})
            return redirect("desk:case", pk=case.pk)
    return render(request, "desk/cases/new.html", {"form": form})


@for_desk(*READERS)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _case(request, pk))


@for_desk(*WORKERS)
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of the case's life; what is wrong comes back on the same page, beside its form."""
    found = _case(request, pk)
    actor = request.actor  # type: ignore[attr-defined]
    if name != "note" and name not in FORMS:
        raise Http404
    kind = NoteForm if name == "note" else FORMS[name]
    form = kind(request.POST, prefix=name) if kind is not None else None
    if form is not None and not form.is_valid():
        return _page(request, found, bound={name: form})
    try:
        _do(actor, found, name, form.cleaned_data if form is not None else {})
    except Refused as refusal:
        if form is None:
            messages.error(request, refusal.reason.in_language(get_language()))
            return redirect("desk:case", pk=pk)
        say(form, refusal)
        return _page(request, found, bound={name: form})
    messages.success(request, _done(name))
    return redirect("desk:case", pk=pk)


def _do(actor: Actor, case: Case, name: str, data: dict[str, Any]) -> None:
    if name == "assign":
        assign_case(actor=actor, case=case)
    elif name == "refer":
        refer_case(actor=actor, case=case, office=Office.objects.get(code=data["office"]), note_text=data["note_text"])
    elif name == "accept":
        accept_referral(actor=actor, case=case)
    elif name == "refuse":
        refuse_referral(actor=actor, case=case, reason=data["reason"])
    elif name == "answer":
        answer_case(actor=actor, case=case, text=data["text"])
    elif name == "close":
        close_case(actor=actor, case=case, reason=data["reason"])
    elif name == "reopen":
        reopen_case(actor=actor, case=case, text=data["text"])
    else:
        note_in_case(actor=actor, case=case, text=data["text"])


def _done(name: str) -> str:
    return {
        "assign": gettext("The request is yours."),
        "refer": gettext("The request has been referred: the agency accepts it or says why not."),
        "accept": gettext("You accepted the request: it is yours."),
        "refuse": gettext("The request has gone back to the Section with your reason."),
        "answer": gettext("The answer has been sent."),
        "close": gettext("The request is closed."),
        "reopen": gettext("The request is open again, with a new term."),
        "note": gettext("The note is in the request."),
    }[name]


def _page(request: HttpRequest, case: Case, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    """The case; ``bound`` holds the form that came back with errors."""
    actor = request.actor  # type: ignore[attr-defined]
    given = bound or {}
    steps = []
    for row in CASES.available(actor, case, state=case.state):
        if row.name == "assign" and case.owner_id == actor.user_id:
            continue
        kind = FORMS[row.name]
        form = given.get(row.name) or (kind(prefix=row.name) if kind is not None else None)
        steps.append({"name": row.name, "label": row.label, "form": form, "open": row.name in given})
    people = users_told(actor, {message.author_id for message in case.messages.all()} | {case.requested_by_id})
    notes = given.get("note") or (NoteForm(prefix="note") if actor.has_role(*WORKERS) else None)
    return render(
        request,
        "desk/cases/page.html",
        {
            "case": case,
            "state": states.STATES[case.state],
            "tone": states.TONES[case.state],
            "kind": states.KINDS[case.kind],
            "channel": states.CHANNELS[case.channel],
            "who": case.who_asks(actor),
            "requested_by": people.get(case.requested_by_id, ""),
            "tells_people": tells_people(actor),
            "steps": steps,
            "note_form": notes,
            "written": [
                {
                    "message": message,
                    "kind": states.MESSAGE_KINDS[message.kind],
                    "who": people.get(message.author_id, ""),
                }
                for message in case.messages.all()
            ],
            "referrals": [
                {"row": row, "state": states.REFERRAL_STATES[row.state], "tone": _TONES[row.state]}
                for row in case.referrals.all()
            ],
        },
        status=200 if not given else 400,
    )


_TONES = {states.PENDING: "waiting", states.REFERRAL_ACCEPTED: "done", states.REFERRAL_REFUSED: "refused"}


def _case(request: HttpRequest, pk: int) -> Case:
    found = case_of(request.actor, pk)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _open(actor: Actor, data: dict[str, Any]) -> Case:
    common = {name: data[name] for name in ("channel", "kind", "subject", "text")}
    if data["tax_code"]:
        code = data["tax_code"].strip().upper()
        enterprise = Enterprise.objects.visible_to(actor).filter(tax_code=code).first()
        if enterprise is None:
            refuse("Nessuna impresa ha questo codice fiscale.", "No enterprise has this tax code.", field="tax_code")
        return open_case(actor=actor, party=Party(ENTERPRISE, enterprise.pk), **common)
    contact = {name: data[name] for name in ("name", "email", "organisation", "country", "language")}
    return open_case(actor=actor, contact={**contact, "consent_wording": WORDING}, **common)
