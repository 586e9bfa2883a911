"""The forms of the agenda of an initiative, at the desk."""

import re
from operator import itemgetter
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.meetings.api import Agenda, Attendee, Meeting, Slot, at_night, city_of, states, zones
from levante.web.components import choices
from levante.web.components.directory import language_codes
from levante.web.components.forms import DayField, DayInput, InstantInput, NumberField
from levante.web.templatetags.levante import day_month_format, languages_in_words

_LANGUAGE = re.compile(r"([a-z]{2})\s*[:=]?\s*(\d{1,3})")


class SettingsForm(forms.Form):
    """How one meets, tables, interpreters, until when requests are taken."""

    mode = forms.ChoiceField(label=gettext_lazy("How one meets"), widget=forms.RadioSelect)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone of the place"))
    call_base = forms.CharField(
        label=gettext_lazy("How the addresses of calls begin"),
        required=False,
        max_length=170,
        help_text=gettext_lazy(
            "As https://calls.example/puglia- : each meeting adds a name of its own that only the two know."
        ),
    )
    tables = forms.IntegerField(
        label=gettext_lazy("Shared tables"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Empty: as many as are needed. Who has a stand meets there."),
    )
    interpreters = forms.CharField(
        label=gettext_lazy("Interpreters at a time"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Language and number, as: de 2, ja 1. Those booked by name are counted by their hours, beyond these."
        ),
    )
    languages = forms.CharField(
        label=gettext_lazy("Languages spoken without an interpreter"),
        max_length=200,
        help_text=gettext_lazy("As: Italian, English"),
    )
    penalty = NumberField(
        label=gettext_lazy("Points lost for each meeting missing to somebody’s minimum"), min_value=0, max_value=1000
    )
    requests_until = forms.DateTimeField(
        label=gettext_lazy("Requests are taken until"),
        required=False,
        widget=InstantInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["mode"].choices = choices.labelled(states.MODES)
        fields["zone"].choices = zone_choices(self.initial.get("zone", ""))

    def clean_interpreters(self) -> dict[str, int]:
        return _interpreters(self.cleaned_data["interpreters"])

    def clean_languages(self) -> list[str]:
        return _languages(self.cleaned_data["languages"])


def initial_settings(agenda: Agenda) -> dict[str, Any]:
    return {
        "mode": agenda.mode, "zone": agenda.zone, "tables": agenda.tables, "penalty": agenda.penalty,
        "requests_until": agenda.requests_until, "call_base": agenda.call_base,
        "interpreters": ", ".join(f"{language} {number}" for language, number in sorted(agenda.interpreters.items())),
        "languages": languages_in_words(agenda.languages),
    }  # fmt: skip


class SlotsForm(forms.Form):
    """A row of slots in a day."""

    day = DayField(label=gettext_lazy("Day"), widget=DayInput)
    begins = forms.TimeField(label=gettext_lazy("From"), widget=forms.TimeInput({"type": "time"}))
    ends = forms.TimeField(label=gettext_lazy("To"), widget=forms.TimeInput({"type": "time"}))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes of a meeting"), min_value=5, max_value=240, initial=25)
    pause = forms.IntegerField(label=gettext_lazy("Minutes between two"), min_value=0, max_value=240, initial=5)


class LimitsForm(forms.Form):
    """Slots that have other tables or interpreters than the agenda."""

    slots = forms.MultipleChoiceField(label=gettext_lazy("Slots"), widget=forms.CheckboxSelectMultiple)
    tables = forms.IntegerField(
        label=gettext_lazy("Shared tables"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Empty: those of the agenda."),
    )
    interpreters = forms.CharField(
        label=gettext_lazy("Interpreters at a time"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("As: ja 0. A language that is not written: as in the agenda."),
    )

    def __init__(self, *args: Any, agenda: Agenda, slots: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, prefix="limits", **kwargs)
        fields: dict[str, Any] = self.fields
        fields["slots"].choices = slots
        if agenda.mode == states.ONLINE:
            del fields["tables"]

    def clean_interpreters(self) -> dict[str, int]:
        return _interpreters(self.cleaned_data["interpreters"])

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "slots": [int(pk) for pk in data["slots"]], "tables": data.get("tables"), "interpreters": data["interpreters"],
        }  # fmt: skip


def _interpreters(text: str) -> dict[str, int]:
    """“de 2, ja 1” as languages and how many."""
    text = text.lower()
    found = {language: int(number) for language, number in _LANGUAGE.findall(text)}
    if _LANGUAGE.sub("", text).strip(" ,;"):
        raise forms.ValidationError(gettext("Write a language of two letters and how many, as: de 2, ja 1"))
    return found


def _languages(text: str) -> list[str]:
    """“Italian, English” or “it, en” as codes; a word that is no language is told, and not left out."""
    found, unknown = language_codes(text)
    if unknown:
        words = gettext("“%(word)s” is no language that is known here: write its name, as: Italian, English.")
        raise forms.ValidationError(words % {"word": unknown[0]})
    return found


class BringForm(forms.Form):
    """How many meetings each has, when nobody says otherwise."""

    minimum = forms.IntegerField(label=gettext_lazy("At least"), min_value=0, max_value=100, initial=3)
    maximum = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=200, initial=20)
    per_day = forms.IntegerField(label=gettext_lazy("At most in a day"), min_value=1, max_value=100, required=False)


class AttendeeForm(forms.Form):
    """How many meetings one wants and can have; when it is not there."""

    minimum = forms.IntegerField(label=gettext_lazy("At least"), min_value=0, max_value=100)
    maximum = forms.IntegerField(label=gettext_lazy("At most"), min_value=0, max_value=200)
    per_day = forms.IntegerField(label=gettext_lazy("At most in a day"), min_value=1, max_value=100, required=False)
    rest_after = forms.IntegerField(
        label=gettext_lazy("Slots of rest after each meeting"), min_value=0, max_value=10, required=False
    )
    own_table = forms.CharField(label=gettext_lazy("Its stand"), max_length=20, required=False)
    languages = forms.CharField(
        label=gettext_lazy("Languages"), max_length=200, required=False, help_text=gettext_lazy("As: Italian, English")
    )
    remote = forms.BooleanField(
        label=gettext_lazy("It takes part from afar"),
        required=False,
        help_text=gettext_lazy("With a call of its own for each meeting, and no table."),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone, if it is elsewhere"),
        required=False,
        help_text=gettext_lazy("Hours are told in it. Changed, the slots of its night are ticked below."),
    )
    away = forms.MultipleChoiceField(
        label=gettext_lazy("It is not there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Take the tick off a slot of the night to be met in it."),
    )

    offers = forms.CharField(
        label=gettext_lazy("What it offers, or looks for"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Read by the other side before it knows who it is: the name is taken out."),
    )

    def __init__(
        self, *args: Any, slots: list[tuple[str, str]], row: Attendee, office: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_initial(row, office), **kwargs)
        self.stand = row.own_table
        fields: dict[str, Any] = self.fields
        fields["away"].choices = slots
        fields["zone"].choices = [("", gettext("That of the place")), *zone_choices(row.zone)]
        if not office or row.agenda.mode == states.ONLINE:
            del fields["remote"]
        if row.agenda.mode == states.ONLINE:
            fields.pop("own_table")
        if not office:
            fields.pop("own_table", None)
            del fields["minimum"]
            for name, given in (("maximum", row.maximum), ("per_day", row.per_day)):
                fields[name].required = False
                if given is not None:
                    fields[name].help_text = gettext("The office gives at most %(given)s.") % {"given": given}

    def clean_languages(self) -> list[str]:
        return _languages(self.cleaned_data["languages"])

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "minimum": data.get("minimum", 0), "maximum": data["maximum"], "per_day": data["per_day"],
            "rest_after": data["rest_after"] or 0,
            "own_table": data.get("own_table", self.stand), "languages": data["languages"], "away": [int(pk) for pk in data["away"]],
            "zone": data["zone"], "offers": data["offers"], "remote": data.get("remote"),
        }  # fmt: skip


def _initial(row: Attendee, office: bool) -> dict[str, Any]:
    """What the office gives; of who comes, what it wants of that."""
    plain = {name: getattr(row, name) for name in ("minimum", "rest_after", "own_table", "zone", "offers", "remote")}
    plain |= {"maximum": row.maximum if office else row.most, "per_day": row.per_day if office else row.most_per_day}
    return plain | {"languages": languages_in_words(row.languages), "away": [str(slot.pk) for slot in row.away.all()]}


class RunForm(forms.Form):
    """What counts most."""

    objective = forms.ChoiceField(label=gettext_lazy("What counts most"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["objective"].choices = choices.labelled(states.OBJECTIVES)


class EditForm(forms.Form):
    """A meeting by hand: who, when."""

    a = forms.ChoiceField(label=gettext_lazy("Enterprise"))
    b = forms.ChoiceField(label=gettext_lazy("Buyer"))
    slot = forms.ChoiceField(label=gettext_lazy("When"))
    table = forms.IntegerField(
        label=gettext_lazy("Table number"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=gettext_lazy("Empty: one that is free."),
    )

    def __init__(self, *args: Any, people: list[Attendee], slots: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for side in ("a", "b"):
            fields[side].choices = [(str(row.pk), row.name) for row in people if row.side == side]
        fields["slot"].choices = slots


class SwapForm(forms.Form):
    """Another meeting, with which one changes places."""

    def __init__(self, *args: Any, others: list[Meeting], agenda: Agenda, **kwargs: Any) -> None:
        from levante.web.components.meetings import when_of

        super().__init__(*args, **kwargs)
        found = [
            (f"{row.a_id}-{row.b_id}", f"{when_of(row.slot, agenda)} · {row.a.name} × {row.b.name}") for row in others
        ]
        self.fields["with"] = forms.ChoiceField(label=gettext_lazy("Change places with"), choices=found)


class AbsenceForm(forms.Form):
    """Who is not there, from when to when, and whether kept meetings may move."""

    who = forms.ChoiceField(label=gettext_lazy("Who"))
    start = forms.ChoiceField(label=gettext_lazy("From"), required=False)
    end = forms.ChoiceField(label=gettext_lazy("To"), required=False)
    moves = forms.ChoiceField(label=gettext_lazy("Those who stay"), widget=forms.RadioSelect, initial="0")
    own = forms.BooleanField(
        label=gettext_lazy("It has no good reason: the meetings it loses count as missed by it"),
        required=False,
        help_text=gettext_lazy(
            "It is in what is told of its past behaviour; a hosted buyer may owe what its terms say."
        ),
    )

    def __init__(
        self, *args: Any, people: list[Attendee], slots: list[tuple[str, str]], published: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if not published:  # nobody has read of a meeting yet
            del fields["own"]
        fields["who"].choices = [(str(row.pk), row.name) for row in people]
        fields["start"].choices = [("", gettext("the beginning")), *slots]
        fields["end"].choices = [("", gettext("the end")), *slots]
        fields["moves"].choices = [
            ("0", gettext("nobody moves, holes are filled")),
            ("priced", gettext("at most one meeting in a hundred moves")),
        ]


class BlockForm(forms.Form):
    """Two who must not meet."""

    a = forms.ChoiceField(label=gettext_lazy("Enterprise"))
    b = forms.ChoiceField(label=gettext_lazy("Buyer"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def __init__(self, *args: Any, people: list[Attendee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for side in ("a", "b"):
            fields[side].choices = [(str(row.pk), row.name) for row in people if row.side == side]


def own_slot_choices(row: Attendee, slots: list[Slot]) -> list[tuple[str, str]]:
    """The slots in the hours of who comes; those of its night say so, so that it takes them off."""
    from levante.web.components.meetings import hours_of

    found = []
    for slot in slots:
        when = hours_of(slot, row)
        night = at_night(slot.starts_at, row.hours)
        words = f"{date_format(when, day_month_format())} {when:%H:%M}"
        found.append((str(slot.pk), f"{words} ({gettext('at night')})" if night else words))
    return found


def zone_choices(chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by continent, each by its city; the one ``chosen`` before too, if it is of another name."""
    language = get_language() or "it"
    known = zones()
    found = [
        (
            words.in_language(language),
            sorted(((zone, city_of(zone, language)) for zone in known.get(name, [])), key=itemgetter(1)),
        )
        for name, words in states.CONTINENTS.items()
    ]
    if chosen and not any(chosen in names for names in known.values()):
        found.insert(0, (chosen, [(chosen, city_of(chosen, language))]))
    return found


def slot_choices(agenda: Agenda, slots: list[Slot]) -> list[tuple[str, str]]:
    from levante.web.components.meetings import when_of

    return [(str(slot.pk), when_of(slot, agenda)) for slot in slots]
