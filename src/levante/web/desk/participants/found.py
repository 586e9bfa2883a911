"""Rankings of participants in the desk's search: by their initiative."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.participations.api import Selection
from levante.parties.api import answering
from levante.web.desk.participants.selections import phase_of
from levante.web.searching import Hit, Kind, in_language, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    named = answering(Initiative.objects.visible_to(actor), text, "title_it", "title_en", "city", "code", loose=loose)
    seen = Selection.objects.visible_to(actor).filter(initiative__in=named.order_by().values("pk"))
    return seen.order_by("-initiative__starts_on", "pk")


def shown(actor: Actor, row: Any) -> Hit:
    return Hit(row.title, reverse("desk:places", args=[row.code]), noted(row.starts_on[:4], phase_of(row.decided_at)))


PROVIDERS = [
    Kind(
        gettext_lazy("Rankings of participants"),
        rows,
        shown,
        told=lambda: {
            "code": F("initiative__code"),
            "starts_on": F("initiative__starts_on"),
            "decided_at": F("decided_at"),
            "title": in_language("initiative__title"),
        },
        rank=41,
        page="desk:places",
    )
]
