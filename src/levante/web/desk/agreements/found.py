"""Agreements in the desk's search."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.promotion.api import list_agreements, states
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int) -> list[Hit]:
    language = get_language() or "it"
    return [
        Hit(
            row.title_en if language.startswith("en") else row.title_it,
            reverse("desk:agreement", args=[row.code]),
            states.STATES[row.state].in_language(language),
        )
        for row in list_agreements(actor, text=text.replace("\0", ""))[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Agreements"), find, rank=45)]
