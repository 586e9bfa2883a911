"""What an office writes about a payment: a paper, the verification of an account, a file of the bank."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.payments.api import states
from levante.web.components.forms import DayField, EuroField, FileInput
from levante.web.desk.payments.shared import words


class PaperForm(forms.Form):
    """A DURC, a visura, an anti-mafia information, a guarantee, a check of debts: what it says, as it says it."""

    kind = forms.ChoiceField(label=_("Paper"))
    outcome = forms.ChoiceField(label=_("What it says"))
    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = DayField(label=_("Issued on"), help_text=_("Of the anti-mafia information: the day it was asked."))
    valid_until = DayField(label=_("Expiry that it prints"), required=False)
    released_on = DayField(label=_("Released on"), required=False, help_text=_("Of the anti-mafia information."))
    debt = EuroField(label=_("What is owed"), required=False, help_text=_("When it is negative."))
    amount = EuroField(
        label=_("Amount guaranteed, or kept"),
        required=False,
        help_text=_("Of a guarantee: what it covers. Of open recoveries: what was decided to keep."),
    )
    guarantor = forms.CharField(label=_("Guarantor"), max_length=200, required=False)
    confirmed = forms.BooleanField(label=_("The guarantor confirmed it"), required=False)
    urgent = forms.CharField(
        label=_("Urgency: why one goes on without the answer"), max_length=500, required=False,
        help_text=_("Only the director, of an anti-mafia information that is awaited (art. 92(3) D.Lgs. 159/2011)."),
    )  # fmt: skip
    remark = forms.CharField(label=_("Note"), max_length=500, required=False)
    document = forms.FileField(
        label=_("The paper"), required=False, widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml")
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for name, labels in (("kind", states.PAPERS), ("outcome", states.OUTCOMES)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(code, words(label)) for code, label in labels.items()]


class DefaultForm(forms.Form):
    """What followed an answer of the collection agency that says in default."""

    kind = forms.ChoiceField(label=_("What followed"))
    number = forms.CharField(label=_("Number of the order"), max_length=60, required=False)
    amount = EuroField(label=_("Amount that goes to the collection agency"), required=False)
    on = DayField(label=_("Day it was served"), required=False, help_text=_("Of the order."))
    document = forms.FileField(label=_("The order"), required=False, widget=FileInput(accept=".pdf,.p7m,.eml"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("Of the decision to pay without an order.")
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, auto_id="default_%s", **more)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, words(label)) for code, label in states.DEFAULTS.items()]
