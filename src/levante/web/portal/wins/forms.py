"""What an enterprise says came of an initiative."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy

from levante.web.components.forms import EuroField


class FollowUpForm(forms.Form):
    """What came of an initiative: zeros are an answer."""

    contacts = forms.IntegerField(label=gettext_lazy("Contacts still open"), min_value=0, max_value=10_000, initial=0)
    offers = forms.IntegerField(label=gettext_lazy("Offers made"), min_value=0, max_value=10_000, initial=0)
    orders = forms.IntegerField(label=gettext_lazy("Orders received"), min_value=0, max_value=10_000, initial=0)
    expected = EuroField(label=gettext_lazy("Value you expect, in euro"), min_value=0, initial=Decimal("0.00"))
    words = forms.CharField(
        label=gettext_lazy("Anything else"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
