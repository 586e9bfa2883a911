"""Initiatives in the desk's search."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.initiatives.api import Initiative, states
from levante.kernel.api import Actor
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int) -> list[Hit]:
    language = get_language() or "it"
    words = Q()
    for word in text.replace("\0", "").split():
        words &= Q(title_it__icontains=word) | Q(title_en__icontains=word) | Q(city__icontains=word)
    rows = Initiative.objects.visible_to(actor).filter(words).order_by("-starts_on", "code")
    return [
        Hit(
            row.title_en if language.startswith("en") else row.title_it,
            reverse("desk:initiative", args=[row.code]),
            f"{row.city} {row.starts_on.year} · {states.STATES[row.state].in_language(language)}",
        )
        for row in rows[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Initiatives"), find, rank=40)]
