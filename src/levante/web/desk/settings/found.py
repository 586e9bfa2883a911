"""Who works in the offices, in the desk's search: by name or address of mail, where their roles are held."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.identity.api import RoleGrant, User, roles
from levante.kernel.api import Actor, today
from levante.parties.api import answering
from levante.web.searching import Hit, Kind, in_language, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """One line each, with the roles in force; who may not open the page of the roles is not shown the kind."""
    people = answering(User.objects.all(), text, "given_name", "family_name", "email", loose=loose)
    found = RoleGrant.objects.in_force(today()).filter(user__in=people.values("pk"))
    return found.order_by("user__family_name", "user__given_name", "pk")  # type: ignore[no-any-return]


def shown(actor: Actor, row: Any) -> Hit:
    return Hit(
        f"{row.given} {row.family}".strip(),
        f"{reverse('desk:settings')}#grant-{row.pk}",
        noted(roles.LABELS[row.role].in_language(get_language() or "it"), row.office),
    )


PROVIDERS = [
    Kind(
        gettext_lazy("People of the offices"),
        rows,
        shown,
        told=lambda: {
            "given": F("user__given_name"),
            "family": F("user__family_name"),
            "role": F("role"),
            "office": in_language("office__name"),
        },
        rank=21,
        page="desk:settings",
    )
]
