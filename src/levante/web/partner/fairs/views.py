"""Fairs and missions for a buyer: where it can meet our enterprises, and what it asked for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from levante.directory.api import qualified_among
from levante.initiatives.api import (
    BuyerInterest,
    Initiative,
    may_take_part,
    may_withdraw_part,
    open_to_buyers,
    states,
    withdraw_buyer_interest,
)
from levante.kernel.api import BUYER, today
from levante.meetings.api import mine
from levante.participations.api import Hospitality, accepted_terms, take_part_as_buyer
from levante.parties.api import Buyer
from levante.web.access import for_partner
from levante.web.components.forms import done, tell
from levante.web.components.numbers import whole_number
from levante.web.site.fairs.views import card_of


class TakePartForm(forms.Form):
    """What a buyer would look for there."""

    looking_for = forms.CharField(
        label=gettext_lazy("What are you looking for, and whom would you like to meet?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "We ask because meetings are arranged before leaving: the more we know, the better they are."
        ),
    )
    terms = forms.BooleanField(label=gettext_lazy("I have read the terms of hospitality and accept them"))

    def __init__(self, *args: Any, terms: Hospitality | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if terms is None:
            del self.fields["terms"]

    def clean(self) -> dict[str, Any]:
        """What the service takes: which terms were read is told by the page."""
        cleaned: dict[str, Any] = super().clean() or {}
        return {name: value for name, value in cleaned.items() if name != "terms"}


@for_partner(BUYER)
def fairs(request: HttpRequest) -> HttpResponse:
    mine = {row.initiative_id: row for row in _mine(request).select_related("initiative")}
    rows = [
        {"interest": row, "state": states.BUYER_STATES[row.state], "tone": states.BUYER_TONES[row.state]}
        for row in sorted(mine.values(), key=lambda row: row.initiative.starts_on, reverse=True)
    ]
    cards = [card_of(row) for row in open_to_buyers(on=today())]
    return render(request, "partner/fairs/list.html", {"cards": cards, "rows": rows})


@for_partner(BUYER)
def fair(request: HttpRequest, code: str) -> HttpResponse:
    """The initiative with what the buyer asked for, or the form to ask."""
    actor = request.actor  # type: ignore[attr-defined]
    initiative = get_object_or_404(Initiative.objects.visible_to(actor).with_place(), code=code, open_to_buyers=True)
    interest = _mine(request).filter(initiative=initiative).select_related("initiative").first()
    standing = interest is not None and interest.state == states.EXPRESSED
    said = interest.looking_for if interest is not None else _profile_says(actor.buyer_id)
    terms = Hospitality.objects.visible_to(actor).filter(initiative=initiative).first()
    accepted = accepted_terms(initiative).get(actor.buyer_id) if terms is not None else None
    anew = terms if terms is not None and (accepted is None or accepted.version != terms.version) else None
    form = TakePartForm(request.POST or None, initial={"looking_for": said}, terms=anew)
    version = whole_number(request.POST.get("version"))
    if done(request, form, take_part_as_buyer, initiative=initiative, version=version):
        messages.success(
            request, gettext("Noted: the office that organises it reads what you look for and writes to you.")
        )
        return redirect("partner:fair", code=code)
    return render(
        request,
        "partner/fairs/page.html",
        {
            "meets": mine(actor).filter(agenda__initiative=initiative).exists(),
            "hosted": terms is not None and interest is not None,
            "terms": anew,
            "card": card_of(initiative),
            "initiative": initiative,
            "interest": interest,
            "standing": standing,
            "declined": interest is not None and interest.state == states.DECLINED,
            "unqualified": _unqualified(initiative, actor.buyer_id),
            "may": may_take_part(actor, initiative),
            "may_withdraw": standing and bool(may_withdraw_part(actor, interest)),
            "form": form,
        },
    )


@for_partner(BUYER, scope="meet")
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    interest = get_object_or_404(_mine(request), initiative__code=code)
    tell(request, withdraw_buyer_interest, gettext("You no longer ask to take part."), interest=interest)
    return redirect("partner:fair", code=code)


def _unqualified(initiative: Initiative, buyer_id: int) -> Any:
    """Why it would not come to the meetings of an initiative that wants qualified buyers; nothing when it would."""
    if not initiative.qualified_buyers_only:
        return None
    said = qualified_among([buyer_id], on=today())[buyer_id]
    return None if said else said


def _profile_says(buyer_id: int) -> str:
    return str(Buyer.objects.values_list("looking_for", flat=True).get(pk=buyer_id))


def _mine(request: HttpRequest) -> Any:
    """Only those of the buyer acted for, also for a person who is staff elsewhere."""
    actor = request.actor  # type: ignore[attr-defined]
    return BuyerInterest.objects.visible_to(actor).filter(buyer_id=actor.buyer_id)
