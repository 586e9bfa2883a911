"""Initiatives in the desk's search."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.initiatives.api import Initiative, city_in, states
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.searching import Hit, Kind, in_language, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(Initiative.objects.visible_to(actor), text, "title_it", "title_en", "city", "code", loose=loose)
    return found.order_by("-likeness", "-starts_on", "code")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    when = f"{city_in(row.city, get_language() or 'it')} {row.starts_on[:4]}".strip()
    note = noted(when, states.STATES[row.state].in_language(get_language()))
    return Hit(row.title, reverse("desk:initiative", args=[row.code]), note)


PROVIDERS = [
    Kind(
        gettext_lazy("Initiatives"),
        rows,
        shown,
        told=lambda: {
            "code": F("code"),
            "state": F("state"),
            "city": F("city"),
            "starts_on": F("starts_on"),
            "title": in_language("title"),
        },
        rank=40,
        page="desk:initiative",
    )
]
