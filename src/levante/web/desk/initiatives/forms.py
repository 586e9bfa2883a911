from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.identity.api import Office
from levante.initiatives.api import FairEdition, Initiative, code_of, states, years_of_plan
from levante.kernel.api import code_from_name
from levante.kernel.pure import reads_english
from levante.programme.api import Act, BudgetLine, Intervention, main_programme, vocabulary
from levante.web.components import choices
from levante.web.components.acts import act_told
from levante.web.components.forms import DayField, DayInput, EuroField, InstantInput
from levante.web.components.year_plan import markets_of
from levante.web.site.fairs.forms import KINDS

INSTANTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class InitiativeFilters(forms.Form):
    q = forms.CharField(label=gettext_lazy("Title or city"), required=False, max_length=100)
    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    market = forms.ChoiceField(label=gettext_lazy("Market"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)

    def __init__(self, *args: Any, rows: Any, on: date, **kwargs: Any) -> None:
        """``rows``: the initiatives whose years and markets can be chosen. Two queries and the sectors'."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["year"].choices = [
            ("", gettext("All years")),
            *((str(one), str(one)) for one in years_of_plan(rows, on=on)),
        ]
        fields["state"].choices = choices.labelled(states.STATES, empty=gettext("All states"))
        fields["kind"].choices = choices.labelled(vocabulary.INITIATIVE_KINDS, KINDS, empty=gettext("All kinds"))
        fields["market"].choices = markets_of(rows)
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return {"text": found.pop("q"), **found}


class EditionFilters(forms.Form):
    q = forms.CharField(label=gettext_lazy("Fair, organiser or city"), required=False, max_length=100)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("European Union"), required=False)
    when = forms.ChoiceField(label=gettext_lazy("When"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))
        name = "country__name_en" if reads_english(get_language()) else "country__name_it"
        there = set(FairEdition.objects.order_by().values_list("country__code", name))
        fields["country"].choices = [("", gettext("All countries")), *sorted(there, key=lambda one: one[1])]
        fields["area"].choices = [
            ("", gettext("inside and outside")),
            ("eu", gettext("inside")),
            ("not_eu", gettext("outside")),
        ]
        fields["when"].choices = [
            ("", gettext("To come and past")),
            ("coming", gettext("To come")),
            ("past", gettext("Past")),
        ]

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return {"text": found.pop("q"), **found}


def lines(*, empty: str) -> list[tuple[str, str]]:
    """The budget lines, of every direction (each is for its own initiatives: ``check_line``). One query and the programme's."""
    english = reads_english(get_language())
    programme = main_programme()
    rows = BudgetLine.objects.of(programme).order_by("-year", "code") if programme else BudgetLine.objects.none()
    return [("", empty), *[(row.code, f"{row.code} · {row.name_en if english else row.name_it}") for row in rows]]


def interventions(*, empty: str) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """The interventions of the programme, each under its direction. One query and the programme's."""
    english, programme = reads_english(get_language()), main_programme()
    rows = Intervention.objects.of(programme) if programme else Intervention.objects.none()
    under: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows.select_related("direction").order_by("direction__position", "direction__code", "code"):
        name = row.direction.name_en if english else row.direction.name_it
        under[f"{row.direction.code} · {name}"].append((row.code, row.title_en if english else row.title_it))
    return [("", empty), *under.items()]


def acts(*, empty: str) -> list[tuple[str, str]]:
    programme = main_programme()
    rows = Act.objects.of(programme).order_by("-adopted_on", "code") if programme else Act.objects.none()
    return [("", empty), *[(row.code, act_told(row)) for row in rows[:200]]]


def _named(row: Initiative) -> str:
    return f"{row.title_en if reads_english(get_language()) else row.title_it} · {row.starts_on.year}"


class PlanForm(forms.Form):
    """An initiative of the plan: a new one, or one to correct (``fixed`` are the fields that no longer change)."""

    title_it = forms.CharField(label=gettext_lazy("Title in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    summary_it = forms.CharField(
        label=gettext_lazy("Summary in Italian"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    summary_en = forms.CharField(
        label=gettext_lazy("Summary in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    direction = forms.ChoiceField(label=gettext_lazy("Direction"))
    intervention = forms.ChoiceField(
        label=gettext_lazy("Intervention"),
        required=False,
        help_text=gettext_lazy("One of the direction chosen, where the programme has it."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    edition = forms.ChoiceField(label=gettext_lazy("Edition of a fair"), required=False)
    follows = forms.ChoiceField(
        label=gettext_lazy("The one before it"),
        required=False,
        help_text=gettext_lazy(
            "Its results stand beside those of this one. Until it is chosen: that of the edition before of its fair, or the last of the "
            "same kind and title in its city."
        ),
    )
    market = forms.ChoiceField(label=gettext_lazy("Market"))
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    starts_on = DayField(label=gettext_lazy("First day"), widget=DayInput)
    ends_on = DayField(label=gettext_lazy("Last day"), widget=DayInput)
    sectors = forms.MultipleChoiceField(label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple)
    cost = EuroField(
        label=gettext_lazy("Cost"),
        required=False,
        min_value=0,
        help_text=gettext_lazy(
            "In euro, for example 1,234.56. With line and act of the plan it is reserved; 0 when it has none."
        ),
    )
    budget_line = forms.ChoiceField(label=gettext_lazy("Budget line"), required=False)
    planning_act = forms.ChoiceField(
        label=gettext_lazy("Act of the plan"),
        required=False,
        help_text=gettext_lazy("The reservation cites it; the act that approves is given when it is approved."),
    )
    lead_office = forms.ChoiceField(label=gettext_lazy("Lead office"))
    tourism_tie = forms.ChoiceField(label=gettext_lazy("Tie to tourism"))
    places = forms.IntegerField(
        label=gettext_lazy("Places for enterprises"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy(
            "Where there are places, the rules of who takes part are written before the call opens. "
            "Empty: no list of places, and who asks for meetings comes to them."
        ),
    )
    open_to_buyers = forms.BooleanField(
        label=gettext_lazy("Open to buyers"),
        required=False,
        help_text=gettext_lazy("Buyers who sign in find it, and may ask to take part until it begins."),
    )
    qualified_buyers_only = forms.BooleanField(
        label=gettext_lazy("Only qualified buyers come to its meetings"),
        required=False,
        help_text=gettext_lazy("Others may ask; who is not qualified is not brought to the agenda, and reads why."),
    )
    market_reason_it = forms.CharField(
        label=gettext_lazy("Why this market, in Italian"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    market_reason_en = forms.CharField(
        label=gettext_lazy("Why this market, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    opens_at = forms.DateTimeField(
        label=gettext_lazy("Call for interest opens"), required=False, widget=InstantInput, input_formats=INSTANTS
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Call for interest closes"), required=False, widget=InstantInput, input_formats=INSTANTS
    )

    def __init__(
        self,
        *args: Any,
        before: Iterable[Initiative] = (),
        proposed: Initiative | None = None,
        fixed: frozenset[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in fixed & self.fields.keys():
            del self.fields[name]
        fields: dict[str, Any] = defaultdict(forms.ChoiceField, self.fields)  # the fixed ones take no choices
        usable = Q(cancelled_on=None) | Q(code=self.initial.get("edition", ""))
        editions = FairEdition.objects.filter(usable).select_related("fair").order_by("-starts_on", "code")
        fields["direction"].choices = choices.directions()
        fields["intervention"].choices = interventions(empty=gettext("No intervention"))
        fields["kind"].choices = choices.labelled(vocabulary.INITIATIVE_KINDS, KINDS)
        fields["edition"].choices = [("", gettext("None")), *[(row.code, f"{row} · {row.city}") for row in editions]]
        unsaid = gettext("Proposed: %(which)s") % {"which": _named(proposed)} if proposed else gettext("None chosen")
        fields["follows"].choices = [("", unsaid), *[(row.code, _named(row)) for row in before]]
        fields["market"].choices = choices.countries()
        fields["sectors"].choices = choices.sectors()
        fields["budget_line"].choices = lines(empty=gettext("To be decided"))
        fields["planning_act"].choices = acts(empty=gettext("To be adopted"))
        fields["lead_office"].choices = choices.offices(Office.objects.order_by("-kind", "name_it"))
        fields["tourism_tie"].choices = choices.labelled(vocabulary.TOURISM_TIES)

    def code(self) -> str:
        """The identifier of the initiative, from its title and year."""
        title = code_from_name(self.cleaned_data["title_it"], instead="iniziativa", longest=60)
        return f"{title}-{self.cleaned_data['starts_on'].year}"


class ActForm(forms.Form):
    """An act already known, or a new determination by its number and day."""

    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    number = forms.CharField(label=gettext_lazy("Or a new determination: number"), required=False, max_length=40)
    adopted_on = DayField(label=gettext_lazy("Its day"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["act"].choices = acts(empty=gettext("Choose"))


class CancelForm(ActForm):
    """Why, and the act that frees the money (without, the one that committed or planned it)."""

    field_order = ("reason", "reason_en", "act", "number", "adopted_on")
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}))
    reason_en = forms.CharField(
        label=gettext_lazy("Why, in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Buyers read it. Empty: they read the Italian one."),
    )  # fmt: skip


class BackForm(CancelForm):
    """The same once it has begun: which part of the quotas is given back is the act's to say."""

    field_order = ("reason", "reason_en", "back", "act", "number", "adopted_on")
    back = forms.IntegerField(
        label=gettext_lazy("Part of the quotas given back, per cent"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("As the act says: it has begun. The aid of each place follows."),
    )


class CloseForm(ActForm):
    """A call for interest closed before its published end: why, and the act."""

    field_order = ("reason", "act", "number", "adopted_on")
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Who asked to take part and who opens the public page read it."),
    )  # fmt: skip


class ReopenForm(forms.Form):
    """A call for interest that was closed opens again: until when, and why."""

    closes_at = forms.DateTimeField(
        label=gettext_lazy("New end of the call for interest"), widget=InstantInput, input_formats=INSTANTS
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Who asked to take part and who opens the public page read it."),
    )  # fmt: skip


class ConcludeForm(forms.Form):
    """Why it is concluded with something left to do."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is concluded all the same"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )  # fmt: skip


class CostForm(ActForm):
    """A cost changed by an act."""

    field_order = ("cost", "act", "number", "adopted_on")
    cost = EuroField(label=gettext_lazy("New cost"), min_value=0)


class FairForm(forms.Form):
    """A fair as its organiser runs it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    organiser = forms.CharField(label=gettext_lazy("Organiser"), max_length=200, required=False)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    sectors = forms.MultipleChoiceField(label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sectors"].choices = choices.sectors()

    def code(self) -> str:
        return code_of(self.cleaned_data["name"])


class EditionForm(forms.Form):
    """One edition of a fair: where, when, and where the dates are written."""

    city = forms.CharField(label=gettext_lazy("City"), max_length=100)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    venue = forms.CharField(label=gettext_lazy("Venue"), max_length=200, required=False)
    halls = forms.CharField(
        label=gettext_lazy("Halls"), max_length=200, required=False, help_text=gettext_lazy("As the organiser names them: 3, 5A.")
    )  # fmt: skip
    starts_on = DayField(label=gettext_lazy("First day"), widget=DayInput)
    ends_on = DayField(label=gettext_lazy("Last day"), widget=DayInput)
    source = forms.CharField(
        label=gettext_lazy("Where the dates are written"),
        max_length=500,
        help_text=gettext_lazy("For example the address of the organiser’s calendar."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["country"].choices = choices.countries()


class CalendarForm(forms.Form):
    """A calendar of fairs to be read."""

    file = forms.FileField(
        label=gettext_lazy("Calendar (CSV or ICS)"),
        help_text=gettext_lazy(
            "CSV with the columns fair, city, country, starts_on, ends_on, and if you like halls and sectors (codes or names, "
            "separated by |); or the ICS of an organiser. At most 1 MB."
        ),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country, where the file says none"), required=False)
    source = forms.CharField(label=gettext_lazy("Where the dates are written"), max_length=500, required=False)
    other_days = forms.ChoiceField(
        label=gettext_lazy("An edition of a known fair, in the same year on other days"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["other_days"].choices = [
            ("", gettext("Tell me before keeping anything")),
            ("moved", gettext("It is moved: who leads initiatives there is told")),
            ("another", gettext("It is another edition")),
        ]
        fields["country"].choices = [("", gettext("Choose")), *choices.countries()]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea({"rows": 2}))
