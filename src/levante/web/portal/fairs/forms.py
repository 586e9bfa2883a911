from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from levante.initiatives.api import states
from levante.web.components import choices


class InterestForm(forms.Form):
    """How the enterprise would take part, of the ways that the initiative offers, with what, to meet whom."""

    way = forms.ChoiceField(label=gettext_lazy("How would you take part?"), widget=forms.RadioSelect)
    products = forms.CharField(
        label=gettext_lazy("What would you show?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    expectations = forms.CharField(
        label=gettext_lazy("Whom would you like to meet?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "We ask because meetings are arranged before leaving: the more we know, the better they are."
        ),
    )

    def __init__(self, *args: Any, ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["way"].choices = choices.labelled({way: states.WAYS[way] for way in ways})
