"""Enterprises, production districts and supply chains in the desk's search."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import Enterprise, ProductionDistrict, SupplyChain, answering, with_place
from levante.web.searching import Hit, Kind, in_language, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    return Enterprise.objects.visible_to(actor).search(text, loose=loose).order_by("rank", "search_name", "id")


def shown(actor: Actor, row: Any) -> Hit:
    note = noted(row.tax_code, row.comune_name, str(row.get_status_display()))
    return Hit(row.name, reverse("desk:enterprise", args=[row.pk]), note)


def districts(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(ProductionDistrict.objects.all(), text, "name_it", "name_en", "code", loose=loose)
    return found.order_by("-likeness", "code")  # type: ignore[no-any-return]


def district_shown(actor: Actor, row: Any) -> Hit:
    """It leads to the enterprises that belong to it."""
    page = f"{reverse('desk:enterprises')}?{urlencode({'district': row.code})}"
    return Hit(row.name, page, noted(row.code, row.act))


def chains(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(SupplyChain.objects.all(), text, "name_it", "name_en", "code", loose=loose)
    return found.order_by("-likeness", "code")  # type: ignore[no-any-return]


def chain_shown(actor: Actor, row: Any) -> Hit:
    """It has no page of its own: its name, code and act of recognition."""
    return Hit(row.name, "", noted(row.code, row.act))


def _named() -> dict[str, Any]:
    return {"code": F("code"), "act": F("act"), "name": in_language("name")}


PROVIDERS = [
    Kind(
        gettext_lazy("Enterprises"),
        rows,
        shown,
        whole=lambda: with_place(Enterprise.objects.all()),
        rank=10,
        page="desk:enterprise",
    ),
    Kind(
        gettext_lazy("Production districts"), districts, district_shown, told=_named, rank=48, page="desk:enterprises"
    ),
    Kind(gettext_lazy("Supply chains"), chains, chain_shown, told=_named, rank=49, page="desk:enterprises"),
]
