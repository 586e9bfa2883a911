"""The reminders that a person wants by mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.messages.api import TOPICS, choose_reminders, muted
from levante.web.access import for_party


class RemindersForm(forms.Form):
    """One box for each kind of reminder."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Remind me by mail"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language, fields = get_language() or "it", self.fields
        fields["wanted"].choices = [(code, words.in_language(language)) for code, words in TOPICS.items()]  # type: ignore[attr-defined]


@for_party()
def reminders(request: HttpRequest) -> HttpResponse:
    """Switch reminders by mail on and off; what must be told has no box."""
    actor = request.actor  # type: ignore[attr-defined]
    off = muted(actor.user_id)
    form = RemindersForm(initial={"wanted": [code for code in TOPICS if code not in off]})
    if request.method == "POST":
        form = RemindersForm(request.POST)
        if form.is_valid():
            choose_reminders(actor=actor, wanted=set(form.cleaned_data["wanted"]))
            messages.success(request, gettext("We have kept what you want to be reminded of."))
            return redirect("portal:reminders")
    return render(request, "portal/notices/reminders.html", {"form": form})
