"""Whether a buyer is qualified: what it tells, what happened, what the office says, criterion by criterion."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.directory.api import QUALIFIERS, qualify_buyer, states
from levante.identity.api import roles
from levante.kernel.api import Refused, today
from levante.meetings.api import behaviour_of
from levante.parties.api import Buyer
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.buying import buying_of
from levante.web.components.forms import say
from levante.wins.api import confirmed_by


class QualifyForm(forms.Form):
    """An answer and its why for each criterion of today, the outcome, what the buyer reads."""

    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"))
    reason = forms.CharField(
        label=gettext_lazy("What the buyer reads, in Italian"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("What is missing. Who is qualified meets every criterion."),
    )  # fmt: skip
    reason_en = forms.CharField(
        label=gettext_lazy("What the buyer reads, in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["outcome"].choices = choices.labelled(states.OUTCOMES, empty=gettext("Choose"))
        language, asked = get_language(), states.criteria(today())
        for code, words in asked.items():
            name = words.in_language(language)
            fields[f"answer_{code}"] = forms.ChoiceField(
                label=name, choices=choices.labelled(states.ANSWERS, empty=gettext("Choose"))
            )
            fields[f"why_{code}"] = forms.CharField(
                label=gettext("%(criterion)s: why") % {"criterion": name}, required=False, max_length=1000
            )
        self.order_fields([f"{kind}_{code}" for code in asked for kind in ("answer", "why")])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("reason", "").strip() and not data.get("reason_en", "").strip():
            self.add_error("reason_en", gettext("Write it in English too: the buyer reads it in its language."))
        return data

    def values(self) -> dict[str, Any]:
        data, asked = self.cleaned_data, states.criteria(today())
        return {
            "outcome": data["outcome"], "reason": data["reason"], "reason_en": data["reason_en"],
            "answers": {code: data[f"answer_{code}"] for code in asked},
            "whys": {code: data[f"why_{code}"] for code in asked},
        }  # fmt: skip


def found_of(request: HttpRequest, row: Buyer) -> dict[str, Any]:
    """What is known of a buyer: told by it, done, said by the offices. Nine queries."""
    actor = request.actor  # type: ignore[attr-defined]
    own, named = confirmed_by(actor, row)
    return {
        **buying_of(actor, row.pk),
        "behaviour": behaviour_of(actor, row.pk),
        "wins": own,
        "wins_named": named,
    }


@for_desk(*QUALIFIERS, roles.AGENCY_STAFF)
def qualify(request: HttpRequest, pk: int) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    row = get_object_or_404(Buyer.objects.visible_to(actor).select_related("country"), pk=pk)
    form = QualifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            qualify_buyer(actor=actor, buyer=row, **form.values())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Recorded: who acts for the buyer has been told."))
            return redirect("desk:buyer", pk)
    return render(request, "desk/counterparts/qualify.html", {"row": row, "form": form, **found_of(request, row)})
