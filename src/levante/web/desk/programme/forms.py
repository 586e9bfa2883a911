"""The forms of the programme's desk."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import today
from levante.kernel.pure import reads_english
from levante.programme.api import (
    Act,
    Action,
    BudgetLine,
    Direction,
    Position,
    Programme,
    Sector,
    Triennium,
    vocabulary,
)
from levante.web.components.acts import ActField
from levante.web.components.forms import DayField, DayInput, EuroField


def bilingual_choices(labels: dict[str, Any], *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Codes with their words in the language at work."""
    return [(code, label.in_language(get_language())) for code, label in labels.items() if code not in without]


class Named(forms.ModelChoiceField):
    """A choice of rows whose words are in both languages."""

    def label_from_instance(self, row: Any) -> str:
        english = reads_english(get_language())
        name = getattr(row, "name_en" if english else "name_it", "") or row.code
        return f"{row.code} – {name}" if not isinstance(row, (Sector, Triennium)) else str(name)


class DayForm(forms.Form):
    """The day the dashboard looks at."""

    on = DayField(label=_("As of"), required=False, widget=DayInput)
    triennium = forms.CharField(required=False, widget=forms.HiddenInput)


class MovementFilter(forms.Form):
    """What movements to show; every field may be empty."""

    on = DayField(label=_("As of"), required=False, widget=DayInput)
    triennium = Named(Triennium.objects.none(), label=_("Triennium"), required=False, to_field_name="code")
    direction = Named(Direction.objects.none(), label=_("Direction"), required=False, to_field_name="code")
    action = Named(Action.objects.none(), label=_("Action"), required=False, to_field_name="code")
    sector = Named(Sector.objects.none(), label=_("Sector"), required=False, to_field_name="code")
    kind = forms.ChoiceField(label=_("Movement"), required=False)
    exercise = forms.IntegerField(label=_("Exercise"), required=False, min_value=1990, max_value=2200)
    year = forms.IntegerField(label=_("Year of the line"), required=False, min_value=1990, max_value=2200)
    province = forms.CharField(required=False, max_length=2, widget=forms.HiddenInput)
    comune = forms.RegexField(r"^(\d{6}|none)$", required=False, widget=forms.HiddenInput)
    figure = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    line = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, programme: Programme) -> None:
        super().__init__(data)
        for name, model in (("triennium", Triennium), ("direction", Direction), ("action", Action), ("sector", Sector)):
            self.fields[name].queryset = model.objects.of(programme)  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *bilingual_choices(vocabulary.MOVEMENT_KINDS),
        ]


class MoneyForm(forms.Form):
    """What every movement has."""

    amount = EuroField(label=_("Amount"), help_text=_("In euro, for example 1,234.56"))
    act = ActField(Act.objects.none(), label=_("Act"), help_text=_("Only acts of the triennium of the line"))
    on = DayField(label=_("Day from which it counts"), widget=DayInput)
    exercise = forms.IntegerField(label=_("Exercise"), min_value=1990, max_value=2200)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)
    idempotency_key = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, data: Any = None, *, line: BudgetLine) -> None:
        day = today()
        super().__init__(data, initial={"on": day, "exercise": day.year, "idempotency_key": f"desk:{uuid4()}"})
        self.line = line
        self.fields["act"].queryset = Act.objects.filter(triennium_id=line.triennium_id)  # type: ignore[attr-defined]


class MovementForm(MoneyForm):
    """A movement on a line, other than a reprogramming."""

    field_order = (
        "kind",
        "amount",
        "act",
        "on",
        "exercise",
        "subject",
        "release_of",
        "chapter",
        "commitment_number",
        "reason",
    )
    kind = forms.ChoiceField(label=_("Movement"))
    subject = forms.ModelChoiceField(
        Position.objects.none(),
        label=_("Who holds the money"),
        required=False,
        empty_label=_("The line itself"),
        help_text=_("Each step stays within the one before for the same subject"),
    )
    release_of = forms.ChoiceField(
        label=_("What a release gives back"),
        required=False,
        choices=[("", "---------"), ("reserved", _("What is reserved")), ("committed", _("What is committed"))],
    )
    chapter = forms.CharField(label=_("Chapter"), required=False, max_length=40)
    commitment_number = forms.CharField(label=_("Accounting number of the commitment"), required=False, max_length=40)

    def __init__(self, data: Any = None, *, line: BudgetLine, subjects: "QuerySet[Position]") -> None:
        super().__init__(data, line=line)
        self.fields["kind"].choices = bilingual_choices(  # type: ignore[attr-defined]
            vocabulary.MOVEMENT_KINDS, without=(vocabulary.REPROGRAMMING,)
        )
        self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]
        self.fields["subject"].label_from_instance = lambda row: row.label or f"{row.subject_type} {row.subject_id}"  # type: ignore[attr-defined]
        self.fields["chapter"].initial = line.chapter


class ReprogrammingForm(MoneyForm):
    """Money moved from this line to another of the same triennium."""

    field_order = ("target", "amount", "act", "on", "exercise", "reason")
    target = Named(BudgetLine.objects.none(), label=_("To the line"))

    def __init__(self, data: Any = None, *, line: BudgetLine) -> None:
        super().__init__(data, line=line)
        self.fields["target"].queryset = (  # type: ignore[attr-defined]
            BudgetLine.objects.filter(triennium_id=line.triennium_id).exclude(pk=line.pk)
        )


class TieForm(forms.Form):
    """A direction follows an action, in a period; an assumption until an act says it."""

    direction = Named(Direction.objects.none(), label=_("Direction"))
    action = Named(Action.objects.none(), label=_("Action"))
    since = DayField(label=_("From"), required=False, widget=DayInput)
    until = DayField(label=_("Until, included"), required=False, widget=DayInput)
    act = ActField(
        Act.objects.none(),
        label=_("Act that says it"),
        required=False,
        help_text=_("Without an act the tie is marked as an assumption, on every screen."),
    )
    note_it = forms.CharField(label=_("Why, in Italian"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    note_en = forms.CharField(label=_("Why, in English"), max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, data: Any = None, *, programme: Programme, **options: Any) -> None:
        super().__init__(data, **options)
        for name, model in (("direction", Direction), ("action", Action), ("act", Act)):
            self.fields[name].queryset = model.objects.of(programme)  # type: ignore[attr-defined]


class TieRemovalForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))
