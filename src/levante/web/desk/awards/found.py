"""Awards in the desk's search by CUP or COR, and their acts by number or title."""

import re
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.grants.api import ACT_STATES, Award, AwardAct
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.searching import Hit, Kind, noted


def acts(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    seen = AwardAct.objects.visible_to(actor)
    found = answering(seen, text, "title", loose=loose)
    if loose:
        return found.order_by("-likeness", "-id")  # type: ignore[no-any-return]
    return seen.filter(Q(pk__in=found.values("pk")) | Q(number__iexact=text)).order_by("-id")


def act_shown(actor: Actor, row: Any) -> Hit:
    note = noted(row.number, ACT_STATES[row.state].in_language(get_language()))
    return Hit(row.title, reverse("desk:award", args=[row.pk]), note)


def coded(actor: Actor, text: str, loose: bool) -> "QuerySet[Any] | None":
    """The awards that have this very CUP or COR, written by the office or told by the RNA."""
    code = "".join(text.split()).upper()
    if loose or not re.search(r"\d", code):
        return None
    told = Q(cor__iexact=code) | Q(cup__iexact=code) | Q(aid__cor__iexact=code) | Q(aid__cup__iexact=code)
    return Award.objects.visible_to(actor).filter(told).order_by("-pk")


def award_shown(actor: Actor, award: Award) -> Hit:
    codes = [f"{name} {held}" for name, held in zip(("COR", "CUP"), award.codes, strict=True) if held]
    return Hit(
        f"{award.enterprise.name} · {award.act.title}",
        reverse("desk:award", args=[award.act_id]),
        noted(*codes, award.state_label.in_language(get_language())),
    )


PROVIDERS = [
    # A code names one thing: it comes before whatever merely holds the same digits.
    Kind(
        gettext_lazy("Awards"),
        coded,
        award_shown,
        whole=lambda: Award.objects.select_related("act", "aid", "enterprise").defer("checks", "final_checks"),
        rank=5,
        page="desk:award",
    ),
    Kind(
        gettext_lazy("Award acts"),
        acts,
        act_shown,
        told=lambda: {"title": F("title"), "number": F("number"), "state": F("state")},
        rank=50,
        page="desk:award",
    ),
]
