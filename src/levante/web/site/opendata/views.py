"""What the portal publishes as open data: each set with what it holds, how many rows, its date, its licence, its address."""

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from levante.calls.api import Call
from levante.grants.api import Award
from levante.kernel.api import today
from levante.programme.api import BudgetLine, Movement, main_programme
from levante.web.access import public
from levante.web.site_identity import site_identity

#: The description of the whole interface, for programs.
DESCRIPTION = "/api/v1/openapi.json"


@public
def open_data(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "site/opendata/page.html",
        {"sets": sets(), "licence": site_identity().get("open_data_licence", {}), "description": DESCRIPTION},
    )


def sets() -> list[dict[str, Any]]:
    """The open data sets of ``/api/v1``, in the order of its description."""
    programme = main_programme()
    lines = BudgetLine.objects.filter(programme=programme)
    moved = Movement.objects.filter(line__programme=programme).aggregate(last=Max("on"))["last"]
    return [
        _set(
            gettext("The programme"),
            gettext("The directions in the words of the act, the sectors and the acts, each with its source and how sure it is."),
            "/api/v1/programme",
            programme.loaded_at if programme is not None else None,
            gettext("one document"),
        ),
        _set(
            gettext("Budget lines"),
            gettext("Allocated, reserved, committed, verified as due, paid and recovered, by direction, action, year and source."),
            "/api/v1/budget-lines",
            moved,
            lines.count(),
        ),
        _set(
            gettext("Calls"),
            gettext("The published calls with their openings, budgets and acts."),
            "/api/v1/calls",
            today(),
            Call.objects.public().count(),
        ),
        _set(
            gettext("Awards in force"),
            gettext("Who received what, by which act, with the code of the state-aid register (arts. 26 and 27 of D.Lgs. 33/2013)."),
            "/api/v1/awards",
            today(),
            Award.objects.in_force().count(),
        ),
    ]  # fmt: skip


def _set(title: str, text: str, address: str, at: date | datetime | None, rows: int | str | None) -> dict[str, Any]:
    return {"title": title, "text": text, "address": address, "at": at, "rows": rows}
