"""The programme's dashboard: the money on a day, by every way of looking; every figure opens its rows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.kernel.api import today
from levante.kernel.pure import format_euro
from levante.programme.api import (
    BudgetLine,
    Direction,
    Piece,
    PlannedInitiative,
    Programme,
    Report,
    Sector,
    Total,
    Triennium,
    budget_report,
    by_comune,
    by_sector,
    late_lines,
    main_programme,
    main_trienniums,
    vocabulary,
)
from levante.web.access import for_desk
from levante.web.desk.programme import drawings
from levante.web.desk.programme.forms import DayForm
from levante.web.desk.programme.progress import initiative_states, lines_of_sectors, plan_states

#: Who works with the programme on the desk; agency staff see the lines of their agency.
READERS = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.CALL_DESIGNER,
    roles.FINANCE,
    roles.COMMUNICATION,
    roles.SYSTEM,
    roles.AUDITOR,
    roles.AGENCY_STAFF,
)


def shown_programme() -> Programme:
    programme = main_programme()
    if programme is None:
        raise Http404("no programme is loaded")
    return programme


class Look:
    """What the dashboard and its charts look at: the programme, the day, the triennium, the lines the actor sees."""

    def __init__(self, request: HttpRequest) -> None:
        self.trienniums = list(main_trienniums())
        self.programme = self.trienniums[0].programme if self.trienniums else shown_programme()
        self.form = DayForm({"on": today().isoformat(), **request.GET.dict()})
        self.on: date = today()
        if self.form.is_valid() and self.form.cleaned_data["on"]:
            self.on = self.form.cleaned_data["on"]
        wanted = request.GET.get("triennium", "")
        chosen = [row for row in self.trienniums if row.code == wanted] or self.trienniums[-1:]
        self.triennium: Triennium | None = chosen[0] if chosen else None
        self.lines = BudgetLine.objects.of(self.programme).visible_to(request.actor)  # type: ignore[attr-defined]
        self.report: Report = budget_report(self.lines, self.on)

    def mine(self, piece: Piece) -> bool:
        return self.triennium is not None and piece.line.triennium_id == self.triennium.pk

    def directions(self) -> list[Direction]:
        """The directions that have lines, in the order of the programme."""
        found = {line.direction.pk: line.direction for line in self.report.lines if line.direction is not None}
        return sorted(found.values(), key=lambda row: (row.position, row.code))

    def link(self, **filters: Any) -> str:
        """The movements behind a figure."""
        query = {
            "on": self.on.isoformat(),
            **{name: value for name, value in filters.items() if value not in (None, "")},
        }
        return f"{reverse('desk:programme_movements')}?{urlencode(query)}"


@for_desk(*READERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    look = Look(request)
    code = look.triennium.code if look.triennium else ""
    whole = look.report.total(look.mine)
    directions = look.directions()
    sectors = list(Sector.objects.of(look.programme))
    of_triennium = look.lines.filter(triennium=look.triennium)
    shares, subjects = by_sector(of_triennium, look.on)
    comuni = {code: each.balances.committed for code, each in by_comune(of_triennium, look.on).items() if code}
    beside = look.report.by(lambda piece: piece.line.triennium_id)
    placed = sum(comuni.values(), Decimal("0.00"))
    findings = charts_of(look, directions)
    allocated = _allocated_by_sector(look, of_triennium)
    return render(
        request,
        "desk/programme/dashboard.html",
        {
            "programme": look.programme,
            "names": vocabulary.BALANCES,
            "look": look,
            "on": look.on,
            "triennium": look.triennium,
            "whole": whole,
            "figures": _figures(look, whole, code),
            "elapsed": elapsed(look.triennium, look.on),
            "bar": drawings.money_bar(whole.balances),
            "beside": [
                {
                    "row": row,
                    "total": beside.get(row.pk, Total()),
                    "bar": drawings.money_bar(beside.get(row.pk, Total()).balances),
                    "links": _links(look, triennium=row.code),
                }
                for row in look.trienniums
            ],
            "by_action": _by_action(look, directions),
            "by_year": _rows(look, lambda piece: piece.line.year, "year", gettext("whole triennium")),
            "by_exercise": _rows(look, lambda piece: piece.exercise, "exercise", ""),
            "by_sector": [
                {
                    "row": row,
                    "share": shares.get(row.pk),
                    "allocated": allocated.get(row.pk),
                    "links": _links(look, triennium=code, sector=row.code),
                }
                for row in sectors
            ],
            "subjects": subjects,
            "whole_links": _links(look, triennium=code),
            "late": [
                {"line": line, "balances": balances}
                for line, balances in late_lines(look.report)
                if line.triennium_id == (look.triennium.pk if look.triennium else None)
            ][:5],
            "late_initiatives": PlannedInitiative.objects.of(look.programme)
            .filter(state__in=["planned", "under_way"], ends_on__lt=look.on)
            .select_related("intervention")
            .order_by("ends_on", "code")[:5],
            "comuni": comuni,
            "nowhere": whole.balances.committed - placed,
            "nowhere_url": look.link(triennium=code, figure="committed", comune="none"),
            "map_url": f"{look.link(triennium=code, figure='committed')}&province=",
            "comune_url": f"{look.link(triennium=code, figure='committed')}&comune=",
            "plan": plan_states(look.programme, look.triennium, of_triennium),
            "initiatives": initiative_states(request.actor),  # type: ignore[attr-defined]
            "charts": findings,
            "demonstration": whole.demonstration,
            "committed_mark": whole.marks["committed"],
        },
    )


def _figures(look: Look, whole: Total, code: str) -> list[dict[str, Any]]:
    """The walk of money of the triennium, each figure with its rows."""
    return [
        {
            "label": vocabulary.BALANCES[name],
            "amount": getattr(whole.balances, name),
            "mark": whole.marks[name],
            "url": look.link(triennium=code, figure=figure),
        }
        for name, figure in (
            ("allocated", "allocated"),
            ("available", ""),
            ("reserved", "reserved"),
            ("committed", "committed"),
            ("liquidated", "liquidated"),
            ("paid", "paid"),
            ("recovered", "recovered"),
        )
    ]


def _links(look: Look, **filters: Any) -> dict[str, str]:
    """The rows of each amount; of what is available, and of who holds the money, every movement of those lines."""
    return {name: look.link(figure=name, **filters) for name in drawings.LABELS} | {"all": look.link(**filters)}


def _by_action(look: Look, directions: list[Direction]) -> list[dict[str, Any]]:
    """Direction × sub-action of the triennium, in the order of the directions, with the line of what was committed."""
    totals: dict[tuple[int | None, int | None], Total] = {}
    lines: dict[tuple[int | None, int | None], BudgetLine] = {}
    for piece in look.report.pieces:
        if look.mine(piece):
            where = piece.line.direction_id, piece.line.action_id
            totals[where] = totals.get(where, Total()).plus(piece)
            lines[where] = piece.line
    places = {row.pk: place for place, row in enumerate(directions)}
    rows = []
    for where in sorted(
        totals, key=lambda key: (places.get(key[0] or 0, 99), lines[key].action.code if lines[key].action else "")
    ):
        line = lines[where]

        def within(piece: Piece, where: tuple[int | None, int | None] = where) -> bool:
            return look.mine(piece) and (piece.line.direction_id, piece.line.action_id) == where

        walked = [balances.committed for _, balances in look.report.month_by_month(within)]
        rows.append(
            {
                "direction": line.direction,
                "action": line.action,
                "total": totals[where],
                "spark": drawings.sparkline(walked),
                "links": _links(
                    look,
                    triennium=line.triennium.code,
                    direction=line.direction.code if line.direction else "",
                    action=line.action.code if line.action else "",
                ),
            }
        )
    return rows


def _allocated_by_sector(look: Look, of_triennium: QuerySet[BudgetLine]) -> dict[int, Total]:
    """What was given to the lines of each sector (primary key); a line of several sectors is in each of them."""
    by_line = look.report.by(lambda piece: piece.line.pk)
    return {
        sector: reduce(Total.plus, (by_line[pk] for pk in inside if pk in by_line), Total())
        for sector, inside in lines_of_sectors(of_triennium).items()
    }


def _rows(look: Look, key: Callable[[Piece], Any], name: str, unnamed: str) -> list[dict[str, Any]]:
    totals: dict[Any, Total] = {}
    for piece in look.report.pieces:
        if look.mine(piece):
            where = key(piece)
            totals[where] = totals.get(where, Total()).plus(piece)
    return [
        {
            "label": where if where is not None else unnamed,
            "total": totals[where],
            "links": _links(look, triennium=look.triennium.code if look.triennium else "", **{name: where}),
        }
        for where in sorted(totals, key=lambda value: (value is None, value))
    ]


def elapsed(triennium: Triennium | None, on: date) -> int:
    """How much of the triennium's time has passed, in per cent."""
    if triennium is None:
        return 0
    start, end = date(triennium.first_year, 1, 1), date(triennium.last_year + 1, 1, 1)
    return max(0, min(100, int(100 * (on - start + timedelta(days=1)).days / (end - start).days)))


def charts_of(look: Look, directions: list[Direction]) -> dict[str, dict[str, Any]]:
    """The two charts: what each found, its data and its address."""
    walked = look.report.month_by_month(look.mine)
    by_direction = look.report.by(lambda piece: (look.mine(piece), piece.line.direction_id))
    language = get_language() or "it"
    rows = [(row.code, by_direction[True, row.pk].balances) for row in directions if (True, row.pk) in by_direction]
    query = urlencode({"on": look.on.isoformat(), "triennium": look.triennium.code if look.triennium else ""})

    def address(name: str) -> str:
        return f"{reverse('desk:programme_chart', args=[name])}?{query}"

    columns = [drawings.label_of(name) for name in drawings.LABELS]
    return {
        "time": {
            "finding": _time_finding(walked),
            "src": address("time"),
            "columns": [gettext("Month"), *columns],
            "rows": [
                [
                    date_format(month, "F Y"),
                    *(format_euro(getattr(balances, name), language) for name in drawings.LABELS),
                ]
                for month, balances in walked
            ],
            "drawn": walked,
        },
        "directions": {
            "finding": _direction_finding(rows),
            "src": address("directions"),
            "columns": [gettext("Direction"), *columns],
            "rows": [
                [name, *(format_euro(getattr(balances, figure), language) for figure in drawings.LABELS)]
                for name, balances in rows
            ],
            "drawn": rows,
        },
    }


def _time_finding(walked: list[Any]) -> str:
    if not walked or not walked[-1][1].allocated:
        return gettext("Nothing is allocated yet")
    last = walked[-1][1]
    return gettext("Of every 100 euro allocated, %(committed)d are committed and %(paid)d paid") % {
        "committed": int(100 * last.committed / last.allocated),
        "paid": int(100 * last.paid / last.allocated),
    }


def _direction_finding(rows: list[Any]) -> str:
    shares = [(balances.committed / balances.allocated, name) for name, balances in rows if balances.allocated]
    if not shares:
        return gettext("No direction has money yet")
    if len(shares) == 1:
        return gettext("Direction %(code)s has committed %(share)d%% of its money") % {
            "code": shares[0][1],
            "share": int(100 * shares[0][0]),
        }
    (low, slow), (high, fast) = min(shares), max(shares)
    return gettext("%(fast)s has committed most of its money (%(high)d%%), %(slow)s least (%(low)d%%)") % {
        "fast": fast,
        "high": int(100 * high),
        "slow": slow,
        "low": int(100 * low),
    }


@for_desk(*READERS)
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """One chart as an image; its words and data are on the page that shows it."""
    look = Look(request)
    found = charts_of(look, look.directions()).get(name)
    if found is None:
        raise Http404(name)
    draw = drawings.over_time if name == "time" else drawings.by_name
    response = HttpResponse(draw(found["drawn"], found["finding"]), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=300"
    return response
