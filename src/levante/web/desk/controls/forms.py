"""What is typed on the pages of revocations and recoveries. What the law wants of it the services say."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.controls.api import states
from levante.kernel.pure import Bilingual
from levante.payments.api import METHODS
from levante.web.components.forms import DayField, EuroField, FileInput


def in_words(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    language = get_language() or "it"
    return [(code, label.in_language(language)) for code, label in labels.items()]


def long_text(label: Any, *, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=20_000, widget=forms.Textarea({"rows": rows}), **more)


class AmountsForm(forms.Form):
    amount = EuroField(label=_("What is revoked, in euro"), required=False, help_text=_("Empty: the whole award."))
    recover = EuroField(
        label=_("Of it, already paid and to be given back"), required=False,
        help_text=_("Empty: what was paid beyond what is left of the award."),
    )  # fmt: skip


class OpenForm(AmountsForm):
    reason_code = forms.ChoiceField(label=_("Reason"))
    grounds = long_text(_("The facts"), rows=6, help_text=_("The enterprise will read them in the notice."))
    field_order = ("reason_code", "grounds", "amount", "recover")

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason_code"].choices = [("", "–"), *reasons]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = long_text(_("Reasons"))


class WhyForm(forms.Form):
    why = long_text(_("Why"), rows=2)


class ProposeForm(forms.Form):
    reasons = long_text(_("Reasons of the decision, answering what the enterprise said"), rows=8)


class PaperForm(forms.Form):
    granted = forms.ChoiceField(label=_("Answer"), choices=[("yes", _("granted")), ("no", _("not granted"))])
    days = forms.IntegerField(label=_("Days granted, if fewer than asked"), required=False, min_value=1, max_value=365)
    text = long_text(_("Words for the enterprise"), rows=2, required=False)


class AppealForm(forms.Form):
    court = forms.ChoiceField(label=_("Before whom"))
    reference = forms.CharField(label=_("Number of the appeal"), max_length=120)
    lodged_on = DayField(label=_("Lodged on"))
    is_stayed = forms.BooleanField(label=_("The act was suspended"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["court"].choices = in_words(states.COURTS)  # type: ignore[attr-defined]


class StayForm(forms.Form):
    stayed_from = DayField(label=_("Suspended from"))
    stayed_to = DayField(
        label=_("Suspended no more from"), required=False, help_text=_("Empty: until the appeal has its outcome.")
    )
    order = forms.CharField(label=_("Order of the court"), max_length=300)


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(label=_("Outcome"))
    decided_on = DayField(label=_("Decided on"))
    decision = forms.CharField(label=_("Decision"), max_length=300)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        labels = {code: label for code, label in states.APPEALS.items() if code != states.PENDING}
        self.fields["state"].choices = in_words(labels)  # type: ignore[attr-defined]


class PlanAnswerForm(forms.Form):
    granted = forms.ChoiceField(label=_("Answer"), choices=[("yes", _("granted")), ("no", _("not granted"))])
    first_due = DayField(label=_("First instalment due on"), required=False)
    text = long_text(_("Words for the enterprise"), rows=2, required=False)


class IncomingForm(forms.Form):
    source = forms.ChoiceField(label=_("How it came"))
    reference = forms.CharField(
        label=_("Reference"), max_length=120, help_text=_("Of the treasury, or of the payment it is set off against.")
    )
    on = DayField(label=_("Day of the money"))
    amount = EuroField(label=_("Amount, in euro"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        labels = {code: label for code, label in states.SOURCES.items() if code != states.PAGOPA}
        self.fields["source"].choices = in_words(labels)  # type: ignore[attr-defined]


class AnnulForm(forms.Form):
    basis = forms.ChoiceField(label=_("Ground"))
    grounds = long_text(_("Why the act is to be annulled"), rows=6, help_text=_("The enterprise will read it."))
    interest = long_text(_("The public interest, and how the interests at stake are weighed"))
    late_reason = long_text(_("Why the time is still reasonable"), rows=3, required=False)

    def __init__(self, *args: Any, late: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["basis"].choices = in_words(states.BASES)  # type: ignore[attr-defined]
        self.fields["late_reason"].help_text = late


class ActForm(forms.Form):
    reason = long_text(_("Reasons"), rows=3)
    number = forms.CharField(label=_("Number of the act"), max_length=40)
    act_date = DayField(label=_("Date of the act"))


class CancelForm(ActForm):
    kind = forms.ChoiceField(label=_("Why"))
    field_order = ("kind", "reason", "number", "act_date")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = in_words(states.CANCELLINGS)  # type: ignore[attr-defined]


class DisposeForm(forms.Form):
    why = long_text(_("Why all the same, where something is owed"), rows=2, required=False)

    def __init__(self, *args: Any, asked: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["why"].help_text = asked


class RefundForm(forms.Form):
    reference = forms.CharField(
        label=_("Reference"), max_length=120, help_text=_("Of the payment of the treasury that gave it back.")
    )
    on = DayField(label=_("Day of the money"))
    collector_reference = forms.CharField(
        label=_("Reference of the payment to the collection agency"), max_length=120, required=False,
        help_text=_("Where its order takes a part of it."),
    )  # fmt: skip

    def __init__(self, *args: Any, to_collector: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not to_collector:
            del self.fields["collector_reference"]


class MatchForm(forms.Form):
    debt = forms.ChoiceField(label=_("Which debt it is for"), help_text=_("Those of the same amount come first."))
    reason = long_text(_("Reasons"), rows=3)

    def __init__(self, *args: Any, debts: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["debt"].choices = [("", "–"), *debts]  # type: ignore[attr-defined]


class DueForm(forms.Form):
    initiative = forms.ModelChoiceField(label=_("Initiative"), queryset=None)
    tax_code = forms.CharField(label=_("Tax code of the enterprise"), max_length=16)
    reason = forms.CharField(label=_("What for"), max_length=120)
    amount = EuroField(label=_("Amount, in euro"))
    due_on = DayField(label=_("To be paid by"))

    def __init__(self, *args: Any, initiatives: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["initiative"].queryset = initiatives  # type: ignore[attr-defined]
        self.fields["initiative"].label_from_instance = lambda one: one.title_it  # type: ignore[attr-defined]

    def clean_tax_code(self) -> str:
        return str(self.cleaned_data["tax_code"]).strip().upper()


class ReferenceForm(forms.Form):
    reference = forms.CharField(label=_("Reference of the injunction or of the roll"), max_length=120)


class SampleForm(forms.Form):
    call = forms.ModelChoiceField(label=_("Call"), queryset=None)
    first_day = DayField(label=_("Assessed from"))
    last_day = DayField(label=_("to"))
    method = forms.ChoiceField(label=_("How to draw"))
    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=100_000)
    source = forms.CharField(
        label=_("Public draw that will give the seed"), max_length=300, required=False,
        help_text=_("For example the numbers of the Lotto, wheel of Bari. Empty: the system gives the seed, and another person draws."),
    )  # fmt: skip
    draw_on = DayField(label=_("Day of the public draw"), required=False, help_text=_("After today."))
    again = long_text(
        _("Why another sample of the same days"), rows=2, required=False,
        help_text=_("Only where there is one already; everybody reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, calls: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]
        self.fields["call"].label_from_instance = lambda call: call.title_it  # type: ignore[attr-defined]
        self.fields["method"].choices = in_words(METHODS)  # type: ignore[attr-defined]


class SeedForm(forms.Form):
    seed = forms.CharField(label=_("What came out of the public draw"), max_length=200)


class VisitForm(forms.Form):
    planned_on = DayField(label=_("Day of the visit"))
    place = forms.CharField(label=_("Where"), max_length=300)
    because = long_text(_("Why who assessed the claim makes the visit"), rows=2, required=False)

    def __init__(self, *args: Any, entrusts: str = "", **more: Any) -> None:
        """``entrusts``: the name of who assessed the claim, where the director may give them the visit."""
        super().__init__(*args, **more)
        if entrusts:
            self.fields["because"].help_text = format_lazy(
                "{} {}.", _("Empty: you make it. Only the director gives it to who assessed the claim:"), entrusts
            )
        else:
            del self.fields["because"]


class MinutesForm(forms.Form):
    present = long_text(_("Who is present, one a line, with their role"), rows=3)
    minutes = long_text(_("What is seen"), rows=6)


class FindingForm(forms.Form):
    document = forms.ChoiceField(label=_("Of what"))
    outcome = forms.ChoiceField(label=_("Outcome"))
    kept = EuroField(
        label=_("What of it still holds"), required=False,
        help_text=_("Only if it is re-evaluated: of a document in euro, of what was done in units (0.5 is half of a fixed amount)."),
    )  # fmt: skip
    text = long_text(_("Why"), rows=2, required=False)

    def __init__(self, *args: Any, documents: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["document"].choices = documents  # type: ignore[attr-defined]
        self.fields["outcome"].choices = in_words(states.FINDINGS)  # type: ignore[attr-defined]


class PhotographForm(forms.Form):
    photograph = forms.FileField(
        label=_("Photograph"), widget=FileInput({"capture": "environment"}, accept="image/jpeg,image/png")
    )
    caption = forms.CharField(label=_("What it shows"), max_length=300, required=False)


class SignedForm(forms.Form):
    file = forms.FileField(
        label=_("Signed minutes"), widget=FileInput(accept=".pdf,.p7m,image/jpeg,image/png"),
        help_text=_("A photograph of the signed paper, its scan, or the PDF with the signatures."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    text = long_text(_("Answer"), rows=4)
    withdrawn = forms.MultipleChoiceField(
        label=_("What you found and withdraw, if the observations prove it wrong"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip

    def __init__(self, *args: Any, findings: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["withdrawn"].choices = findings  # type: ignore[attr-defined]
        if not findings:
            self.fields["withdrawn"].widget = forms.MultipleHiddenInput()
