"""Entries of the register in the desk's search: by the number that a receipt bears, zeros or not."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.register.api import Entry, entries_numbered, kind_in_words, log_in_words, may_read_register
from levante.register.pure.numbers import quoted
from levante.web.searching import Hit, Kind


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any] | None":
    """One a log at most: which ones is asked at once, when the text is a number, and only then."""
    number = quoted(text)
    if number is None or loose or not may_read_register(actor):
        return None
    return Entry.objects.filter(pk__in=[row.pk for row in entries_numbered(number)]).order_by("log__name")


def shown(actor: Actor, row: Entry) -> Hit:
    return Hit(
        f"{row.public_number} · {log_in_words(row.log.name, get_language())}",
        reverse("desk:register_entry", args=[row.log.name, row.sequence]),
        kind_in_words(row.kind, get_language()),
    )


PROVIDERS = [
    Kind(
        gettext_lazy("Entries of the register"),
        rows,
        shown,
        whole=lambda: Entry.objects.select_related("log").defer("content", "salt"),
        rank=28,
        page="desk:register_entry",
    )
]
