"""Mandates and contacts as an enterprise and its people write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import ENTERPRISE
from levante.parties.api import SCOPES, Mandate, scopes_given
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput


class _MandateForm(forms.Form):
    kind = forms.ChoiceField(label=_("As"), choices=Mandate.KINDS)
    scopes = forms.MultipleChoiceField(
        label=_("What for"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("Reading the file is always included. A legal representative may do everything."),
    )
    act = forms.CharField(
        label=_("Deed"),
        max_length=300,
        required=False,
        help_text=_("The appointment or the delegation: kind of document, date, where it can be checked."),
    )
    until = DayField(label=_("Until (included)"), required=False, widget=DayInput())

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["scopes"].choices = choices.labelled(SCOPES, scopes_given(ENTERPRISE))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        scopes = values.get("scopes") or []
        values["scopes"] = sorted({"read", *scopes})
        return values


class AskForm(_MandateForm):
    """A person asks to act for an enterprise, which may have no file yet."""

    tax_code = forms.CharField(label=_("Tax code of the enterprise"), max_length=20)
    name = forms.CharField(
        label=_("Name of the enterprise"),
        max_length=300,
        required=False,
        help_text=_("Only when the enterprise has never used the portal."),
    )
    field_order = ("tax_code", "name", "kind", "scopes", "act", "until")


class GrantForm(_MandateForm):
    """Who looks after the people of an enterprise offers a mandate to an address."""

    email = forms.EmailField(
        label=_("E-mail of the person"),
        help_text=_("We write to this address: who owns it signs in, or creates an account, and accepts."),
    )
    kind = forms.ChoiceField(
        label=_("As"), choices=[pair for pair in Mandate.KINDS if pair[0] != Mandate.LEGAL_REPRESENTATIVE]
    )
    field_order = ("email", "kind", "scopes", "act", "until")
