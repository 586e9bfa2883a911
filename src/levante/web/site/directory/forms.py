from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.directory.api import Profile
from levante.web.site.invest.forms import OutsideForm
from levante.web.templatetags.levante import in_language


class AskForm(forms.Form):
    """What is asked of an enterprise."""

    text = forms.CharField(
        label=gettext_lazy("What are you looking for?"),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy(
            "Products, quantities, when, for which market: the more precise, the better the answer."
        ),
    )
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        known = [(str(one.pk), in_language(one, "name")) for one in profile.products.all()]
        fields["product"].choices = [("", gettext("None in particular")), *known]


class AskFromOutside(AskForm, OutsideForm):
    """The same, with the least about who asks that an answer needs."""

    field_order = (*AskForm.base_fields, *OutsideForm.base_fields)
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I have read how my data are used: the Section reads this enquiry and passes it, with my name and address, to the enterprise,"
            " which answers me."
        )
    )
