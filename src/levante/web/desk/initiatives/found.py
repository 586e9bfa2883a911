"""Initiatives in the desk's search."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.initiatives.api import Initiative, states
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.desk.search.providers import Hit, Provider, titled


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    rows = answering(Initiative.objects.visible_to(actor), text, "title_it", "title_en", "city", "code", loose=loose)
    return [
        Hit(
            titled(row),
            reverse("desk:initiative", args=[row.code]),
            f"{row.city} {row.starts_on.year} · {states.STATES[row.state].in_language(get_language())}",
        )
        for row in rows.order_by("-likeness", "-starts_on", "code")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Initiatives"), find, rank=40, page="desk:initiative")]
