"""How a buyer behaved so far, from what happened: never from what somebody wrote of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, Max, Q

from levante.initiatives.api import BuyerInterest
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor
from levante.meetings import states
from levante.meetings.models import Attendee, Feedback, Meeting
from levante.parties.api import Buyer


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Initiatives it asked to take part in and took back, agendas it was in, meetings held, meetings missed by its own fault, how
    enterprises found the meetings (1–5, of ``told``)."""

    asked: int
    withdrawn: int
    agendas: int
    held: int
    missed: int
    told: int
    quality: Decimal | None


def behaviour_of(actor: Actor, buyer_id: int) -> Behaviour:
    """Of what the actor sees: an agency, of the initiatives that it leads. Four queries."""
    asks = BuyerInterest.objects.visible_to(actor).filter(buyer_id=buyer_id)
    gone = Count("pk", filter=Q(state=initiative_states.WITHDRAWN))
    asked = asks.order_by().aggregate(all=Count("pk"), gone=gone)
    there = Attendee.objects.visible_to(actor).filter(buyer_id=buyer_id, withdrawn_at__isnull=True).count()
    met = Meeting.objects.visible_to(actor).filter(b__buyer_id=buyer_id).order_by()
    kinds = met.aggregate(
        held=Count("pk", filter=Q(state=states.HELD)),
        missed=Count("pk", filter=Q(missed_by__in=[states.BUYER, "both"])),
    )
    said = Feedback.objects.visible_to(actor).filter(side=states.SELLER, meeting__b__buyer_id=buyer_id).order_by()
    sums = said.aggregate(quality=Avg("quality"), told=Count("pk"))
    quality = Decimal(str(round(sums["quality"], 1))) if sums["quality"] is not None else None
    return Behaviour(asked["all"], asked["gone"], there, kinds["held"], kinds["missed"], sums["told"], quality)


def buyers_met(enterprise_id: int) -> list[Buyer]:
    """The buyers with whom an enterprise has, or had, a meeting of a published agenda: the last met first. Two queries."""
    rows = Meeting.objects.filter(
        a__enterprise=enterprise_id, agenda__published_at__isnull=False, state__in=[states.PLANNED, states.HELD]
    )
    last = rows.order_by().values_list("b__buyer").annotate(last=Max("slot__starts_at")).order_by("-last", "b__buyer")
    order = [pk for pk, _ in last]
    found = Buyer.objects.select_related("country").in_bulk(order)
    return [found[pk] for pk in order]
