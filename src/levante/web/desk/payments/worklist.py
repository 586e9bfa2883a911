"""What payments have to say in “Today”: claims to be liquidated, acts to sign, money to pay, orders to send, what the bank refused."""

from collections.abc import Iterable

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.claims.api import Claim
from levante.exchange.api import may_handle
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
    is_stuck,
    kept_waiting,
    own,
    rows_to_pay,
    states,
)
from levante.web.desk.payments.shared import language
from levante.web.worklist import Item, first_of, others


def my_turn(actor: Actor) -> Iterable[Item]:
    """For finance what waits and what to send, whoever of them does it; for the director what to sign."""
    if holds(actor, roles.FINANCE):
        found = claims_to_liquidate(actor).order_by().aggregate(count=Count("pk"), total=Sum("due"))
        if found["count"]:
            text = ngettext("%(count)d claim, %(total)s", "%(count)d claims, %(total)s", found["count"])
            told = text % {"count": found["count"], "total": format_euro(found["total"], language())}
            yield _line(gettext("To be liquidated"), reverse("desk:payments"), told, 35, found["count"])
        due = rows_to_pay(actor).order_by().aggregate(count=Count("pk"), total=Sum("net"))
        if due["count"]:
            text = ngettext("%(count)d payment, %(total)s", "%(count)d payments, %(total)s", due["count"])
            told = text % {"count": due["count"], "total": format_euro(due["total"], language())}
            yield _line(gettext("To be paid"), reverse("desk:payments_due"), told, 30, due["count"])
        kept, more = first_of(kept_waiting(actor))
        for payment, code, left in kept:
            name = payment.row.claim.award.enterprise.name
            text = gettext("%(amount)s to be paid to INPS or INAIL in its stead")
            if code == states.TAX_DEBTS:
                text = gettext("%(amount)s to be paid to the collection agency in its stead")
            told = text % {"amount": format_euro(left, language())}
            yield _line(name, reverse("desk:payment_gate", args=[payment.row.claim_id]), told, 30)
        yield from others(more, reverse("desk:payments"), gettext("payment"), shared=True)
        instead, more = first_of(instead_to_confirm(actor))
        for one in instead:
            claim = one.payment.row.claim
            told = gettext("payment in its stead, to be confirmed")
            yield _line(claim.award.enterprise.name, reverse("desk:payment_gate", args=[claim.pk]), told, 32)
        yield from others(more, reverse("desk:payments"), gettext("payment"), shared=True)
        by_hand = BankFile.objects.visible_to(actor).filter(own(actor)).waiting().exclude(loaded_by=actor.user_id)
        files, more = first_of(by_hand.select_related("file").order_by("pk"))
        for held in files:
            told = gettext("file of the bank loaded by hand, to be confirmed")
            yield _line(held.file.name, reverse("desk:bank_file", args=[held.pk]), told, 28)
        yield from others(more, reverse("desk:payment_orders"), gettext("payment"), shared=True)
        # Who prepares an order does not send it; who asks to call one back does not confirm that.
        ready = Q(state="ready") & ~Q(prepared_by=actor.user_id)
        recalls = Q(state="in_bank", recall_asked_at__isnull=False, answered_at__isnull=True)
        odd, recalls = ~Q(problem_it=""), recalls & ~Q(recall_asked_by=actor.user_id)
        # Who handles what is stuck with every outside system reads it there; an agency, of its own orders, here.
        stuck = Q(pk__in=[]) if may_handle(actor) else is_stuck()
        wanted = PaymentOrder.objects.visible_to(actor).filter(own(actor)).filter(ready | recalls | odd | stuck)
        wanted = wanted.annotate(stuck=ExpressionWrapper(stuck, output_field=BooleanField()))
        orders, more = first_of(wanted.order_by("pk"))
        for order in orders:
            told, rank = gettext("order ready to be sent"), 30
            if order.state != "ready":
                told, rank = gettext("asked to be called back: ask the bank, then confirm"), 25
            if order.stuck:
                told, rank = gettext("stuck: see what holds it up, then send it again or call it back"), 20
            if order.problem_it:
                told, rank = gettext("the bank said something that cannot be: clear it up with the bank"), 20
            yield _line(order.message_id, reverse("desk:payment_order", args=[order.pk]), told, rank)
        yield from others(more, reverse("desk:payment_orders"), gettext("payment"), shared=True)
        papers, more = first_of(guarantees_to_release(actor))
        last = _last_claims(actor, "award", [paper.award_id for paper in papers])
        for paper in papers:
            told = gettext("a guarantee to be released: the balance is paid")
            if paper.award_id in last:
                address = f"{reverse('desk:payment_gate', args=[last[paper.award_id]])}#papers"
                yield _line(paper.enterprise.name, address, told, 40)
        yield from others(more, reverse("desk:payments"), gettext("payment"), shared=True)
    yield from _in_default(actor)
    if holds(actor, roles.DIRECTOR):
        kind = gettext("act of liquidation")
        words = {
            False: gettext("act of liquidation to sign"),
            True: gettext("act that takes a liquidation back, to sign"),
        }
        acts = Liquidation.objects.visible_to(actor).filter(own(actor), state="draft_act").order_by()
        # Who prepares an act that takes back does not sign it.
        not_mine = Q(prepared_by__isnull=True) | ~Q(prepared_by=actor.user_id)
        mine = own(actor, path="liquidation__paid_by")
        undoings = Undoing.objects.visible_to(actor).filter(not_mine, mine, state="draft_act").order_by()
        taken_back = undoings.values_list("liquidation_id", "liquidation__title", Value(True))
        both = acts.values_list("pk", "title", Value(False)).union(taken_back, all=True)
        for pk, title, back in sorted(both):
            yield Item(title, reverse("desk:liquidation", args=[pk]), kind, words[back], rank=30)


def _in_default(actor: Actor) -> Iterable[Item]:
    """What followed an answer in default and another person is to confirm: on the page of a claim that waits for it."""
    if not holds(actor, roles.FINANCE, roles.DIRECTOR):
        return
    outcomes, more = first_of(defaults_to_confirm(actor))
    last = _last_claims(actor, "award__enterprise", [one.check_paper.enterprise_id for one in outcomes])
    for outcome in outcomes:
        firm = outcome.check_paper.enterprise
        if firm.pk in last:
            told, address = gettext("tax debts: to be confirmed"), reverse("desk:payment_gate", args=[last[firm.pk]])
            yield _line(firm.name, address, told, 30)
    yield from others(more, reverse("desk:payments"), gettext("payment"), shared=True)


def _last_claims(actor: Actor, path: str, wanted: list[int]) -> dict[int, int]:
    """Of each award, or each enterprise, the last claim that was sent. One query, none where nothing is asked."""
    if not wanted:
        return {}
    rows = Claim.objects.visible_to(actor).filter(**{f"{path}__in": wanted}, sent_at__isnull=False)
    return dict(rows.order_by("pk").values_list(path, "pk"))


def _line(title: str, address: str, told: str, rank: int, count: int = 1) -> Item:
    return Item(title, address, gettext("payment"), told, rank=rank, shared=True, count=count)
