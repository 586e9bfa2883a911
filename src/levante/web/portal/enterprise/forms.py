"""What an enterprise may propose to correct of its own file."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.web.desk.enterprises.forms import AccountForm, FactsForm, OperatingSeatForm, SeatForm


class WithReason(forms.Form):
    """Why something is proposed, for the office that reads it."""

    reason = forms.CharField(
        label=_("Why, and where it can be checked"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FactsCorrection(FactsForm, WithReason):
    field_order = (*FactsForm.base_fields, "reason")


class SeatCorrection(SeatForm, WithReason):
    field_order = (*SeatForm.base_fields, "reason")


class OperatingCorrection(OperatingSeatForm, WithReason):
    field_order = (*OperatingSeatForm.base_fields, "reason")


class AccountCorrection(AccountForm, WithReason):
    field_order = (*AccountForm.base_fields, "reason")


def as_texts(values: dict[str, Any]) -> dict[str, str]:
    """The values of a form as a correction keeps them: texts, ISO dates, codes."""
    found = {}
    for name, value in values.items():
        if value is None:
            found[name] = ""
        elif isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, list):
            found[name] = ",".join(sorted(value))
        elif isinstance(value, Decimal):
            found[name] = f"{value:f}"
        elif hasattr(value, "isoformat"):
            found[name] = value.isoformat()
        elif hasattr(value, "pk"):
            found[name] = str(value.pk)
        else:
            found[name] = str(value)
    return found
