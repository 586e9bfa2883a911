"""The customer confirms a win, or does not, by the link it was sent."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from levante.kernel.api import Refused
from levante.web.access import public
from levante.web.components.forms import say
from levante.wins.api import answer_as_customer, ask_of, is_alive, states


class ConfirmForm(forms.Form):
    """Yes or no, how it was to work with the enterprise, a few words."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Is this true?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Yes, I confirm it")), ("no", gettext_lazy("No, I do not confirm it"))],
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How is it to work with this enterprise? From 1 (bad) to 5 (very good)"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(number, str(number)) for number in range(1, 6)],
    )
    comment = forms.CharField(
        label=gettext_lazy("A comment"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )


@public
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing (mail readers open links by themselves): the button does."""
    found = ask_of(token)
    if found is None:
        raise Http404
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer_as_customer(
                actor=request.actor, token=token, confirms=data["answer"] == "yes", rating=data["rating"], comment=data["comment"],  # type: ignore[attr-defined]
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal)
        found = ask_of(token) or found
    win = found.win
    total = sum(row.expected for row in win.years.all())
    alive = is_alive(found) and win.state == states.ASKED
    corrected = win.changes.filter(anew=True).first()
    context = {
        "corrected": corrected, "win": win, "ask": found, "alive": alive, "form": form, "total": total, "kind": states.KINDS[win.kind],
    }  # fmt: skip
    response = render(request, "site/wins/confirm.html", context)
    # Not “no-referrer”: a browser then sends its form with no origin, and the form is refused as forged.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
