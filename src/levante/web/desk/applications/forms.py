from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.applications.api import STATES, UNSENT

MINE, NOBODY = "mine", "nobody"
TERMS = [
    ("late", _("late")),
    ("week", _("within 7 days, or late")),
    ("month", _("within 30 days, or late")),
]


class ApplicationFilter(forms.Form):
    """What to look for among the applications; the choices of calls and officers are given by the view."""

    #: The text answers to more enterprises than those looked at (``components.firms``).
    firms_cut = False
    q = forms.CharField(label=_("Number, enterprise or tax code"), required=False, max_length=100)
    call = forms.ChoiceField(label=_("Call"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    officer = forms.ChoiceField(label=_("Case officer"), required=False)
    term = forms.ChoiceField(label=_("Term"), required=False, choices=[("", _("any")), *TERMS])

    def __init__(self, data: Any, *, calls: list[tuple[str, str]], officers: list[tuple[str, str]]) -> None:
        super().__init__(data)
        language = get_language() or "it"
        states = [(code, label.in_language(language)) for code, label in STATES.items() if code not in UNSENT]
        self.fields["call"].choices = [("", _("all")), *calls]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("all")), ("open", _("still to decide")), *states]  # type: ignore[attr-defined]
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            ("", _("anybody")), (MINE, _("me, and whom I cover")), (NOBODY, _("nobody yet")), *officers,
        ]  # fmt: skip
