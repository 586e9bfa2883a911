"""Buyers, investors and institutions in the desk's search: a kind each."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from levante.kernel.api import Actor
from levante.web.desk.counterparts.kinds import KINDS
from levante.web.desk.counterparts.kinds import Kind as Counterpart
from levante.web.searching import Hit, Kind, in_language


def _found(kind: Counterpart) -> Kind:
    page = f"desk:{kind.code}"

    def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
        seen = kind.model.objects.visible_to(actor).search(text, loose=loose)
        return seen.order_by("-likeness", "search_name", "id")

    def shown(actor: Actor, row: Any) -> Hit:
        return Hit(row.name, reverse(page, args=[row.pk]), row.country)

    def told() -> dict[str, Any]:
        return {"name": F("name"), "country": in_language("country__name")}

    return Kind(kind.many, rows, shown, told=told, rank=60, page=page)


PROVIDERS = [_found(kind) for kind in KINDS.values()]
