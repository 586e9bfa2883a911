"""Applications in the desk's search: by number, by protocol number, by the name of the enterprise."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.applications.api import STATES, Application, numbers_of
from levante.kernel.api import Actor
from levante.parties.api import Enterprise
from levante.register.pure.numbers import quoted
from levante.web.desk.search.providers import Hit, Provider, titled


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    seen = Application.objects.visible_to(actor).filter(number__isnull=False)
    number = quoted(text)
    if number is not None:
        rows = seen.filter(number__in=numbers_of(number))
    elif "/" in text:
        rows = seen.filter(protocol_number__iexact=text)
    else:
        # The names of enterprises are searched among all; whose application may be seen is said by the application.
        named = Enterprise.objects.search(text)
        named = named if loose else named.filter(rank__lt=2.5)
        rows = seen.filter(Q(enterprise__in=named.values("pk")))
    rows = rows.select_related("enterprise", "opening__call").defer("answers", "frozen")
    return [
        Hit(
            f"{row.number} · {row.enterprise.name}",
            reverse("desk:application", args=[row.pk]),
            f"{titled(row.opening.call)} · {STATES[row.state].in_language(get_language())}",
        )
        for row in rows.order_by("-submitted_at", "-pk")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Applications"), find, rank=25, page="desk:application")]
