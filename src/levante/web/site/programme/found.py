"""What stands on the public pages of the programme, found by words: bodies, actions, funds, measures, indicators, strategies,
and directions, sectors, interventions and what is planned. Every search asks here, the public one and those of the areas.

Every row is public. Each leads to the very row of the page where it stands.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.identity.api import Office
from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.parties.api import answering
from levante.programme.api import (
    Act,
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
from levante.web.searching import Hit, Kind, in_language, noted

NAMES = ("name_it", "name_en", "code")
TITLES = ("title_it", "title_en", "code")
#: Where the programme stands among the kinds of the desk.
RANK = 66


def words(row: Any, field: str) -> str:
    """A field that is written in both languages, in that of the page."""
    english = reads_english(get_language())
    return str((english and getattr(row, f"{field}_en")) or getattr(row, f"{field}_it"))


def _kind(
    label: Any,
    model: Any,
    columns: tuple[str, ...],
    order: tuple[str, ...],
    told: dict[str, str],
    shown: Callable[[Any], Hit],
    called: tuple[str, ...] = (),
) -> Kind:
    """A kind of the programme. ``columns`` hold its words; of ``told``, a field that is written in two languages bears
    ``name`` or ``title`` at its end. ``called`` are the beginnings of the words that call the kind: who writes them alone is
    shown all of it, and ``RCO01`` is what is left to look for of ``indicatore RCO01``."""

    def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
        left = text
        if called:
            left = " ".join(word for word in text.split() if not word.lower().startswith(called))
            if not left:
                return model.objects.order_by(*order)  # type: ignore[no-any-return]
        found = answering(model.objects.all(), left, *columns, loose=loose)
        return found.order_by("-likeness", *order)  # type: ignore[no-any-return]

    def fields() -> dict[str, Any]:
        return {name: in_language(path) if path.endswith(("name", "title")) else F(path) for name, path in told.items()}

    return Kind(label, rows, lambda actor, row: shown(row), told=fields, rank=RANK)


#: What people write before the number of an act.
_ACT = frozenset({"dgr", "delibera", "deliberazione", "determina", "determinazione", "atto", "act", "n", "n.", "no."})


def acts(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """Acts by number, title or code; the word for what an act is (``DGR 1217``) is no part of its number."""
    left = " ".join(word for word in text.split() if word.lower() not in _ACT) or text
    found = answering(Act.objects.all(), left, "title_it", "title_en", "number", "code", loose=loose)
    return found.order_by("-likeness", "-adopted_on", "id")  # type: ignore[no-any-return]


def _on(page: str, place: str) -> str:
    return f"{reverse(page)}#{place}"


def _direction_page(code: str) -> str:
    return reverse("site:programme_direction", args=[code])


KINDS = (
    _kind(
        gettext_lazy("Directions of the programme"),
        Direction,
        NAMES,
        ("position", "code"),
        {"code": "code", "name": "name"},
        lambda row: Hit(f"{row.code}. {row.name}", _direction_page(row.code)),
    ),
    _kind(
        gettext_lazy("Sectors"),
        Sector,
        NAMES,
        ("code",),
        {"code": "code", "name": "name"},
        lambda row: Hit(row.name, reverse("site:programme_sector", args=[row.code])),
    ),
    _kind(
        gettext_lazy("Interventions"),
        Intervention,
        TITLES,
        ("code",),
        {"title": "title", "direction": "direction__code", "of": "direction__name", "triennium": "triennium__code"},
        lambda row: Hit(row.title, _direction_page(row.direction), noted(row.triennium, row.of)),
    ),
    _kind(
        gettext_lazy("Initiatives in the plan"),
        PlannedInitiative,
        ("title_it", "title_en", "place", "code"),
        ("code",),
        {
            "title": "title",
            "place": "place",
            "direction": "intervention__direction__code",
            "of": "intervention__title",
        },
        lambda row: Hit(row.title, _direction_page(row.direction), noted(row.place, row.of)),
    ),
    _kind(
        gettext_lazy("Bodies and offices"),
        Office,
        NAMES,
        ("pk",),
        {"code": "code", "name": "name", "of": "parent__name"},
        lambda row: Hit(row.name, _on("site:programme", f"body-{row.code}"), noted(row.of)),
    ),
    _kind(
        gettext_lazy("Actions"),
        Action,
        NAMES,
        ("code",),
        {"code": "code", "name": "name", "of": "fund__name"},
        lambda row: Hit(row.name, _on("site:programme_acts", f"action-{row.code}"), row.of),
        ("azion", "action", "sub-azion", "sub-action"),
    ),
    _kind(
        gettext_lazy("Funds"),
        Fund,
        NAMES,
        ("code",),
        {"name": "name", "of": "period__name"},
        lambda row: Hit(row.name, _on("site:programme_acts", "actions"), noted(row.of)),
    ),
    _kind(
        gettext_lazy("Parallel measures"),
        ParallelMeasure,
        ("name_it", "name_en", "summary_it", "summary_en", "code"),
        ("code",),
        {"code": "code", "name": "name", "of": "fund__name"},
        lambda row: Hit(row.name, _on("site:programme_acts", f"measure-{row.code}"), noted(row.of)),
        ("misur", "measure", "parallel"),
    ),
    _kind(
        gettext_lazy("Indicators"),
        Indicator,
        ("number", "name_it", "name_en", "code"),
        ("number", "since", "code"),
        {"code": "code", "number": "number", "name": "name", "of": "fund__name"},
        lambda row: Hit(f"{row.number} · {row.name}", _on("site:programme_indicators", row.code), noted(row.of)),
        ("indicator", "indicatore", "indicatori"),
    ),
    _kind(
        gettext_lazy("Strategies"),
        Strategy,
        NAMES,
        ("code",),
        {"code": "code", "name": "name"},
        lambda row: Hit(row.name, _on("site:programme_acts", f"strategy-{row.code}")),
    ),
)
