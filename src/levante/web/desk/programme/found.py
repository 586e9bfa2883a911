"""The programme in the desk's search: its acts, its budget lines, and what stands on its public pages."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.programme.api import Act, BudgetLine
from levante.web.access import may_open
from levante.web.searching import Hit, Kind, address, in_language, noted
from levante.web.site.programme.found import KINDS, words
from levante.web.site.programme.found import acts as public_acts


def lines(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    seen = BudgetLine.objects.visible_to(actor)
    found = answering(seen, text, "name_it", "name_en", "code", "chapter", loose=loose)
    return found.order_by("-likeness", "-year", "code")  # type: ignore[no-any-return]


def line_shown(actor: Actor, row: Any) -> Hit:
    note = noted(row.code, str(row.year or ""), row.chapter)
    return Hit(row.name, reverse("desk:programme_line", args=[row.pk]), note)


def acts(actor: Actor, text: str, loose: bool) -> "QuerySet[Any] | None":
    """Those of the programme, which are public, and are here for who works in an office."""
    return public_acts(actor, text, loose) if actor.has_role(*roles.EVERY_ROLE) else None


def act_shown(actor: Actor, row: Act) -> Hit:
    listed = reverse("desk:programme_data", args=["acts"]) if may_open(actor, "desk:programme_data") else ""
    return Hit(words(row, "name"), address("desk:act", row.pk) or listed, words(row, "title"))


PROVIDERS = [
    Kind(
        gettext_lazy("Budget lines"),
        lines,
        line_shown,
        told=lambda: {"code": F("code"), "year": F("year"), "chapter": F("chapter"), "name": in_language("name")},
        rank=65,
        page="desk:programme_line",
    ),
    *KINDS,
    Kind(gettext_lazy("Acts"), acts, act_shown, whole=Act.objects.all, rank=70),
]
