"""Applications in the desk's search: by number, by protocol number, by the name of the enterprise."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.applications.api import STATES, Application, numbers_of
from levante.kernel.api import Actor
from levante.parties.api import Enterprise
from levante.register.pure.numbers import quoted
from levante.web.searching import Hit, Kind, in_language, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    seen = Application.objects.visible_to(actor).filter(number__isnull=False)
    number = quoted(text)
    if number is not None:
        found = seen.filter(number__in=numbers_of(number))
    elif "/" in text:
        found = seen.filter(protocol_number__iexact=text)
    else:
        # The names of enterprises are searched among all; whose application may be seen is said by the application.
        found = seen.filter(enterprise__in=Enterprise.objects.search(text, loose=loose).values("pk"))
    return found.order_by("-submitted_at", "-pk")


def shown(actor: Actor, row: Any) -> Hit:
    return Hit(
        f"{row.number} · {row.enterprise}",
        reverse("desk:application", args=[row.pk]),
        noted(row.call, STATES[row.state].in_language(get_language())),
    )


PROVIDERS = [
    Kind(
        gettext_lazy("Applications"),
        rows,
        shown,
        told=lambda: {
            "number": F("number"),
            "enterprise": F("enterprise__name"),
            "call": in_language("opening__call__title"),
            "state": F("state"),
        },
        rank=25,
        page="desk:application",
    )
]
