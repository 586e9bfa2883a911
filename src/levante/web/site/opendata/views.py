"""What the portal publishes as open data: each set with what it holds, how many rows, its date, its licence, its address."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from levante.calls.api import Call
from levante.controls.api import every_published_row
from levante.grants.api import Award
from levante.kernel.api import today
from levante.programme.api import BudgetLine, Movement, main_programme
from levante.web.access import public
from levante.web.components.exports import streamed_csv
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


#: The columns of the awards as a table, and how each is read from the row of the API.
COLUMNS: dict[str, Callable[[dict[str, Any]], Any]] = {
    **{
        name: itemgetter(name)
        for name in (
            "id",
            "call",
            "call_url",
            "beneficiary",
            "tax_code",
            "amount",
            "amount_granted",
            "state",
            "changed_on",
            "changed_by",
            "paid",
            "recovered",
        )
    },
    "legal_basis": lambda row: " | ".join(row["legal_basis"]),
    "office": lambda row: row["office"]["it"],
    "responsible": itemgetter("responsible"),
    "selection": lambda row: row["selection"]["it"],
    **{
        name: itemgetter(name)
        for name in ("project", "act", "act_url", "act_publication", "published_on", "granted_on", "effective_on")
    },
    "waiting_for": lambda row: " ".join(row["waiting_for"]),
    **{name: itemgetter(name) for name in ("cup", "cor")},
    "results": lambda row: " | ".join(_result(one) for one in row["results"]),
    "demonstration": lambda row: "true" if row["demonstration"] else "false",
}


def _result(one: dict[str, Any]) -> str:
    """A result in a cell: what it is, when, promised, reached, where it stands; what is not known is left empty."""
    told = [one[name]["it"] if one[name] else "" for name in ("promised", "reached", "standing")]
    return "; ".join([one["it"], one["when"]["it"], *told])


@public
def awards_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The awards as a table (art. 27(2) D.Lgs. 33/2013), the same data as ``/api/v1/awards``."""
    rows = ([read(row) for read in COLUMNS.values()] for row in every_published_row())
    return streamed_csv("concessioni", chain([list(COLUMNS)], rows))


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
            gettext("Awards"),
            gettext("Who received what, on which ground, chosen how, by which office, official and act (arts. 26-27 of D.Lgs. 33/2013).")
            + " "
            + gettext("Awards that await their registration as State aid are not here; those reduced or revoked stay, with what came back.")
            + " "
            + gettext("Each with the results promised and those reached."),
            "/api/v1/awards",
            today(),
            Award.objects.published().count(),
            table=reverse("site:open_data_awards"),
        ),
    ]  # fmt: skip


def _set(
    title: str, text: str, address: str, at: date | datetime | None, rows: int | str | None, *, table: str = ""
) -> dict[str, Any]:
    return {"title": title, "text": text, "address": address, "at": at, "rows": rows, "table": table}
