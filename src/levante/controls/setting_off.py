"""What a payment kept as an offset (art. 1241 c.c.) reduces what the enterprise owes back, by itself, in the transaction that pays."""

from datetime import date
from decimal import Decimal

from levante.controls import states
from levante.controls.models import Recovery
from levante.controls.recovering import record_incoming
from levante.kernel.api import system
from levante.kernel.pure import ZERO


def set_off(enterprise: int, amount: Decimal, on: date, reference: str, to: int | None) -> Decimal:
    """Write an amount kept on ``on`` from the payment ``reference`` on the recoveries of who paid (``to``) that were asked for, the oldest
    first, of each no more than it asks now. How much was written: what is left is owed on another register, or was paid meanwhile."""
    left = amount
    rows = Recovery.objects.filter(award__enterprise=enterprise, state__in=states.PAYABLE, collected_by=to).order_by(
        "pk"
    )
    for recovery in rows:
        asked = sum((one.left for one in recovery.instalments.filter(state=states.DUE)), ZERO)
        part = min(left, asked)
        if part <= 0:
            continue
        record_incoming(
            actor=system("payments.settle"), recovery=recovery, source=states.SET_OFF, reference=f"{reference}/{recovery.pk}", on=on,
            amount=part,
        )  # fmt: skip
        left -= part
    return amount - left
