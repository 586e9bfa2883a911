"""What an irregular DURC kept is paid to the institutes in the enterprise's stead, recorded with its outcome, and never paid twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.payments.test_at_size import many  # noqa: F401
from tests.payments.test_undoing import word

from levante.kernel.api import Refused, clock_at, now, system, today

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, an act, two orders, pages
def test_what_was_kept_goes_to_the_institutes_and_is_not_paid_twice(liquidated, cashier, another, desk, bank, client):
    from levante.identity.api import User
    from levante.payments.api import (
        confirm_instead,
        instead_came_back,
        instead_to_confirm,
        kept_waiting,
        left_for,
        prepare_order,
        record_check,
        record_instead,
        send_order,
    )
    from levante.payments.settling import hear_bank

    row, firm = liquidated, liquidated.claim.award.enterprise
    durc = {"kind": "durc", "issued_on": today(), "valid_until": today() + timedelta(days=90)}
    record_check(actor=cashier, enterprise=firm, outcome="not_clear", number="4", debt=Decimal("60.00"), **durc)
    order = prepare_order(actor=cashier, rows=[row])
    payment = order.payments.get()
    send_order(actor=another, order=order)
    told = {"payment": payment, "institute": "inps", "paid_on": today(), "reference": "F24-1"}
    with pytest.raises(Refused, match="dopo che la banca"):
        record_instead(actor=cashier, amount=Decimal("40.00"), **told)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    payment.refresh_from_db()
    assert [(one.pk, left) for one, _, left in kept_waiting(cashier)] == [(payment.pk, Decimal("60.00"))]
    with pytest.raises(Refused, match="ragioneria"):
        record_instead(actor=desk, amount=Decimal("40.00"), **told)
    with pytest.raises(Refused, match="Resta da versare 60,00"):
        record_instead(actor=cashier, amount=Decimal("60.01"), **told)
    first = record_instead(actor=cashier, amount=Decimal("40.00"), **told)
    assert record_instead(actor=cashier, amount=Decimal("40.00"), **told) == first  # the same receipt is one
    with pytest.raises(Refused, match="un’altra persona"):
        confirm_instead(actor=cashier, instead=first)
    with pytest.raises(IntegrityError, match="instead_confirmed_by_another"), transaction.atomic():
        type(first).objects.update(confirmed_at=now(), confirmed_by=cashier.user_id)
    assert (instead_to_confirm(cashier), instead_to_confirm(another)) == ([], [first])
    assert confirm_instead(actor=another, instead=first).confirmed_by_id == another.user_id
    assert instead_to_confirm(another) == []
    with pytest.raises(Refused, match="già registrata"):
        record_instead(actor=cashier, amount=Decimal("20.00"), **told)

    client.force_login(User.objects.get(pk=cashier.user_id))
    gate = f"/ufficio/pagamenti/domande/{row.claim_id}/"
    assert "20,00" in client.get("/ufficio/").content.decode()
    assert "F24-1" in client.get(gate).content.decode()
    address = f"/ufficio/pagamenti/sostitutivi/{payment.pk}/"
    data = {"institute": "inail", "amount": "20,00", "paid_on": today().isoformat(), "reference": "F24-2"}
    assert "Resta da versare" not in client.post(address, data, follow=True).content.decode()
    assert left_for(payment, "durc") == 0
    assert kept_waiting(cashier) == []
    second = payment.instead.get(institute="inail")
    client.force_login(User.objects.get(pk=another.user_id))
    assert "da confermare" in client.get("/ufficio/").content.decode()
    client.post(address, {"confirm": second.pk})
    second.refresh_from_db()
    assert second.confirmed_by_id == another.user_id
    assert "confermato da" in client.get(gate).content.decode()
    client.post(address, {"came_back": second.pk, "reason": "codice sbagliato"})
    second.refresh_from_db()
    assert (second.state, left_for(payment, "durc")) == ("came_back", Decimal("20.00"))
    assert instead_came_back(actor=cashier, instead=second, reason="x").ended_why == "codice sbagliato"

    # The transfer comes back, and the debt is settled meanwhile: what INPS has is not paid to the enterprise.
    type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "returned")])
    record_check(actor=cashier, enterprise=firm, outcome="clear", number="5", **durc)
    again = prepare_order(actor=cashier, rows=[row])
    newer = again.payments.get()
    assert (newer.kept, newer.amount) == (Decimal("40.00"), Decimal("5720.00"))
    send_order(actor=another, order=again)
    hear_bank(actor=system("test"), order=again, told=[word(newer, "executed")])
    newer.refresh_from_db()
    assert (newer.state, left_for(newer, "durc")) == ("executed", 0)


@pytest.mark.slow  # an act of nine claims, two orders
def test_the_debt_of_one_durc_is_kept_once_however_many_claims(many, cashier, another, bank):  # noqa: F811
    from levante.payments.api import gate_of, prepare_order, record_check, record_instead, send_order
    from levante.payments.settling import hear_bank

    first, second, third = many.rows.order_by("pk")[:3]
    durc = {"kind": "durc", "outcome": "not_clear", "issued_on": today(), "valid_until": today() + timedelta(days=90)}
    durc |= {"actor": cashier, "enterprise": first.claim.award.enterprise, "debt": Decimal("5.00")}
    record_check(number="4", **durc)

    def kept(row) -> str:
        gate = gate_of(row.claim, on=today())
        assert gate.is_open
        return str(gate.kept)

    assert [kept(one) for one in (first, second)] == ["5.00", "5.00"]  # no payment keeps it yet
    order = prepare_order(actor=cashier, rows=[first, second])
    assert sorted(str(one.kept) for one in order.payments.all()) == ["0.00", "5.00"]
    assert [kept(one) for one in (first, third)] == ["5.00", "0.00"]
    send_order(actor=another, order=order)
    record_check(number="4", **durc)  # the same paper, written again
    assert kept(third) == "0.00"
    payment = order.payments.get(row=first)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    payment.refresh_from_db()
    record_instead(
        actor=cashier, payment=payment, institute="inps", amount=Decimal("3.00"), paid_on=today(), reference="F24-1"
    )
    hear_bank(actor=system("test"), order=order, told=[word(payment, "returned")])
    assert kept(third) == "2.00"  # three went to the institutes, whatever became of the transfer
    record_check(number="5", **durc)
    assert kept(third) == "2.00"  # a paper of the day they had it does not know of the three
    with clock_at(now() + timedelta(days=1)):
        record_check(number="6", **durc | {"issued_on": today()})
        assert kept(third) == "5.00"  # a later one tells another debt


@pytest.mark.slow  # an award to its effect, an order, a day of tries
def test_a_bank_that_is_down_for_a_day_then_late_pays_once(liquidated, cashier, another, bank, worker):
    from levante.exchange.api import ExternalRequest
    from levante.payments.api import prepare_order, send_order
    from levante.payments.jobs import follow_orders
    from levante.programme.api import Movement

    order = prepare_order(actor=cashier, rows=[liquidated], execute_on=today() + timedelta(days=5))
    bank.behave({"fail": 1000})
    send_order(actor=another, order=order)
    for hours in range(0, 25, 4):
        worker(hours * 3600)
    order.refresh_from_db()
    request = ExternalRequest.objects.get(key=order.message_id)
    assert (order.state, request.applied_at, len(bank.kept)) == ("in_bank", None, 0)
    assert "503" in request.last_error
    assert liquidated.payments.get().state == "ordered"  # and nobody can order it again, or cancel what may be there
    bank.behave({"fail": 0, "pending": 2, "twice": True})
    for hours in range(30, 90, 4):
        with clock_at(now() + timedelta(hours=hours)):
            follow_orders(0)
            worker()
    order.refresh_from_db()
    assert (order.state, order.payments.get().state, len(bank.kept)) == ("done", "executed", 1)
    assert Movement.objects.filter(kind="payment").count() == 1
