"""What is told of a win, as a form: the enterprise tells it, it or an office corrects it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.parties.api import Buyer, Country
from levante.programme.api import Sector
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput, EuroField
from levante.web.components.wins import answers, share_of
from levante.wins.api import WHOLE, Facts, Share, states


class WinForm(forms.Form):
    """A win, as the enterprise tells it, or as it is put right: without what helped, and with the reason where ``why``."""

    origin = forms.ChoiceField(label=gettext_lazy("Which initiative or grant helped you?"))
    what = forms.CharField(label=gettext_lazy("What did you win?"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    matter = forms.ChoiceField(label=gettext_lazy("Goods or services"))
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    buyer = forms.ChoiceField(
        label=gettext_lazy("Is the customer a buyer you met?"),
        required=False,
        help_text=gettext_lazy("Those of your meetings, the last first."),
    )
    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("If it is none of the buyers you met."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country of the customer"),
        required=False,
        help_text=gettext_lazy("Of a buyer you met we know it."),
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("The name of the customer is confidential"),
        required=False,
        help_text=gettext_lazy("It is not shown in lists nor in files."),
    )
    won_on = DayField(label=gettext_lazy("When did you win it?"), widget=DayInput)
    anyway = forms.ChoiceField(label=gettext_lazy("Would it have happened without help?"))
    sooner = forms.ChoiceField(label=gettext_lazy("Did it come sooner with help?"))
    without_help = forms.IntegerField(
        label=gettext_lazy("Share that you would have won anyway, per cent"), min_value=0, max_value=100
    )

    def __init__(
        self,
        *args: Any,
        met: list[Buyer],
        origins: list[tuple[str, str]] | None = None,
        why: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self.met = {str(one.pk): one for one in met}
        if met:
            fields["buyer"].choices = [("", gettext("No")), *((code, one.name) for code, one in self.met.items())]
        else:
            del fields["buyer"]
            fields["customer"].help_text = fields["country"].help_text = ""
        if origins is not None:
            fields["origin"].choices = origins
        else:
            del fields["origin"]
        fields["kind"].choices = choices.labelled(states.KINDS)
        fields["matter"].choices = choices.labelled(states.MATTERS)
        fields["sector"].choices = choices.sectors(empty=gettext("Not told"))
        fields["country"].choices = choices.countries()
        fields["anyway"].choices = fields["sooner"].choices = answers()
        fields["anyway"].initial = fields["sooner"].initial = states.UNKNOWN  # no answer is suggested
        for year in states.YEARS:
            fields[f"year_{year}"] = EuroField(
                label=gettext("Euro expected in year %(year)s") % {"year": year}, min_value=0, required=False
            )
        if why:
            fields["reason"] = forms.CharField(
                label=gettext("Why do you correct it?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
                help_text=gettext("The enterprise will read it."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        buyer = self.met.get(data.get("buyer", ""))
        if buyer is None and not data.get("customer") and "customer" not in self.errors:
            self.add_error("customer", gettext("Write the customer."))
        if buyer is None and not data.get("country") and "country" not in self.errors:
            self.add_error("country", gettext("Choose the country of the customer."))
        return data

    def told(self) -> dict[str, Any]:
        """As the service takes it. Two queries."""
        data = self.cleaned_data
        names = ("what", "kind", "matter", "customer", "confidential", "won_on", "anyway", "sooner", "without_help")
        expected: dict[int, Decimal] = {year: data[f"year_{year}"] for year in states.YEARS if data[f"year_{year}"]}
        sector = Sector.objects.filter(code=data["sector"]).order_by("pk").first() if data["sector"] else None
        buyer = self.met.get(data.get("buyer", ""))
        return {name: data[name] for name in names} | {
            "buyer": buyer, "expected": expected, "sector": sector,
            "country": buyer.country if buyer is not None else Country.objects.get(code=data["country"]),
        }  # fmt: skip

    def helped(self) -> Share:
        """What helped, whole."""
        return share_of(self.cleaned_data["origin"], WHOLE)


def initial_of(facts: Facts) -> dict[str, Any]:
    """What a win says, as the form shows it."""
    names = ("what", "kind", "matter", "confidential", "won_on", "anyway", "sooner", "without_help")
    return {name: getattr(facts, name) for name in names} | {
        "sector": facts.sector.code if facts.sector is not None else "",
        "buyer": str(facts.buyer.pk) if facts.buyer is not None else "",
        "customer": facts.customer if facts.buyer is None else "",
        "country": facts.country.pk,
        **{f"year_{year}": amount for year, amount in facts.expected.items()},
    }
