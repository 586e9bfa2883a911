from django import forms
from django.utils.translation import gettext_lazy

from levante.web.components.forms import DayInput, MoneyInput


class RealisedForm(forms.Form):
    """What was really invested, checked on a day."""

    capex = forms.DecimalField(
        label=gettext_lazy("Realised investment, in euro"),
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=2,
        localize=True,
        widget=MoneyInput,
    )
    jobs = forms.IntegerField(label=gettext_lazy("Jobs created"), required=False, min_value=0, max_value=1_000_000)
    on = forms.DateField(label=gettext_lazy("Checked on"), widget=DayInput)
