"""What a payment keeps as an offset reduces the recovery by itself, once, whatever the bank says of the transfer."""

from decimal import Decimal

import pytest
from tests.payments.test_at_size import many  # noqa: F401
from tests.payments.test_undoing import word

from levante.controls.api import Recovery, ask_recovery, record_incoming
from levante.kernel.api import Refused, now, system, today
from levante.payments.api import prepare_order, record_check, send_order
from levante.payments.settling import hear_bank
from levante.programme.api import BudgetLine

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect, an act, two orders
]
D = Decimal


def paid_and_asked_back(row, cashier, another):
    """Ten euro paid, and asked back."""
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    hear_bank(actor=system("test"), order=order, told=[word(order.payments.get(), "executed")])
    made = Recovery.objects.create(
        award=row.claim.award, claim=row.claim, principal=row.gross,
        parts=[{"amount": str(row.gross), "paid_on": today().isoformat()}], act=row.claim.award.act.programme_act, created_at=now(),
    )  # fmt: skip
    return ask_recovery(actor=cashier, recovery=made)


def test_an_offset_is_written_on_the_recovery_once(many, cashier, another, bank):  # noqa: F811
    liquidated, small = many.rows.order_by("pk")[:2]
    recovery = paid_and_asked_back(small, cashier, another)
    asked = recovery.instalments.get().amount
    record_check(
        actor=cashier, enterprise=liquidated.claim.award.enterprise, kind="recoveries", outcome="not_clear", number="R", debt=asked,
        amount=asked, issued_on=today(),
    )  # fmt: skip
    order = prepare_order(actor=cashier, rows=[liquidated])
    payment = order.payments.get()
    assert payment.kept == asked
    send_order(actor=another, order=order)
    recovery.refresh_from_db()
    assert recovery.capital_in == 0, "nothing is set off before the bank pays"
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed"), word(payment, "executed")])
    recovery.refresh_from_db()
    payment.refresh_from_db()
    assert (recovery.state, recovery.capital_in, payment.set_off) == ("closed", D("10.00"), asked)
    made = recovery.incomings.get()
    assert (made.source, made.amount, made.on) == ("set_off", asked, today())
    assert made.reference.startswith(payment.end_to_end_id)
    line = BudgetLine.objects.get()
    assert (line.paid, line.recovered) == (D("5910.00"), D("10.00"))
    with pytest.raises(Refused, match="già scritto, da sé"):
        record_incoming(
            actor=cashier, recovery=recovery, source="set_off", reference=payment.end_to_end_id, on=today(), amount=asked
        )  # fmt: skip

    # The transfer comes back: what was set off is not paid to the enterprise with the rest, nor set off again.
    type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "returned")])
    record_check(
        actor=cashier, enterprise=liquidated.claim.award.enterprise, kind="recoveries", outcome="clear", number="R2", issued_on=today()
    )  # fmt: skip
    again = prepare_order(actor=cashier, rows=[liquidated])
    newer = again.payments.get()
    assert (newer.kept, newer.amount) == (asked, liquidated.net - asked)
    send_order(actor=another, order=again)
    hear_bank(actor=system("test"), order=again, told=[word(newer, "executed")])
    newer.refresh_from_db()
    recovery.refresh_from_db()
    assert (newer.state, newer.set_off, recovery.incomings.count()) == ("executed", 0, 1)
