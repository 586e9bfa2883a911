"""What payments have to say in “Today”: claims to be liquidated, acts to sign, money to pay, orders to send, what the bank refused."""

from collections.abc import Iterable

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import format_euro
from levante.payments.api import (
    Liquidation,
    PaymentOrder,
    Undoing,
    claims_to_liquidate,
    holds,
    kept_waiting,
    own,
    rows_to_pay,
)
from levante.web.desk.payments.shared import language
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """For finance what waits and what to send; for the director what to sign. At most four queries, or two."""
    if holds(actor, roles.FINANCE):
        found = claims_to_liquidate(actor).order_by().aggregate(count=Count("pk"), total=Sum("due"))
        if found["count"]:
            text = ngettext("%(count)d claim, %(total)s", "%(count)d claims, %(total)s", found["count"])
            told = text % {"count": found["count"], "total": format_euro(found["total"], language())}
            yield Item(gettext("To be liquidated"), reverse("desk:payments"), gettext("payment"), told, rank=35)
        due = rows_to_pay(actor).order_by().aggregate(count=Count("pk"), total=Sum("net"))
        if due["count"]:
            text = ngettext("%(count)d payment, %(total)s", "%(count)d payments, %(total)s", due["count"])
            told = text % {"count": due["count"], "total": format_euro(due["total"], language())}
            yield Item(gettext("To be paid"), reverse("desk:payments_due"), gettext("payment"), told, rank=30)
        for payment, left in kept_waiting(actor)[:LIMIT]:
            name = payment.row.claim.award.enterprise.name
            told = gettext("%(amount)s to be paid to INPS or INAIL in its stead") % {
                "amount": format_euro(left, language())
            }
            yield Item(
                name, reverse("desk:payment_gate", args=[payment.row.claim_id]), gettext("payment"), told, rank=30
            )
        # Who prepares an order does not send it.
        ready = (
            PaymentOrder.objects.visible_to(actor).filter(own(actor), state="ready").exclude(prepared_by=actor.user_id)
        )
        for order in ready.order_by("pk")[:LIMIT]:
            told = gettext("order ready to be sent")
            yield Item(
                order.message_id, reverse("desk:payment_order", args=[order.pk]), gettext("payment"), told, rank=30
            )
    if holds(actor, roles.DIRECTOR):
        for act in Liquidation.objects.visible_to(actor).filter(own(actor), state="draft_act").order_by("pk")[:LIMIT]:
            told = gettext("act of liquidation to sign")
            yield Item(act.title, reverse("desk:liquidation", args=[act.pk]), gettext("payment"), told, rank=30)
        # Who prepares an act that takes back does not sign it.
        others = Q(prepared_by__isnull=True) | ~Q(prepared_by=actor.user_id)
        mine = own(actor, path="liquidation__paid_by")
        undoings = (
            Undoing.objects.visible_to(actor).filter(others, mine, state="draft_act").select_related("liquidation")
        )
        for undoing in undoings.order_by("pk")[:LIMIT]:
            told = gettext("act that takes a liquidation back, to sign")
            address = reverse("desk:liquidation", args=[undoing.liquidation_id])
            yield Item(undoing.liquidation.title, address, gettext("payment"), told, rank=30)
