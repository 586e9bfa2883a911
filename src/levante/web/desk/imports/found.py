"""Imports of the business register in the desk's search: by the name of their file."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import ImportRun, answering
from levante.web.searching import Hit, Kind, noted
from levante.web.templatetags.levante import day_format


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(ImportRun.objects.all(), text, "file_name", loose=loose)
    return found.order_by("-likeness", "-id")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    day = date_format(localtime(datetime.fromisoformat(row.requested_at)), day_format())
    return Hit(row.file_name, reverse("desk:import", args=[row.pk]), noted(day, str(dict(ImportRun.STATES)[row.state])))


PROVIDERS = [
    Kind(
        gettext_lazy("Imports of the business register"),
        rows,
        shown,
        told=lambda: {"file_name": F("file_name"), "requested_at": F("requested_at"), "state": F("state")},
        rank=80,
        page="desk:import",
    )
]
