from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.web.components import choices


class CandidateFilters(forms.Form):
    """Which buyers are offered to be invited."""

    q = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    country = forms.ChoiceField(label=gettext_lazy("Market"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    qualified = forms.ChoiceField(label=gettext_lazy("Qualification"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["country"].choices = choices.countries(empty=gettext("All markets"))
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))
        fields["qualified"].choices = [
            ("", gettext("All")), ("yes", gettext("Qualified")), ("no", gettext("Not qualified")),
        ]  # fmt: skip

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class RefuseForm(forms.Form):
    """Why who asked from outside is told no."""

    reason = forms.CharField(
        label=gettext_lazy("Why, as who asked reads it"), max_length=1000, widget=forms.Textarea({"rows": 2})
    )


class DeclineForm(forms.Form):
    """Why a buyer does not come, as it reads it in its language."""

    reason_it = forms.CharField(
        label=gettext_lazy("What the buyer reads, in Italian"), max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    reason_en = forms.CharField(
        label=gettext_lazy("What the buyer reads, in English"), max_length=1000, widget=forms.Textarea({"rows": 2})
    )
