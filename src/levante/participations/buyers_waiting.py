"""What buyers of initiatives wait for from the offices: to be admitted or told no, to be qualified where only the qualified come."""

from dataclasses import dataclass
from datetime import date, timedelta

from levante.directory.api import by_qualification
from levante.initiatives.api import BuyerInterest, Initiative
from levante.kernel.api import Actor, today
from levante.participations import states
from levante.participations.models import BuyerInvitation
from levante.parties.api import Buyer

#: So many rows are looked at: beyond them Today would say no more.
MOST = 500


@dataclass(slots=True)
class BuyersWaiting:
    """Of an initiative: how many buyers ask to come from outside, how many of those that asked are not qualified where it wants it, and
    the day after which it is too late."""

    initiative: Initiative
    by: date
    asking: int = 0
    unqualified: int = 0


def buyers_waiting(actor: Actor) -> list[BuyersWaiting]:
    """The initiatives to come that this office sees, the nearest term first. Two queries."""
    day = today()
    found: dict[int, BuyersWaiting] = {}
    asked = BuyerInvitation.objects.visible_to(actor).filter(state=states.I_ASKED, expires_on__gte=day)
    for row in asked.select_related("initiative__lead_office").order_by("expires_on", "pk")[:MOST]:
        if row.initiative.takes_buyers(day):
            found.setdefault(row.initiative_id, BuyersWaiting(row.initiative, row.expires_on)).asking += 1
    rows = BuyerInterest.objects.visible_to(actor).standing()
    unknown = by_qualification(Buyer.objects.all(), on=day, qualified=False)
    rows = rows.filter(initiative__qualified_buyers_only=True, initiative__starts_on__gt=day, buyer__in=unknown)
    for ask in rows.select_related("initiative__lead_office").order_by("pk")[:MOST]:
        if ask.initiative.takes_buyers(day):
            last = ask.initiative.starts_on - timedelta(days=1)
            found.setdefault(ask.initiative_id, BuyersWaiting(ask.initiative, last)).unqualified += 1
    return sorted(found.values(), key=lambda one: (one.by, one.initiative.pk))
