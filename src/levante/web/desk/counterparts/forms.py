"""Buyers, investors and institutions as an office writes them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.parties.api import Buyer, Institution
from levante.web.components import choices
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
        gone = {"tax_code"} if model is not Institution else {"sectors", "languages"}
        gone |= set() if model is Buyer else {"languages"}
        gone |= set() if doubles else {"although"}
        for name in gone:
            del fields[name]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "although"}
