"""Money is paid when an order that two people made has gone: no file of the bank makes it so by itself. And an order goes for a day on
which what opened its gate holds still."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.payments.conftest import by_hand, loaded
from tests.payments.test_at_size import many  # noqa: F401

from levante.kernel.api import Refused, now, today

pytestmark = pytest.mark.django_db


def notice(bank, order) -> bytes:
    """A ``camt.054`` that says that the payment of an order was executed today."""
    payment = order.payments.get()
    told = {"key": "x", "transfers": [[payment.end_to_end_id, "-", str(payment.amount)]], "refuse": ""}
    return bank.notice(told).encode()


def states_of(order) -> tuple[str, str, str, str]:
    payment = order.payments.select_related("row__claim", "order").get()
    return payment.order.state, payment.state, payment.row.state, payment.row.claim.state


NOTHING = ("ready", "ordered", "ordered", "liquidated")


def test_a_file_of_the_bank_is_not_believed_about_an_order_that_never_went(liquidated, cashier, bank):
    from levante.payments.api import BankAnswer, cancel_order, prepare_order

    order = prepare_order(actor=cashier, rows=[liquidated])
    said = notice(bank, order)
    with pytest.raises(Refused, match="non sono stati inviati") as refused:
        loaded(cashier, said)
    assert order.message_id in refused.value.reason.en
    assert states_of(order) == NOTHING
    assert not BankAnswer.objects.exists()
    cancel_order(actor=cashier, order=order, reason="prova")
    assert states_of(order) == ("cancelled", "withdrawn", "due", "liquidated")
    with pytest.raises(Refused, match="nessun pagamento"):
        loaded(cashier, said)


def test_a_word_kept_of_an_order_that_never_went_moves_nothing(liquidated, cashier, bank):
    from levante.payments.api import BankAnswer, prepare_order, settle_on

    order = prepare_order(actor=cashier, rows=[liquidated])
    payment = order.payments.get()
    for kind in ("accepted", "executed", "rejected", "returned"):
        word = BankAnswer.objects.create(
            payment=payment, kind=kind, amount=payment.amount, on=today(), source="answer", heard_at=now()
        )
        settle_on(order.pk)
        word.refresh_from_db()
        assert "non è stato inviato" in word.problem_it
        assert states_of(order) == NOTHING
    order.refresh_from_db()
    assert "was not sent" in order.problem_en


def test_the_database_moves_no_payment_of_an_order_that_was_not_sent(liquidated, cashier, another, bank):
    from levante.payments.api import Payment, PaymentOrder, prepare_order, send_order

    order = prepare_order(actor=cashier, rows=[liquidated])
    moved = Payment.objects.filter(order=order)
    ended = {"ended_at": now(), "reason_it": "x", "reason_en": "x"}
    changes = [
        {"state": "accepted"},
        {"state": "executed", "executed_on": today()},
        {"state": "rejected"} | ended,
        {"state": "returned", "returned_on": today()} | ended,
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="not sent"), transaction.atomic():
            moved.update(**change)
    assert states_of(order) == NOTHING
    send_order(actor=another, order=order)
    with pytest.raises(DatabaseError, match="paymentorder"), transaction.atomic():
        PaymentOrder.objects.filter(pk=order.pk).update(state="ready", sent_at=None, request=None)
    assert moved.update(state="accepted") == 1


@pytest.mark.slow  # an act of nine claims, two orders
def test_a_file_of_an_order_that_went_and_of_one_that_did_not(many, cashier, another, bank):  # noqa: F811
    from levante.payments.api import BankAnswer, prepare_order, send_order

    first, second = [prepare_order(actor=cashier, rows=[row]) for row in many.rows.order_by("pk")[:2]]
    send_order(actor=another, order=first)
    payments = [one.payments.get() for one in (first, second)]
    transfers = [[one.end_to_end_id, "-", str(one.amount)] for one in payments]
    said = bank.notice({"key": "x", "transfers": transfers, "refuse": ""}).encode()
    assert by_hand(cashier, another, said).answers.count() == 1
    assert states_of(first)[1:] == ("executed", "paid", "paid")
    assert states_of(second) == NOTHING
    second.refresh_from_db()
    assert "non è stato inviato" in second.problem_it
    assert [one.payment_id for one in BankAnswer.objects.order_by("pk")] == [payments[0].pk]


def test_the_day_asked_of_the_bank_is_one_on_which_the_papers_hold(liquidated, cashier, another, bank):
    from levante.law import parameters
    from levante.payments.api import (
        cancel_order,
        order_payments,
        prepare_on,
        prepare_order,
        record_check,
        send_order,
    )
    from levante.payments.models import OrderWish

    most = today() + timedelta(days=int(parameters.value("payment.order.days", on=today()).value))
    for make in (prepare_order, order_payments):
        with pytest.raises(Refused, match="troppo lontano") as refused:
            make(actor=cashier, rows=[liquidated], execute_on=most + timedelta(days=1))
        assert refused.value.field == "execute_on"
        with pytest.raises(Refused, match="passato"):
            make(actor=cashier, rows=[liquidated], execute_on=today() - timedelta(days=1))

    def durc(number, days):
        record_check(
            actor=cashier, enterprise=liquidated.claim.award.enterprise, kind="durc", outcome="clear", number=number,
            issued_on=today(), valid_until=today() + timedelta(days=days),
        )  # fmt: skip

    durc("short", 10)
    late = today() + timedelta(days=11)
    with pytest.raises(Refused, match="e si paga il") as refused:
        prepare_order(actor=cashier, rows=[liquidated], execute_on=late)
    assert f"{late:%d/%m/%Y}" in refused.value.reason.it
    long = order_payments(actor=cashier, rows=[liquidated], execute_on=late)
    prepare_on(long.pk)
    wish = OrderWish.objects.get(order=long)
    assert (wish.state, "DURC" in wish.reason_it) == ("left_out", True)

    order = prepare_order(actor=cashier, rows=[liquidated], execute_on=late - timedelta(days=1))
    assert order.payments.get().gate["pay_on"] == order.execute_on.isoformat()
    durc("shorter", 9)
    with pytest.raises(Refused, match="e si paga il"):
        send_order(actor=another, order=order)
    cancel_order(actor=cashier, order=order, reason="DURC più breve")
    order = prepare_order(actor=cashier, rows=[liquidated], execute_on=late - timedelta(days=2))
    assert send_order(actor=another, order=order).state == "in_bank"
