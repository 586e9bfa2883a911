from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.identity.api import Office
from levante.investment.api import states
from levante.kernel.api import Actor, code_from_name, today
from levante.parties.api import Comune, Investor
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput, EuroField
from levante.web.site_identity import site_identity

#: How many figures the form has room for.
MOST_FIGURES = 8


class OpportunityForm(forms.Form):
    """An opportunity in both languages: investors read it in English."""

    title_it = forms.CharField(label=gettext_lazy("Title in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    summary_it = forms.CharField(
        label=gettext_lazy("Summary in Italian"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    summary_en = forms.CharField(
        label=gettext_lazy("Summary in English"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple, required=False
    )
    comune = forms.ChoiceField(label=gettext_lazy("Comune"), required=False)
    area_m2 = forms.IntegerField(
        label=gettext_lazy("Area in square metres"), required=False, min_value=1, max_value=1_000_000_000
    )
    office = forms.ChoiceField(label=gettext_lazy("Office that keeps it"))
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=500, help_text=gettext_lazy("Where its facts are written.")
    )
    verified_on = DayField(label=gettext_lazy("Facts checked on"), widget=DayInput)

    def __init__(self, *args: Any, offices: frozenset[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        rows = Office.objects.order_by("-kind", "name_it")
        fields["kind"].choices = choices.labelled(states.KINDS)
        fields["sectors"].choices = choices.sectors()
        fields["office"].choices = choices.offices(rows if offices is None else rows.filter(code__in=offices))
        comuni = Comune.objects.filter(province__region=site_identity().get("short_name", "")).order_by("name")
        found = [(row.pk, f"{row.name} ({row.province_id})") for row in comuni]
        fields["comune"].choices = [("", gettext("The whole region")), *found]
        fields["verified_on"].initial = today()

    def code(self) -> str:
        return code_from_name(self.cleaned_data["title_en"], instead="opportunity")


class FigureForm(forms.Form):
    """One figure of an opportunity, with where it is written."""

    label_it = forms.CharField(label=gettext_lazy("What, in Italian"), max_length=200)
    label_en = forms.CharField(label=gettext_lazy("What, in English"), max_length=200)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=60)
    unit_it = forms.CharField(label=gettext_lazy("Unit, in Italian"), max_length=60, required=False)
    unit_en = forms.CharField(label=gettext_lazy("Unit, in English"), max_length=60, required=False)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)

    def row(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "label": {"it": data["label_it"], "en": data["label_en"]},
            "value": data["value"],
            "unit": {"it": data["unit_it"], "en": data["unit_en"] or data["unit_it"]},
            "source": data["source"],
        }


Figures = forms.formset_factory(
    FigureForm, extra=1, max_num=MOST_FIGURES, validate_max=True, can_delete=True, can_delete_extra=False
)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}))


class RealisedForm(forms.Form):
    """What was really invested, checked on a day."""

    capex = EuroField(label=gettext_lazy("Realised investment, in euro"), required=False, min_value=0)
    jobs = forms.IntegerField(label=gettext_lazy("Jobs created"), required=False, min_value=0, max_value=1_000_000)
    on = DayField(label=gettext_lazy("Checked on"), widget=DayInput)


class TieForm(forms.Form):
    """Which of the known investors asks."""

    investor = forms.ModelChoiceField(
        label=gettext_lazy("Known investor"), queryset=Investor.objects.none(), required=False
    )

    def __init__(self, *arguments: Any, actor: Actor, **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["investor"].queryset = Investor.objects.visible_to(actor).order_by("search_name", "id")
