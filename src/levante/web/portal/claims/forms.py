"""What an enterprise types in a claim. What the law and the call want of it the services say."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.claims.api import KINDS, METHODS, ClaimFile
from levante.kernel.pure import Bilingual, format_euro
from levante.web.components.forms import DayField, EuroField, FileInput, NumberField


def in_words(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    language = get_language() or "it"
    return [(code, label.in_language(language)) for code, label in labels.items()]


class DocumentForm(forms.Form):
    """A document that is not an Italian e-invoice."""

    kind = forms.ChoiceField(label=_("What it is"))
    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = DayField(label=_("Date of the document"))
    supplier_name = forms.CharField(label=_("Supplier"), max_length=300)
    supplier_country = forms.CharField(
        label=_("Country of the supplier"), max_length=2, help_text=_("Two letters: DE, FR, US.")
    )
    supplier_code = forms.CharField(label=_("VAT number or tax code of the supplier"), max_length=40)
    taxable = EuroField(label=_("Amount without VAT, in euro"))
    vat = EuroField(label=_("VAT, in euro"), required=False)
    cup = forms.CharField(
        label=_("CUP written on the document"),
        max_length=20,
        required=False,
        help_text=_("Only if it is there: documents of suppliers not established in Italy need none."),
    )
    currency = forms.CharField(
        label=_("Currency of the document"), max_length=3, initial="EUR", help_text=_("Three letters: EUR, USD, GBP.")
    )
    original_total = EuroField(
        label=_("Total in that currency"), required=False, help_text=_("Only if it is not euro.")
    )
    description = forms.CharField(
        label=_("What was bought"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )
    upload = forms.FileField(label=_("The document"), widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = in_words(KINDS)  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """What of a payment went to each of the documents offered. ``left``: what is left of each, negative of a credit note; ``start``: what
    is written already."""

    def __init__(
        self,
        *args: Any,
        documents: Iterable[Any] = (),
        left: dict[int, Decimal] | None = None,
        start: dict[int, Decimal] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.documents = list(documents)
        language = get_language() or "it"
        for one in self.documents:
            rest = (left or {}).get(one.pk)
            text = format_euro(abs(rest), language) if rest is not None else ""
            words = (_("Left to pay: %(amount)s."), _("Credit note: it takes off up to %(amount)s."))[one.total < 0]
            self.fields[f"settles_{one.pk}"] = EuroField(
                label=f"{one.supplier_name}, n. {one.number} ({one.issued_on:%d/%m/%Y})",
                required=False,
                initial=(start or {}).get(one.pk),
                help_text=words % {"amount": text} if text else "",
            )

    @property
    def settles(self) -> list[tuple[Any, Decimal]]:
        """What of the payment goes to which document; what a credit note takes off, with whatever sign it is written."""
        return [
            (one, -abs(amount) if one.total < 0 else amount)
            for one in self.documents
            if (amount := self.cleaned_data.get(f"settles_{one.pk}"))
        ]


class TransferForm(SettleForm):
    """A payment with its proof."""

    paid_on = DayField(label=_("Value date"))
    amount = EuroField(label=_("Amount of the whole payment"))
    method = forms.ChoiceField(label=_("How it was paid"))
    reference = forms.CharField(label=_("CRO/TRN or number of the operation"), max_length=60)
    reason = forms.CharField(
        label=_("Reason written on the payment"),
        max_length=200,
        required=False,
        help_text=_("As it is on the statement: for invoices older than the CUP it counts."),
    )
    upload = forms.FileField(
        label=_("Bank statement or receipt"), widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml")
    )

    def __init__(self, *args: Any, with_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_reason:
            del self.fields["reason"]
        self.fields["method"].choices = in_words(METHODS)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        names = ("paid_on", "amount", "method", "reference", "reason", "upload")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class ChargeForm(forms.Form):
    """What of a document goes to each cost item of the call."""

    with_vat = forms.BooleanField(
        label=_("VAT is a cost: the enterprise cannot recover it in any way"),
        required=False,
        help_text=_(
            "VAT that can be recovered, even later or in part, is no cost (Reg. (EU) 2021/1060, art. 64(1)(c))."
        ),
    )

    def __init__(self, *args: Any, items: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [code for code, _label in items]
        for code, label in items:
            self.fields[f"item_{code}"] = EuroField(label=label, required=False)

    def amounts(self) -> list[tuple[str, Any]]:
        return [(code, self.cleaned_data.get(f"item_{code}")) for code in self.codes]


class CostForm(forms.Form):
    quantity = NumberField(label=_("How many"), max_digits=12, decimal_places=2)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000)


class ClaimFileForm(forms.Form):
    """A proof, a guarantee or another document."""

    kind = forms.ChoiceField(label=_("What it is"))
    label = forms.CharField(label=_("Description"), max_length=200, required=False)
    amount = EuroField(label=_("Guaranteed amount"), required=False)
    issuer = forms.CharField(label=_("Who gives the guarantee"), max_length=200, required=False)
    number = forms.CharField(label=_("Number of the guarantee"), max_length=60, required=False)
    until = DayField(label=_("It holds until"), required=False)
    upload = forms.FileField(label=_("The document"), widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml"))

    KINDS = {
        ClaimFile.PROOF: _("proof of what was done"),
        ClaimFile.GUARANTEE: _("guarantee"),
        ClaimFile.CONTRACT: _("contract"),
        ClaimFile.OTHER: _("other document"),
    }

    def __init__(self, *args: Any, kinds: Iterable[str], proofs: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(kinds)
        named = [(f"{ClaimFile.PROOF}:{code}", label) for code, label in proofs]
        choices = [(code, self.KINDS[code]) for code in kinds]
        self.fields["kind"].choices = [*named, *choices]  # type: ignore[attr-defined]
        if ClaimFile.GUARANTEE not in kinds:
            for name in ("amount", "issuer", "number", "until"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What the service takes: a proof that the call names is chosen by its name."""
        kind, _colon, proof = self.cleaned_data["kind"].partition(":")
        return {**self.cleaned_data, "kind": kind, "proof": proof}
