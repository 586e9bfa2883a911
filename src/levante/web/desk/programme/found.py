"""The programme in the desk's search: budget lines by name, code or chapter, and what is public: directions, sectors,
interventions and what is planned in them."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.programme.api import BudgetLine, Direction, Intervention, PlannedInitiative, Sector
from levante.web.desk.search.providers import Hit, Provider, titled


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    seen = BudgetLine.objects.visible_to(actor)
    rows = answering(seen, text, "name_it", "name_en", "code", "chapter", loose=loose)
    name = "name_en" if (get_language() or "it").startswith("en") else "name_it"
    return [
        Hit(
            getattr(row, name),
            reverse("desk:programme_line", args=[row.pk]),
            " · ".join(filter(None, [row.code, str(row.year or ""), row.chapter])),
        )
        for row in rows.order_by("-likeness", "-year", "code")[:limit]
    ]


def find_directions(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = answering(Direction.objects.all(), text, "name_it", "name_en", "code", loose=loose)
    return [
        Hit(f"{row.code}. {_named(row)}", reverse("site:programme_direction", args=[row.code]))
        for row in rows.order_by("-likeness", "position", "code")[:limit]
    ]


def find_sectors(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = answering(Sector.objects.all(), text, "name_it", "name_en", "code", loose=loose)
    return [
        Hit(_named(row), reverse("site:programme_sector", args=[row.code]))
        for row in rows.order_by("-likeness", "code")[:limit]
    ]


def find_interventions(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """Each leads to its direction, whose page tells it."""
    rows = answering(Intervention.objects.all(), text, "title_it", "title_en", "code", loose=loose)
    return [
        Hit(
            titled(row),
            reverse("site:programme_direction", args=[row.direction.code]),
            f"{row.triennium.code} · {_named(row.direction)}",
        )
        for row in rows.select_related("direction", "triennium").order_by("-likeness", "code")[:limit]
    ]


def find_planned(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = answering(PlannedInitiative.objects.all(), text, "title_it", "title_en", "place", "code", loose=loose)
    return [
        Hit(
            titled(row),
            reverse("site:programme_direction", args=[row.intervention.direction.code]),
            " · ".join(filter(None, [row.place, titled(row.intervention)])),
        )
        for row in rows.select_related("intervention__direction").order_by("-likeness", "code")[:limit]
    ]


def _named(row: Direction | Sector) -> str:
    return row.name_en if (get_language() or "it").startswith("en") else row.name_it


PROVIDERS = [
    Provider(gettext_lazy("Budget lines"), find, rank=65, page="desk:programme_line"),
    Provider(gettext_lazy("Directions of the programme"), find_directions, rank=66),
    Provider(gettext_lazy("Sectors"), find_sectors, rank=67),
    Provider(gettext_lazy("Interventions"), find_interventions, rank=68),
    Provider(gettext_lazy("Initiatives in the plan"), find_planned, rank=69),
]
