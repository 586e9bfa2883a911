"""The form of what who has a place tells for the stand and the catalogue: the enterprise's and the office's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from levante.participations.api import Participation, states
from levante.web.components import choices


class DetailsForm(forms.Form):
    """The name on the stand, what it needs, what the catalogue says."""

    graphic_name = forms.CharField(label=gettext_lazy("Name on the stand"), max_length=60, required=False)
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Technical needs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    needs_note = forms.CharField(label=gettext_lazy("More on what is needed"), max_length=500, required=False)
    text_it = forms.CharField(
        label=gettext_lazy("Text of the catalogue, in Italian"),
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text of the catalogue, in English"),
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["needs"].choices = choices.labelled(states.NEEDS)


def initial_details(row: Participation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("graphic_name", "needs", "needs_note", "text_it", "text_en")}
