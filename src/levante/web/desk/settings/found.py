"""Who works in the offices, in the desk's search: by name or address of mail, where their roles are held."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.identity.api import RoleGrant, User, roles
from levante.kernel.api import Actor, today
from levante.parties.api import answering
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """One line each, with the roles in force; who may not open the page of the roles is not shown the kind."""
    held = RoleGrant.objects.in_force(today())
    people = answering(User.objects.all(), text, "given_name", "family_name", "email", loose=loose)
    found = held.filter(user__in=people.values("pk")).select_related("user", "office")
    language, english = get_language() or "it", (get_language() or "it").startswith("en")
    return [
        Hit(
            grant.user.get_full_name(),
            f"{reverse('desk:settings')}#grant-{grant.pk}",
            " · ".join(
                [
                    roles.LABELS[grant.role].in_language(language),
                    grant.office.name_en if english else grant.office.name_it,
                ]
            ),
        )
        for grant in found.order_by("user__family_name", "user__given_name", "pk")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("People of the offices"), find, rank=21, page="desk:settings")]
