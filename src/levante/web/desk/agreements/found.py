"""Agreements in the desk's search."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.promotion.api import Agreement, states
from levante.web.searching import Hit, Kind, in_language


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(Agreement.objects.visible_to(actor), text, "title_it", "title_en", "code", loose=loose)
    return found.order_by("-likeness", "-signed_on", "code")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    note = states.STATES[row.state].in_language(get_language())
    return Hit(row.title, reverse("desk:agreement", args=[row.code]), note)


PROVIDERS = [
    Kind(
        gettext_lazy("Agreements"),
        rows,
        shown,
        told=lambda: {"code": F("code"), "state": F("state"), "title": in_language("title")},
        rank=45,
        page="desk:agreement",
    )
]
