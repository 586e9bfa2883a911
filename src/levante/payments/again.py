"""An order that some of its payments hold up is prepared again of the others."""

from collections.abc import Sequence

from levante.kernel.api import Actor, note, refuse, require, service, today
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.models import LiquidationRow, OrderWish, PaymentOrder
from levante.payments.ordering import locked_order, prepare_order, withdraw
from levante.payments.preparing import order_payments
from levante.payments.settling import hear_again
from levante.payments.stopped import Stopped, kept_stops, stopped_in
from levante.payments.workflow import ORDERS

#: An order of so many is prepared, and its gates are asked, while one waits; of a longer one by the worker.
AT_ONCE = 100
#: Of those that hold up an order, so many are told one by one.
TOLD = 20


@service("payments.prepare_without")
def prepare_without(*, actor: Actor, order: PaymentOrder) -> PaymentOrder:
    """Cancel an order that may not leave and prepare another, for the same day or today, of the payments that do not hold it up. Those
    left out are due again; both orders say which they are and why (of a long one, as the worker last found them). What the bank said of
    them meanwhile, executed by an order that was called back, is applied. Refused where nothing holds it up, or everything does."""
    held = locked_order(order.pk)
    require(ORDERS.may("cancel", actor, held, state=held.state))
    found: list[Stopped] = []
    if held.state == states.READY:
        found = kept_stops(held) if held.count > AT_ONCE else list(stopped_in(held, on=today()))
    if not found:
        refuse("Niente ferma questo ordine.", "Nothing holds this order up.")
    left = {one.payment.row_id: one for one in found}
    others = list(held.payments.exclude(row__in=left).order_by("pk").values_list("row", flat=True))
    if not others:
        refuse(
            "Sono fermi tutti i suoi pagamenti: annulla l’ordine.", "All its payments are held up: cancel the order."
        )
    why = _why(found)
    withdraw(held, why)
    hear_again(held)
    rows = list(LiquidationRow.objects.filter(pk__in=others, state=states.DUE).order_by("pk"))
    make = prepare_order if len(rows) <= AT_ONCE else order_payments
    made = make(actor=actor, rows=rows, execute_on=max(held.execute_on, today()))
    OrderWish.objects.bulk_create(
        [
            OrderWish(
                order=made,
                row_id=row,
                state=states.LEFT_OUT,
                reason_it=one.reason.it,
                reason_en=one.reason.en,
            )
            for row, one in left.items()
        ],
        batch_size=1000,
    )
    note(cancelled=held.message_id, without=len(found))
    return made


def _why(found: Sequence[Stopped]) -> Bilingual:
    told, more = found[:TOLD], len(found) - TOLD
    it = " ".join(f"{one.number}: {one.reason.it}" for one in told) + (f" E altri {more}." if more > 0 else "")
    en = " ".join(f"{one.number}: {one.reason.en}" for one in told) + (f" And {more} more." if more > 0 else "")
    return Bilingual(f"Preparato di nuovo senza {it}", f"Prepared again without {en}")
