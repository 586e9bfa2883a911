"""“Il programma”: what it is, what it does, with whom, with what money, by which acts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from markdown_it import MarkdownIt

from levante.claims.api import Counted, added_results, counted_indicators
from levante.identity.api import Office
from levante.kernel.api import today
from levante.kernel.pure import reads_english
from levante.parties.api import Enterprise
from levante.programme.api import (
    Act,
    Action,
    BudgetLine,
    Direction,
    DirectionAction,
    Figure,
    Fund,
    Indicator,
    Intervention,
    ParallelMeasure,
    Piece,
    PlannedInitiative,
    Programme,
    Sector,
    Strategy,
    Total,
    Triennium,
    budget_report,
    main_programme,
    of_sector,
    present_triennium,
)
from levante.programme.api import vocabulary as words
from levante.web.access import public

#: What the public page shows of the money, in the order in which it walks.
SHOWN = ("allocated", "committed", "paid")
#: What of it subjects hold, so that it can be said by sector.
OF_SUBJECTS = ("committed", "paid")


def shown_programme() -> Programme:
    """The programme of this portal, or a page that is not there yet."""
    programme = main_programme()
    if programme is None:
        raise Http404("no programme is loaded")
    return programme


def prose(text: str) -> SafeString:
    """Markdown of the programme's data as HTML; any HTML written in it stays text."""
    return SafeString(MarkdownIt("commonmark", {"html": False}).render(text))


def of_triennium(piece: Piece) -> int:
    return piece.line.triennium_id


def money_rows(
    by: Mapping[int, Total], trienniums: list[Triennium], names: Iterable[str] = SHOWN
) -> list[dict[str, Any]]:
    """Stage by stage, one amount per triennium (``by`` its primary key), each with its demonstration mark."""
    return [
        {
            "name": name,
            "label": words.BALANCES[name],
            "cells": [
                {"amount": getattr(total.balances, name), "mark": total.marks[name]}
                for total in (by.get(each.pk, Total()) for each in trienniums)
            ],
        }
        for name in names
    ]


@public
def programme(request: HttpRequest) -> HttpResponse:
    here = shown_programme()
    trienniums = list(Triennium.objects.of(here).prefetch_related("acts"))
    report = budget_report(BudgetLine.objects.of(here), today())
    present = present_triennium(trienniums)
    by_direction = report.by(lambda piece: (piece.line.direction_id, of_triennium(piece)))
    english = reads_english(get_language())
    bodies = list(Office.objects.exclude(kind=Office.PART).prefetch_related("parts").order_by("pk"))
    return render(
        request,
        "site/programme/programme.html",
        {
            "programme": here,
            "names": words.BALANCES,
            "text": prose(here.description_en if english and here.description_en else here.description_it),
            "directions": [
                {"row": row, "total": by_direction.get((row.pk, present.pk if present else 0), Total())}
                for row in Direction.objects.of(here)
            ],
            "present": present,
            "sectors": [
                {"label": label, "rows": [row for row in rows if row.kind == kind]}
                for rows in [list(Sector.objects.of(here))]
                for kind, label in words.SECTOR_KINDS.items()
            ],
            "trienniums": trienniums,
            "money": money_rows(report.by(of_triennium), trienniums),
            "interventions": _every_intervention(here),
            "figures": Figure.objects.of(here).select_related("triennium", "indicator"),
            "section": [office for office in bodies if office.kind == Office.SECTION],
            "agencies": [office for office in bodies if office.kind == Office.AGENCY],
            "strategies": Strategy.objects.of(here),
            "on": report.on,
            "results": added_results(),
        },
    )


def _every_intervention(here: Programme) -> list[dict[str, Any]]:
    """Every intervention, the last triennium first: what was consolidated, developed, begun or dropped from one to the next."""
    rows = (
        Intervention.objects.of(here)
        .select_related("continues", "direction", "triennium")
        .order_by("-triennium__first_year", "direction__position", "direction__code", "code")
    )
    return [{"row": row, "label": words.CONTINUITY.get(row.continuity)} for row in rows]


@public
def direction(request: HttpRequest, code: str) -> HttpResponse:
    here = shown_programme()
    row = get_object_or_404(Direction.objects.of(here), code=code)
    report = budget_report(BudgetLine.objects.of(here).filter(direction=row), today())
    trienniums = list(Triennium.objects.of(here))
    return render(
        request,
        "site/programme/direction.html",
        {
            "programme": here,
            "names": words.BALANCES,
            "direction": row,
            "ties": DirectionAction.objects.of(here).filter(direction=row).select_related("action"),
            "interventions": with_tie(_interventions(here).filter(direction=row)),
            "trienniums": trienniums,
            "money": money_rows(report.by(of_triennium), trienniums),
            "measures": ParallelMeasure.objects.of(here).filter(directions=row),
            "on": report.on,
        },
    )


@public
def sector(request: HttpRequest, code: str) -> HttpResponse:
    here = shown_programme()
    row = get_object_or_404(Sector.objects.of(here), code=code)
    on = today()
    trienniums = list(Triennium.objects.of(here))
    shares = of_sector(BudgetLine.objects.of(here), row, on)
    in_sector = Q(sectors=row) | Q(initiatives__sectors=row)
    return render(
        request,
        "site/programme/sector.html",
        {
            "programme": here,
            "names": words.BALANCES,
            "sector": row,
            "kind": words.SECTOR_KINDS[row.kind],
            "interventions": with_tie(_interventions(here).filter(in_sector).distinct()),
            "trienniums": trienniums,
            "money": money_rows(shares, trienniums, OF_SUBJECTS) if shares else [],
            "subjects": [
                {"count": share.subjects if share else 0, "mark": share.demonstration if share else ""}
                for share in (shares.get(each.pk) for each in trienniums)
            ],
            "on": on,
        },
    )


def _interventions(here: Programme) -> Any:
    initiatives = PlannedInitiative.objects.of(here).prefetch_related("sectors")
    return (
        Intervention.objects.of(here)
        .select_related("triennium", "direction", "lead_office")
        .prefetch_related("sectors", "offices", Prefetch("initiatives", queryset=initiatives))
        .order_by("-triennium__first_year", "direction__position", "code")
    )


def with_tie(interventions: Any) -> list[dict[str, Any]]:
    """Interventions with the words of their codes."""
    return [
        {
            "row": row,
            "tourism": words.TOURISM_TIES[row.tourism_tie],
            "continuity": words.CONTINUITY.get(row.continuity),
            "initiatives": [
                {
                    "row": each,
                    "kind": words.INITIATIVE_KINDS[each.kind],
                    "state": words.INITIATIVE_STATES[each.state],
                    "tone": {"done": "done", "under_way": "active", "planned": "waiting"}.get(each.state, "neutral"),
                }
                for each in row.initiatives.all()
            ],
        }
        for row in interventions
    ]


@public
def acts(request: HttpRequest) -> HttpResponse:
    here = shown_programme()
    rows = Act.objects.of(here).select_related("triennium", "amends", "replaces")
    return render(
        request,
        "site/programme/acts.html",
        {
            "programme": here,
            "names": words.BALANCES,
            "acts": [{"row": row, "role": words.ACT_ROLES[row.role]} for row in rows],
            "strategies": Strategy.objects.of(here).select_related("act"),
            "funds": Fund.objects.of(here).select_related("period"),
            "actions": Action.objects.of(here).select_related("fund__period", "parent"),
            "ties": DirectionAction.objects.of(here).select_related("direction", "action"),
            "measures": [
                {"row": row, "state": words.MEASURE_STATES[row.state]}
                for row in ParallelMeasure.objects.of(here).select_related("fund").prefetch_related("indicators")
            ],
        },
    )


@public
def indicators(request: HttpRequest) -> HttpResponse:
    here = shown_programme()
    rows = list(Indicator.objects.of(here).select_related("fund__period", "action").prefetch_related("figures"))
    counted = counted_indicators(rows)
    return render(
        request,
        "site/programme/indicators.html",
        {
            "programme": here,
            "names": words.BALANCES,
            "groups": [
                {
                    "label": label,
                    "rows": [
                        {
                            "row": row,
                            "kind": words.INDICATOR_KINDS[row.kind],
                            "counted": _counted(counted.get(row.pk)),
                            "counts_firms": row.counts not in ("", words.MATCHING),
                            "initiatives": [words.INITIATIVE_KINDS[kind] for kind in row.initiative_kinds],
                        }
                        for row in rows
                        if row.scope == scope
                    ],
                }
                for scope, label in words.INDICATOR_SCOPES.items()
            ],
        },
    )


def _counted(found: Counted | None) -> dict[str, Any] | None:
    """A count with its sizes in words, the smallest first; those of unknown size only in the whole."""
    if found is None:
        return None
    sizes = [(label, found.sizes[size]) for size, label in Enterprise.SIZES if size in found.sizes]
    return {
        "planned": found.planned,
        "achieved": found.achieved,
        "sizes": sizes,
        "on": today(),
        "demonstration": found.demonstration,
    }
