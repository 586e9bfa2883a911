"""How far what was planned is: lines of the plan by direction, sector and year, initiatives by state, each count with its rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_words
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.programme.api import Action, BudgetLine, Movement, PlannedInitiative, Programme, Triennium, vocabulary
from levante.web.access import may_open

#: What the list of the plan can be narrowed by, and what it compares.
NARROWED = ("triennium", "direction", "action", "sector", "year", "exercise", "state")


@dataclass(frozen=True, slots=True)
class Ties:
    """Where the money of the lines of the plan is: the sub-actions of their budget lines, the exercises of its movements."""

    actions: dict[int, set[Action]]
    exercises: dict[int, set[int]]


def ties_of(rows: Iterable[PlannedInitiative], lines: QuerySet[BudgetLine]) -> Ties:
    """A budget line may be of one line of the plan, or of the whole intervention: then it is of each line of it. Two queries."""
    planned = list(rows)
    of_intervention: dict[int, list[int]] = defaultdict(list)
    for row in planned:
        of_intervention[row.intervention_id].append(row.pk)
    ours = Q(initiative__in=[row.pk for row in planned]) | Q(initiative=None, intervention__in=list(of_intervention))
    actions: dict[int, set[Action]] = defaultdict(set)
    mine: dict[int, list[int]] = {}
    for line in lines.filter(ours).select_related("action").order_by("pk"):
        mine[line.pk] = [line.initiative_id] if line.initiative_id else of_intervention[line.intervention_id]
        for pk in mine[line.pk]:
            if line.action is not None:
                actions[pk].add(line.action)
    moved = Movement.objects.filter(line__in=list(mine))
    exercises: dict[int, set[int]] = defaultdict(set)
    for line_id, exercise in moved.order_by("line", "exercise").values_list("line", "exercise").distinct():
        for pk in mine[line_id]:
            exercises[pk].add(exercise)
    return Ties(actions, exercises)


def lines_of_sectors(lines: QuerySet[BudgetLine]) -> dict[int, set[int]]:
    """The budget lines of each sector (primary keys): the sectors of what a line pays for, the intervention's when it has
    none of its own. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    asked = lines.order_by("pk").values_list("pk", "initiative__sectors", "intervention__sectors")
    rows = [*asked]
    own = {pk for pk, sector, _ in rows if sector is not None}
    for pk, sector, shared in rows:
        if sector is not None:
            found[sector].add(pk)
        elif shared is not None and pk not in own:
            found[shared].add(pk)
    return dict(found)


def chosen(
    rows: Iterable[PlannedInitiative], query: Mapping[str, str], lines: QuerySet[BudgetLine]
) -> list[PlannedInitiative]:
    """The lines of the plan that an address asks for."""
    wanted = {name: query.get(name, "") for name in NARROWED if query.get(name, "")}
    planned = list(rows)
    ties = ties_of(planned, lines) if {"action", "exercise"} & wanted.keys() else Ties({}, {})
    return [row for row in planned if all(value in _facts(row, ties)[name] for name, value in wanted.items())]


def plan_states(programme: Programme, triennium: Triennium | None, lines: QuerySet[BudgetLine]) -> dict[str, Any]:
    """Lines of the plan of a triennium by state: grouped by direction, sub-action, sector, year and exercise; the total
    counts each once. ``lines`` are the budget lines the actor sees."""
    planned: QuerySet[PlannedInitiative] = PlannedInitiative.objects.of(programme).filter(
        intervention__triennium=triennium
    )
    rows = list(
        planned.select_related("intervention__direction", "intervention__triennium").prefetch_related(
            "sectors", "intervention__sectors"
        )
    )
    ties = ties_of(rows, lines)
    base = {"triennium": triennium.code if triennium is not None else ""}
    groups = []
    for name, title, keys in (
        ("direction", gettext("By direction"), _directions),
        ("action", gettext("By sub-action of its money"), partial(_actions, ties)),
        ("sector", gettext("By sector"), _sectors),
        ("year", gettext("By year"), _years),
        ("exercise", gettext("By exercise of its money"), partial(_exercises, ties)),
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
    leads = may_open(actor, "desk:initiatives")
    return [
        {
            "state": label,
            "count": found[code]["count"],
            "cost": found[code]["cost"] or Decimal("0.00"),
            "url": f"{reverse('desk:initiatives')}?{urlencode({'state': code})}" if leads else "",
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


def _actions(ties: Ties, row: PlannedInitiative) -> list[tuple[Any, str, Bilingual | None]]:
    found = sorted(ties.actions.get(row.pk, ()), key=lambda action: action.code)
    return [(one.code, one.code, Bilingual(f"{one.code} {one.name_it}", f"{one.code} {one.name_en}")) for one in found]


def _exercises(ties: Ties, row: PlannedInitiative) -> list[tuple[Any, str, Bilingual | None]]:
    return [(year, str(year), None) for year in sorted(ties.exercises.get(row.pk, ()))]


def _facts(row: PlannedInitiative, ties: Ties) -> dict[str, set[str]]:
    return {
        "triennium": {row.intervention.triennium.code},
        "direction": {row.intervention.direction.code},
        "action": {code for _, code, _ in _actions(ties, row)},
        "exercise": {code for _, code, _ in _exercises(ties, row)},
        "sector": {code for _, code, _ in _sectors(row)},
        "year": {code for _, code, _ in _years(row)},
        "state": {row.state},
    }
