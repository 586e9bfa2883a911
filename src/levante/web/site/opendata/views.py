"""What the portal publishes as open data: each set with what it holds, how many rows, its date, its licence, its address."""

from collections.abc import Callable, Sequence
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
from levante.controls.api import every_published_row, public_awards
from levante.kernel.api import today
from levante.participations.api import every_published_place, published_places
from levante.programme.api import BudgetLine, Movement, main_programme
from levante.web.access import public
from levante.web.components.beneficiaries import Sums, beneficiaries
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


#: The columns of aid in kind as a table, and how each is read from the row of the API.
IN_KIND: dict[str, Callable[[dict[str, Any]], Any]] = {
    **{name: itemgetter(name) for name in ("id", "initiative", "initiative_url")},
    "title": lambda row: row["title"]["it"],
    **{name: itemgetter(name) for name in ("beneficiary", "tax_code", "value", "value_granted", "state")},
    "legal_basis": lambda row: " | ".join(row["legal_basis"]),
    "reckoned": itemgetter("reckoned"),
    "office": lambda row: row["office"]["it"],
    "responsible": itemgetter("responsible"),
    "selection": lambda row: row["selection"]["it"],
    **{name: itemgetter(name) for name in ("project", "act", "granted_on", "cor")},
    "further": lambda row: " | ".join(
        f"{one['act']}; {one['cor'] or ''}; {one['value_granted']}" for one in row["further"]
    ),
    "result": lambda row: row["result"]["it"],
    "demonstration": lambda row: "true" if row["demonstration"] else "false",
}

#: The columns of the sums by beneficiary, and how each is read.
SUMS: dict[str, Callable[[Sums], Any]] = {
    "beneficiaries": lambda row: " | ".join(row.names) or f"persone fisiche non nominate: {row.unnamed}",
    "one_undertaking": lambda row: "true" if row.is_group else "false",
    "grants": lambda row: row.grants,
    "amount_granted": lambda row: row.granted,
    "amount": lambda row: row.amount,
    "paid": lambda row: row.paid,
    "recovered": lambda row: row.back,
    "places": lambda row: row.places,
    "value_in_kind": lambda row: row.in_kind,
    "demonstration": lambda row: "true" if row.is_demo else "false",
}


@public
def in_kind_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Aid in kind as a table (art. 27(2) D.Lgs. 33/2013), the same data as ``/api/v1/aid-in-kind``."""
    rows = ([read(row) for read in IN_KIND.values()] for row in every_published_place())
    return streamed_csv("aiuti-in-natura", chain([list(IN_KIND)], rows))


@public
def beneficiaries_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What each undertaking received in all, as a table (art. 26(2) D.Lgs. 33/2013)."""
    rows = ([read(row) for read in SUMS.values()] for row in beneficiaries())
    return streamed_csv("beneficiari", chain([list(SUMS)], rows))


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
            public_awards().count(),
            table=reverse("site:open_data_awards"),
            figures=[
                ("amount_granted", gettext("euro awarded by the act")),
                ("amount", gettext("euro in force now: awarded, less what acts reduced or revoked (changed_on)")),
                ("paid", gettext("euro paid, gross, of payments executed by the bank")),
                ("recovered", gettext("euro of capital that came back")),
            ],
        ),
        _set(
            gettext("Aid in kind"),
            gettext("Places of initiatives that are aid: to whom, their value and how it was reckoned, act and COR, what became of them."),
            "/api/v1/aid-in-kind",
            today(),
            published_places().count(),
            table=reverse("site:open_data_in_kind"),
            figures=[
                ("value_granted", gettext("euro of gross grant equivalent, as the acts granted it")),
                ("value", gettext("euro in force now: granted, less what was taken back")),
            ],
        ),
        _set(
            gettext("Sums by beneficiary"),
            gettext("What each received in all, in money and in kind; enterprises that were one undertaking at a grant are one row."),
            "",
            today(),
            None,
            table=reverse("site:open_data_beneficiaries"),
            figures=[
                ("amount, paid, recovered", gettext("as in the awards, added together")),
                ("value_in_kind", gettext("euro of gross grant equivalent in force now")),
            ],
        ),
    ]  # fmt: skip


def _set(
    title: str,
    text: str,
    address: str,
    at: date | datetime | None,
    rows: int | str | None,
    *,
    table: str = "",
    figures: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    return {
        "title": title,
        "text": text,
        "address": address,
        "at": at,
        "rows": rows,
        "table": table,
        "figures": figures,
    }
