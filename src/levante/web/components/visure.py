"""The form of a visura of the RNA that was asked on the Register's site, of an award or of a place."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from levante.aid.api import Visura
from levante.web.components.forms import DayField, FileInput

KINDS = {
    Visura.AIDS: _("Visura of aid"),
    Visura.DE_MINIMIS: _("De minimis visura"),
    Visura.DEGGENDORF: _("Deggendorf visura"),
}
LISTED = {"": None, "no": False, "yes": True}


class VisuraForm(forms.Form):
    """Number and day of a visura; of a Deggendorf what it says, of a de minimis that it is of the whole single undertaking."""

    kind = forms.ChoiceField(label=_("Which"), choices=list(KINDS.items()))
    vercor = forms.CharField(label=_("Number (VERCOR)"), max_length=40)
    made_on = DayField(label=_("Day of the visura"))
    listed = forms.ChoiceField(
        label=_("Is the enterprise in the list of unlawful aid to give back?"), required=False,
        choices=[("", "–"), ("no", _("No")), ("yes", _("Yes: no aid can be granted to it"))], help_text=_("Only of the Deggendorf visura."),
    )  # fmt: skip
    whole = forms.BooleanField(label=_("It is of the whole single undertaking"), required=False)
    document = forms.FileField(label=_("The PDF of the visura"), required=False, widget=FileInput(accept=".pdf"))

    def __init__(self, *arguments: Any, others: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        if others:
            names = ", ".join(f"{name} ({code})" for code, name in others)
            self.fields["whole"].help_text = gettext("Of the de minimis visura: asked for %(names)s too.") % {
                "names": names
            }
        else:
            del self.fields["whole"]

    def told(self) -> dict[str, Any]:
        """What was written, as the services that keep it are called."""
        values = self.cleaned_data
        return {
            "kind": values["kind"], "vercor": values["vercor"], "made_on": values["made_on"], "listed": LISTED[values["listed"]],
            "whole": values.get("whole", False), "upload": values["document"],
        }  # fmt: skip


def visura_form(request: HttpRequest, known: Mapping[str, Visura], others: list[tuple[str, str]]) -> VisuraForm:
    """The form for the first kind that is not known yet."""
    first = next((kind for kind in KINDS if kind not in known), Visura.AIDS)
    return VisuraForm(request.POST or None, request.FILES or None, others=others, initial={"kind": first})


def kinds_of(known: Mapping[str, Visura]) -> list[dict[str, Any]]:
    """Each kind by its name, with the visura there is."""
    return [{"name": name, "visura": known.get(kind)} for kind, name in KINDS.items()]
