"""The plan of a year of initiatives on screen, at the desk and for everybody: what to look at, its groups, its months as a drawing."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.initiatives.api import GROUPINGS, Plan, PlanLine, plan_of, states, years_of_plan
from levante.kernel.api import today
from levante.kernel.pure import reads_english
from levante.programme.api import vocabulary
from levante.web.components import choices
from levante.web.site.fairs.forms import KINDS
from levante.web.templatetags.levante import day_month_format

#: The width that each month has in the drawing, and how high the highest column is.
WIDE, HIGH = 60, 110


class PlanFilters(forms.Form):
    """Which year, put together by what, of what."""

    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Put together by"), required=False)
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), required=False)
    market = forms.ChoiceField(label=gettext_lazy("Market"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    tourism = forms.ChoiceField(label=gettext_lazy("Tie to tourism"), required=False)

    def __init__(self, given: Any, *, years: list[int], year: int, rows: Any) -> None:
        """``given`` are the parameters of the address; ``year`` is looked at where they name none of ``years``; the markets
        are those of ``rows``."""
        super().__init__({"year": str(year)} | {name: given[name] for name in self.base_fields if given.get(name)})
        fields: dict[str, Any] = self.fields
        fields["year"].choices = [(str(each), str(each)) for each in years]
        fields["by"].choices = choices.labelled(GROUPINGS)
        fields["direction"].choices = choices.directions(empty=gettext("All directions"))
        fields["market"].choices = markets_of(rows)
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))
        fields["kind"].choices = choices.labelled(vocabulary.INITIATIVE_KINDS, KINDS, empty=gettext("All kinds"))
        fields["tourism"].choices = choices.labelled(vocabulary.TOURISM_TIES, empty=gettext("With any tie or none"))

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def markets_of(rows: Any) -> list[tuple[str, str]]:
    """The markets that some initiatives aim at, by name. One query."""
    name = "market__name_en" if reads_english(get_language()) else "market__name_it"
    found = set(rows.order_by().values_list("market__code", name))
    return [("", gettext("All markets")), *sorted(found, key=lambda one: one[1])]


def plan_on_screen(request: HttpRequest, rows: Any, **more: Any) -> tuple[Plan, dict[str, Any]]:
    """The plan that the address asks for, of the rows given, and what its template needs; ``more`` goes to ``plan_of``."""
    day = today()
    filters = PlanFilters(request.GET, years=years_of_plan(rows, on=day), year=day.year, rows=rows)
    asked = filters.chosen()
    if asked["direction"]:
        rows = rows.filter(direction__code=asked["direction"])
    if asked["market"]:
        rows = rows.filter(market=asked["market"])
    if asked["sector"]:
        rows = rows.filter(sectors__code=asked["sector"]).distinct()
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["tourism"]:
        rows = rows.filter(tourism_tie=asked["tourism"])
    plan = plan_of(rows, year=int(asked["year"] or day.year), by=asked["by"] or next(iter(GROUPINGS)), **more)
    most = max((group.sums.planned for group in plan.groups), default=0)
    groups = [
        {
            "group": group,
            "share": int(100 * group.sums.planned / most) if most else 0,
            "cards": [plan_card(line) for line in group.lines],
        }
        for group in plan.groups
    ]
    context = {
        "plan": plan,
        "filters": filters,
        "groups": groups,
        "by": GROUPINGS[plan.by],
        "chart": months_chart(plan),
        "on": day,
        "names": vocabulary.BALANCES,
    }
    return plan, context


def plan_card(line: PlanLine) -> dict[str, Any]:
    """A line with the words of its kind, state and tie to tourism."""
    initiative = line.initiative
    return {
        "line": line,
        "initiative": initiative,
        "kind": vocabulary.INITIATIVE_KINDS[initiative.kind],
        "state": states.STATES[initiative.state],
        "tone": states.TONES[initiative.state],
        "tourism": vocabulary.TOURISM_TIES[initiative.tourism_tie],
    }


def months_chart(plan: Plan) -> dict[str, Any] | None:
    """How many initiatives begin in each month, what it shows in words, and which they are; none where none begins."""
    numbers = [len(lines) for lines in plan.months]
    if not any(numbers):
        return None
    days = [date(plan.year, month, 1) for month in range(1, 13)]
    english = reads_english(get_language())
    rows = [
        [
            date_format(day, "F"),
            number,
            "; ".join(line.initiative.title_en if english else line.initiative.title_it for line in lines) or "–",
        ]
        for day, number, lines in zip(days, numbers, plan.months, strict=True)
    ]
    finding = _finding(numbers, days, english=english)
    return {
        "svg": _columns(numbers, [date_format(day, day_month_format()[2:]) for day in days], finding),
        "finding": finding,
        "columns": [gettext("Month"), gettext("Initiatives that begin"), gettext("Which initiatives")],
        "rows": rows,
    }


def _finding(numbers: list[int], days: list[date], *, english: bool) -> str:
    """The month in which most begin, where there is one; else how many they are."""
    most = max(numbers)
    if numbers.count(most) > 1:
        return gettext("Initiatives that begin in each month: %(total)s in all") % {"total": sum(numbers)}
    month = date_format(days[numbers.index(most)], "F")
    return gettext("The month in which most begin is %(month)s: %(number)s of %(total)s") % {
        "month": month if english else month.lower(),
        "number": most,
        "total": sum(numbers),
    }


def _columns(numbers: list[int], labels: list[str], says: str) -> SafeString:
    """A column for each month with its number above; ``says`` is for who does not see it."""
    most = max(numbers)
    pieces = []
    for place, (number, label) in enumerate(zip(numbers, labels, strict=True)):
        height = HIGH * number // most
        left, top = WIDE * place, 30 + HIGH - height
        middle = left + WIDE // 2
        pieces.append((left + 8, top, WIDE - 16, height, middle, top - 8, number or "", middle, label))
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#4F86B0"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="24" fill="#0A2540">{}</text>'
        '<text x="{}" y="168" text-anchor="middle" font-size="24" fill="#4A5661">{}</text>',
        pieces,
    )
    return format_html(
        '<svg viewBox="0 0 720 176" width="720" role="img" aria-label="{}">{}'
        '<line x1="0" y1="141" x2="720" y2="141" stroke="#4A5661"/></svg>',
        says,
        drawn,
    )
