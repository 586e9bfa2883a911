"""The forms of what is paid for buyers and of what is arranged."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.participations.api import Participation, states
from levante.parties.api import Buyer
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput, EuroField, NumberField


class HospitalityForm(forms.Form):
    """What the programme pays for a buyer, and what is owed by who does not hold its meetings."""

    nights = forms.IntegerField(label=gettext_lazy("Hotel nights paid at most"), min_value=0, max_value=30)
    travel_ceiling = EuroField(
        label=gettext_lazy("Travel paid up to"), min_value=0, required=False, help_text=gettext_lazy("In euro; empty: travel is not paid.")
    )  # fmt: skip
    least_meetings = forms.IntegerField(
        label=gettext_lazy("Meetings that a buyer undertakes to hold"), min_value=0, max_value=100, initial=0
    )
    owed_percent = forms.IntegerField(
        label=gettext_lazy("Owed by who holds fewer, per cent of what was paid"), min_value=0, max_value=100, initial=0
    )
    words_it = forms.CharField(
        label=gettext_lazy("What else is paid, in Italian"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )  # fmt: skip
    words_en = forms.CharField(
        label=gettext_lazy("What else is paid, in English"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )  # fmt: skip


class ArrangementForm(forms.Form):
    """Something to be arranged."""

    kind = forms.ChoiceField(label=gettext_lazy("What about"))
    who = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    traveller = forms.CharField(
        label=gettext_lazy("Who travels"), max_length=200, required=False, help_text=gettext_lazy("For a buyer; a visa needs it.")
    )  # fmt: skip
    what = forms.CharField(
        label=gettext_lazy("What"), max_length=300, help_text=gettext_lazy("Flight, hotel, contents of the parcel.")
    )
    starts_on = DayField(label=gettext_lazy("From"), widget=DayInput)
    ends_on = DayField(label=gettext_lazy("Until"), widget=DayInput)
    reference = forms.CharField(label=gettext_lazy("Booking, visa or waybill number"), max_length=100, required=False)
    cost = EuroField(label=gettext_lazy("Cost outside of contracts, VAT included"), min_value=0, required=False)
    weight_kg = NumberField(
        label=gettext_lazy("Weight of samples, kg"), min_value=0, max_digits=8, decimal_places=2, required=False
    )  # fmt: skip
    carnet = forms.CharField(label=gettext_lazy("Number of the ATA carnet"), max_length=60, required=False)

    def __init__(self, *args: Any, buyers: list[Buyer], places: list[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self.buyers, self.places = {f"b{one.pk}": one for one in buyers}, {f"p{one.pk}": one for one in places}
        fields["kind"].choices = choices.labelled(states.ARRANGEMENTS)
        fields["who"].choices = [
            ("", gettext("The whole initiative")),
            *[(key, one.name) for key, one in self.buyers.items()],
            *[(key, one.enterprise.name) for key, one in self.places.items()],
        ]

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        who = data.pop("who")
        return data | {"buyer": self.buyers.get(who), "place": self.places.get(who)}


class FollowForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"))
    cost = EuroField(label=gettext_lazy("Cost"), min_value=0, required=False)
    reference = forms.CharField(label=gettext_lazy("Number"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.ARRANGEMENT_STATES)
