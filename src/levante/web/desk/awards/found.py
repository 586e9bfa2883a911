"""Awards in the desk's search by CUP or COR, and their acts by number or title."""

import re

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.grants.api import ACT_STATES, Award, AwardAct
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


def find_by_code(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """The awards that have this very CUP or COR, written by the office or told by the RNA. One query."""
    code = "".join(text.split()).upper()
    if loose or not re.search(r"\d", code):
        return []
    coded = Q(cor__iexact=code) | Q(cup__iexact=code) | Q(aid__cor__iexact=code) | Q(aid__cup__iexact=code)
    rows = Award.objects.visible_to(actor).filter(coded).select_related("act", "aid", "enterprise").order_by("-pk")
    return [
        Hit(
            f"{award.enterprise.name} · {award.act.title}",
            reverse("desk:award", args=[award.act_id]),
            " · ".join(
                [f"{name} {held}" for name, held in zip(("COR", "CUP"), award.codes, strict=True) if held]
                + [award.state_label.in_language(get_language())]
            ),
        )
        for award in rows.defer("checks", "final_checks")[:limit]
    ]


PROVIDERS = [
    # A code names one thing: it comes before whatever merely holds the same digits.
    Provider(gettext_lazy("Awards"), find_by_code, rank=5, page="desk:award"),
    Provider(gettext_lazy("Award acts"), find, rank=50, page="desk:award"),
]
