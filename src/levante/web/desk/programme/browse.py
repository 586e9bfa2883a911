"""The programme's data on the desk: acts, interventions, initiatives, lines."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from levante.programme.api import Act, BudgetLine, Intervention, PlannedInitiative, Programme, vocabulary
from levante.web.access import for_desk
from levante.web.desk.programme.progress import chosen
from levante.web.desk.programme.views import READERS, shown_programme

SECTIONS = {
    "acts": _("Acts"),
    "interventions": _("Interventions"),
    "initiatives": _("Initiatives"),
    "lines": _("Budget lines"),
}
TONES = {"done": "done", "under_way": "active", "planned": "waiting", "dropped": "neutral"}


@for_desk(*READERS)
def data(request: HttpRequest, section: str) -> HttpResponse:
    if section not in SECTIONS:
        raise Http404(section)
    programme = shown_programme()
    return render(
        request,
        f"desk/programme/{section}.html",
        {
            "programme": programme,
            "names": vocabulary.BALANCES,
            "section": section,
            "title": SECTIONS[section],
            "tabs": SECTIONS,
            "rows": _ROWS[section](request, programme),
        },
    )


def _acts(request: HttpRequest, programme: Programme) -> list[dict[str, Any]]:
    rows = Act.objects.of(programme).select_related("triennium", "amends", "replaces")
    return [{"row": row, "role": vocabulary.ACT_ROLES[row.role]} for row in rows]


def _interventions(request: HttpRequest, programme: Programme) -> list[dict[str, Any]]:
    rows = (
        Intervention.objects.of(programme)
        .select_related("triennium", "direction", "lead_office", "continues")
        .prefetch_related("sectors", "offices")
        .order_by("triennium__first_year", "direction__position", "code")
    )
    return [
        {
            "row": row,
            "tourism": vocabulary.TOURISM_TIES[row.tourism_tie],
            "continuity": vocabulary.CONTINUITY.get(row.continuity),
        }
        for row in rows
    ]


def _initiatives(request: HttpRequest, programme: Programme) -> list[dict[str, Any]]:
    rows = (
        PlannedInitiative.objects.of(programme)
        .select_related("intervention__direction", "intervention__triennium", "lead_office")
        .prefetch_related("sectors", "intervention__sectors")
    )
    lines = BudgetLine.objects.of(programme).visible_to(request.actor)  # type: ignore[attr-defined]
    found = chosen(rows, request.GET, lines)
    return [
        {
            "row": row,
            "kind": vocabulary.INITIATIVE_KINDS[row.kind],
            "state": vocabulary.INITIATIVE_STATES[row.state],
            "tone": TONES[row.state],
            "sectors": row.sectors.all() or row.intervention.sectors.all(),
        }
        for row in found
    ]


def _lines(request: HttpRequest, programme: Programme) -> list[dict[str, Any]]:
    rows = (
        BudgetLine.objects.of(programme)
        .visible_to(request.actor)  # type: ignore[attr-defined]
        .select_related("triennium", "direction", "action", "fund", "office")
    )
    return [{"row": row} for row in rows]


_ROWS = {"acts": _acts, "interventions": _interventions, "initiatives": _initiatives, "lines": _lines}
