"""Training, a temporary export manager, guidance: what it is, whether it suits, and how to ask for it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.cases.api import states as case_states
from levante.competences.api import (
    EXPORT_CHECK_UP,
    SupportOffer,
    ask_for_support,
    asked_by,
    band_of,
    may_ask_for_support,
    questionnaire_on,
    states,
)
from levante.kernel.api import Refused, today
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.portal.support.opportunities import check_of


class AskForm(forms.Form):
    """What the enterprise adds when it asks."""

    text = forms.CharField(
        label=gettext_lazy("What do you need it for?"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("A few lines help who answers; you may leave it empty."),
    )


@for_enterprise()
def support(request: HttpRequest, code: str) -> HttpResponse:
    """The offer, the reasons for yes and no, and the request with its number once it was asked for."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = SupportOffer.objects.visible_to(actor).filter(state=states.PUBLISHED)
    offer = get_object_or_404(rows.select_related("office").prefetch_related("sectors"), code=code)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = ask_for_support(actor=actor, offer=offer, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Your request has number %(number)s.") % {"number": case.number})
            return redirect("portal:request", pk=case.pk)
    return render(request, "portal/support/page.html", _page(request, offer) | {"form": form})


def _page(request: HttpRequest, offer: SupportOffer) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    questionnaire = questionnaire_on(EXPORT_CHECK_UP, on=today())
    names = {band.code: band.name for band in questionnaire.bands} if questionnaire is not None else {}
    asked, language = asked_by(actor, offer), get_language() or "it"
    return {
        "offer": offer,
        "kind": states.KINDS[offer.kind],
        "serves": [
            questionnaire.dimensions[code].in_language(language)
            for code in offer.dimensions
            if questionnaire is not None and code in questionnaire.dimensions
        ],
        "requirements": check_of(offer, enterprise, band_of(enterprise.pk), names),
        "may": may_ask_for_support(actor, offer),
        "asked": asked,
        "asked_state": case_states.STATES[asked.state] if asked is not None else None,
        "asked_tone": case_states.TONES[asked.state] if asked is not None else "",
    }
