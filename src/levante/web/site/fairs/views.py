"""The calendar of fairs, missions and incoming buyers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.initiatives.api import Initiative, calendar, closed_early, opened_again, states
from levante.kernel.api import now, today
from levante.programme.api import vocabulary
from levante.web.access import public
from levante.web.components.catalogue import has_catalogue
from levante.web.components.selection_rules import rules_of
from levante.web.site.fairs.forms import CalendarFilters

PER_PAGE = 24


@public
def fairs(request: HttpRequest) -> HttpResponse:
    filters = CalendarFilters(request.GET)
    chosen = filters.chosen()
    past = chosen["when"] == "past"
    rows = calendar(sector=chosen["sector"], kind=chosen["kind"], country=chosen["market"], past=past, on=today())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    cards = [card_of(initiative) for initiative in page.object_list]
    return render(request, "site/fairs/list.html", {"filters": filters, "page": page, "cards": cards, "past": past})


@public
def fair(request: HttpRequest, code: str) -> HttpResponse:
    initiative = get_object_or_404(Initiative.objects.public().with_place(), code=code)
    shown = {"card": card_of(initiative), "initiative": initiative, "catalogue": has_catalogue(initiative)}
    shown["rules"] = rules_of(initiative)
    shown["early"], shown["again"] = closed_early(initiative), opened_again(initiative)
    shown["takes_buyers"] = initiative.takes_buyers(today())
    return render(request, "site/fairs/page.html", shown)


def card_of(initiative: Initiative) -> dict[str, object]:
    """An initiative with the words of its kind and state and whether it takes interest now."""
    instant = now()
    coming = initiative.state == states.CALLING and initiative.opens_at is not None and initiative.opens_at > instant
    return {
        "initiative": initiative,
        "kind": vocabulary.INITIATIVE_KINDS[initiative.kind],
        "state": states.STATES[initiative.state],
        "tone": states.TONES[initiative.state],
        "open": initiative.takes_interest(instant),
        "coming": coming,
        "tourism": vocabulary.TOURISM_TIES[initiative.tourism_tie],
    }
