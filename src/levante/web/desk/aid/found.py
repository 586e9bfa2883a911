"""Imports of the RNA in the desk's search: by the name of their file."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from levante.aid.api import RnaImport
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.desk.search.providers import Hit, Provider
from levante.web.templatetags.levante import day_format


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = answering(RnaImport.objects.all(), text, "file_name", loose=loose)
    return [
        Hit(row.file_name, reverse("desk:aid_imports"), date_format(localtime(row.started_at), day_format()))
        for row in rows.order_by("-likeness", "-id")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Imports of the RNA"), find, rank=81, page="desk:aid_imports")]
