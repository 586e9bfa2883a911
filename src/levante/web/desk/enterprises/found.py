"""Production districts and supply chains in the desk's search."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.parties.api import ProductionDistrict, SupplyChain, answering
from levante.web.desk.search.providers import Hit, Provider


def find_districts(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """Each leads to the enterprises that belong to it."""
    return _hits(ProductionDistrict, text, limit, loose, by="district")


def find_chains(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """They have no page of their own: their name, code and act of recognition."""
    return _hits(SupplyChain, text, limit, loose)


def _hits(
    model: type[ProductionDistrict] | type[SupplyChain], text: str, limit: int, loose: bool, *, by: str = ""
) -> list[Hit]:
    rows = answering(model.objects.all(), text, "name_it", "name_en", "code", loose=loose)
    name = "name_en" if (get_language() or "it").startswith("en") else "name_it"
    page = reverse("desk:enterprises")
    return [
        Hit(
            getattr(row, name),
            f"{page}?{urlencode({by: row.code})}" if by else "",
            " · ".join(filter(None, [row.code, row.act])),
        )
        for row in rows.order_by("-likeness", "code")[:limit]
    ]


PROVIDERS = [
    Provider(gettext_lazy("Production districts"), find_districts, rank=48, page="desk:enterprises"),
    Provider(gettext_lazy("Supply chains"), find_chains, rank=49, page="desk:enterprises"),
]
