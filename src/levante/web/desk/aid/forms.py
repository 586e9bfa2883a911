import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.aid.api import REGIMES
from levante.web.components.forms import DayField, DayInput, EuroField
from levante.web.desk.aid.texts import regime_name


class AidQuestion(forms.Form):
    """Whose position, on which day, with what was known when."""

    code = forms.CharField(label=_("Tax code"), max_length=30)
    on = DayField(label=_("On"), widget=DayInput, required=False)
    as_of = DayField(label=_("With what was known on"), widget=DayInput, required=False)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().upper().removeprefix("IT")
        if not re.fullmatch(r"[A-Z0-9]{5,28}", code):
            raise forms.ValidationError(_("This has not the form of a tax code."))
        return code


def amount(label: Any, *, required: bool = True, help_text: Any = "") -> EuroField:
    return EuroField(label=label, required=required, min_value=Decimal(0), help_text=help_text)


class AidFacts(forms.Form):
    """An aid that the register does not show: what is known of it."""

    granted_on = DayField(label=_("Granted on"), widget=DayInput)
    gge = amount(_("Amount (gross grant equivalent, euro)"))
    regime = forms.ChoiceField(label=_("Regime"), initial="general_de_minimis")
    granting_body = forms.CharField(label=_("Who granted it"), max_length=300)
    measure_title = forms.CharField(label=_("Measure"), max_length=500, required=False)
    cor = forms.CharField(
        label="COR", max_length=30, required=False, help_text=_("The code of the national register, if there is one.")
    )

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["regime"].choices = [(code, regime_name(code)) for code in REGIMES if code != "gber"]


class DeclaredAid(AidFacts):
    """As an officer writes it, from a declaration."""

    code = AidQuestion.base_fields["code"]
    act = forms.CharField(
        label=_("Where the declaration is"),
        max_length=200,
        help_text=_("As “declaration, protocol 123 of 4 March 2026”."),
    )
    field_order = ("code", *AidFacts.base_fields, "act")
    clean_code = AidQuestion.clean_code


class AnnulForm(forms.Form):
    on = DayField(label=_("Annulled on"), widget=DayInput)
    reference = forms.CharField(label=_("Act"), max_length=100)


class ReviseForm(forms.Form):
    gge = amount(_("New amount (gross grant equivalent, euro)"))
    on = DayField(label=_("Determined on"), widget=DayInput)
    reference = forms.CharField(label=_("Act or COVAR"), max_length=100)


class MergerForm(forms.Form):
    on = DayField(label=_("Effective on"), widget=DayInput)
    parties = forms.CharField(
        label=_("Tax codes of the firms that merge"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line."),
    )
    into = forms.CharField(
        label=_("Tax code of the firm that comes out"), max_length=20, help_text=_("It may be one of those that merge.")
    )
    deed = forms.CharField(label=_("Deed"), max_length=300, help_text=_("Notary, number and date."))

    def clean_parties(self) -> list[str]:
        return [code for code in re.split(r"[\s,;]+", self.cleaned_data["parties"]) if code]


class UndoForm(forms.Form):
    act = forms.CharField(label=_("Act: number and day"), max_length=200)
    reason = forms.CharField(label=_("Why it was a mistake"), widget=forms.Textarea(attrs={"rows": 3}))


class TransferForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[("transfer", _("Transfer of a business or branch")), ("lease", _("Lease of a business or branch"))],
    )
    on = DayField(label=_("Effective on"), widget=DayInput)
    party = forms.CharField(label=_("Tax code of the firm that gives"), max_length=20)
    into = forms.CharField(label=_("Tax code of the firm that takes"), max_length=20)
    deed = forms.CharField(label=_("Deed"), max_length=300, help_text=_("Notary, number and date."))


#: How many firms may come out of a split on the form.
MOST_SHARES = 4


class SplitForm(forms.Form):
    on = DayField(label=_("Effective on"), widget=DayInput)
    party = forms.CharField(label=_("Tax code of the firm that splits"), max_length=20)
    deed = forms.CharField(label=_("Deed"), max_length=300, help_text=_("Notary, number and date."))

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        for number in range(1, MOST_SHARES + 1):
            first = number <= 2
            self.fields[f"firm_{number}"] = forms.CharField(
                label=_("Firm %(number)s that comes out: tax code") % {"number": number},
                max_length=20,
                required=first,
                help_text=_("In a partial split the firm that splits is one of them.") if number == 1 else "",
            )
            self.fields[f"equity_{number}"] = amount(_("Its equity at book value (euro)"), required=first)

    def firms(self) -> list[tuple[str, Decimal]]:
        data = self.cleaned_data
        return [
            (str(data[f"firm_{n}"]).strip().upper(), data[f"equity_{n}"] or Decimal(0))
            for n in range(1, MOST_SHARES + 1)
            if data.get(f"firm_{n}")
        ]
