"""Opportunities offered to investors in the desk's search."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.investment.api import Opportunity, states
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.searching import Hit, Kind, in_language


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(Opportunity.objects.visible_to(actor), text, "title_it", "title_en", "code", loose=loose)
    return found.order_by("-likeness", "code")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    note = states.STATES[row.state].in_language(get_language())
    return Hit(row.title, reverse("desk:opportunity_offered", args=[row.code]), note)


PROVIDERS = [
    Kind(
        gettext_lazy("Opportunities to invest"),
        rows,
        shown,
        told=lambda: {"code": F("code"), "state": F("state"), "title": in_language("title")},
        rank=47,
        page="desk:opportunity_offered",
    )
]
