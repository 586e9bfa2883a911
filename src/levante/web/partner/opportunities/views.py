"""What the region offers to an investor: those of its sectors first, each with the way to ask about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.investment.api import Opportunity, list_opportunities, states
from levante.kernel.api import INVESTOR
from levante.parties.api import Investor
from levante.web.access import for_partner
from levante.web.site.invest.forms import OpportunityFilters


@for_partner(INVESTOR)
def opportunities(request: HttpRequest) -> HttpResponse:
    filters = OpportunityFilters(request.GET)
    chosen = filters.chosen()
    investor = get_object_or_404(Investor, pk=request.actor.investor_id)  # type: ignore[attr-defined]
    wanted = set(investor.sectors)
    rows = list(list_opportunities(sector=chosen["sector"], kind=chosen["kind"])[:60])
    cards = [
        {
            "opportunity": row,
            "kind": states.KINDS[row.kind],
            "suits": bool(wanted & {sector.code for sector in row.sectors.all()}),
        }
        for row in rows
    ]
    cards.sort(key=lambda card: not card["suits"])
    return render(request, "partner/opportunities/list.html", {"filters": filters, "cards": cards})


@for_partner(INVESTOR)
def opportunity(request: HttpRequest, code: str) -> HttpResponse:
    rows = Opportunity.objects.public().select_related("comune__province", "office").prefetch_related("sectors")
    found = get_object_or_404(rows, code=code)
    context = {"opportunity": found, "kind": states.KINDS[found.kind]}
    return render(request, "partner/opportunities/page.html", context)
