"""Wins, and what is asked after initiatives, in the desk's search."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy

from levante.initiatives.api import Initiative, city_in
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.web.searching import Hit, Kind, in_language, noted
from levante.wins.api import FollowUp, Win, states


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """By what was won and by the customer; a confidential customer is in no list, so it is not looked for either."""
    seen = Win.objects.visible_to(actor)
    named = answering(seen.filter(confidential=False), text, "what", "customer", loose=loose)
    unnamed = answering(seen.filter(confidential=True), text, "what", loose=loose)
    found = Q(pk__in=named.order_by().values("pk")) | Q(pk__in=unnamed.order_by().values("pk"))
    return seen.filter(found).order_by("-won_on", "-pk")


def shown(actor: Actor, row: Any) -> Hit:
    note = noted(row.firm, row.won_on[:4], states.STATES[row.state].in_language(get_language()))
    return Hit(row.what, reverse("desk:win", args=[row.pk]), note)


def followed(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """The initiatives after which enterprises were asked."""
    asked = FollowUp.objects.visible_to(actor).order_by().values("initiative_id")
    seen = Initiative.objects.visible_to(actor).filter(pk__in=asked)
    found = answering(seen, text, "title_it", "title_en", "city", "code", loose=loose)
    return found.order_by("-likeness", "-starts_on", "code")  # type: ignore[no-any-return]


def followed_shown(actor: Actor, row: Any) -> Hit:
    address = f"{reverse('desk:follow_ups')}?{urlencode({'initiative': row.code})}"
    return Hit(row.title, address, f"{city_in(row.city, get_language() or 'it')} {row.starts_on[:4]}".strip())


def told() -> dict[str, Any]:
    return {"code": F("code"), "city": F("city"), "starts_on": F("starts_on"), "title": in_language("title")}


PROVIDERS = [
    Kind(
        gettext_lazy("Export wins"),
        rows,
        shown,
        told=lambda: {"what": F("what"), "firm": F("enterprise__name"), "won_on": F("won_on"), "state": F("state")},
        rank=42,
        page="desk:win",
    ),
    Kind(gettext_lazy("Follow-ups"), followed, followed_shown, told=told, rank=43, page="desk:follow_ups"),
]
