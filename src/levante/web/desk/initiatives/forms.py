from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.identity.api import Office
from levante.initiatives.api import FairEdition, states
from levante.programme.api import Act, BudgetLine, main_programme, vocabulary
from levante.web.components import choices
from levante.web.components.forms import DayInput, InstantInput
from levante.web.site.fairs.forms import KINDS

INSTANTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class InitiativeFilters(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.STATES, empty=gettext("All states"))
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def lines(*, empty: str) -> list[tuple[str, str]]:
    """The budget lines of direction B (and those of no direction). One query and the programme's."""
    english = (get_language() or "it").startswith("en")
    programme = main_programme()
    rows = BudgetLine.objects.of(programme).order_by("-year", "code") if programme else BudgetLine.objects.none()
    return [("", empty), *[(row.code, f"{row.code} · {row.name_en if english else row.name_it}") for row in rows]]


def acts(*, empty: str) -> list[tuple[str, str]]:
    english = (get_language() or "it").startswith("en")
    programme = main_programme()
    rows = Act.objects.of(programme).order_by("-adopted_on", "code") if programme else Act.objects.none()
    return [("", empty), *[(row.code, row.name_en if english else row.name_it) for row in rows[:200]]]


class PlanForm(forms.Form):
    """A new initiative in the plan."""

    title_it = forms.CharField(label=gettext_lazy("Title in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    edition = forms.ChoiceField(label=gettext_lazy("Edition of a fair"), required=False)
    market = forms.ChoiceField(label=gettext_lazy("Market"))
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput)
    sectors = forms.MultipleChoiceField(label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple)
    budget_line = forms.ChoiceField(label=gettext_lazy("Budget line"), required=False)
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    lead_office = forms.ChoiceField(label=gettext_lazy("Lead office"))
    tourism_tie = forms.ChoiceField(label=gettext_lazy("Tie to tourism"))
    places = forms.IntegerField(
        label=gettext_lazy("Places for enterprises"), required=False, min_value=1, max_value=1000
    )
    market_reason_it = forms.CharField(
        label=gettext_lazy("Why this market, in Italian"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    market_reason_en = forms.CharField(
        label=gettext_lazy("Why this market, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    opens_at = forms.DateTimeField(
        label=gettext_lazy("Call for interest opens"), required=False, widget=InstantInput, input_formats=INSTANTS
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Call for interest closes"), required=False, widget=InstantInput, input_formats=INSTANTS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        editions = FairEdition.objects.select_related("fair").order_by("-starts_on", "code")
        fields["kind"].choices = choices.labelled(vocabulary.INITIATIVE_KINDS, KINDS)
        fields["edition"].choices = [("", gettext("None")), *[(row.code, f"{row} · {row.city}") for row in editions]]
        fields["market"].choices = choices.countries()
        fields["sectors"].choices = choices.sectors()
        fields["budget_line"].choices = lines(empty=gettext("To be decided"))
        fields["act"].choices = acts(empty=gettext("To be adopted"))
        fields["lead_office"].choices = choices.offices(Office.objects.order_by("-kind", "name_it"))
        fields["tourism_tie"].choices = choices.labelled(vocabulary.TOURISM_TIES)

    def code(self) -> str:
        """The identifier of the initiative, from its title and year."""
        return f"{slugify(self.cleaned_data['title_it'])[:60]}-{self.cleaned_data['starts_on'].year}"


class CompleteForm(forms.Form):
    """What is missing for the next step."""

    budget_line = forms.ChoiceField(label=gettext_lazy("Budget line"), required=False)
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    opens_at = forms.DateTimeField(
        label=gettext_lazy("Call for interest opens"), required=False, widget=InstantInput, input_formats=INSTANTS
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Call for interest closes"), required=False, widget=InstantInput, input_formats=INSTANTS
    )
    places = forms.IntegerField(
        label=gettext_lazy("Places for enterprises"), required=False, min_value=1, max_value=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["budget_line"].choices = lines(empty=gettext("As it is"))
        fields["act"].choices = acts(empty=gettext("As it is"))
