"""What holds up an order that was prepared: payments whose gate closed since, whose account changed, or that the bank says it made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.gates import RELATED, gates_of
from levante.payments.models import BankAnswer, LiquidationRow, Payment, PaymentOrder
from levante.payments.ordering import BATCH

_CHANGED = Bilingual(
    "il conto o ciò che si trattiene è cambiato dopo l’ordine.",
    "its account, or what is kept, changed since the order.",
)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A payment that may not leave, of which claim, and why."""

    payment: Payment
    claim_id: int
    number: str
    reason: Bilingual


def stopped_in(order: PaymentOrder, *, on: date) -> Iterator[Stopped]:
    """The payments of an order that may not leave ``on`` a day, some read at a time, in their order. (The database lets no payment move
    before its order is sent.)"""
    payments = list(order.payments.exclude(state=states.WITHDRAWN).order_by("pk"))
    for place in range(0, len(payments), BATCH):
        yield from stopped_among(order, payments[place : place + BATCH], on=on)


def stopped_among(order: PaymentOrder, batch: Sequence[Payment], *, on: date) -> list[Stopped]:
    """Of some payments of an order, those that may not leave ``on`` a day; their gates are asked together."""
    twice = _paid_already([one.row_id for one in batch])
    rows = {row.pk: row for row in _related([one.row_id for one in batch])}
    gates = gates_of([row.claim for row in rows.values()], on=on, pay_on=max(order.execute_on, on))
    found = []
    for one in batch:
        claim = rows[one.row_id].claim
        gate = gates[claim.pk]
        decision = gate.decision()
        reason = twice.get(one.row_id)
        if reason is None and not decision:
            reason = decision.reason
        elif reason is None and (gate.account is None or gate.account.pk != one.account_id or gate.kept != one.kept):
            reason = _CHANGED
        if reason is not None:
            found.append(Stopped(one, claim.pk, str(claim.register_number), reason))
    return found


def kept_stops(order: PaymentOrder, most: int | None = None) -> list[Stopped]:
    """What held up a long order when the worker last looked at it, in the order of its payments."""
    rows = order.stops.select_related("payment__row__claim").order_by("payment")
    return [
        Stopped(one.payment, one.payment.row.claim_id, str(one.payment.row.claim.register_number), one.reason)
        for one in (rows if most is None else rows[:most])
    ]


def _paid_already(keys: Sequence[int]) -> dict[int, Bilingual]:
    """By row, those of these that the bank says it paid by an order that was called back."""
    words = BankAnswer.objects.of_a_recalled_order().filter(payment__row__in=keys)
    return {
        row: Bilingual(
            f"la banca dice che l’ha già pagata con un ordine richiamato, {ours}.",
            f"the bank says that it paid it already by an order called back, {ours}.",
        )
        for row, ours in words.order_by("pk").values_list("payment__row", "payment__end_to_end_id")
    }


def _related(keys: Sequence[int]) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    return list(LiquidationRow.objects.filter(pk__in=keys).select_related(*related).order_by("pk"))
