"""Entries of the register in the desk's search: by the number that a receipt bears, zeros or not."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.kernel.api import Actor
from levante.register.api import entries_numbered, may_read_register
from levante.register.pure.commitment import number_text
from levante.web.desk.search.providers import Hit, Provider, number_in


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    number = number_in(text)
    if number is None or not may_read_register(actor):
        return []
    return [
        Hit(
            f"{row.number} · {row.log.name}",
            reverse("desk:register_entry", args=[row.log.name, row.sequence]),
            row.kind,
        )
        for row in entries_numbered(number_text(*number))[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Entries of the register"), find, rank=28, page="desk:register_entry")]
