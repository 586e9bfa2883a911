"""Agreements in the desk's search."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.promotion.api import Agreement, states
from levante.web.desk.search.providers import Hit, Provider, titled


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = answering(Agreement.objects.visible_to(actor), text, "title_it", "title_en", "code", loose=loose)
    return [
        Hit(
            titled(row),
            reverse("desk:agreement", args=[row.code]),
            states.STATES[row.state].in_language(get_language()),
        )
        for row in rows.order_by("-likeness", "-signed_on", "code")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Agreements"), find, rank=45, page="desk:agreement")]
