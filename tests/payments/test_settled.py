"""A payment of which the whole net goes to the institutes has no transfer: it is settled by who sends the order, and the bank hears nothing
of it. The debt of a DURC is kept once, also by orders prepared at once and under a paper that came before the institutes had the money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from lxml import etree
from tests.payments.test_at_size import many  # noqa: F401
from tests.payments.test_undoing import word

from levante.kernel.api import Refused, clock_at, now, system, today

D = Decimal


def durc(cashier, row, number, debt, **more):
    from levante.payments.api import record_check

    record_check(
        actor=cashier, enterprise=row.claim.award.enterprise, kind="durc", outcome="not_clear", number=number, debt=D(debt),
        issued_on=today(), valid_until=today() + timedelta(days=90), **more,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.slow  # an act of nine claims, three orders
def test_what_goes_whole_to_the_institutes_is_settled_without_the_bank(many, cashier, another, bank, client):  # noqa: F811
    from levante.documents.api import path_of
    from levante.exchange.api import ExternalRequest
    from levante.identity.api import User
    from levante.payments.api import (
        PaymentOrder,
        kept_waiting,
        order_payments,
        prepare_on,
        prepare_order,
        record_instead,
        send_order,
    )
    from levante.payments.settling import hear_bank
    from levante.programme.api import BudgetLine

    rows = list(many.rows.order_by("pk"))
    nets = [row.net for row in rows[:4]]
    durc(cashier, rows[0], "4", nets[0] + nets[1] + 4)
    order = prepare_order(actor=cashier, rows=rows[:4])
    told = [(one.kept, one.amount) for one in order.payments.order_by("pk")]
    assert told == [(nets[0], 0), (nets[1], 0), (4, nets[2] - 4), (0, nets[3])]
    assert (order.count, order.total) == (4, nets[2] + nets[3] - 4)
    file = etree.fromstring(path_of(order.file.sha256).read_bytes())
    assert len(file.xpath("//*[local-name()='CdtTrfTxInf']")) == 2, "what is not transferred is not in the file"
    whole, second, part, free = order.payments.order_by("pk")
    with pytest.raises(Refused, match="L’hai preparato tu"):
        send_order(actor=cashier, order=order)
    send_order(actor=another, order=order)
    for one in (whole, second, part, free):
        one.refresh_from_db()
    order.refresh_from_db()
    assert [one.state for one in (whole, second, part, free)] == ["executed", "executed", "ordered", "ordered"]
    assert (order.state, order.answered_at) == ("in_bank", None)
    assert ExternalRequest.objects.filter(system="bank").count() == 1, (
        "the file, and no question about what it did not hold"
    )
    rows[0].claim.refresh_from_db()
    assert (rows[0].claim.state, BudgetLine.objects.get().paid) == ("paid", D("5910.00"))

    # What the bank says of the whole order is of its two transfers; of a payment that it never had it can say nothing.
    refused = word(whole, "rejected") | {"end_to_end_id": "", "message_id": order.message_id}
    hear_bank(actor=system("test"), order=order, told=[refused, word(second, "returned")])
    for one in (whole, second, part):
        one.refresh_from_db()
    order.refresh_from_db()
    assert [one.state for one in (whole, second, part)] == ["executed", "executed", "rejected"]
    assert second.end_to_end_id in order.problem_it
    assert order.state == "done"
    assert [(one.pk, left) for one, _, left in kept_waiting(cashier)] == [(whole.pk, nets[0]), (second.pk, nets[1])]
    record_instead(actor=cashier, payment=whole, institute="inps", amount=nets[0], paid_on=today(), reference="F24-1")
    assert [one.pk for one, *_ in kept_waiting(cashier)] == [second.pk]

    # Nothing to transfer at all: no file, and the order is over when it is sent; a long one too.
    durc(cashier, rows[0], "4bis", nets[0] + nets[1] + 2 * rows[4].net)
    alone = prepare_order(actor=cashier, rows=[rows[4]])
    later = order_payments(actor=cashier, rows=[rows[5]])
    prepare_on(later.pk)
    later.refresh_from_db()
    for one in (alone, later):
        assert (one.state, one.count, one.total, one.file) == ("ready", 1, 0, None)
    client.force_login(User.objects.get(pk=another.user_id))
    page = client.get(f"/ufficio/pagamenti/ordini/{alone.pk}/").content.decode()
    assert "Chiudi senza la banca" in page
    client.post(f"/ufficio/pagamenti/ordini/{alone.pk}/azioni/invia/")
    alone.refresh_from_db()
    assert (alone.state, alone.request, alone.payments.get().state) == ("done", None, "executed")
    assert send_order(actor=another, order=alone).state == "done"  # sent twice, it is settled once
    assert ExternalRequest.objects.filter(system="bank").count() == 1
    assert BudgetLine.objects.get().paid == D("5920.00")
    assert "paid to others in your stead" not in client.get(f"/ufficio/pagamenti/ordini/{alone.pk}/").content.decode()

    for wrong in ({"total": D("1.00")}, {"count": 0}, {"state": "in_bank", "sent_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentOrder.objects.filter(pk=later.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        later.payments.update(kept=0, gross=rows[5].withheld)


@pytest.mark.django_db
@pytest.mark.slow  # an act of nine claims, an order
def test_a_paper_that_came_before_the_institutes_had_the_money_tells_the_same_debt(many, cashier, another, bank):  # noqa: F811
    from levante.payments.api import gate_of, prepare_order, record_instead, send_order
    from levante.payments.settling import hear_bank

    first, second = many.rows.order_by("pk")[:2]

    def kept() -> str:
        return str(gate_of(second.claim, on=today()).kept)

    durc(cashier, first, "4", "5.00")
    order = prepare_order(actor=cashier, rows=[first])
    send_order(actor=another, order=order)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    payment.refresh_from_db()
    told = {"actor": cashier, "payment": payment, "institute": "inps"}
    with clock_at(now() + timedelta(days=3)):
        durc(cashier, first, "5", "5.00")
        assert kept() == "0.00", "the five euro are on their way to the institutes"
        record_instead(amount=D("2.00"), paid_on=today(), reference="F24-1", **told)
        assert kept() == "0.00", "what reached them after the paper is in its debt still"
    with clock_at(now() + timedelta(days=6)):
        durc(cashier, first, "6", "5.00")
        assert kept() == "2.00", "three of the five are on their way, and two are owed besides"
        record_instead(amount=D("3.00"), paid_on=today(), reference="F24-2", **told)
    with clock_at(now() + timedelta(days=9)):
        durc(cashier, first, "7", "5.00")
        assert kept() == "5.00", "all that was kept had reached them: it is another debt"


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_orders_prepared_at_once_keep_one_debt_and_both_can_be_sent(many, cashier, another, bank):  # noqa: F811
    from tests.grants.test_awards import at_once

    from levante.payments.api import PaymentOrder, order_payments, prepare_on, prepare_order, send_order

    first, second, third = many.rows.order_by("pk")[:3]
    durc(cashier, first, "4", "5.00")
    asked = order_payments(actor=cashier, rows=[third])
    outcomes = at_once(
        lambda: prepare_order(actor=cashier, rows=[first]),
        lambda: prepare_order(actor=cashier, rows=[second]),
        lambda: prepare_on(asked.pk),
    )
    assert not [one for one in outcomes if isinstance(one, Refused)], outcomes
    orders = list(PaymentOrder.objects.filter(state="ready").order_by("pk"))
    assert sorted(sum(one.kept for one in order.payments.all()) for order in orders) == [0, 0, D("5.00")]
    for order in orders:
        assert send_order(actor=another, order=order).state == "in_bank"
