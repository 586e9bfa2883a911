"""What an enterprise types to accept an award and to ask for a variation. What the law and the call want of it the services say."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.claims.api import Compared
from levante.web.components.forms import DayField, EuroField, FileInput, NumberField


class DaysForm(forms.Form):
    starts_on = DayField(label=_("First day of the project"))
    ends_on = DayField(label=_("Last day of the project"))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you ask for it"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 4})
    )


class PlanForm(ReasonForm):
    """The costs plan as it would be: an amount, or units, for each item, and a note."""

    def __init__(self, *args: Any, lines: Iterable[Compared], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        language = get_language() or "it"
        for line in self.lines:
            label = line.label.in_language(language)
            given = line.asked if line.asked is not None else line.before
            if line.shape == "units":
                field: forms.Field = NumberField(label=label, max_digits=12, decimal_places=2, initial=given)
            else:
                field = EuroField(label=label, initial=given)
            self.fields[f"item_{line.code}"] = field
            self.fields[f"note_{line.code}"] = forms.CharField(
                label=_("Note"), max_length=1000, required=False, initial=line.note
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"line": line, "value": self[f"item_{line.code}"], "note": self[f"note_{line.code}"]} for line in self.lines
        ]

    def asked(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "rows": [
                {"item": one.code, "value": said[f"item_{one.code}"], "note": said[f"note_{one.code}"]}
                for one in self.lines
            ]
        }


class VariedDaysForm(DaysForm, ReasonForm):
    field_order = ("starts_on", "ends_on", "reason")

    def asked(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_on", "ends_on")}


class TextForm(ReasonForm):
    text = forms.CharField(label=_("What changes"), max_length=10_000, widget=forms.Textarea({"rows": 4}))
    field_order = ("text", "reason")

    def asked(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class VariationFileForm(forms.Form):
    label = forms.CharField(label=_("Description"), max_length=200, required=False)
    upload = forms.FileField(label=_("The document"), widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml"))
