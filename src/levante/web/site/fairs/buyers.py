"""Buyers without an account: who is invited answers by the link of its letter; who is not asks to come."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.directory.api import states as buying
from levante.initiatives.api import Initiative
from levante.investment.api import count_attempt
from levante.kernel.api import ANONYMOUS, Refused, language_now, today
from levante.participations.api import (
    accept_as_invited,
    ask_to_come,
    asking_by,
    confirm_asking,
    decline_as_invited,
    invited_by,
    states,
    terms_of,
)
from levante.parties.api import Buyer
from levante.web.access import public
from levante.web.components import choices
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.site.fairs.views import card_of
from levante.web.site.invest.forms import OutsideForm
from levante.web.site.invest.traps import new_token, sources

#: The version of the notice on personal data that the form shows.
WORDING = "buyer-2026-11"


class AnswerForm(forms.Form):
    """Does it come? What for, or why not."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Will you come?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Yes, I accept the invitation")), ("no", gettext_lazy("No, I decline it"))],
    )
    looking_for = forms.CharField(
        label=gettext_lazy("If you come: what are you looking for, and whom would you like to meet?"),
        max_length=4000, required=False, widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    terms = forms.BooleanField(
        label=gettext_lazy("If you come: I have read the terms of hospitality and accept them"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("If you do not come: why?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, hosted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hosted:
            del self.fields["terms"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "yes":
            if not cleaned.get("looking_for"):
                self.add_error("looking_for", gettext("Write what you are looking for: meetings are arranged from it."))
            if "terms" in self.fields and not cleaned.get("terms"):
                self.add_error("terms", gettext("Read the terms and accept them to come."))
        if cleaned.get("answer") == "no" and not cleaned.get("reason"):
            self.add_error("reason", gettext("A few words are enough: they help us to invite you better."))
        return cleaned


class AskToComeForm(OutsideForm):
    """Who would like to come: who it is, what it buys."""

    organisation = forms.CharField(
        label=gettext_lazy("Company"), max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    kind = forms.ChoiceField(label=gettext_lazy("Kind of company"))
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors you buy in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    looking_for = forms.CharField(
        label=gettext_lazy("What do you buy, and whom would you like to meet?"), max_length=4000, widget=forms.Textarea({"rows": 5})
    )  # fmt: skip
    volume = forms.ChoiceField(label=gettext_lazy("How much you buy in a year"), required=False)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("How you sell on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    references_given = forms.CharField(
        label=gettext_lazy("Firms that supply you, or links, one a line"), max_length=2000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I have read how my data are used: the Region and the agency that organises the initiative read this request, and answer me."
        )
    )
    field_order = (
        "name", "email", "organisation", "country", "website", "kind", "sectors", "looking_for", "volume", "channels", "references_given",
        "consent",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", gettext("Choose")), *Buyer.KINDS]
        fields["sectors"].choices = choices.sectors()
        fields["volume"].choices = choices.labelled(buying.VOLUMES, empty=gettext("I would rather not say"))
        fields["channels"].choices = choices.labelled(buying.channels(today()))


@public
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing (mail readers open links by themselves): the button does."""
    found = invited_by(token)
    if found is None:
        raise Http404
    terms = terms_of(found.initiative)
    form = AnswerForm(request.POST or None, hosted=terms is not None, initial={"looking_for": found.looking_for})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["answer"] == "yes":
                version = whole_number(request.POST.get("version"))
                accept_as_invited(actor=request.actor, token=token, looking_for=data["looking_for"], version=version)  # type: ignore[attr-defined]
            else:
                decline_as_invited(actor=request.actor, token=token, reason=data["reason"])  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            return redirect("site:buyer_invited", token=token)
    initiative = Initiative.objects.with_place().get(pk=found.initiative_id)
    context = {
        "row": found, "initiative": initiative, "card": card_of(initiative), "terms": terms, "form": form,
        "alive": found.is_alive and initiative.takes_buyers(today()),
        "stands": found.interest is not None and found.interest.state == "expressed",
    }  # fmt: skip
    return _kept_apart(render(request, "site/fairs/invited.html", context))


@public
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The form; what is wrong is said beside the field, and nothing that was written is lost."""
    initiative = get_object_or_404(Initiative.objects.public().with_place(), code=code, open_to_buyers=True)
    if not initiative.takes_buyers(today()):
        return render(request, "site/fairs/ask.html", {"initiative": initiative, "form": None, "shown": []})
    if request.method != "POST":
        return _form(request, initiative, AskToComeForm(initial={"token": new_token()}))
    if not request.session.session_key:
        request.session.create()
    form = AskToComeForm(request.POST)
    tried = [f"buyer:{one}" for one in sources(request)] + [f"buyer-mail:{request.POST.get('email', '')[:254].lower()}"]
    if not count_attempt(actor=ANONYMOUS, sources=tried):
        form.is_valid()
        form.add_error(
            None, gettext("Too many enquiries have come from here in the last hour. Try again later, or write to us.")
        )
        return _form(request, initiative, form, status=429)
    if form.is_valid():
        data = form.cleaned_data
        contact = {"name": data["name"], "email": data["email"], "language": language_now(), "consent_wording": WORDING}
        try:
            ask_to_come(
                actor=ANONYMOUS, initiative=initiative, contact=contact, told=data, looking_for=data["looking_for"],
                key=data["read_token"].key,
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal)
        else:
            return redirect("site:fair_asked")
    return _form(request, initiative, form)


@public
def asked(request: HttpRequest) -> HttpResponse:
    """It was written: the link to confirm it is in the mail."""
    return render(request, "site/fairs/asked.html")


@public
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing: the button does."""
    found, why = asking_by(token), ""
    if request.method == "POST" and found is not None:
        try:
            confirm_asking(actor=ANONYMOUS, token=token)
        except Refused as refusal:
            why = refusal.reason.in_language(get_language())
        found = asking_by(token)
    waits = found is not None and found.state == states.I_DRAFT
    return _kept_apart(render(request, "site/fairs/confirm.html", {"row": found, "why": why, "waits": waits}))


def _form(request: HttpRequest, initiative: Initiative, form: AskToComeForm, status: int = 200) -> HttpResponse:
    shown = [field for field in form.visible_fields() if field.name != "homepage"]
    context = {"initiative": initiative, "form": form, "shown": shown}
    return render(request, "site/fairs/ask.html", context, status=status)


def _kept_apart(response: HttpResponse) -> HttpResponse:
    """What a link of a letter opens: not “no-referrer”, or a browser sends its form with no origin, and it is refused as forged."""
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
