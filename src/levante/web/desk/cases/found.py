"""Requests in the desk's search."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.cases.api import list_cases, states
from levante.kernel.api import Actor
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int) -> list[Hit]:
    language = get_language()
    return [
        Hit(
            f"{case.number} · {case.subject}",
            reverse("desk:case", args=[case.pk]),
            f"{case.asked_by} · {states.STATES[case.state].in_language(language)}",
        )
        for case in list_cases(actor, text=text.replace("\0", ""))[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Requests"), find, rank=30)]
