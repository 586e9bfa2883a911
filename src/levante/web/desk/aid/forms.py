import re

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.web.components.forms import DayInput


class AidQuestion(forms.Form):
    """Whose position, on which day, with what was known when."""

    code = forms.CharField(label=_("Tax code"), max_length=30)
    on = forms.DateField(label=_("On"), widget=DayInput, required=False)
    as_of = forms.DateField(label=_("With what was known on"), widget=DayInput, required=False)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().upper().removeprefix("IT")
        if not re.fullmatch(r"[A-Z0-9]{5,28}", code):
            raise forms.ValidationError(_("This has not the form of a tax code."))
        return code
