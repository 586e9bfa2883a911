from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from levante.competences.api import EXPORT_CHECK_UP, SupportOffer, questionnaire_on, states
from levante.identity.api import Office
from levante.kernel.api import code_from_name, today
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput
from levante.web.desk.programme.forms import EuroField


class SupportForm(forms.Form):
    """An offer of help in both languages."""

    title_it = forms.CharField(label=gettext_lazy("Title in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    text_it = forms.CharField(
        label=gettext_lazy("What one gets, in Italian"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    text_en = forms.CharField(
        label=gettext_lazy("What one gets, in English"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    dimensions = forms.MultipleChoiceField(
        label=gettext_lazy("Actions of the check-up it serves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: every sector."),
    )
    sizes = forms.MultipleChoiceField(
        label=gettext_lazy("Sizes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: any size."),
    )
    bands = forms.MultipleChoiceField(
        label=gettext_lazy("Export readiness, by the check-up"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: any."),
    )
    starts_on = DayField(
        label=gettext_lazy("First day"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Empty: when it is agreed with who asks."),
    )
    ends_on = DayField(label=gettext_lazy("Last day"), required=False, widget=DayInput)
    until = DayField(
        label=gettext_lazy("Last day to ask"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Included. Empty: always."),
    )
    place_it = forms.CharField(label=gettext_lazy("Where, in Italian"), max_length=200)
    place_en = forms.CharField(label=gettext_lazy("Where, in English"), max_length=200)
    provider = forms.CharField(label=gettext_lazy("Who gives it"), max_length=300)
    office = forms.ChoiceField(label=gettext_lazy("Office that answers who asks"))
    value = EuroField(
        label=gettext_lazy("What it is worth to one enterprise"),
        required=False,
        min_value=Decimal("0.01"),
        help_text=gettext_lazy(
            "In euro, when it is aid in kind: it counts in the de minimis ceiling. Empty when it is no aid."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Where its facts are written."),
    )

    def __init__(self, *args: Any, offices: frozenset[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        language, questionnaire = get_language() or "it", questionnaire_on(EXPORT_CHECK_UP, on=today())
        rows = Office.objects.order_by("-kind", "name_it")
        fields["kind"].choices = choices.labelled(states.KINDS)
        fields["sectors"].choices = choices.sectors()
        fields["sizes"].choices = choices.labelled(states.SIZES)
        fields["office"].choices = choices.offices(rows if offices is None else rows.filter(code__in=offices))
        if questionnaire is not None:
            fields["dimensions"].choices = choices.labelled(questionnaire.dimensions)
            fields["bands"].choices = [(band.code, band.name.in_language(language)) for band in questionnaire.bands]

    def code(self) -> str:
        return code_from_name(self.cleaned_data["title_en"], instead="support")

    @staticmethod
    def values_of(offer: SupportOffer) -> dict[str, Any]:
        found = {name: getattr(offer, name, None) for name in SupportForm.base_fields}
        return found | {"sectors": [row.code for row in offer.sectors.all()], "office": offer.office.code}


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}))
