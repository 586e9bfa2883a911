"""Award acts in the desk's search: by number or title."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.grants.api import ACT_STATES, AwardAct
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    seen = AwardAct.objects.visible_to(actor)
    rows = answering(seen, text, "title", loose=loose)
    if loose:
        rows = rows.order_by("-likeness", "-id")
    else:
        rows = seen.filter(Q(pk__in=rows.values("pk")) | Q(number__iexact=text)).order_by("-id")
    return [
        Hit(
            row.title,
            reverse("desk:award", args=[row.pk]),
            " · ".join(filter(None, [row.number, ACT_STATES[row.state].in_language(get_language())])),
        )
        for row in rows[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Award acts"), find, rank=50, page="desk:award")]
