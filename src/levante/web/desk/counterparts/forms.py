"""Buyers, investors and institutions as an office writes them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Party
from levante.parties.api import SCOPES, Buyer, Institution, Mandate, scopes_given
from levante.web.components import choices
from levante.web.components.directory import languages
from levante.web.components.forms import DayField, DayInput
from levante.web.desk.enterprises.forms import sector_choices


class CounterpartForm(forms.Form):
    """The fields of a kind; ``although`` appears once one of the same name has been pointed out."""

    name = forms.CharField(label=_("Name"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"))
    country = forms.ChoiceField(label=_("Country"))
    tax_code = forms.CharField(label=_("Tax code (codice fiscale)"), max_length=16, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    email = forms.EmailField(label=_("E-mail"), required=False)
    sectors = forms.MultipleChoiceField(
        label=_("Sectors of the programme"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        choices=[("it", "Italiano"), ("en", "English"), ("fr", "Français"), ("de", "Deutsch"), ("es", "Español")],
    )
    language = forms.ChoiceField(
        label=_("Language to write in"),
        required=False,
        help_text=_("Letters and pages are in it where there is a catalogue of it, else in English."),
    )
    looking_for = forms.CharField(
        label=_("What it looks for"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Products, quantities, places, partners: in its own words."),
    )
    although = forms.BooleanField(label=_("It is another one, of the same name"), required=False)

    def __init__(self, *arguments: Any, model: type[Any], doubles: bool = False, **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = model.KINDS
        fields["country"].choices = choices.countries()
        known = sector_choices()
        past = [code for code in self.initial.get("sectors") or [] if code not in dict(known)]
        fields["sectors"].choices = [*known, *((code, code) for code in past)]
        spoken = [code for code in self.initial.get("languages") or [] if code not in dict(fields["languages"].choices)]
        fields["languages"].choices = [*fields["languages"].choices, *((code, code) for code in spoken)]
        fields["language"].choices = [("", _("Not said: Italian in Italy, else its only one or English")), *languages()]
        gone = {"tax_code"} if model is not Institution else {"sectors", "languages", "looking_for"}
        gone |= set() if model is Buyer else {"languages", "language"}
        gone |= set() if doubles else {"although"}
        for name in gone:
            del fields[name]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "although"}


class InviteForm(forms.Form):
    """Who will act for a buyer or an investor, and the document that says so."""

    email = forms.EmailField(
        label=_("E-mail of the person"),
        help_text=_("We write to this address: who owns it signs in, or creates an account, and accepts."),
    )
    language = forms.ChoiceField(
        label=_("Language of the message"), choices=sorted(settings.LANGUAGES, key=lambda one: one[0] != "en")
    )
    kind = forms.ChoiceField(label=_("As"))
    scopes = forms.MultipleChoiceField(
        label=_("What for"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("To see is always included. A legal representative may do everything."),
    )
    act = forms.CharField(
        label=_("Document you have seen"),
        max_length=300,
        help_text=_(
            "As “extract of the Handelsregister of 4 March 2026, protocol 123”. No register of ours tells who represents it."
        ),
    )
    until = DayField(label=_("Until (included)"), required=False, widget=DayInput())

    def __init__(self, *arguments: Any, party: Party, **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [pair for pair in Mandate.KINDS if pair[0] != Mandate.OPERATOR]
        fields["scopes"].choices = choices.labelled(SCOPES, scopes_given(party.kind))
