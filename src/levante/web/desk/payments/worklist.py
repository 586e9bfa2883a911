"""What payments have to say in “Today”: claims to be liquidated, acts to sign, money to pay, orders to send, what the bank refused."""

from collections.abc import Iterable

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.claims.api import Claim
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import format_euro
from levante.payments.api import (
    BankFile,
    Liquidation,
    PaymentOrder,
    Undoing,
    claims_to_liquidate,
    defaults_to_confirm,
    guarantees_to_release,
    holds,
    instead_to_confirm,
    kept_waiting,
    own,
    rows_to_pay,
    states,
)
from levante.web.desk.payments.shared import language
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """For finance what waits and what to send; for the director what to sign."""
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
        for payment, code, left in kept_waiting(actor)[:LIMIT]:
            name = payment.row.claim.award.enterprise.name
            text = gettext("%(amount)s to be paid to INPS or INAIL in its stead")
            if code == states.TAX_DEBTS:
                text = gettext("%(amount)s to be paid to the collection agency in its stead")
            told = text % {"amount": format_euro(left, language())}
            yield Item(
                name, reverse("desk:payment_gate", args=[payment.row.claim_id]), gettext("payment"), told, rank=30
            )
        for one in instead_to_confirm(actor)[:LIMIT]:
            claim = one.payment.row.claim
            told = gettext("payment in its stead, to be confirmed")
            address = reverse("desk:payment_gate", args=[claim.pk])
            yield Item(claim.award.enterprise.name, address, gettext("payment"), told, rank=32)
        by_hand = BankFile.objects.visible_to(actor).filter(own(actor)).waiting().exclude(loaded_by=actor.user_id)
        for held in by_hand.select_related("file").order_by("pk")[:LIMIT]:
            told = gettext("file of the bank loaded by hand, to be confirmed")
            yield Item(held.file.name, reverse("desk:bank_file", args=[held.pk]), gettext("payment"), told, rank=28)
        # Who prepares an order does not send it.
        ready = (
            PaymentOrder.objects.visible_to(actor).filter(own(actor), state="ready").exclude(prepared_by=actor.user_id)
        )
        for order in ready.order_by("pk")[:LIMIT]:
            told = gettext("order ready to be sent")
            yield Item(
                order.message_id, reverse("desk:payment_order", args=[order.pk]), gettext("payment"), told, rank=30
            )
        for paper in guarantees_to_release(actor)[:LIMIT]:
            told = gettext("a guarantee to be released: the balance is paid")
            claim = (
                Claim.objects.visible_to(actor)
                .filter(award=paper.award_id, sent_at__isnull=False)
                .order_by("-id")
                .first()
            )
            if claim is not None:
                address = f"{reverse('desk:payment_gate', args=[claim.pk])}#papers"
                yield Item(paper.enterprise.name, address, gettext("payment"), told, rank=40)
    yield from _in_default(actor)
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


def _in_default(actor: Actor) -> Iterable[Item]:
    """What followed an answer in default and another person is to confirm: on the page of a claim that waits for it."""
    if not holds(actor, roles.FINANCE, roles.DIRECTOR):
        return
    for outcome in defaults_to_confirm(actor)[:LIMIT]:
        firm = outcome.check_paper.enterprise
        claim = (
            Claim.objects.visible_to(actor)
            .filter(award__enterprise=firm, sent_at__isnull=False)
            .order_by("-id")
            .first()
        )
        if claim is not None:
            told = gettext("tax debts: to be confirmed")
            yield Item(firm.name, reverse("desk:payment_gate", args=[claim.pk]), gettext("payment"), told, rank=30)
