"""People in the desk's search: by name, address of mail, tax code."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import Person
from levante.web.searching import Hit, Kind


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    seen = Person.objects.filter(pk__in=Person.objects.visible_to(actor).values("pk"))
    order = ("-likeness",) if loose else ("family_name", "given_name")
    return seen.search(text, loose=loose).order_by(*order, "id")


def shown(actor: Actor, row: Any) -> Hit:
    return Hit(f"{row.given} {row.family}".strip(), reverse("desk:person", args=[row.pk]), row.email)


PROVIDERS = [
    Kind(
        gettext_lazy("People"),
        rows,
        shown,
        told=lambda: {"given": F("given_name"), "family": F("family_name"), "email": F("email")},
        rank=20,
        page="desk:person",
    )
]
