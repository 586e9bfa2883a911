"""What the bank said becomes what happened: kept first, word by word, then applied in small transactions, once each.

Killed at any moment, whoever comes next goes on from the first word that was not applied. A bank that says the same twice changes
nothing the second time; one that says something impossible (another amount, a day to come) is told on the order and believed in nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from levante.exchange.api import ExternalRequest, queue_request, send_again
from levante.kernel.api import (
    Actor,
    note,
    note_object,
    now,
    require,
    service,
    system,
    today,
    unchanged,
)  # fmt: skip
from levante.kernel.pure import Bilingual, format_euro
from levante.law import parameters
from levante.payments import states
from levante.payments.applying import apply_word
from levante.payments.models import BankAnswer, BankFile, Payment, PaymentOrder
from levante.payments.ordering import locked_order
from levante.payments.policies import may_work_order
from levante.payments.pure import outcomes as pure
from levante.payments.workflow import ORDERS

SYSTEM = "bank"
#: Words applied in one transaction; up to so many at once, more by the worker.
BATCH = 25
#: Between two questions about an order of which nothing moves.
PAUSE = timedelta(hours=1)
#: And about an order that is over, whose transfers can still come back.
RETURNS_PAUSE = timedelta(days=1)


def order_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the bank brings about; called by exchange in the transaction that marks it applied."""
    order = PaymentOrder.objects.filter(message_id=request.body["message_id"]).first()
    if order is None:
        return
    hear_bank(actor=actor, order=order, told=(request.answer or {}).get("outcomes", []))


@service("payments.hear_bank")
def hear_bank(*, actor: Actor, order: PaymentOrder, told: Sequence[dict[str, Any]]) -> PaymentOrder:
    """Keep what the bank answered of an order, and ask on while something is open. Of one that is over, or was called back, only what is
    new: a transfer that came back is to be paid again, one that was executed all the same is paid."""
    held = locked_order(order.pk)
    if held.state not in (states.IN_BANK, states.DONE, states.RECALLED):
        return unchanged(held)
    if held.state != states.IN_BANK:
        told = _news(held, told) if held.state == states.DONE else _unheard(held, told)
        if not told:
            return unchanged(held)
    held.answered_at = held.answered_at or now()
    unknown = keep_words(held.payments.filter(amount__gt=0), told, message_id=held.message_id, source="answer")
    _tell_unknown(held, unknown)
    held.save(update_fields=["answered_at", "problem_it", "problem_en"])
    note(message=held.message_id, words=len(told), unknown=len(unknown))
    begin(held)
    return held


def _news(order: PaymentOrder, told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is said of payments of an order that is over, but for what they are already. That the whole was executed is no news."""
    where = dict(order.payments.order_by().values_list("end_to_end_id", "state"))
    was = {
        pure.EXECUTED: (states.EXECUTED, states.RETURNED),
        pure.RETURNED: (states.RETURNED,),
        pure.REJECTED: (states.REJECTED,),
    }
    told = [one for one in told if one["end_to_end_id"] or one["kind"] != pure.EXECUTED]
    return [one for one in told if where.get(one["end_to_end_id"]) not in was.get(one["kind"], tuple(states.PAYMENTS))]


def _unheard(order: PaymentOrder, told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is said of an order that was called back, but for what was said in the same words before; of the whole, while something of it
    is not known to be executed."""
    known = {
        (ours, kind, amount, on)
        for ours, kind, amount, on in BankAnswer.objects.filter(payment__order=order)
        .order_by()
        .values_list("payment__end_to_end_id", "kind", "amount", "on")
    }
    open_still = bool(order.payments.filter(state=states.WITHDRAWN).exists())

    def is_new(one: dict[str, Any]) -> bool:
        if not one["end_to_end_id"]:
            return open_still
        amount = Decimal(one["amount"]) if one["amount"] is not None else None
        on = date.fromisoformat(one["on"]) if one["on"] else None
        return (one["end_to_end_id"], one["kind"], amount, on) not in known

    return [one for one in told if is_new(one)]


def settle_without_bank(order: PaymentOrder) -> None:
    """For ``send_order``: the payments of a locked order of which nothing is transferred are executed today, by the act that sends it."""
    going = order.payments.filter(state=states.ISSUED, amount=0).order_by("pk")
    words = [
        BankAnswer(payment=one, kind=pure.EXECUTED, amount=one.amount, on=today(), source="order", heard_at=now())
        for one in going
    ]
    if words:
        BankAnswer.objects.bulk_create(words, batch_size=500)
        begin(order)


def keep_words(
    payments: "QuerySet[Payment]",
    told: Sequence[dict[str, Any]],
    *,
    message_id: str,
    source: str,
    file: BankFile | None = None,
) -> list[str]:
    """A row for each thing said of each payment; what is said of the whole order, for those of which nothing else is; where the bank
    booked it in one entry, only if its sum is theirs. What we do not know comes back."""
    known = {one.end_to_end_id: one for one in payments.select_related("order").order_by("pk")}
    named = {one["end_to_end_id"] for one in told}
    rows, unknown = [], []
    for one in told:
        if one["end_to_end_id"]:
            payment = known.get(one["end_to_end_id"])
            if payment is None:
                unknown.append(one["end_to_end_id"])
            else:
                rows.append(_word(payment, one, source, file))
        elif one["message_id"] == message_id:
            of_all = [payment for key, payment in known.items() if key not in named]
            if one["amount"] is not None:
                of_all = [one for one in of_all if one.state in states.LIVE or one.order.state == states.RECALLED]
                if sum(payment.amount for payment in of_all) != Decimal(one["amount"]):
                    unknown.append(f"{message_id}, {format_euro(Decimal(one['amount']))}")
                    continue
            rows += [_word(payment, one | {"amount": None}, source, file) for payment in of_all]
    BankAnswer.objects.bulk_create(rows, batch_size=500)
    return unknown


def _word(payment: Payment, one: dict[str, Any], source: str, file: BankFile | None) -> BankAnswer:
    return BankAnswer(
        payment=payment,
        kind=one["kind"],
        status=one["status"][:10],
        code=one["code"],
        reason_it=one["reason"]["it"][:500],
        reason_en=one["reason"]["en"][:500],
        amount=Decimal(one["amount"]) if one["amount"] is not None else None,
        on=date.fromisoformat(one["on"]) if one["on"] else None,
        source=source,
        bank_file=file,
        heard_at=now(),
    )


def _tell_unknown(order: PaymentOrder, unknown: Sequence[str]) -> None:
    if not unknown:
        return
    shown = ", ".join(one[:40] for one in unknown[:5])
    order.problem_it = f"La banca parla di pagamenti che questo ordine non ha: {shown}."
    order.problem_en = f"The bank speaks of payments that are not in this order: {shown}."


def tell_not_sent(order: PaymentOrder) -> None:
    order.problem_it = "Un file della banca parla di questo ordine, che non è stato inviato: non gli si crede."
    order.problem_en = "A file of the bank speaks of this order, which was not sent: it is not believed."
    order.save(update_fields=["problem_it", "problem_en"])


def begin(order: PaymentOrder) -> None:
    """A few words at once, many by the worker."""
    if BankAnswer.objects.ripe().filter(payment__order=order).count() > BATCH:
        from levante.payments.jobs import settle_order

        settle_order.defer(order_id=order.pk)
        return
    while _settle(order):
        pass


def settle_on(order_id: int, *, most: int | None = None) -> int:
    """Apply what the bank said of an order, until nothing waits; returns in how many transactions."""
    turns = 0
    while (most is None or turns < most) and settle_some(
        actor=system("payments.settle"), order_id=order_id
    ) is not None:
        turns += 1
    return turns


@service("payments.settle_some")
def settle_some(*, actor: Actor, order_id: int) -> PaymentOrder | None:
    """The next words of an order. None when there is none."""
    held = locked_order(order_id)
    done = _settle(held)
    if not done:
        return unchanged(None)
    note_object(held)
    note(message=held.message_id, words=done)
    return held


def hear_again(order: PaymentOrder) -> None:
    """An order was given up: what the bank had said of its rows, executed by an order called back, is applied now that they wait again."""
    told = BankAnswer.objects.of_a_recalled_order().filter(payment__row__payments__order=order)
    orders = list(PaymentOrder.objects.filter(pk__in=told.order_by().values("payment__order")).order_by("pk"))
    BankAnswer.objects.filter(pk__in=list(told.values_list("pk", flat=True))).update(
        applied_at=None, problem_it="", problem_en=""
    )
    for one in orders:
        begin(locked_order(one.pk))


def orders_left() -> list[int]:
    """Orders of which the bank said something that was not applied: what a worker that was lost left behind."""
    waiting = BankAnswer.objects.ripe().order_by("payment__order").values("payment__order")
    return list(PaymentOrder.objects.filter(pk__in=waiting).order_by("pk").values_list("pk", flat=True))


def _settle(order: PaymentOrder) -> int:
    words = list(
        BankAnswer.objects.ripe().select_for_update(of=("self",)).filter(payment__order=order).order_by("pk")[:BATCH]
    )
    for word in words:
        payment = (
            Payment.objects.select_for_update(of=("self", "row"))
            .select_related(
                "account",
                "order",
                "row__liquidation__line",
                "row__liquidation__programme_act",
                "row__claim__award__application",
            )
            .get(pk=word.payment_id)
        )
        problem = apply_word(payment, word)
        word.applied_at, word.problem_it, word.problem_en = now(), problem.it[:300], problem.en[:300]
        word.save(update_fields=["applied_at", "problem_it", "problem_en"])
        if problem.it:
            _tell_problem(order, payment, problem)
    if not BankAnswer.objects.ripe().filter(payment__order=order).exists():
        _end(order)
    return len(words)


def _end(order: PaymentOrder) -> None:
    """Nothing waits: an order with nothing on its way is over; of another the bank is asked again."""
    if order.state != states.IN_BANK:
        return
    if not order.payments.filter(state__in=states.GOING).exists():
        require(ORDERS.may("close", system("payments.settle"), order, state=order.state))
        order.state, order.closed_at = states.DONE, now()
        order.save(update_fields=["state", "closed_at"])
        return
    if order.answered_at is None:  # the bank has not heard of it yet, or never will
        return
    going = order.payments.filter(state__in=states.GOING).count()
    last = _asked(order).order_by("-pk").first()
    if last is None or going < last.body["going"]:
        ask_results(order, going)


def _asked(order: PaymentOrder) -> "QuerySet[ExternalRequest]":
    return ExternalRequest.objects.filter(system=SYSTEM, kind="order_results", key__startswith=f"{order.message_id}-")


def stuck_requests(order: PaymentOrder) -> "QuerySet[ExternalRequest]":
    """What of an order was tried in vain too often, or held: the file itself, or a question about it."""
    of_order = Q(pk=order.request_id) | Q(pk__in=_asked(order).order_by().values("pk"))
    return ExternalRequest.objects.filter(of_order, state=ExternalRequest.STUCK).order_by("pk")


def is_stuck() -> Q:
    """Of orders: those that a person is to look at, their file, or a question about them, being stuck (``stuck_requests``): also a file
    that may not leave, because something holds a payment of it up."""
    asked = ExternalRequest.objects.filter(
        system=SYSTEM, kind="order_results", state=ExternalRequest.STUCK,
        key__startswith=Concat(OuterRef("message_id"), Value("-results-")),
    )  # fmt: skip
    return Q(state__in=[states.IN_BANK, states.DONE]) & (Q(request__state=ExternalRequest.STUCK) | Q(Exists(asked)))


def ask_results(order: PaymentOrder, going: int) -> None:
    """Ask the bank what moved, unless it is being asked; a question that got stuck is asked again. After an answer that moved
    nothing it is asked again an hour later. Of an order that is over, or was called back, it is asked once (``last``): no news is an
    answer, and so is that the bank has no such order where it was called back."""
    asked = _asked(order)
    stuck = asked.filter(state="stuck").first()
    if stuck is not None:
        send_again(actor=system("payments.settle"), request=stuck)
        return
    if asked.filter(state__in=["waiting", "sending"]).exists():
        return
    turn = asked.count() + 1
    queue_request(
        actor=system("payments.settle"),
        system=SYSTEM,
        kind="order_results",
        key=f"{order.message_id}-results-{turn}",
        body={
            "message_id": order.message_id,
            "results": turn,
            "going": going,
            "last": order.state != states.IN_BANK,
            "recalled": order.state == states.RECALLED,
        },
    )


@service("payments.ask_bank_again")
def ask_bank_again(*, actor: Actor, order_id: int) -> PaymentOrder:
    """An order that the bank still holds is asked about once more: by the clock, or by who is tired of waiting."""
    held = locked_order(order_id)
    if not actor.is_system:
        require(may_work_order(actor, held))
    going = held.payments.filter(state__in=states.GOING).count()
    asks_on = held.answered_at is not None and (held.state == states.DONE or (held.state == states.IN_BANK and going))
    if not asks_on and not was_tried(held):
        return unchanged(held)
    ask_results(held, going)
    note(message=held.message_id)
    return held


def was_tried(order: PaymentOrder) -> bool:
    """Whether an order that was called back may have reached the bank: its file was tried, and the answer may be what was lost."""
    return order.state == states.RECALLED and order.request is not None and order.request.tries > 0


def orders_to_ask() -> list[int]:
    """Orders in the bank of which it was last asked over an hour ago; and those over since no more than ``payment.returns.days``, of which
    it was asked over a day ago: a transfer can come back later. As long, once a day from the first, those called back whose file was
    tried: the bank may have it all the same."""
    days = int(parameters.value("payment.returns.days", on=today()).value)
    rows = PaymentOrder.objects.filter(answered_at__isnull=False)
    going = rows.filter(state=states.IN_BANK).exclude(Exists(_asked_since(PAUSE)))
    over = rows.filter(
        state=states.DONE, closed_at__gt=now() - timedelta(days=days), closed_at__lt=now() - RETURNS_PAUSE
    )
    recalled = PaymentOrder.objects.filter(
        state=states.RECALLED, request__tries__gt=0, closed_at__gt=now() - timedelta(days=days)
    )
    once_a_day = (over | recalled).exclude(Exists(_asked_since(RETURNS_PAUSE)))
    found = going.values_list("pk").union(once_a_day.values_list("pk"))
    return sorted(pk for (pk,) in found)


def _asked_since(pause: timedelta) -> "QuerySet[ExternalRequest]":
    return ExternalRequest.objects.filter(
        system=SYSTEM,
        kind="order_results",
        created_at__gt=now() - pause,
        key__startswith=Concat(OuterRef("message_id"), Value("-results-")),
    )


def _tell_problem(order: PaymentOrder, payment: Payment, problem: Bilingual) -> None:
    order.problem_it = f"{payment.end_to_end_id}: {problem.it}."
    order.problem_en = f"{payment.end_to_end_id}: {problem.en}."
    order.save(update_fields=["problem_it", "problem_en"])
