"""What stands on the public pages of the programme, found by words: bodies, actions, funds, measures, indicators, strategies,
and directions, sectors, interventions and what is planned. Both searches ask here, the public one and that of the desk.

Each kind: one query; every row is public. Each leads to the very row of the page where it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, Value
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.identity.api import Office
from levante.parties.api import answering
from levante.programme.api import (
    Action,
    Direction,
    Fund,
    Indicator,
    Intervention,
    ParallelMeasure,
    PlannedInitiative,
    Sector,
    Strategy,
)

NAMES = ("name_it", "name_en", "code")
TITLES = ("title_it", "title_en", "code")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: its name for the list, its rows in order, the columns that hold its words, what is shown of a row
    (title, address, note), and the beginnings of the words that call it: who writes them alone is shown all of the kind."""

    label: str
    rows: Callable[[], "QuerySet[Any]"]
    columns: tuple[str, ...]
    shown: Callable[[Any], tuple[str, str, str]]
    called: tuple[str, ...] = ()

    def answering(self, text: str, loose: bool) -> "QuerySet[Any]":
        rows, told = self.rows(), self._without_its_name(text)
        if not told and self.called:
            return rows
        found: QuerySet[Any] = answering(rows, told, *self.columns, loose=loose)
        return found.order_by("-likeness", *rows.query.order_by)

    def find(self, text: str, limit: int, loose: bool) -> list[tuple[str, str, str]]:
        """Title, address, note of each row. One query."""
        return [self.shown(row) for row in self.answering(text, loose)[:limit]]

    def _without_its_name(self, text: str) -> str:
        """``RCO01`` of ``indicatore RCO01``; nothing is left of ``misure parallele``."""
        return (
            " ".join(word for word in text.split() if not word.lower().startswith(self.called)) if self.called else text
        )


def words(row: Any, field: str) -> str:
    """A field that is written in both languages, in that of the page."""
    english = (get_language() or "it").startswith("en")
    return str((english and getattr(row, f"{field}_en")) or getattr(row, f"{field}_it"))


def _on(page: str, place: str) -> str:
    return f"{reverse(page)}#{place}"


def _body(row: Office) -> tuple[str, str, str]:
    return (
        words(row, "name"),
        _on("site:programme", f"body-{row.code}"),
        words(row.parent, "name") if row.parent else "",
    )


def _direction(row: Direction) -> tuple[str, str, str]:
    return f"{row.code}. {words(row, 'name')}", reverse("site:programme_direction", args=[row.code]), ""


def _sector(row: Sector) -> tuple[str, str, str]:
    return words(row, "name"), reverse("site:programme_sector", args=[row.code]), ""


def _intervention(row: Intervention) -> tuple[str, str, str]:
    note = f"{row.triennium.code} · {words(row.direction, 'name')}"
    return words(row, "title"), reverse("site:programme_direction", args=[row.direction.code]), note


def _planned(row: PlannedInitiative) -> tuple[str, str, str]:
    note = " · ".join(filter(None, [row.place, words(row.intervention, "title")]))
    return words(row, "title"), reverse("site:programme_direction", args=[row.intervention.direction.code]), note


def _action(row: Action) -> tuple[str, str, str]:
    return words(row, "name"), _on("site:programme_acts", f"action-{row.code}"), words(row.fund, "name")


def _fund(row: Fund) -> tuple[str, str, str]:
    return words(row, "name"), _on("site:programme_acts", "actions"), words(row.period, "name") if row.period else ""


def _measure(row: ParallelMeasure) -> tuple[str, str, str]:
    return words(row, "name"), _on("site:programme_acts", f"measure-{row.code}"), words(row.fund, "name")


def _indicator(row: Indicator) -> tuple[str, str, str]:
    note = words(row.fund, "name") if row.fund else ""
    return f"{row.number} · {words(row, 'name')}", _on("site:programme_indicators", row.code), note


def _strategy(row: Strategy) -> tuple[str, str, str]:
    return words(row, "name"), _on("site:programme_acts", f"strategy-{row.code}"), ""


KINDS = (
    Kind(
        gettext_lazy("Directions of the programme"),
        lambda: Direction.objects.order_by("position", "code"),
        NAMES,
        _direction,
    ),
    Kind(gettext_lazy("Sectors"), lambda: Sector.objects.order_by("code"), NAMES, _sector),
    Kind(
        gettext_lazy("Interventions"),
        lambda: Intervention.objects.select_related("direction", "triennium").order_by("code"),
        TITLES,
        _intervention,
    ),
    Kind(
        gettext_lazy("Initiatives in the plan"),
        lambda: PlannedInitiative.objects.select_related("intervention__direction").order_by("code"),
        ("title_it", "title_en", "place", "code"),
        _planned,
    ),
    Kind(
        gettext_lazy("Bodies and offices"), lambda: Office.objects.select_related("parent").order_by("pk"), NAMES, _body
    ),
    Kind(
        gettext_lazy("Actions"),
        lambda: Action.objects.select_related("fund").order_by("code"),
        NAMES,
        _action,
        ("azion", "action", "sub-azion", "sub-action"),
    ),
    Kind(gettext_lazy("Funds"), lambda: Fund.objects.select_related("period").order_by("code"), NAMES, _fund),
    Kind(
        gettext_lazy("Parallel measures"),
        lambda: ParallelMeasure.objects.select_related("fund").order_by("code"),
        ("name_it", "name_en", "summary_it", "summary_en", "code"),
        _measure,
        ("misur", "measure", "parallel"),
    ),
    Kind(
        gettext_lazy("Indicators"),
        lambda: Indicator.objects.select_related("fund").order_by("number", "since", "code"),
        ("number", "name_it", "name_en", "code"),
        _indicator,
        ("indicator", "indicatore", "indicatori"),
    ),
    Kind(gettext_lazy("Strategies"), lambda: Strategy.objects.order_by("code"), NAMES, _strategy),
)


def search_programme(text: str, limit: int, *, loose: bool) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Kind by kind, those that answer: one query to know which, and one for each of them."""
    asked = [
        kind.answering(text, loose)
        .order_by()
        .annotate(answering=Value(place, IntegerField()))
        .values_list("answering", flat=True)
        for place, kind in enumerate(KINDS)
    ]
    which = set(asked[0].union(*asked[1:]))
    return [(kind.label, kind.find(text, limit, loose)) for place, kind in enumerate(KINDS) if place in which]
