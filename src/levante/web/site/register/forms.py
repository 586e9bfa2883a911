from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.register.api import MAX_RECEIPT_BYTES
from levante.web.components.forms import FileInput


class ReceiptForm(forms.Form):
    """A receipt as a file, or its text pasted; whatever it holds is for the verification to judge."""

    file = forms.FileField(
        label=_("The receipt's file"),
        help_text=_("The file ending in .json that came with the receipt: drag it onto this page, or choose it."),
        required=False,
        allow_empty_file=True,
        widget=FileInput(accept=".json,application/json"),
    )
    text = forms.CharField(
        label=_("Or its text"),
        help_text=_("Paste the whole content of the file."),
        required=False,
        strip=False,
        max_length=MAX_RECEIPT_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("file") and not (values.get("text") or "").strip():
            raise forms.ValidationError(_("Choose a file or paste the text of a receipt."))
        return values

    def document(self) -> bytes | str:
        """What was handed in: of a file, no more than could be a receipt."""
        file = self.cleaned_data.get("file")
        if file:
            return bytes(file.read(MAX_RECEIPT_BYTES + 1))
        return str(self.cleaned_data["text"])
