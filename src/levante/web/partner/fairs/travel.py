"""The buyer's own travel to an initiative: on which terms it is hosted, what is arranged for it, the letter for its visa."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.controls.api import Due, where_to_pay
from levante.initiatives.api import BuyerInterest, Initiative
from levante.kernel.api import BUYER
from levante.participations.api import Arrangement, Hospitality, accept_terms, accepted_terms, may_accept_terms
from levante.web.access import for_partner
from levante.web.components.forms import tell
from levante.web.components.hosting import letter_pdf, shown
from levante.web.components.numbers import whole_number
from levante.web.templatetags.levante import either


@for_partner(BUYER)
def travel(request: HttpRequest, code: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    initiative = get_object_or_404(Initiative.objects.visible_to(actor), code=code)
    asked_for = BuyerInterest.objects.visible_to(actor).filter(initiative=initiative, buyer_id=actor.buyer_id).first()
    terms = (
        Hospitality.objects.visible_to(actor).filter(initiative=initiative).first() if asked_for is not None else None
    )
    rows = list(_mine(request).filter(initiative=initiative).order_by("starts_on", "pk"))
    if terms is None and not rows:
        raise Http404
    asked = (
        Due.objects.visible_to(actor).filter(initiative=initiative, buyer_id=actor.buyer_id).exclude(state="cancelled")
    )
    dues = [
        {"row": one, "what": either(one.what), "pay_to": where_to_pay(one)}
        for one in asked.select_related("collected_by").order_by("pk")
    ]
    mine = accepted_terms(initiative).get(actor.buyer_id) if terms is not None else None
    told = {
        "initiative": initiative, "terms": terms, "rows": shown(rows), "dues": dues, "accepted": mine,
        "anew": terms is not None and (mine is None or mine.version != terms.version),
        "may": may_accept_terms(actor, initiative),
    }  # fmt: skip
    return render(request, "partner/fairs/travel.html", told)


@for_partner(BUYER, scope="meet")
@require_POST
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """The terms as they were read are accepted."""
    initiative = get_object_or_404(Initiative.objects.visible_to(request.actor), code=code)  # type: ignore[attr-defined]
    version = whole_number(request.POST.get("version"))
    tell(request, accept_terms, gettext("The terms are accepted."), initiative=initiative, version=version)
    return redirect("partner:fair_travel", code=code)


@for_partner(BUYER)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation for its visa."""
    related = ("initiative__lead_office", "buyer__country")
    return letter_pdf(get_object_or_404(_mine(request).filter(kind="visa").select_related(*related), pk=pk))


def _mine(request: HttpRequest) -> Any:
    """Only those of the buyer acted for, also for a person who is staff elsewhere."""
    actor = request.actor  # type: ignore[attr-defined]
    return Arrangement.objects.visible_to(actor).standing().filter(buyer_id=actor.buyer_id)
