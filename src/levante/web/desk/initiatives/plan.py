"""The plan of a year at the desk: every initiative with its reason, acts and money; as a file too."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from levante.initiatives.api import Initiative, PlanLine, city_in, states
from levante.kernel.pure import reads_english
from levante.participations.api import costs_of_each
from levante.programme.api import vocabulary
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.components.year_plan import plan_on_screen
from levante.web.desk.initiatives.views import READERS

TIES = vocabulary.TOURISM_TIES


@for_desk(*READERS)
def plan(request: HttpRequest) -> HttpResponse:
    rows = Initiative.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found, context = plan_on_screen(request, rows, came_to=costs_of_each)
    listing = Listing(request, "desk:initiatives_plan", gettext("plan of initiatives"), columns())
    if listing.wants_file:
        return listing.file(found.lines)
    return render(request, "desk/initiatives/plan.html", context | {"listing": listing})


def columns() -> tuple[Column, ...]:
    """What is said of each initiative, on the page and in a file: there each is a row, in however many sectors it is."""
    return (
        Column("initiative", gettext("Initiative"), lambda line: _words(line.initiative, "title"), fixed=True),
        Column("kind", gettext("Kind"), lambda line: _label(vocabulary.INITIATIVE_KINDS, line.initiative.kind)),
        Column("direction", gettext("Direction"), lambda line: line.initiative.direction.code),
        Column("intervention", gettext("Intervention"), _intervention),
        Column("sectors", gettext("Sectors"), _sectors, shown=False),
        Column("market", gettext("Market"), lambda line: _words(line.initiative.market, "name"), shown=False),
        Column("when", gettext("When"), lambda line: line.initiative.starts_on),
        Column("last", gettext("Last day"), lambda line: line.initiative.ends_on, shown=False),
        Column("where", gettext("Where"), lambda line: city_in(line.initiative.city, get_language() or "it")),
        Column("state", gettext("State"), lambda line: _label(states.STATES, line.initiative.state)),
        Column("tourism", gettext("Tie to tourism"), lambda line: _label(TIES, line.initiative.tourism_tie)),
        Column("why", gettext("Why this market"), lambda line: _words(line.initiative, "market_reason"), shown=False),
        Column("act", gettext("Act"), _act),
        Column("line", gettext("Budget line"), _line, shown=False),
        Column("planned", gettext("Planned cost"), lambda line: line.planned),
        Column("committed", _label(vocabulary.BALANCES, "committed"), lambda line: line.committed),
        Column("paid", _label(vocabulary.BALANCES, "paid"), lambda line: line.paid),
        Column("came_to", gettext("Cost so far"), lambda line: line.came_to),
        Column("demonstration", gettext("Demonstration data"), _demonstration, shown=False),
    )


def _label(table: dict[str, Any], code: str) -> str:
    return str(table[code].in_language(get_language()))


def _words(row: Any, name: str) -> str:
    """The attribute in the language at work; Italian where the other is empty."""
    english = reads_english(get_language())
    return (english and getattr(row, f"{name}_en")) or getattr(row, f"{name}_it")


def _intervention(line: PlanLine) -> str:
    return _words(line.initiative.intervention, "title") if line.initiative.intervention is not None else ""


def _sectors(line: PlanLine) -> str:
    return ", ".join(_words(row, "name") for row in line.initiative.sectors.all())


def _act(line: PlanLine) -> str:
    act = line.initiative.act or line.initiative.planning_act
    return _words(act, "name") if act is not None else ""


def _line(line: PlanLine) -> str:
    return line.initiative.budget_line.code if line.initiative.budget_line is not None else ""


def _demonstration(line: PlanLine) -> str:
    return gettext("yes") if line.initiative.demonstration else ""
