"""Fairs and missions for the enterprise: what is open, and its expressions of interest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.initiatives.api import (
    ExpressionOfInterest,
    Initiative,
    express_interest,
    may_express,
    may_withdraw,
    open_to_interest,
    receipt_for,
    states,
    ways_offered,
    withdraw_interest,
)
from levante.kernel.api import Refused
from levante.meetings.api import mine
from levante.participations.api import owing_now, place_of, places_of, ranked_by, without_place
from levante.participations.api import states as places
from levante.web.access import for_enterprise
from levante.web.components.selection_rules import rules_of
from levante.web.portal.fairs import place
from levante.web.portal.fairs.forms import InterestForm
from levante.web.site.fairs.views import card_of


@for_enterprise()
def fairs(request: HttpRequest) -> HttpResponse:
    """What is open, and what the enterprise asked for, with where it is by now: its place once the list is decided."""
    interests = {row.initiative_id: row for row in _mine(request).select_related("initiative__market")}
    held = places_of(request.actor)  # type: ignore[attr-defined]
    cards = [card_of(row) | {"interest": interests.get(row.pk)} for row in open_to_interest()]
    found = [place.line(row, None) for row in held]
    decided = {row.selection.initiative_id for row in held}
    found += [place.line(None, row) for row in interests.values() if row.initiative_id not in decided]
    rows = sorted(found, key=lambda line: line["initiative"].starts_on, reverse=True)
    return render(request, "portal/fairs/list.html", {"cards": cards, "rows": rows})


@for_enterprise()
def fair(request: HttpRequest, code: str) -> HttpResponse:
    """The initiative with the enterprise's expression of interest, or the form to make one."""
    actor = request.actor  # type: ignore[attr-defined]
    initiative = get_object_or_404(Initiative.objects.visible_to(actor).with_place(), code=code)
    interest = _mine(request).select_related("enterprise").filter(initiative=initiative).first()
    standing = interest is not None and interest.state == states.EXPRESSED
    may = may_express(actor, initiative)
    ways = ways_offered(initiative)
    words = (
        {name: getattr(interest, name) for name in ("way", "products", "expectations")}
        if standing
        else {"way": ways[0]}
    )
    form = InterestForm(request.POST or None, initial=words, ways=ways)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data | {"replace": request.POST.get("replace") == "yes"}
            made = express_interest(actor=actor, initiative=initiative, **given)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.reason.in_language(get_language()))
        else:
            text = gettext("Your interest is registered with number %(number)s.")
            messages.success(request, text % {"number": made.number})
            return redirect("portal:fair", code=code)
    held = place.shown(request, place_of(actor, initiative, actor.enterprise_id))
    over = initiative.state in {states.ON_SITE, states.FOLLOWING, states.DONE, states.CANCELLED}
    return render(
        request,
        "portal/fairs/page.html",
        {
            "card": card_of(initiative),
            "initiative": initiative,
            "interest": interest,
            "standing": standing,
            "way": states.WAYS[interest.way] if interest is not None else None,
            "may_withdraw": standing and bool(may_withdraw(actor, interest)),
            "may": may,
            "apart": standing and without_place(initiative).filter(pk=interest.pk).exists(),
            "form": form,
            "place": held,
            "rules": rules_of(initiative) if held is None else None,
            "owes": owing_now(interest.enterprise) if standing and held is None and not over else None,
            "pay_first": places.PAY_FIRST,
            "by_ranking": ranked_by(initiative),
            "meets": mine(actor).filter(agenda__initiative=initiative).exists(),
        },
    )


@for_enterprise("submit")
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    interest = get_object_or_404(_mine(request), initiative__code=code)
    withdraw_interest(actor=request.actor, interest=interest)  # type: ignore[attr-defined]
    messages.success(request, gettext("Your expression of interest has been withdrawn."))
    return redirect("portal:fair", code=code)


@for_enterprise()
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of the register, as the page that verifies takes it."""
    interest = get_object_or_404(_mine(request), initiative__code=code)
    found = receipt_for(interest)
    if found is None:
        return redirect("portal:fair", code=code)
    response = JsonResponse(found.as_json())
    response["Content-Disposition"] = f'attachment; filename="{code}.receipt.json"'
    return response


def _mine(request: HttpRequest):  # type: ignore[no-untyped-def]
    """Only those of the enterprise acted for, also for a person who is staff elsewhere."""
    actor = request.actor  # type: ignore[attr-defined]
    return ExpressionOfInterest.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
