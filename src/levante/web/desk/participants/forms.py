"""The forms of who takes part in an initiative."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.calls.api import Opening
from levante.identity.api import User
from levante.initiatives.api import states as initiative_states
from levante.kernel.pure import reads_english
from levante.participations.api import Participation, Selection, StandElement, states
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput, EuroField
from levante.web.desk.initiatives.forms import ActForm

#: How many lines of renunciation the form has.
REFUND_LINES = 3


#: Rules that have one field each, under the name they are kept by.
_AS_WRITTEN = (
    "method", "places", "answer_days", "quota", "extra_quota", "no_show_years", "details_by", "ways", "meetings_apart",
)  # fmt: skip


class RulesForm(forms.Form):
    """How places are given: method, places, terms, quota, renunciations."""

    method = forms.ChoiceField(label=gettext_lazy("How are places given?"), widget=forms.RadioSelect)
    opening = forms.ChoiceField(
        label=gettext_lazy("Opening of the call whose ranking gives the order"),
        required=False,
        help_text=gettext_lazy("Only for the ranking of a call: it is designed and published like any other."),
    )
    places = forms.IntegerField(label=gettext_lazy("Places for enterprises"), min_value=1, max_value=1000)
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("Places are for who asked to take part"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nobody else is given one. None chosen: however it asked."),
    )
    meetings_apart = forms.BooleanField(
        label=gettext_lazy("Who asks for meetings only comes to them without a place"),
        required=False,
        help_text=gettext_lazy(
            "With no stand, quota or aid, in the agenda of the meetings. Places are then not for meetings."
        ),
    )
    answer_days = forms.IntegerField(
        label=gettext_lazy("Days to accept a place and pay its quota"), min_value=1, max_value=120, initial=10
    )
    quota = EuroField(label=gettext_lazy("Quota"), min_value=0, help_text=gettext_lazy("In euro; 0 when it is free."))
    extra_quota = EuroField(
        label=gettext_lazy("Quota of a further module"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("Empty: one module only."),
    )
    no_show_years = forms.IntegerField(
        label=gettext_lazy("Years in which an absence counts"), min_value=0, max_value=10, initial=3
    )
    details_by = DayField(
        label=gettext_lazy("Last day for the name on the stand, technical needs and catalogue"),
        required=False,
        widget=DayInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        language = get_language()
        fields["method"].choices = choices.labelled(states.METHODS)
        fields["ways"].choices = choices.labelled(initiative_states.WAYS)
        openings = Opening.objects.filter(call__state="published").select_related("call").order_by("-opens_at", "pk")
        english = reads_english(language)
        fields["opening"].choices = [
            ("", gettext("None")),
            *[
                (str(row.pk), f"{row.call.title_en if english else row.call.title_it} · {row.code}")
                for row in openings[:200]
            ],
        ]
        for name, words in states.CRITERIA_WORDS.items():
            fields[f"weight_{name}"] = forms.IntegerField(
                label=gettext("Points: %(criterion)s") % {"criterion": words.in_language(language)},
                required=False,
                min_value=0,
                max_value=100,
            )
        for line in range(1, REFUND_LINES + 1):
            fields[f"refund_days_{line}"] = forms.IntegerField(
                label=gettext("Renunciation %(line)s: days before, at least") % {"line": line},
                required=False,
                min_value=0,
                max_value=730,
            )
            fields[f"refund_percent_{line}"] = forms.IntegerField(
                label=gettext("Renunciation %(line)s: given back, per cent") % {"line": line},
                required=False,
                min_value=0,
                max_value=100,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for line in range(1, REFUND_LINES + 1):
            if (data.get(f"refund_days_{line}") is None) != (data.get(f"refund_percent_{line}") is None):
                self.add_error(f"refund_days_{line}", gettext("Write both the days and the per cent."))
        return data

    def rules(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        opening = Opening.objects.filter(pk=data["opening"]).first() if data["opening"] else None
        refunds = [
            {"days_before": data[f"refund_days_{line}"], "percent": data[f"refund_percent_{line}"]}
            for line in range(1, REFUND_LINES + 1)
            if data[f"refund_days_{line}"] is not None
        ]
        weights = {name: data[f"weight_{name}"] for name in states.CRITERIA_WORDS if data[f"weight_{name}"]}
        if data["method"] == states.RANKING:  # who asks does so with an application, and chooses no way
            data["meetings_apart"] = False
        return {name: data[name] for name in _AS_WRITTEN} | {"opening": opening, "weights": weights, "refunds": refunds}


class ChangedRulesForm(ActForm, RulesForm):
    """The rules once who asks may have read them: a change says why, and by which act."""

    reason = forms.CharField(
        label=gettext_lazy("Why the rules change"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Who asked is told, and everybody reads it beside the rules."),
    )  # fmt: skip
    reason_en = forms.CharField(
        label=gettext_lazy("The same in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = ("reason", "reason_en", "act", "number", "adopted_on")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def rules(self) -> dict[str, Any]:
        return super().rules() | {name: self.cleaned_data[name] for name in ("reason", "reason_en")}


def initial_rules(selection: Selection | None, places: int | None) -> dict[str, Any]:
    """The rules as they are written, or what is asked first."""
    if selection is None:
        return {
            "method": states.CHRONOLOGICAL,
            "places": places,
            "ways": ["stand"],
            "meetings_apart": True,
            "answer_days": 10,
            "quota": Decimal("0.00"),
            "no_show_years": 3,
        }
    given: dict[str, Any] = {name: getattr(selection, name) for name in _AS_WRITTEN} | {
        "opening": str(selection.opening_id or "")
    }
    given |= {f"weight_{name}": points for name, points in selection.weights.items()}
    for line, rule in enumerate(selection.refunds[:REFUND_LINES], 1):
        given |= {f"refund_days_{line}": rule["days_before"], f"refund_percent_{line}": rule["percent"]}
    return given


class DecideForm(ActForm):
    """The act that approves the list, or admits."""


class PlacesForm(ActForm):
    """How many places there are from now on, by an act."""

    field_order = ("places", "act", "number", "adopted_on")
    places = forms.IntegerField(label=gettext_lazy("Places for enterprises"), min_value=1, max_value=1000)


class ValueForm(ActForm):
    """What a place is worth from now on, by an act."""

    field_order = ("value", "reason", "act", "number", "adopted_on")
    value = EuroField(
        label=gettext_lazy("New value of the place"),
        min_value=0,
        help_text=gettext_lazy("Gross grant equivalent, in euro: the whole value, not the difference."),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}))


class DropForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it is not granted"), max_length=500)


class ExcludeForm(forms.Form):
    enterprise = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Why it is not admitted"), max_length=500)
    reason_en = forms.CharField(max_length=500, required=False)


class LeaveOutForm(forms.Form):
    """Not admitted once the list is decided: told to the enterprise in its language."""

    reason = forms.CharField(label=gettext_lazy("Why it is not admitted"), max_length=500)
    reason_en = forms.CharField(label=gettext_lazy("The same in English"), max_length=500, required=False)


class ElementForm(forms.Form):
    """A part of the drawing of a stand, in centimetres; without a code it is taken off."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=12, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    x = forms.IntegerField(label=gettext_lazy("From the left, cm"), min_value=0, max_value=20000, required=False)
    y = forms.IntegerField(label=gettext_lazy("From the top, cm"), min_value=0, max_value=20000, required=False)
    width = forms.IntegerField(label=gettext_lazy("Width, cm"), min_value=1, max_value=20000, required=False)
    depth = forms.IntegerField(label=gettext_lazy("Depth, cm"), min_value=1, max_value=20000, required=False)
    label_it = forms.CharField(label=gettext_lazy("What it is, in Italian"), max_length=60, required=False)
    label_en = forms.CharField(label=gettext_lazy("What it is, in English"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices.labelled(states.ELEMENTS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code"):
            for name in ("x", "y", "width", "depth"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, gettext("Write it."))
        return data


ElementSet: Any = forms.formset_factory(ElementForm, extra=2, max_num=300)


class HallForm(forms.Form):
    """The space that the stand is in: two sides, or none yet."""

    hall_width = forms.IntegerField(
        label=gettext_lazy("Width of the space, cm"), min_value=1, max_value=20000, required=False
    )
    hall_depth = forms.IntegerField(
        label=gettext_lazy("Depth of the space, cm"), min_value=1, max_value=20000, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sides = ("hall_width", "hall_depth")
        for name, other in (sides, sides[::-1]):
            if data.get(name) is None and data.get(other) is not None and name not in self.errors:
                self.add_error(name, gettext("Write it."))
        return data


class ModuleForm(forms.Form):
    """Whose a module is."""

    holder = forms.ChoiceField(label=gettext_lazy("Enterprise"), required=False)

    def __init__(self, *args: Any, element: StandElement, rows: list[Participation], **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"m{element.pk}", initial={"holder": str(element.holder_id or "")}, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["holder"].label = element.code
        fields["holder"].choices = [("", gettext("Free")), *[(str(row.pk), row.enterprise.name) for row in rows]]


class ContractForm(forms.Form):
    """A contract with its CIG and CUP."""

    subject = forms.CharField(label=gettext_lazy("What for"), max_length=300)
    supplier = forms.CharField(label=gettext_lazy("Supplier"), max_length=300)
    supplier_code = forms.CharField(label=gettext_lazy("Tax code or VAT number"), max_length=28, required=False)
    cig = forms.CharField(label=gettext_lazy("CIG"), max_length=20, required=False)
    no_cig = forms.CharField(label=gettext_lazy("Or why it needs none"), max_length=300, required=False)
    cup = forms.CharField(label=gettext_lazy("CUP"), max_length=20, required=False)
    amount = EuroField(label=gettext_lazy("Amount without VAT"), min_value=0)
    signed_on = DayField(label=gettext_lazy("Signed on"), widget=DayInput)


class CostForm(forms.Form):
    cost = EuroField(label=gettext_lazy("What it came to, VAT included"), min_value=0)


class TaskForm(forms.Form):
    """Something to be arranged."""

    kind = forms.ChoiceField(label=gettext_lazy("What about"))
    what = forms.CharField(label=gettext_lazy("What is to be done"), max_length=300)
    owner = forms.ChoiceField(label=gettext_lazy("Who"))
    due_on = DayField(label=gettext_lazy("By"), widget=DayInput)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices.labelled(states.TASKS)
        fields["owner"].choices = [(str(person.pk), person.get_full_name()) for person in people]


class MoveForm(forms.Form):
    """Who arranges it, and by when."""

    owner = forms.ChoiceField(label=gettext_lazy("Who"))
    due_on = DayField(label=gettext_lazy("By"), widget=DayInput)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["owner"].choices = [(str(person.pk), person.get_full_name()) for person in people]
