"""What an enterprise types of the results it reached."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.claims.api import ResultValue
from levante.web.components.forms import EuroField, NumberField


class ResultsForm(forms.Form):
    """One field for each result: a number, an amount or words. Nothing is required: what is missing is asked before sending."""

    def __init__(self, *args: Any, values: Iterable[ResultValue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "it"
        self.codes = []
        for row in values:
            promise = row.promise_words
            told = {
                "label": row.label.in_language(language),
                "required": False,
                "initial": row.told,
                "help_text": _("Promised: %(value)s") % {"value": promise.in_language(language)} if promise else "",
            }
            field: forms.Field
            if row.kind == "money":
                field = EuroField(**told)
            elif row.kind == "number":
                field = NumberField(max_digits=15, decimal_places=2, **told)
            else:
                field = forms.CharField(max_length=4000, widget=forms.Textarea({"rows": 3}), **told)
            self.fields[f"result_{row.code}"] = field
            self.codes.append(row.code)

    def told(self) -> dict[str, Any]:
        return {code: self.cleaned_data[f"result_{code}"] for code in self.codes}
