"""Calls in the desk's search, by title or code; the page of a call is the public one, once it is published."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.calls.api import Call
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.searching import Hit, Kind, in_language


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(Call.objects.visible_to(actor), text, "title_it", "title_en", "code", loose=loose)
    return found.order_by("-likeness", "-pk")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    return Hit(row.title, reverse("site:call", args=[row.code]) if row.public else "", row.code)


PROVIDERS = [
    Kind(
        gettext_lazy("Calls"),
        rows,
        shown,
        told=lambda: {
            "code": F("code"),
            "title": in_language("title"),
            "public": Exists(Call.objects.public().filter(pk=OuterRef("pk"))),
        },
        rank=35,
    )
]
