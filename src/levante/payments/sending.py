"""An order leaves: the gate of each payment asked once more, the file to the bank; what needs no bank is settled there and then.

The file goes later than the click, maybe hours when the bank is down: gate and day are asked again as it goes, and what may not leave waits
for a person, who sends it again or calls it back.
"""

from levante.exchange.api import (
    ExternalRequest,
    cancel_request,
    may_handle,
    queue_request,
    require_cancellable,
    send_again,
)
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual, Decision, money_text
from levante.payments import states
from levante.payments.checking import begin_to_check, is_long
from levante.payments.models import BankAnswer, PaymentOrder
from levante.payments.ordering import locked_order, withdraw
from levante.payments.policies import may_work_order
from levante.payments.settling import SYSTEM, hear_again, settle_without_bank, stuck_requests
from levante.payments.stopped import stopped_in
from levante.payments.workflow import ORDERS


@service("payments.send_order")
def send_order(*, actor: Actor, order: PaymentOrder) -> PaymentOrder:
    """Send the file to the bank: finance, and nobody who verified an account in it. Sent twice, it went once. What is paid without a
    transfer is settled now; an order of nothing else is over, and the bank hears nothing. Of a long one the gates are asked by the worker,
    and it leaves after the last."""
    held = locked_order(order.pk)
    if held.state == states.CHECKING and held.then_sends:
        return unchanged(held)
    if held.state == states.IN_BANK or (held.state == states.DONE and held.request_id is None):
        return unchanged(held)
    require(ORDERS.may("send", actor, held, state=held.state))
    if held.execute_on < today():
        refuse(
            "Il giorno chiesto alla banca è passato: annulla l’ordine e preparane un altro.",
            "The day asked of the bank is past: cancel the order and prepare another.",
        )
    if is_long(held):
        begin_to_check(actor, held, then_sends=True)
        note(message=held.message_id, payments=held.count, checks=True)
        return held
    _require_open_still(held)
    _go(held, actor.user_id, actor)
    return held


def leave(actor: Actor, held: PaymentOrder) -> None:
    """For the worker that looked at a long order and found nothing that holds it up: it goes, sent by who asked for it."""
    require(ORDERS.may("leave", actor, held, state=held.state))
    _go(held, held.check_asked_by_id, actor)


def _go(held: PaymentOrder, sent_by: int | None, actor: Actor) -> None:
    if held.file is not None:
        held.request = queue_request(
            actor=actor,
            system=SYSTEM,
            kind="payment_order",
            key=held.message_id,
            body={
                "message_id": held.message_id,
                "sha256": held.file.sha256,
                "count": held.count,
                "total": money_text(held.total),
                "execute_on": held.execute_on.isoformat(),
            },
        )
    held.state, held.sent_at, held.sent_by_id = states.IN_BANK, now(), sent_by
    held.save(update_fields=["state", "sent_at", "sent_by", "request"])
    note(message=held.message_id, payments=held.count, total=money_text(held.total))
    settle_without_bank(held)


def may_leave(request: ExternalRequest) -> Decision:
    """Whether the file of an order may go to the bank now: asked by exchange before each try, until the bank took it."""
    order = PaymentOrder.objects.filter(request=request).first()
    if order is None or order.state != states.IN_BANK:
        return Decision.no("L’ordine non va più in banca.", "The order goes to the bank no more.")
    if order.execute_on < today():
        return Decision.no("Il giorno chiesto alla banca è passato.", "The day asked of the bank is past.")
    try:
        _require_open_still(order)
    except Refused as refusal:
        return Decision.no(refusal.reason.it, refusal.reason.en)
    return Decision.yes()


@service("payments.send_order_again")
def send_order_again(*, actor: Actor, order: PaymentOrder) -> PaymentOrder:
    """The file, or the last question about it, is stuck: it is tried again now, under the same id. The gate is asked again before."""
    held = locked_order(order.pk)
    require(may_work_order(actor, held))
    stuck = stuck_requests(held).first()
    if stuck is None:
        refuse("Nessuna richiesta di questo ordine è ferma.", "No request of this order is stuck.")
    send_again(actor=actor if may_handle(actor) else system("payments.send_order_again"), request=stuck)
    note(message=held.message_id)
    return held


@service("payments.recall_order")
def recall_order(*, actor: Actor, order: PaymentOrder, reason: str) -> PaymentOrder:
    """Call back an order that was sent and that the bank has not taken: its request was not tried yet, or is stuck and no try was answered.
    A file that was tried may have been taken all the same: who calls it back asked the bank, and another person, who asked it too,
    confirms. Its rows are to be paid again."""
    if order.request_id is not None:  # the request first, as where an answer is applied
        ExternalRequest.objects.select_for_update().get(pk=order.request_id)
    held = locked_order(order.pk)
    if held.state == states.RECALLED:
        return unchanged(held)
    require(ORDERS.may("recall", actor, held, state=held.state))
    assert held.request is not None
    if held.answered_at is not None or BankAnswer.objects.filter(payment__order=held).exclude(source="order").exists():
        refuse("La banca ha già detto qualcosa di questo ordine.", "The bank said something of this order already.")
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    if held.recall_asked_at is None:
        if held.request.tries:
            require_cancellable(held.request)
            held.recall_asked_at, held.recall_asked_by_id, held.recall_reason = now(), actor.user_id, reason.strip()
            held.save(update_fields=["recall_asked_at", "recall_asked_by", "recall_reason"])
            note(message=held.message_id, asked=True)
            return held
    elif held.recall_asked_by_id == actor.user_id:
        refuse(
            "Hai chiesto tu di richiamarlo: lo conferma un’altra persona, dopo avere chiesto alla banca.",
            "You asked to call it back: another person confirms it, having asked the bank.",
        )
    why = "; ".join(filter(None, [held.recall_reason, reason.strip()]))  # two persons, two reasons
    cancel_request(actor=system("payments.recall_order"), request=held.request)
    withdraw(held, Bilingual(why, why), state=states.RECALLED)
    note(message=held.message_id)
    return held


@service("payments.cancel_order")
def cancel_order(*, actor: Actor, order: PaymentOrder, reason: str) -> PaymentOrder:
    """Give up an order that did not go: its rows are to be paid again."""
    held = locked_order(order.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(ORDERS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    why = Bilingual(reason.strip(), reason.strip())
    withdraw(held, why)
    hear_again(held)
    note(message=held.message_id)
    return held


def _require_open_still(order: PaymentOrder) -> None:
    """Between the order and the sending nothing closed a gate, no account changed, and no bank said that one was paid by an order called
    back."""
    for one in stopped_in(order, on=today()):
        refuse(f"{one.number}: {one.reason.it}", f"{one.number}: {one.reason.en}")
