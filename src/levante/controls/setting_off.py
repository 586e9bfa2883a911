"""What a payment kept as an offset (art. 1241 c.c.) reduces what the enterprise owes back, by itself, in the transaction that pays."""

from datetime import date
from decimal import Decimal

from levante.controls import states
from levante.controls.models import Recovery
from levante.controls.recovering import pays_all, record_incoming
from levante.controls.refunding import owe_offset
from levante.kernel.api import system
from levante.kernel.pure import ZERO
from levante.payments.api import Payment


def set_off(
    enterprise: int, amount: Decimal, on: date, reference: str, to: int | None, here: Decimal = ZERO
) -> Decimal:
    """Write an amount kept on ``on`` from the payment ``reference`` on the recoveries of who paid (``to``) that were asked for, the oldest
    first, of each no more than what pays it that day; not on one of a revocation that a court suspended. What of ``here`` (owed here when
    it was kept) was paid meanwhile, or is suspended, is given back, and interest asked for days that are not over. How much was written
    or is given back: the rest is owed elsewhere."""
    left, early = amount, ZERO
    asked_for = Recovery.objects.filter(award__enterprise=enterprise, state__in=states.PAYABLE, collected_by=to)
    for recovery in asked_for.not_stayed().order_by("pk"):
        whole = pays_all(recovery, on)
        part = min(left, whole)
        if part <= 0:
            continue
        if part == whole:
            early += sum((one.left for one in recovery.instalments.filter(state=states.DUE)), ZERO) - whole
        record_incoming(
            actor=system("payments.settle"), recovery=recovery, source=states.SET_OFF, reference=f"{reference}/{recovery.pk}", on=on,
            amount=part,
        )  # fmt: skip
        left -= part
    over = min(left, max(here - (amount - left), ZERO) + early)
    if over > 0:
        owe_offset(Payment.objects.get(end_to_end_id=reference), enterprise, over)
        left -= over
    return amount - left
