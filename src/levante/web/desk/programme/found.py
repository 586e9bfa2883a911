"""Budget lines in the desk's search: by name, code or chapter."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.programme.api import BudgetLine
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    seen = BudgetLine.objects.visible_to(actor)
    rows = answering(seen, text, "name_it", "name_en", "code", "chapter", loose=loose)
    name = "name_en" if (get_language() or "it").startswith("en") else "name_it"
    return [
        Hit(
            getattr(row, name),
            reverse("desk:programme_line", args=[row.pk]),
            " · ".join(filter(None, [row.code, str(row.year or ""), row.chapter])),
        )
        for row in rows.order_by("-likeness", "-year", "code")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Budget lines"), find, rank=65, page="desk:programme_line")]
