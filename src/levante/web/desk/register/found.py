"""Entries of the register in the desk's search: by the number that a receipt bears, zeros or not."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.register.api import entries_numbered, kind_in_words, log_in_words, may_read_register
from levante.register.pure.numbers import quoted
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    number = quoted(text)
    if number is None or not may_read_register(actor):
        return []
    return [
        Hit(
            f"{row.public_number} · {log_in_words(row.log.name, get_language())}",
            reverse("desk:register_entry", args=[row.log.name, row.sequence]),
            kind_in_words(row.kind, get_language()),
        )
        for row in entries_numbered(number)[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Entries of the register"), find, rank=28, page="desk:register_entry")]
