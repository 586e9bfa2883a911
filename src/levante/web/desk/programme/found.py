"""The programme in the desk's search: budget lines by name, code or chapter, and what stands on its public pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.programme.api import BudgetLine
from levante.web.desk.search.providers import Hit, Provider
from levante.web.site.programme.found import search_programme, words


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    seen = BudgetLine.objects.visible_to(actor)
    rows = answering(seen, text, "name_it", "name_en", "code", "chapter", loose=loose)
    return [
        Hit(
            words(row, "name"),
            reverse("desk:programme_line", args=[row.pk]),
            " · ".join(filter(None, [row.code, str(row.year or ""), row.chapter])),
        )
        for row in rows.order_by("-likeness", "-year", "code")[:limit]
    ]


def find_public(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """Each under the name of its own kind: one query says which kinds answer, so that ten of them do not cost ten."""
    return [
        Hit(*shown, kind=str(label)) for label, rows in search_programme(text, limit, loose=loose) for shown in rows
    ]


PROVIDERS = [
    Provider(gettext_lazy("Budget lines"), find, rank=65, page="desk:programme_line"),
    Provider(gettext_lazy("The programme"), find_public, rank=66),
]
