"""Forms of the files of enterprises."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.kernel.pure import reads_english
from levante.parties.api import Comune, Enterprise, ProductionDistrict, Province, legal_forms, plain
from levante.programme.api import Sector
from levante.web.components.forms import DayField, DayInput, EuroField, NumberField


def sector_choices() -> list[tuple[str, str]]:
    """The sectors of the programme by code, in the language at work; a code once."""
    language = "name_en" if reads_english(get_language()) else "name_it"
    return list(dict(Sector.objects.order_by("position", "code").values_list("code", language)).items())


def legal_form_choices() -> list[tuple[str, str]]:
    language = get_language() or "it"
    return [("", "")] + [(code, f"{name.in_language(language)} ({code})") for code, name in legal_forms().items()]


class FilterForm(forms.Form):
    """What the list may be narrowed to."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    province = forms.ChoiceField(label=_("Province"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    ateco = forms.CharField(label=_("ATECO begins with"), required=False, max_length=8)
    size = forms.ChoiceField(label=_("Size"), required=False, choices=[("", _("any")), *Enterprise.SIZES])
    district = forms.ChoiceField(label=_("District"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Active")),
            ("ceased", _("Ceased")),
            ("merged", _("Merged into another")),
            ("all", _("all of them")),
        ],
    )

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        every = ("", _("any"))
        provinces = Province.objects.filter(region_code="16").order_by("name").values_list("code", "name")
        self.fields["province"].choices = [every, *provinces]
        self.fields["sector"].choices = [every, *sector_choices()]
        language = "name_en" if reads_english(get_language()) else "name_it"
        self.fields["district"].choices = [
            every,
            *ProductionDistrict.objects.order_by("code").values_list("code", language),
        ]

    def chosen(self) -> dict[str, Any]:
        """The filters that are valid; a wrong one filters nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}


class FactsForm(forms.Form):
    """The facts of an enterprise, as an officer writes them."""

    name = forms.CharField(label=_("Name"), max_length=300)
    vat_number = forms.CharField(label=_("VAT number (partita IVA)"), max_length=20, required=False)
    legal_form = forms.ChoiceField(label=_("Legal form"), required=False)
    ateco = forms.CharField(
        label=_("Main activity (ATECO)"), max_length=10, required=False, help_text=_("As 13.92.10 or 139210.")
    )
    ateco_edition = forms.ChoiceField(label=_("Edition of ATECO"), required=False, choices=Enterprise.EDITIONS[::-1])
    artisan = forms.BooleanField(label=_("Artisan firm"), required=False)
    rea = forms.CharField(label="REA", max_length=12, required=False)
    founded_on = DayField(label=_("Founded on"), required=False, widget=DayInput())
    pec = forms.CharField(label="PEC", max_length=254, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    website = forms.CharField(label=_("Website"), max_length=200, required=False)
    sectors = forms.MultipleChoiceField(
        label=_("Sectors of the programme"), required=False, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        self.fields["legal_form"].choices = legal_form_choices()
        known = sector_choices()
        # A code the programme no longer has is kept, and seen, until somebody takes it away.
        past = [code for code in self.initial.get("sectors") or [] if code not in dict(known)]
        self.fields["sectors"].choices = [*known, *((code, code) for code in past)]

    @staticmethod
    def values_of(enterprise: Enterprise) -> dict[str, Any]:
        return {name: getattr(enterprise, name) for name in FactsForm.base_fields}


class NewEnterpriseForm(FactsForm):
    """The facts of an enterprise whose file is being opened."""

    tax_code = forms.CharField(label=_("Tax code (codice fiscale)"), max_length=20)
    comune = forms.CharField(label=_("Comune of the legal seat"), max_length=100, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    field_order = ("tax_code", "name", "vat_number", "comune", "address")

    def clean_comune(self) -> Comune | None:
        return comune_named(self.cleaned_data["comune"])


def comune_named(text: str) -> Comune | None:
    """The comune a person wrote: by name, with the letters of the province when two have the same."""
    written = text.strip()
    if not written:
        return None
    name, _sep, province = written.partition("(")
    found = Comune.objects.filter(search_name=plain(name))
    if province:
        found = found.filter(province_id=province.strip(" )").upper())
    rows = list(found[:2])
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise forms.ValidationError(_("More than one comune has this name: add the province, as in Samone (TO)."))
    raise forms.ValidationError(_("There is no comune with this name."))


class SeatForm(forms.Form):
    comune = forms.CharField(label=_("Comune"), max_length=100)
    address = forms.CharField(label=_("Address"), max_length=300)
    cap = forms.CharField(label=_("Postal code (CAP)"), max_length=5, required=False)

    def clean_comune(self) -> Comune | None:
        return comune_named(self.cleaned_data["comune"])


class MovedSeatForm(SeatForm):
    """The legal seat: in another comune it has moved, in the same one its address is corrected."""

    since = DayField(
        label=_("There since"),
        required=False,
        widget=DayInput(),
        help_text=_("When it has moved to another comune; empty: today."),
    )


class NewSeatForm(SeatForm):
    since = DayField(label=_("Open since"), required=False, widget=DayInput())


class OperatingSeatForm(NewSeatForm):
    until = DayField(
        label=_("Closed on (last day)"),
        required=False,
        widget=DayInput(),
        help_text=_("Only when the enterprise no longer operates there."),
    )


class AccountForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2200)
    headcount = NumberField(label=_("Staff in annual work units (ULA)"), min_value=0, max_digits=9, decimal_places=2)
    turnover = EuroField(label=_("Turnover (euro)"), min_value=0)
    balance = EuroField(label=_("Balance sheet total (euro)"), min_value=0)
    export_turnover = EuroField(label=_("of which abroad (euro)"), min_value=0, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class MergeSearchForm(forms.Form):
    q = forms.CharField(label=_("The other file: name, tax code or VAT number"), max_length=100)
