"""How far what was planned is: lines of the plan by direction, sector and year, initiatives by state, each count with its rows."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_words
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.programme.api import PlannedInitiative, Programme, Triennium, vocabulary

#: What the list of the plan can be narrowed by, and what it compares.
NARROWED = ("triennium", "direction", "sector", "year", "state")


def chosen(rows: Iterable[PlannedInitiative], query: Mapping[str, str]) -> list[PlannedInitiative]:
    """The lines of the plan that an address asks for."""
    wanted = {name: query.get(name, "") for name in NARROWED if query.get(name, "")}
    return [row for row in rows if all(value in _facts(row)[name] for name, value in wanted.items())]


def plan_states(programme: Programme, triennium: Triennium | None) -> dict[str, Any]:
    """Lines of the plan of a triennium by state: grouped by direction, by sector, by year; the total counts each once."""
    lines: QuerySet[PlannedInitiative] = PlannedInitiative.objects.of(programme).filter(
        intervention__triennium=triennium
    )
    rows = list(
        lines.select_related("intervention__direction", "intervention__triennium").prefetch_related(
            "sectors", "intervention__sectors"
        )
    )
    base = {"triennium": triennium.code if triennium is not None else ""}
    groups = []
    for name, title, keys in (
        ("direction", gettext("By direction"), _directions),
        ("sector", gettext("By sector"), _sectors),
        ("year", gettext("By year"), _years),
    ):
        found: dict[str, tuple[Any, Bilingual | None, list[PlannedInitiative]]] = {}
        for row in rows:
            for order, code, text in keys(row):
                found.setdefault(code, (order, text, []))[2].append(row)
        told = [
            {"text": text, "plain": code, "cells": _cells(inside, base | {name: code})}
            for code, (_, text, inside) in sorted(found.items(), key=lambda item: item[1][0])
        ]
        if told:
            groups.append({"title": title, "rows": told})
    heads = list(vocabulary.INITIATIVE_STATES.values())
    return {"heads": heads, "groups": groups, "total": _cells(rows, base)}


def initiative_states(actor: Actor) -> list[dict[str, Any]]:
    """The initiatives the actor sees, by state, with what they cost. One query."""
    counted = (
        Initiative.objects.visible_to(actor).order_by().values("state").annotate(count=Count("pk"), cost=Sum("cost"))
    )
    found = {row["state"]: row for row in counted}
    return [
        {
            "state": label,
            "count": found[code]["count"],
            "cost": found[code]["cost"] or Decimal("0.00"),
            "url": f"{reverse('desk:initiatives')}?{urlencode({'state': code})}",
        }
        for code, label in initiative_words.STATES.items()
        if code in found
    ]


def _cells(rows: list[PlannedInitiative], query: dict[str, str]) -> list[tuple[int, str]]:
    """How many in each state and in all, each with the address of its rows."""
    address = reverse("desk:programme_data", args=["initiatives"])
    counts = [
        (sum(row.state == code for row in rows), f"{address}?{urlencode(query | {'state': code})}")
        for code in vocabulary.INITIATIVE_STATES
    ]
    return [*counts, (len(rows), f"{address}?{urlencode(query)}")]


Keys = Callable[[PlannedInitiative], list[tuple[Any, str, Bilingual | None]]]


def _directions(row: PlannedInitiative) -> list[tuple[Any, str, Bilingual | None]]:
    one = row.intervention.direction
    return [(one.position, one.code, Bilingual(f"{one.code}. {one.name_it}", f"{one.code}. {one.name_en}"))]


def _sectors(row: PlannedInitiative) -> list[tuple[Any, str, Bilingual | None]]:
    own = list(row.sectors.all()) or list(row.intervention.sectors.all())
    return [(one.position, one.code, Bilingual(one.name_it, one.name_en)) for one in own]


def _years(row: PlannedInitiative) -> list[tuple[Any, str, Bilingual | None]]:
    return [(row.starts_on.year, str(row.starts_on.year), None)] if row.starts_on is not None else []


def _facts(row: PlannedInitiative) -> dict[str, set[str]]:
    return {
        "triennium": {row.intervention.triennium.code},
        "direction": {row.intervention.direction.code},
        "sector": {code for _, code, _ in _sectors(row)},
        "year": {code for _, code, _ in _years(row)},
        "state": {row.state},
    }
