"""An order leaves: the gate of each payment asked once more, the file to the bank; what needs no bank is settled there and then."""

from collections.abc import Sequence

from levante.exchange.api import queue_request
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import money_text
from levante.payments import states
from levante.payments.gates import RELATED, gates_of
from levante.payments.models import LiquidationRow, PaymentOrder
from levante.payments.ordering import BATCH, locked_order
from levante.payments.settling import SYSTEM, settle_without_bank
from levante.payments.workflow import ORDERS


@service("payments.send_order")
def send_order(*, actor: Actor, order: PaymentOrder) -> PaymentOrder:
    """Send the file to the bank: finance, and nobody who verified an account in it. Sent twice, it went once. What is paid without a
    transfer is settled now; an order of nothing else is over, and the bank hears nothing."""
    held = locked_order(order.pk)
    if held.state == states.IN_BANK or (held.state == states.DONE and held.request_id is None):
        return unchanged(held)
    require(ORDERS.may("send", actor, held, state=held.state))
    if held.execute_on < today():
        refuse(
            "Il giorno chiesto alla banca è passato: annulla l’ordine e preparane un altro.",
            "The day asked of the bank is past: cancel the order and prepare another.",
        )
    _require_open_still(held)
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
    held.state, held.sent_at, held.sent_by_id = states.IN_BANK, now(), actor.user_id
    held.save(update_fields=["state", "sent_at", "sent_by", "request"])
    note(message=held.message_id, payments=held.count, total=money_text(held.total))
    settle_without_bank(held)
    return held


def _require_open_still(order: PaymentOrder) -> None:
    """Between the order and the sending nothing closed a gate, and no account changed. (The database lets no payment move before.)"""
    payments = list(order.payments.exclude(state=states.WITHDRAWN).select_related("row", "account").order_by("pk"))
    for place in range(0, len(payments), BATCH):
        batch = payments[place : place + BATCH]
        rows = {row.pk: row for row in _related([one.row_id for one in batch])}
        gates = gates_of([row.claim for row in rows.values()], on=today(), pay_on=order.execute_on)
        for one in batch:
            row = rows[one.row_id]
            gate, number = gates[row.claim_id], row.claim.register_number
            decision = gate.decision()
            if decision and (gate.account is None or gate.account.pk != one.account_id or gate.kept != one.kept):
                _changed(number)
            if not decision:
                refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")


def _related(keys: Sequence[int]) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    return list(LiquidationRow.objects.filter(pk__in=keys).select_related(*related).order_by("pk"))


def _changed(number: str | None) -> None:
    refuse(
        f"{number}: il conto o ciò che si trattiene è cambiato dopo l’ordine. Annulla l’ordine e preparane un altro.",
        f"{number}: its account, or what is kept, changed since the order. Cancel the order and prepare another.",
    )
