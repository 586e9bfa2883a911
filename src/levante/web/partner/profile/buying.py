"""What the buyer buys, written by who acts for it; read by the offices and by who arranges meetings."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.directory.api import BuyerProfile, heading_in_words, hs, named_in, save_buyer_profile, states
from levante.kernel.api import BUYER, today
from levante.parties.api import Buyer
from levante.web.access import for_partner
from levante.web.components import choices
from levante.web.components.forms import done


class BuyingForm(forms.Form):
    """Products, quantities, channels, prices, what is asked of suppliers, who supplies already."""

    headings = forms.CharField(
        label=gettext_lazy("What you buy, by HS code"), required=False, max_length=600, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy(
            "Customs codes of four or six digits, with commas between: 1509.20, 2204. Write a word, and its codes are proposed."
        ),
    )  # fmt: skip
    volume = forms.ChoiceField(label=gettext_lazy("How much you buy in a year"), required=False)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("What you are"), required=False, widget=forms.CheckboxSelectMultiple
    )
    price_band = forms.ChoiceField(label=gettext_lazy("Price band"), required=False)
    certifications = forms.MultipleChoiceField(
        label=gettext_lazy("Certifications you ask of suppliers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    markets = forms.MultipleChoiceField(
        label=gettext_lazy("Countries where you sell"), required=False, widget=forms.SelectMultiple({"size": 8}),
        help_text=gettext_lazy("With a keyboard: Ctrl and the arrows move, the space bar chooses."),
    )  # fmt: skip
    references_given = forms.CharField(
        label=gettext_lazy("References"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Firms that supply you, or pages that speak of you, one a line. No names of persons."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        held, known = self.initial.get("channels", []), states.channels()
        ways = [
            *states.channels(today()),
            *(code for code in held if code not in states.channels(today()) and code in known),
        ]
        asked = [code for code in states.certifications() if code != states.OTHER]
        fields["volume"].choices = choices.labelled(states.VOLUMES, empty=gettext("Not said"))
        fields["channels"].choices = choices.labelled(known, ways)
        fields["price_band"].choices = choices.labelled(states.PRICE_BANDS, empty=gettext("Not said"))
        fields["certifications"].choices = choices.labelled(states.certifications(), asked)
        fields["markets"].choices = choices.countries()[1:]

    def clean_headings(self) -> list[str]:
        """The codes; words are told the codes that they name, since who buys need not know them."""
        given = [code.strip() for code in re.split(r"[,;\n]", self.cleaned_data["headings"]) if code.strip()]
        for words in given:
            if not re.search("[0-9]", words):
                raise forms.ValidationError(_codes_for(words))
        return given


#: So many codes are proposed for some words.
PROPOSED = 6


def _codes_for(words: str) -> str:
    """What to write instead of some words: the headings that they name, each with its own."""
    found = sorted(code for code in named_in(words[:200]).products if len(code) == 4)[:PROPOSED]
    if not found:
        return gettext("“%(words)s” is no code: write its first four or six digits.") % {"words": words[:60]}
    language = get_language() or "it"
    told = "; ".join(f"{hs.written(code)} {heading_in_words(code).in_language(language)}" for code in found)
    return gettext("“%(words)s”: write its code, which may be %(codes)s.") % {"words": words[:60], "codes": told}


@for_partner(BUYER, scope="correct")
def buying(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    buyer = get_object_or_404(Buyer, pk=actor.buyer_id)
    found = BuyerProfile.objects.visible_to(actor).filter(buyer=buyer).first()
    initial = {name: getattr(found, name) for name in BuyingForm.base_fields} if found is not None else {}
    if found is not None:
        initial["headings"] = ", ".join(hs.written(code) for code in found.headings)
    form = BuyingForm(request.POST or None, initial=initial)
    if done(request, form, save_buyer_profile, buyer=buyer):
        messages.success(request, gettext("Kept: it is used at once to suggest whom you might meet."))
        return redirect("partner:profile")
    return render(request, "partner/profile/buying.html", {"form": form})
