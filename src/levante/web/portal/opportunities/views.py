from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext

from levante.kernel.api import Actor, day_of, now
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.desk.enterprises.forms import sector_choices
from levante.web.desk.enterprises.present import shown
from levante.web.portal.opportunities.sources import GROUPS, headroom_of, opportunities_for


@for_enterprise()
def opportunities(request: HttpRequest) -> HttpResponse:
    """“What can I get?”: one comparison over everything, with the reasons for yes, no and not known."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    instant = now()
    headroom = headroom_of(enterprise, on=day_of(instant))
    found = opportunities_for(enterprise, instant=instant, headroom=headroom)
    group, outcome = request.GET.get("group", ""), request.GET.get("outcome", "")
    counts = Counter(one.check.outcome for one in found)
    rows = [one for one in found if group in ("", one.group) and outcome in ("", one.check.outcome)]
    language = get_language() or "it"
    outcomes = {"yes": gettext("Yes, it seems so"), "unknown": gettext("To be checked"), "no": gettext("No")}
    return render(
        request,
        "portal/opportunities/list.html",
        {
            "enterprise": enterprise,
            "headroom": headroom,
            "found": rows,
            "everything": len(found),
            "group": group,
            "groups": [
                (code, label.in_language(language), sum(1 for one in found if one.group == code))
                for code, label in GROUPS.items()
            ],
            "outcome": outcome,
            "outcomes": [(code, label, counts[code]) for code, label in outcomes.items()],
            "facts": _facts(enterprise),
        },
    )


def _facts(enterprise: Enterprise) -> list[dict[str, Any]]:
    """What the answers stand on."""
    seat = enterprise.legal_seat
    place = seat.comune.name if seat is not None and seat.comune is not None else ""
    return [
        {"label": gettext("Legal seat"), "value": shown(place)},
        {"label": gettext("Size"), "value": shown(enterprise.get_size_display())},
        {"label": gettext("Sectors"), "value": shown(enterprise.sectors, dict(sector_choices()))},
    ]
