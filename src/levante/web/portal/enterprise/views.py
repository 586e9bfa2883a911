"""My enterprise: what the offices know of it, why it has its size, and how to correct it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused, today
from levante.parties.api import (
    Correction,
    Enterprise,
    propose_correction,
    size_of,
    ties_of,
    undertaking_of,
    with_names,
    withdraw_correction,
)
from levante.web.access import for_enterprise
from levante.web.components.forms import say, tell
from levante.web.desk.enterprises.corrections import changes_of
from levante.web.desk.enterprises.forms import sector_choices
from levante.web.desk.enterprises.present import facts_of
from levante.web.portal.enterprise.forms import AccountCorrection, FactsCorrection, SeatCorrection, as_texts


def mine(request: HttpRequest) -> Enterprise:
    """The enterprise acted for."""
    actor = request.actor  # type: ignore[attr-defined]
    return get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)


@for_enterprise()
def enterprise(request: HttpRequest) -> HttpResponse:
    one = mine(request)
    ties = ties_of(one)
    network = ties.network
    size = size_of(one, on=today(), ties=ties)
    undertaking = undertaking_of(one, on=today(), ties=ties)
    return render(
        request,
        "portal/enterprise/enterprise.html",
        {
            "enterprise": one,
            "facts": facts_of(one, dict(sector_choices())),
            "seats": one.seats.filter(until__isnull=True).select_related("comune", "province").order_by("kind", "id"),
            "accounts": one.accounts.order_by("-year"),
            "holders": one.holders.filter(until__isnull=True)
            .select_related("holder_enterprise", "holder_person", "holder_institution")
            .order_by("-capital", "id"),
            "districts": one.district_memberships.filter(until__isnull=True).select_related("district").order_by("id"),
            "chains": one.chain_memberships.filter(until__isnull=True).select_related("chain").order_by("id"),
            "size": size,
            "size_steps": with_names(size["steps"], network, actor=request.actor),
            "undertaking": [other for other in network if other.tax_code in undertaking["undertaking"]],
            "decisions": undertaking["decision_required"],
            "undertaking_steps": with_names(undertaking["steps"], network, actor=request.actor),
            "corrections": [
                (row, changes_of(row))
                for row in one.corrections.select_related("enterprise", "decided_by", "link", "seat__comune").order_by(
                    "-id"
                )[:5]
            ],
            "may_correct": "apply" in request.actor.scopes,
        },
    )


@for_enterprise("apply")
def correct(request: HttpRequest, subject: str) -> HttpResponse:
    """Propose a correction: of the facts, of the legal seat, of the accounts of a year."""
    one = mine(request)
    forms = {Correction.FACTS: FactsCorrection, Correction.SEAT: SeatCorrection, Correction.ACCOUNT: AccountCorrection}
    if subject not in forms:
        raise Http404
    form = forms[subject](request.POST or None, initial=_initial(one, subject))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        year = values.pop("year", None)
        if subject == Correction.FACTS and not values["ateco"]:
            values["ateco_edition"] = ""
        try:
            propose_correction(
                actor=request.actor, enterprise=one, subject=subject, values=as_texts(values), year=year, reason=reason
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Sent. An office reads it and answers here; until then nothing changes."))
            return redirect("portal:enterprise")
    titles = {
        Correction.FACTS: gettext("Correct the facts"),
        Correction.SEAT: gettext("Correct the legal seat"),
        Correction.ACCOUNT: gettext("Add or correct the accounts of a year"),
    }
    return render(request, "portal/enterprise/correct.html", {"form": form, "title": titles[subject]})


def _initial(one: Enterprise, subject: str) -> dict[str, object]:
    if subject == Correction.FACTS:
        return FactsCorrection.values_of(one)
    if subject == Correction.SEAT:
        seat = one.legal_seat
        return {"comune": seat.comune, "address": seat.address, "cap": seat.cap} if seat else {}
    return {"year": today().year - 1}


@for_enterprise("apply")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Correction.objects.visible_to(request.actor), pk=pk)
    tell(request, withdraw_correction, gettext("The correction has been withdrawn."), correction=one)
    return redirect("portal:enterprise")
