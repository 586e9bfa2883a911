from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.parties.api import Person, consent_wordings
from levante.web.components.people import PersonForm


class DeskPersonForm(PersonForm):
    """What an office corrects of a person, and who asked for it."""

    codice_fiscale = forms.CharField(label=_("Tax code (codice fiscale)"), max_length=20, required=False)
    reason = forms.CharField(
        label=_("Who asked for it, and how"),
        max_length=300,
        help_text=_("As “e-mail of 4 March, protocol 123”. Name nobody here."),
    )

    @staticmethod
    def values_of(person: Person) -> dict[str, str]:
        return PersonForm.values_of(person) | {"codice_fiscale": person.codice_fiscale or ""}


class ConsentForm(forms.Form):
    """A consent that an office records on the person's behalf: the proof is on its desk."""

    what = forms.ChoiceField(label=_("Purpose and channel"))
    given = forms.ChoiceField(label=_("The person"), choices=[("yes", _("gives consent")), ("no", _("withdraws it"))])
    wording = forms.ChoiceField(label=_("Version of the text the person read"))
    proof = forms.CharField(
        label=_("Proof"), max_length=300, help_text=_("As “signed sheet, protocol 123 of 4 March”. Name nobody here.")
    )

    def __init__(self, *arguments: Any, consents: list[dict[str, Any]], **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["what"].choices = [
            (f"{row['purpose']}:{row['channel']}", f"{row['label']} · {row['channel_label']}") for row in consents
        ]
        fields["wording"].choices = [(version, version) for version in reversed(consent_wordings())]

    def event(self) -> dict[str, Any]:
        """What ``record_consent`` writes."""
        values = dict(self.cleaned_data)
        purpose, _sep, channel = values.pop("what").partition(":")
        return values | {"purpose": purpose, "channel": channel, "given": values["given"] == "yes"}
