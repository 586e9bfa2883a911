"""What is paid for buyers, and what is arranged: travel, hotels, visas, samples, interpreters, at the desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.controls.api import may_issue_due
from levante.identity.api import roles
from levante.initiatives.api import BuyerInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Refused, today
from levante.meetings.api import accounts_of, ask_back_of_buyer, asked_of_buyers
from levante.participations.api import (
    Arrangement,
    Hospitality,
    Participation,
    accepted_terms,
    costs_of,
    follow_arrangement,
    may_keep,
    may_read_list,
    record_arrangement,
    set_hospitality,
)
from levante.parties.api import Buyer
from levante.web.access import for_desk
from levante.web.components.forms import attempt, say
from levante.web.components.hosting import letter_pdf, shown
from levante.web.desk.participants.access import KEEPERS, READERS, initiative_of
from levante.web.desk.participants.forms_hosting import ArrangementForm, FollowForm, HospitalityForm

#: Who may ask for money, of those who keep an initiative.
ISSUERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
TERMS = ("nights", "travel_ceiling", "least_meetings", "owed_percent", "words_it", "words_en")


@for_desk(*READERS)
def logistics(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, initiative_of(request, code))


@for_desk(*KEEPERS)
@require_POST
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """The terms on which buyers are hosted."""
    found, form = initiative_of(request, code), HospitalityForm(request.POST, prefix="terms")
    if form.is_valid():
        try:
            set_hospitality(actor=request.actor, initiative=found, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The terms are written."))
            return redirect("desk:logistics", code=code)
    return _page(request, found, {"terms": form})


@for_desk(*KEEPERS)
@require_POST
def arrange(request: HttpRequest, code: str) -> HttpResponse:
    """Write something to be arranged."""
    found = initiative_of(request, code)
    form = ArrangementForm(request.POST, prefix="new", buyers=_buyers(found), places=_places(found))
    if form.is_valid():
        try:
            record_arrangement(actor=request.actor, initiative=found, **form.given())  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("It is written."))
            return redirect("desk:logistics", code=code)
    return _page(request, found, {"new": form})


@for_desk(*KEEPERS)
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it is, what it costs."""
    row, form = _row(request, pk), FollowForm(request.POST)
    if form.is_valid():
        try:
            follow_arrangement(actor=request.actor, arrangement=row, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("Kept."))
    else:
        messages.error(request, gettext("Write the amount, for example 1,234.56."))
    return redirect("desk:logistics", code=row.initiative.code)


@for_desk(*ISSUERS)
@require_POST
def ask_back(request: HttpRequest, code: str, buyer: int) -> HttpResponse:
    """Ask a hosted buyer for what it owes back."""
    found = initiative_of(request, code)
    wanted = get_object_or_404(Buyer.objects.filter(arrangements__initiative=found).distinct(), pk=buyer)
    actor = request.actor  # type: ignore[attr-defined]
    said = gettext("It is asked for, and the buyer is told.")
    attempt(request, lambda: ask_back_of_buyer(actor=actor, initiative=found, buyer=wanted), said)
    return redirect("desk:logistics", code=code)


@for_desk(*READERS)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation for a visa."""
    row = _row(request, pk)
    if row.kind != "visa":
        raise Http404
    return letter_pdf(row)


def _row(request: HttpRequest, pk: int) -> Arrangement:
    rows = Arrangement.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found: Arrangement = get_object_or_404(rows.select_related("initiative__lead_office", "buyer__country"), pk=pk)
    return found


def _buyers(found: Initiative) -> list[Any]:
    rows = BuyerInterest.objects.filter(initiative=found).standing().select_related("buyer")
    return [one.buyer for one in rows.order_by("buyer__name", "pk")]


def _places(found: Initiative) -> list[Participation]:
    rows = Participation.objects.filter(selection__initiative=found).seated().select_related("enterprise", "selection")
    return list(rows.order_by("enterprise__name", "pk"))


def _page(request: HttpRequest, found: Initiative, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    actor, given = request.actor, bound or {}  # type: ignore[attr-defined]
    read, keeps = may_read_list(actor, found), bool(may_keep(actor, found))
    hospitality = Hospitality.objects.visible_to(actor).filter(initiative=found).first()
    accepted = accepted_terms(found) if hospitality is not None and read else {}
    related = ("buyer", "place__enterprise", "initiative")
    rows = list(
        Arrangement.objects.visible_to(actor)
        .filter(initiative=found)
        .select_related(*related)
        .order_by("starts_on", "pk")
    )
    accounts = accounts_of(found, on=today()) if read else []
    asked = asked_of_buyers(found) if accounts else {}
    over = found.ends_on < today()
    initial = {name: getattr(hospitality, name) for name in TERMS} if hospitality is not None else None
    context: dict[str, Any] = {
        "initiative": found, "read": read, "keeps": keeps, "terms": hospitality, "costs": costs_of(found),
        "rows": [
            item | {"form": FollowForm(
                initial={"state": item["row"].state, "cost": item["row"].cost, "reference": item["row"].reference},
                auto_id=f"id_{item['row'].pk}_%s",
            )}
            for item in shown(rows)
        ],
        "buyers": [{"one": one, "asked": asked.get(one.buyer.pk)} for one in accounts],
        "asks": found.state == initiative_states.FOLLOWING and bool(may_issue_due(actor, found)),
        "over": over,
        "accepted": sum(row.version == hospitality.version for row in accepted.values()) if hospitality is not None else 0,
        "terms_form": given.get("terms") or (HospitalityForm(prefix="terms", initial=initial) if keeps else None),
        "new_form": given.get("new")
        or (ArrangementForm(prefix="new", buyers=_buyers(found), places=_places(found)) if keeps else None),
        "open": set(given),
    }  # fmt: skip
    return render(request, "desk/participants/logistics.html", context, status=400 if given else 200)
