"""What the system writes in the story of a claim is in the language of who reads it."""

import io

import pytest
from tests.payments.test_undoing import undo, word

from levante.kernel.api import system, today
from levante.law.wording import day_text

pytestmark = pytest.mark.django_db


def test_paid_and_given_back_by_the_bank(liquidated, cashier, another, bank):
    from levante.payments.api import load_bank_file, prepare_order, send_order
    from levante.payments.settling import hear_bank

    order = prepare_order(actor=cashier, rows=[liquidated])
    send_order(actor=another, order=order)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    told = {"key": "x", "transfers": [[payment.end_to_end_id, "-", str(payment.amount)]], "refuse": ""}
    back = bank.notice(told).replace("DBIT", "CRDT").encode()
    load_bank_file(actor=cashier, stream=io.BytesIO(back))
    paid, unpaid = liquidated.claim.events.filter(kind__in=["pay", "unpay"]).order_by("pk")
    assert (paid.text_it, paid.text_en) == (day_text(today()).it, day_text(today()).en)
    assert unpaid.text_it != unpaid.text_en
    payment.refresh_from_db()
    assert (unpaid.text_it, unpaid.text_en) == (payment.reason_it, payment.reason_en)


def test_taken_back_by_an_act(liquidated, cashier, director, act_system, worker):
    from levante.messages.api import Notice

    made = undo(liquidated.liquidation, cashier, director, worker, reason="x")
    event = liquidated.claim.events.get(kind="unliquidate")
    day = day_text(made.act_date)
    assert event.text_it == f"Atto n. {made.number} del {day.it}: x"
    assert event.text_en == f"Act no. {made.number} of {day.en}: x"
    notice = Notice.objects.filter(kind="claim-unliquidated").order_by("-pk").first()
    assert notice.body_en.startswith(event.text_en)
