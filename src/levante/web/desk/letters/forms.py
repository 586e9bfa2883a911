from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.letters.api import BY_PEOPLE, CHANNELS, KINDS, STATES
from levante.web.components.forms import DayField, DayInput, FileInput

#: What a list can be asked for beside the states: letters that want somebody.
WANTED, LATE, PROBLEM = "wanted", "late", "problem"


def _labelled(table: Any, codes: Any = None) -> list[tuple[str, str]]:
    language = get_language() or "it"
    return [(code, table[code].in_language(language)) for code in codes or table]


class LetterFilter(forms.Form):
    """What to look for among the letters."""

    #: The text answers to more enterprises than those looked at (``components.firms``).
    firms_cut = False
    q = forms.CharField(label=_("Number, enterprise or file"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    officer = forms.ChoiceField(label=_("Responsible"), required=False)
    run = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**62)
    since = DayField(label=_("Written since"), required=False, widget=DayInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        language = get_language() or "it"
        kinds = [(kind.code, kind.label.in_language(language)) for kind in KINDS.values()]
        special = [
            (WANTED, _("to be looked at")), (LATE, _("no receipt for too long")), (PROBLEM, _("cannot leave")),
        ]  # fmt: skip
        self.fields["kind"].choices = [("", _("all")), *kinds]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("all")), *special, *_labelled(STATES)]  # type: ignore[attr-defined]
        self.fields["officer"].choices = [("", _("anybody")), ("mine", _("me"))]  # type: ignore[attr-defined]


class DraftForm(forms.Form):
    subject = forms.CharField(label=_("Object"), max_length=300)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("An empty line begins a paragraph, “- ” an item of a list, “## ” a heading."),
    )


class AddressForm(forms.Form):
    address = forms.EmailField(label=_("PEC address"), max_length=254)


class OtherwiseForm(forms.Form):
    channel = forms.ChoiceField(label=_("How"))
    reference = forms.CharField(
        label=_("Number of the registered letter or of the minutes"), max_length=60, required=False
    )
    sent_on = DayField(label=_("Sent on"), widget=DayInput)
    delivered_on = DayField(label=_("Arrived on, if it is known"), required=False, widget=DayInput)
    upload = forms.FileField(
        label=_("Proof, if there is one"), required=False, widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml")
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["channel"].choices = _labelled(CHANNELS, BY_PEOPLE)  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    delivered_on = DayField(label=_("Arrived on"), required=False, widget=DayInput)
    returned = forms.CharField(label=_("Or why it came back"), required=False, max_length=500)
    upload = forms.FileField(
        label=_("Proof, if there is one"), required=False, widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml")
    )


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class NothingForm(forms.Form):
    """A step that asks nothing more."""
