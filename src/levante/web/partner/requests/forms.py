from django import forms
from django.utils.translation import gettext_lazy

from levante.web.site.invest.forms import ProjectForm


class BuyerRequestForm(forms.Form):
    """A buyer asks: about enterprises, products, fairs."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What do you need?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class InvestorRequestForm(ProjectForm):
    """An investor asks, and says what it has in mind."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
