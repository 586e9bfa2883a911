"""A long order is looked at by the worker before it leaves: every gate asked, some in each transaction, then the file to the bank.

What holds it up is kept, payment by payment, and the order is ready again; where nothing does it leaves, if that was asked. Killed at any
moment, whoever comes next goes on from the first payment that was not looked at; two workers on one order take turns. As the file goes
the gates are asked once more (``sending.may_leave``): what closed meanwhile does not leave.
"""

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.payments import states
from levante.payments.again import AT_ONCE
from levante.payments.models import OrderStop, PaymentOrder
from levante.payments.ordering import locked_order
from levante.payments.stopped import stopped_among
from levante.payments.workflow import ORDERS

#: Payments looked at in one transaction.
BATCH = 200


def is_long(order: PaymentOrder) -> bool:
    """Whether its gates are asked by the worker: more than a person waits for."""
    return order.count > AT_ONCE


@service("payments.look_at_order")
def look_at_order(*, actor: Actor, order: PaymentOrder) -> PaymentOrder:
    """Ask for the gates of a long order that is ready, without sending it: what holds it up is then on its page. Asked twice, it is looked
    at once."""
    held = locked_order(order.pk)
    if held.state == states.CHECKING:
        return unchanged(held)
    if not is_long(held):
        refuse("Di un ordine breve la pagina dice già tutto.", "Of a short order the page says it all already.")
    begin_to_check(actor, held, then_sends=False)
    note(message=held.message_id)
    return held


def begin_to_check(actor: Actor, held: PaymentOrder, *, then_sends: bool) -> None:
    """For a service that holds the order: from now on the worker looks at it, and sends it if nothing holds it up."""
    require(ORDERS.may("check", actor, held, state=held.state))
    held.stops.all().delete()
    held.state, held.then_sends, held.checked = states.CHECKING, then_sends, 0
    held.check_asked_at, held.check_asked_by_id = now(), actor.user_id
    held.save(update_fields=["state", "then_sends", "checked", "check_asked_at", "check_asked_by"])
    from levante.payments.jobs import check_order

    check_order.defer(order_id=held.pk)


def check_on(order_id: int, *, most: int | None = None) -> int:
    """Look at an order until its end; returns in how many transactions."""
    turns = 0
    while (most is None or turns < most) and check_some(actor=system("payments.check"), order_id=order_id) is not None:
        turns += 1
    return turns


@service("payments.check_some")
def check_some(*, actor: Actor, order_id: int) -> PaymentOrder | None:
    """The next payments of an order that is looked at; after the last ones it leaves, or is ready again. None when it is over."""
    held = locked_order(order_id)
    if held.state != states.CHECKING:
        return unchanged(None)
    rows = held.payments.exclude(state=states.WITHDRAWN).order_by("pk")
    batch = list(rows[held.checked : held.checked + BATCH])
    if batch:
        found = stopped_among(held, batch, on=today())
        OrderStop.objects.bulk_create(
            OrderStop(order=held, payment=one.payment, reason_it=one.reason.it, reason_en=one.reason.en)
            for one in found
        )
        held.checked += len(batch)
        held.save(update_fields=["checked"])
        note(message=held.message_id, looked_at=len(batch), stopped=len(found))
    else:
        _end(actor, held)
    note_object(held)
    return held


def _end(actor: Actor, held: PaymentOrder) -> None:
    stopped = held.stops.count()
    past = held.execute_on < today()
    note(message=held.message_id, stopped=stopped, leaves=held.then_sends and not stopped and not past)
    if held.then_sends and not stopped and not past:
        from levante.payments.sending import leave

        leave(actor, held)
        return
    require(ORDERS.may("checked", actor, held, state=held.state))
    held.state = states.READY
    held.save(update_fields=["state"])
    if held.then_sends:
        _tell(actor, held, stopped)


def _tell(actor: Actor, held: PaymentOrder, stopped: int) -> None:
    """Who sent it reads that it did not leave, and why."""
    assert held.check_asked_by_id is not None  # the database holds it of one that is looked at
    body = Bilingual(
        f"{stopped} pagamenti lo fermano: sulla sua pagina ci sono i motivi.",
        f"{stopped} payments hold it up: the reasons are on its page.",
    )
    if not stopped:
        body = Bilingual(
            "Il giorno chiesto alla banca è passato: annulla l’ordine e preparane un altro.",
            "The day asked of the bank is past: cancel the order and prepare another.",
        )
    notify(
        actor=actor,
        users=[held.check_asked_by_id],
        kind="order-not-sent",
        title=Bilingual(f"L’ordine {held.message_id} non è partito", f"Order {held.message_id} did not leave"),
        body=body,
        path=f"/ufficio/pagamenti/ordini/{held.pk}/",
        subject_type="payments.PaymentOrder",
        subject_id=f"{held.pk}:{held.check_asked_at:%Y%m%d%H%M%S%f}",
    )


def orders_to_check() -> list[int]:
    """Orders whose worker may have been lost."""
    return list(PaymentOrder.objects.filter(state=states.CHECKING).order_by("pk").values_list("pk", flat=True))
