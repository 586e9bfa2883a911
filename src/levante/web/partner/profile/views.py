"""The profile of a buyer or an investor: seen, and corrected by proposing; who acts for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import BUYER, Refused, today
from levante.parties.api import Buyer, Correction, Investor, Mandate, propose_profile, withdraw_correction
from levante.web.access import for_partner
from levante.web.components.buying import buying_of
from levante.web.components.forms import say, tell
from levante.web.desk.enterprises.corrections import changes_of
from levante.web.desk.enterprises.forms import sector_choices
from levante.web.partner.profile.forms import ProfileForm
from levante.web.portal.enterprise.forms import as_texts


def mine(request: HttpRequest) -> Any:
    """The buyer or the investor acted for."""
    party = request.actor.party  # type: ignore[attr-defined]
    model: Any = Buyer if party.kind == BUYER else Investor
    return get_object_or_404(model.objects.select_related("country"), pk=party.id)


@for_partner()
def profile(request: HttpRequest) -> HttpResponse:
    row, names = mine(request), dict(sector_choices())
    proposed = row.corrections.select_related("buyer", "investor", "decided_by").order_by("-pk")[:5]
    acting = row.mandates.filter(state=Mandate.CONFIRMED, user__is_active=True).select_related("user")
    party = request.actor.party  # type: ignore[attr-defined]
    return render(
        request,
        "partner/profile/profile.html",
        {
            **(buying_of(request.actor, row.pk) if party.kind == BUYER else {}),  # type: ignore[attr-defined]
            "buys": party.kind == BUYER,
            "row": row,
            "sectors": [names.get(code, code) for code in row.sectors],
            "languages": getattr(row, "languages", []),
            "written_in": getattr(row, "written_in", ""),
            "corrections": [(one, changes_of(one)) for one in proposed],
            "acting": acting.exclude(until__lt=today()).order_by("user__family_name", "pk"),
            "may_correct": "correct" in request.actor.scopes,  # type: ignore[attr-defined]
        },
    )


@for_partner(scope="correct")
def correct(request: HttpRequest) -> HttpResponse:
    """Propose how it should read: an office that keeps the profile checks it."""
    row = mine(request)
    form = ProfileForm(request.POST or None, model=type(row), initial=ProfileForm.values_of(row))
    if request.method == "POST" and form.is_valid():
        values = form.values()
        reason = values.pop("reason")
        try:
            propose_profile(actor=request.actor, row=row, values=as_texts(values), reason=reason)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Sent. An office reads it and answers here; until then nothing changes."))
            return redirect("partner:profile")
    return render(request, "partner/profile/correct.html", {"form": form})


@for_partner(scope="correct")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    party = request.actor.party  # type: ignore[attr-defined]
    one = get_object_or_404(Correction.objects.filter(**{f"{party.kind}_id": party.id}), pk=pk)
    tell(request, withdraw_correction, gettext("The correction has been withdrawn."), correction=one)
    return redirect("partner:profile")
