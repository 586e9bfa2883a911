"""The forms of places that are aid: whether they are, what the RNA calls them, their codes and visure, the act that grants them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.aid.api import THREE, Visura
from levante.participations.api import Participation, others_of, states, visure_of, what_lacks
from levante.web.components.forms import DayField, DayInput, EuroField
from levante.web.desk.initiatives.forms import ActForm, acts
from levante.web.templatetags.levante import day_format


class CodesForm(forms.Form):
    """What the RNA calls the measure."""

    notice = forms.IntegerField(
        label=gettext_lazy("RNA: code of the notice"),
        min_value=1,
    )
    procedure = forms.IntegerField(label=gettext_lazy("RNA: procedure"), min_value=1)
    regulation = forms.CharField(label=gettext_lazy("RNA: regulation"), max_length=30)
    objective = forms.IntegerField(label=gettext_lazy("RNA: objective"), min_value=1)
    instrument = forms.IntegerField(label=gettext_lazy("RNA: instrument"), min_value=1)

    CODES = ("notice", "procedure", "regulation", "objective", "instrument")

    def codes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.CODES if self.cleaned_data.get(name)}


class AidForm(CodesForm):
    """Whether a place is aid, its value, why, by which act; the codes of the RNA."""

    is_aid = forms.ChoiceField(label=gettext_lazy("Is a place aid to who has it?"), widget=forms.RadioSelect)
    value = EuroField(
        label=gettext_lazy("Value of a place"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("Gross grant equivalent, in euro."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, and how the value was reckoned"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    act = forms.ChoiceField(label=gettext_lazy("Act that decides it"))
    extra_at_cost = forms.BooleanField(
        label=gettext_lazy("Further modules are paid what they cost: the act says so"),
        required=False,
        help_text=gettext_lazy("Otherwise a place that is aid has one module only."),
    )
    field_order = ("is_aid", "value", "reason", "act", "extra_at_cost", *CodesForm.CODES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in self.CODES:
            fields[name].required = False
        fields["notice"].help_text = gettext(
            "With its codes each place is registered from here; without, COR are written by hand."
        )
        fields["is_aid"].choices = [("yes", gettext("Yes, de minimis")), ("no", gettext("No"))]
        fields["act"].choices = acts(empty=gettext("Choose"))


class AdmitForm(ActForm):
    """The act that grants, and which of the places with their COR it cites: it grants no other."""

    field_order = ("cors", "act", "number", "adopted_on")
    cors = forms.MultipleChoiceField(
        label=gettext_lazy("Places that the act cites"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The others wait for another act. An act does not cite a COR that came after it."),
    )  # fmt: skip

    def __init__(self, *args: Any, ready: list[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        known, others = visure_of(ready), others_of(ready)
        fields["cors"].choices = [
            (
                row.cor,
                f"{row.enterprise.name} · COR {row.cor} · {written_day(row.cor_on)} · {visure_told(row, known[row.pk], others[row.pk])}",
            )
            for row in ready
        ]


def visure_told(row: Participation, visure: dict[str, Visura], others: list[tuple[str, str]]) -> str:
    """The VERCOR and day of each visura that the act cites; or what is missing before it can grant the place."""
    lack = what_lacks(row, visure, others)
    if lack is not None:
        return lack.in_language(get_language())
    return ", ".join(f"VERCOR {visure[kind].vercor} ({written_day(visure[kind].made_on)})" for kind in THREE)


def written_day(day: date | None) -> str:
    return str(date_format(day, day_format())) if day is not None else ""


class CorForm(forms.Form):
    cor = forms.CharField(label=gettext_lazy("COR"), max_length=20)
    on = DayField(label=gettext_lazy("Registered on"), widget=DayInput)


class DoneOnForm(forms.Form):
    on = DayField(label=gettext_lazy("Done in the RNA on"), widget=DayInput)


class CancelledForm(forms.Form):
    on = DayField(label=gettext_lazy("Cancelled in the RNA on"), widget=DayInput)


class RegimeForm(forms.Form):
    """The de minimis regime of a place, and why it is not that of the sector."""

    regime = forms.ChoiceField(choices=[(code, code) for code in states.REGIMES])
    reason = forms.CharField(max_length=500)
