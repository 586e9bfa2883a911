"""Whatever is public, in the public search: calls, fairs, enterprises, agreements, opportunities to invest, acts, and the programme."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from levante.calls.api import Call, card_of, with_openings
from levante.directory.api import answering_to
from levante.initiatives.api import Initiative
from levante.investment.api import Opportunity
from levante.kernel.api import Actor, now
from levante.parties.api import answering
from levante.programme.api import Act, Sector
from levante.promotion.api import Agreement
from levante.web.searching import Hit, Kind, in_language
from levante.web.site.programme.found import KINDS as OF_THE_PROGRAMME
from levante.web.site.programme.found import acts, words


def calls(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """Those published, and those announced in the calendar."""
    seen = Call.objects.public() | Call.objects.announced()
    found = answering(seen, text, "title_it", "title_en", "code", loose=loose)
    return found.order_by("-likeness", F("published_at").desc(nulls_first=True), "code")  # type: ignore[no-any-return]


def call_shown(actor: Actor, call: Call) -> Hit:
    """As a card, once it is published; the calendar says what is known of one that is announced."""
    if call.published_at is None:
        return Hit(words(call, "title"), f"{reverse('site:calls')}#planned")
    return Hit(words(call, "title"), reverse("site:call", args=[call.code]), thing=card_of(call, now()))


def fairs(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """By what they are called, where they are, and the sectors they are for: the words may stand some here and some there."""
    public = Initiative.objects.public()

    def told(some: str) -> Q:
        named = answering(Initiative.objects.all(), some, "title_it", "title_en", "city", "code", loose=loose)
        sectors = answering(Sector.objects.all(), some, "name_it", "name_en", "code", loose=loose)
        return Q(pk__in=named.values("pk")) | Q(
            pk__in=Initiative.sectors.through.objects.filter(sector__in=sectors.values("pk")).values("initiative")
        )

    for some in [text] if loose else text.split()[:8]:
        public = public.filter(told(some))
    return public.order_by("-starts_on", "code")


def agreements(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    found = answering(Agreement.objects.public(), text, "title_it", "title_en", "code", loose=loose)
    return found.order_by("-likeness", "-signed_on", "code")  # type: ignore[no-any-return]


def opportunities(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    columns = ("title_it", "title_en", "summary_it", "summary_en", "code")
    return answering(Opportunity.objects.public(), text, *columns, loose=loose).order_by("-likeness", "code")  # type: ignore[no-any-return]


def _titled() -> dict[str, Any]:
    return {"code": F("code"), "title": in_language("title")}


KINDS = (
    Kind(gettext_lazy("Calls and vouchers"), calls, call_shown, whole=lambda: with_openings(Call.objects.all())),
    Kind(
        gettext_lazy("Fairs and missions"),
        fairs,
        lambda actor, fair: Hit(words(fair, "title"), reverse("site:fair", args=[fair.code]), thing=fair),
        whole=lambda: Initiative.objects.with_place(),
    ),
    Kind(
        gettext_lazy("Enterprises"),
        lambda actor, text, loose: answering_to(text, loose=loose),
        lambda actor, row: Hit(row.name, reverse("site:enterprise", args=[row.slug])),
        told=lambda: {"slug": F("slug"), "name": F("enterprise__name")},
    ),
    Kind(
        gettext_lazy("Agreements"),
        agreements,
        lambda actor, row: Hit(row.title, reverse("site:agreement", args=[row.code])),
        told=_titled,
    ),
    Kind(
        gettext_lazy("Opportunities to invest"),
        opportunities,
        lambda actor, row: Hit(row.title, reverse("site:opportunity", args=[row.code])),
        told=_titled,
    ),
    Kind(
        gettext_lazy("Acts"),
        acts,
        lambda actor, act: Hit(words(act, "name"), f"{reverse('site:programme_acts')}#{act.code}", words(act, "title")),
        whole=Act.objects.all,
    ),
    *OF_THE_PROGRAMME,
)
