"""Letters in the desk's search: by their numbers, by words of their subject."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.letters.api import KINDS, Letter
from levante.parties.api import answering
from levante.register.pure.numbers import quoted
from levante.web.searching import Hit, Kind, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    number = quoted(text)
    seen = Letter.objects.visible_to(actor)
    if number is None and "/" not in text:
        found = answering(seen, text, "subject", loose=loose)
        return found.order_by("-likeness", "-pk")  # type: ignore[no-any-return]
    wanted = Q(protocol_number=text.strip().upper())
    if number is not None:
        wanted |= Q(register_number__in=number.written("letter.written"))
    return seen.filter(wanted).order_by("-pk")


def shown(actor: Actor, row: Letter) -> Hit:
    language, firm = get_language() or "it", row.enterprise.name
    return Hit(
        f"{row} · {row.subject or firm}",
        reverse("desk:letter", args=[row.pk]),
        noted(firm, KINDS[row.kind].label.in_language(language), row.state_label.in_language(language)),
    )


PROVIDERS = [
    Kind(
        gettext_lazy("Letters"),
        rows,
        shown,
        whole=lambda: Letter.objects.select_related("enterprise").defer("body", "courtesy_body"),
        rank=27,
        page="desk:letter",
    )
]
