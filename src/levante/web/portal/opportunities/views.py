from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.kernel.api import Actor, now
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.portal.opportunities.sources import opportunities_for


@for_enterprise()
def opportunities(request: HttpRequest) -> HttpResponse:
    """“What can I get?”: one comparison over everything, with the reasons for yes, no and not known."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    found = opportunities_for(enterprise, instant=now())
    return render(request, "portal/opportunities/list.html", {"enterprise": enterprise, "found": found})
