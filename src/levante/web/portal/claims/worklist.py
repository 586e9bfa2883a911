"""What claims have to say in “Today” of an enterprise: awards to accept, documents to send, results to tell."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from levante.claims.api import (
    Acceptance,
    Claim,
    ClaimRequest,
    ResultReport,
    accept_by,
    acceptable,
    carrying_states,
    result_states,
)
from levante.kernel.api import Actor, today
from levante.web.templatetags.levante import in_language
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """Each with its day. Three queries."""
    if actor.enterprise_id is None:
        return
    mine = {"award__enterprise": actor.enterprise_id}
    waiting = Acceptance.objects.visible_to(actor).filter(
        Q(due_on__gte=today()) | Q(stopped_on__isnull=False), **mine, state=carrying_states.WAITING, award__in=acceptable()
    )  # fmt: skip
    for row in waiting.select_related("award__act__call", "award__aid").order_by("due_on", "pk")[:LIMIT]:
        yield Item(
            gettext("Accept the award: %(call)s") % {"call": in_language(row.award.act.call, "title")},
            reverse("portal:acceptance", args=[row.award_id]),
            gettext("award"),
            gettext("Without acceptance no payment can be claimed, and the award may be forfeited."),
            due=accept_by(row),
            rank=10,
        )
    asked = ClaimRequest.objects.filter(claim__in=Claim.objects.visible_to(actor).filter(**mine), state="open")
    for one in asked.select_related("claim").order_by("due_on", "pk")[:LIMIT]:
        yield Item(
            gettext("Send the documents asked for: claim %(number)s") % {"number": one.claim.register_number},
            reverse("portal:claim", args=[one.claim_id]),
            gettext("payment"),
            gettext("Without an answer the office goes on with what it has."),
            due=one.due_on,
            rank=10,
        )
    told = ResultReport.objects.visible_to(actor).filter(
        claim__award__enterprise=actor.enterprise_id, claim__sent_at__isnull=False, state=result_states.OPEN
    )
    for report in told.select_related("claim__award__act__call").order_by("due_on", "pk")[:LIMIT]:
        yield Item(
            gettext("Tell the results reached: %(call)s") % {"call": in_language(report.claim.award.act.call, "title")},
            reverse("portal:results", args=[report.pk]),
            gettext("results"),
            gettext("The call asks for the results of the project."),
            due=report.due_on,
            rank=20,
        )
