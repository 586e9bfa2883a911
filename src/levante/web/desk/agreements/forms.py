from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.identity.api import Office
from levante.promotion.api import states
from levante.web.components import choices
from levante.web.components.forms import DayInput


class AgreementFilters(forms.Form):
    q = forms.CharField(label=gettext_lazy("Title or party"), required=False, max_length=200)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.STATES, empty=gettext("All states"))

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class CommitmentForm(forms.Form):
    title_it = forms.CharField(label=gettext_lazy("Commitment, in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Commitment, in English"), max_length=300, required=False)
    office = forms.ChoiceField(label=gettext_lazy("Office that has it"))
    deadline = forms.DateField(label=gettext_lazy("By"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["office"].choices = choices.offices(Office.objects.order_by("-kind", "name_it"))


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("Outcome"))
    outcome = forms.CharField(
        label=gettext_lazy("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.COMMITMENT_STATES, ("met", "missed", "dropped"))
