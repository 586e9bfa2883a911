"""Imports of the RNA in the desk's search: by the name of their file."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from levante.aid.api import RnaImport
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.searching import Hit, Kind
from levante.web.templatetags.levante import day_format


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(RnaImport.objects.all(), text, "file_name", loose=loose)
    return found.order_by("-likeness", "-id")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    day = date_format(localtime(datetime.fromisoformat(row.started_at)), day_format())
    return Hit(row.file_name, reverse("desk:aid_imports"), day)


PROVIDERS = [
    Kind(
        gettext_lazy("Imports of the RNA"),
        rows,
        shown,
        told=lambda: {"file_name": F("file_name"), "started_at": F("started_at")},
        rank=81,
        page="desk:aid_imports",
    )
]
