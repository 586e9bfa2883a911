"""What an officer approves of a variation, line by line."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.claims.api import Compared
from levante.web.components.forms import DayField, EuroField, NumberField


class ApprovalForm(forms.Form):
    """Another measure of what is asked, in the shape of its kind, and why."""

    reason = forms.CharField(label=_("Reasons"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, lines: Iterable[Compared], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.lines = kind, list(lines)
        language = get_language() or "it"
        for line in self.lines:
            label = line.label.in_language(language)
            made: forms.Field
            if line.shape == "day":
                made = DayField(label=label, initial=line.asked)
            elif line.shape == "units":
                made = NumberField(label=label, max_digits=12, decimal_places=2, initial=line.asked)
            elif line.shape == "euro":
                made = EuroField(label=label, initial=line.asked)
            else:
                made = forms.CharField(
                    label=label, max_length=10_000, initial=line.asked, widget=forms.Textarea({"rows": 3})
                )
            self.fields[self._name(line)] = made
            if line.shape in ("units", "euro"):
                self.fields[f"note_{line.code}"] = forms.CharField(label=_("Note"), max_length=1000, required=False)
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    @staticmethod
    def _name(line: Compared) -> str:
        return f"item_{line.code}" if line.shape in ("units", "euro") else line.code

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "value": self[self._name(line)],
                "note": self[f"note_{line.code}"] if f"note_{line.code}" in self.fields else None,
            }
            for line in self.lines
        ]

    def approved(self) -> dict[str, Any]:
        said = self.cleaned_data
        if self.kind != "costs":
            return {line.code: said[line.code] for line in self.lines}
        return {
            "rows": [
                {"item": line.code, "value": said[f"item_{line.code}"], "note": said[f"note_{line.code}"]}
                for line in self.lines
            ]
        }
