from django import forms
from django.utils.translation import gettext_lazy as _

from levante.parties.api import Consent


class ConsentForm(forms.Form):
    """A consent that an office records on the person's behalf: the proof is on its desk."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Consent.PURPOSES)
    channel = forms.ChoiceField(label=_("Channel"), choices=Consent.CHANNELS)
    given = forms.ChoiceField(label=_("The person"), choices=[("yes", _("gives consent")), ("no", _("withdraws it"))])
    wording = forms.CharField(label=_("Version of the text the person read"), max_length=60)
    proof = forms.CharField(
        label=_("Proof"), max_length=300, help_text=_("As “signed sheet, protocol 123 of 4 March”. Name nobody here.")
    )
