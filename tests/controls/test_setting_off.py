"""What a payment keeps as an offset reduces the recovery by itself, once, whatever the bank says of the transfer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.payments.test_at_size import many  # noqa: F401
from tests.payments.test_undoing import word

from levante.controls.api import Appeal, Recovery, Refund, ask_recovery, open_revocation, record_incoming, tell_incoming
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.payments.api import prepare_order, record_check, send_order
from levante.payments.settling import ask_bank_again, hear_bank, orders_to_ask
from levante.programme.api import BudgetLine

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect, an act, two orders
]
D = Decimal


def asked_back(row, cashier):
    """Ten euro paid, and asked back."""
    made = Recovery.objects.create(
        award=row.claim.award, claim=row.claim, principal=row.gross,
        parts=[{"amount": str(row.gross), "paid_on": today().isoformat()}], act=row.claim.award.act.programme_act, created_at=now(),
    )  # fmt: skip
    return ask_recovery(actor=cashier, recovery=made)


def decide(row, cashier, amount, **more):
    record_check(
        actor=cashier, enterprise=row.claim.award.enterprise, kind="recoveries", outcome="not_clear", number="R", debt=amount,
        amount=amount, issued_on=today(), **more,
    )  # fmt: skip


def test_an_offset_is_written_on_the_recovery_once(many, cashier, another, bank, desk):  # noqa: F811
    liquidated, small, stayed, third = many.rows.order_by("pk")[:4]
    order = prepare_order(actor=cashier, rows=[small, stayed])
    send_order(actor=another, order=order)
    hear_bank(actor=system("test"), order=order, told=[word(one, "executed") for one in order.payments.all()])
    suspended = asked_back(stayed, cashier)
    revocation = open_revocation(actor=desk, award=suspended.award, reason_code="other", grounds="x")
    Recovery.objects.filter(pk=suspended.pk).update(claim=None, revocation=revocation)
    Appeal.objects.create(
        revocation=revocation, court="tar", reference="1/2026", lodged_on=today(), stayed_from=today(), noted_at=now()
    )
    recovery = asked_back(small, cashier)
    asked = recovery.instalments.get().amount
    decide(liquidated, cashier, asked)
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
    assert (made.source, made.amount, made.on) == ("set_off", D("10.00"), today())
    early = Refund.objects.get()
    assert (early.kind, early.amount) == ("not_offset", asked - D("10.00")), "interest of days that are not over"
    assert made.reference.startswith(payment.end_to_end_id)
    line = BudgetLine.objects.get()
    assert (line.paid, line.recovered) == (D("5920.00"), D("10.00"))
    with pytest.raises(Refused, match="già scritto, da sé"):
        tell_incoming(
            actor=cashier, recovery=recovery, source="set_off", reference=payment.end_to_end_id, on=today(), amount=asked
        )  # fmt: skip

    # The transfer comes back: what was set off is not paid to the enterprise with the rest, nor set off again.
    order.refresh_from_db()
    assert (order.state, orders_to_ask()) == ("done", [])
    with clock_at(now() + timedelta(days=2)):
        assert order.pk in orders_to_ask()
        ask_bank_again(actor=system("test"), order_id=order.pk)
        assert order.pk not in orders_to_ask()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed"), word(payment, "returned")])
    payment.refresh_from_db()
    assert (payment.state, payment.answers.count()) == ("returned", 3)
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
    suspended.refresh_from_db()
    assert suspended.incomings.count() == 0, "a court suspended what it stands on"

    # What is not asked for yet is not set off; what is paid otherwise between the order and the bank is given back.
    late = Recovery.objects.create(
        award=third.claim.award, claim=third.claim, principal=D("5.00"), act=third.claim.award.act.programme_act, created_at=now(),
        parts=[{"amount": "5.00", "paid_on": today().isoformat()}],
    )  # fmt: skip
    decide(third, cashier, D("5.00"))
    with pytest.raises(Refused, match="deve restituire 5,00"):
        prepare_order(actor=cashier, rows=[third])
    ask_recovery(actor=cashier, recovery=late)
    order = prepare_order(actor=cashier, rows=[third])
    payment = order.payments.get()
    assert payment.kept == D("5.00")
    send_order(actor=another, order=order)
    due = late.instalments.get().amount
    record_incoming(actor=system("test"), recovery=late, source="treasury", reference="T1", on=today(), amount=due)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    payment.refresh_from_db()
    refund = Refund.objects.get(payment=payment)
    assert (refund.kind, refund.amount, refund.payment, refund.capital) == ("not_offset", D("5.00"), payment, 0)
    assert payment.set_off == payment.kept, "a second try of the same money does not pay it again"
