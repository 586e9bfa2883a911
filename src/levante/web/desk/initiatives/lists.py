"""The lists of initiatives and of editions of fairs at the desk: filtered, with columns and views one keeps, as files too."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from levante.initiatives.api import Fair, FairEdition, Initiative, city_in, list_editions, list_initiatives, may_plan
from levante.kernel.api import today
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.desk.initiatives.forms import EditionFilters, InitiativeFilters
from levante.web.desk.initiatives.views import READERS
from levante.web.site.fairs.views import card_of
from levante.web.templatetags.levante import bilingual, in_language

PER_PAGE = 50


@for_desk(*READERS)
def initiatives(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    filters = InitiativeFilters(request.GET, rows=Initiative.objects.visible_to(actor), on=today())
    rows = list_initiatives(actor, **filters.chosen())
    listing = Listing(request, "desk:initiatives", gettext("initiatives"), _columns())
    if listing.wants_file:
        return listing.file(card_of(row) for row in rows.iterator(chunk_size=500))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    cards = [card_of(row) for row in page.object_list]
    context = {"filters": filters, "listing": listing, "page": page, "cards": cards, "may_plan": bool(may_plan(actor))}
    return render(request, "desk/initiatives/list.html", context)


def _columns() -> tuple[Column, ...]:
    return (
        Column("initiative", gettext("Initiative"), lambda card: in_language(card["initiative"], "title"), fixed=True),
        Column("code", gettext("Code"), lambda card: card["initiative"].code, shown=False),
        Column("kind", gettext("Kind"), lambda card: bilingual(card["kind"])),
        Column("direction", gettext("Direction"), lambda card: card["initiative"].direction.code, shown=False),
        Column("when", gettext("When"), lambda card: card["initiative"].starts_on),
        Column("last", gettext("Last day"), lambda card: card["initiative"].ends_on, shown=False),
        Column("where", gettext("Where"), lambda card: city_in(card["initiative"].city, get_language() or "it")),
        Column("market", gettext("Market"), lambda card: in_language(card["initiative"].market, "name"), shown=False),
        Column("sectors", gettext("Sectors"), lambda card: _sectors(card["initiative"].sectors.all())),
        Column("line", gettext("Budget line"), lambda card: card["initiative"].budget_line.code if card["initiative"].budget_line else ""),
        Column("cost", gettext("Cost"), lambda card: card["initiative"].cost),
        Column("state", gettext("State"), lambda card: bilingual(card["state"])),
        Column("interests", gettext("Interests"), lambda card: card["initiative"].standing),
    )  # fmt: skip


def _sectors(rows: Any) -> str:
    return ", ".join(in_language(row, "name") for row in rows)


@for_desk(*READERS)
def fairs(request: HttpRequest) -> HttpResponse:
    """The fairs that have an edition among those asked for; with no filter, those without any edition too. As a file, a row for each
    edition, which the import of a calendar reads."""
    filters = EditionFilters(request.GET)
    chosen = filters.chosen()
    editions = list_editions(on=today(), **chosen)
    listing = Listing(request, "desk:fairs", gettext("fairs and editions"), _of_editions())
    if listing.wants_file:
        return listing.file(editions.iterator(chunk_size=500))
    rows = Fair.objects.prefetch_related("sectors", "editions__country")
    if any(chosen.values()):
        rows = rows.filter(pk__in=editions.order_by().values("fair"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "filters": filters, "listing": listing, "may_plan": bool(may_plan(request.actor))}  # type: ignore[attr-defined]
    return render(request, "desk/initiatives/fairs.html", context)


def _of_editions() -> tuple[Column, ...]:
    """As ``initiatives.pure.calendar_file`` reads them, in either language; what it does not know it leaves."""

    def area(row: FairEdition) -> str:
        return gettext("European Union") if row.is_in_european_union else gettext("outside the European Union")

    return (
        Column("fair", gettext("Fair"), lambda row: row.fair.name, fixed=True),
        Column("organiser", gettext("Organiser"), lambda row: row.fair.organiser),
        Column("sectors", gettext("Sectors"), lambda row: "|".join(in_language(one, "name") for one in row.fair.sectors.all())),
        Column("first", gettext("First day"), lambda row: row.starts_on, shown=False),
        Column("last", gettext("Last day"), lambda row: row.ends_on, shown=False),
        Column("city", gettext("City"), lambda row: row.city, shown=False),
        Column("country", gettext("Country"), lambda row: row.country_id, shown=False),
        Column("area", gettext("European Union"), area, shown=False),
        Column("venue", gettext("Venue"), lambda row: row.venue, shown=False),
        Column("halls", gettext("Halls"), lambda row: row.halls, shown=False),
        Column("source", gettext("Source"), lambda row: row.source, shown=False),
        Column("uid", "UID", lambda row: row.uid, shown=False),
        Column("state", gettext("State"), lambda row: gettext("cancelled") if row.cancelled_on else "", shown=False),
    )  # fmt: skip
