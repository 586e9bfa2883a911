from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from levante.cases.api import states
from levante.web.components import choices

#: What an enterprise may ask from its own pages.
KINDS = ("question", "advice", "fair", "agreement", "other")


class RequestForm(forms.Form):
    """A request to the Section."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What do you need?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices.labelled(states.KINDS, KINDS)
