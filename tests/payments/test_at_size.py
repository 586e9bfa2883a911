"""Orders and acts of many: prepared by the worker, from where it was left, and nobody left out in silence."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from lxml import etree
from tests.payments.conftest import claim_on

from levante.kernel.api import Refused, now, today

pytestmark = pytest.mark.django_db


def more_claims(claim, count):
    """As many assessed claims of the same award, of ten euro each."""
    return [
        claim_on(claim.award, due="10.00", number=n + 2, mode="sal", officer=claim.officer_id) for n in range(count)
    ]


@pytest.fixture
def many(claim, papers, account, cashier, director, worker, act_system, monkeypatch):
    """Rows of an act in effect: one of 5,900 euro and some of ten, verified some at a time by the worker."""
    from decimal import Decimal

    from levante.payments import verifying
    from levante.payments.api import draft_liquidation, send_liquidation
    from levante.payments.verifying import acts_left, verify_on
    from levante.programme.api import Movement

    monkeypatch.setattr(verifying, "BATCH", 3)
    type(claim).objects.filter(pk=claim.pk).update(due=Decimal("5900.00"))
    claim.refresh_from_db()
    papers(claim.award)
    account(claim.award)
    act = draft_liquidation(actor=cashier, claims=[claim, *more_claims(claim, 8)])
    send_liquidation(actor=director, act=act)
    worker()
    assert acts_left() == [act.pk]  # they wait for the worker's job
    assert verify_on(act.pk) == 3
    assert acts_left() == []
    act.refresh_from_db()
    assert act.state == "effective"
    assert set(act.rows.values_list("state", flat=True)) == {"due"}
    assert Movement.objects.filter(kind="liquidazione").count() == 9
    return act


@pytest.mark.slow  # an award to its effect, an act of nine rows and two orders
def test_a_long_order_is_prepared_by_the_worker_and_says_who_is_left_out(
    many, cashier, another, bank, worker, monkeypatch
):
    from levante.documents.api import path_of
    from levante.payments import checking, preparing
    from levante.payments.api import (
        check_on,
        draft_undoing,
        look_at_order,
        order_payments,
        prepare_on,
        prepare_order,
        send_order,
    )

    monkeypatch.setattr(preparing, "BATCH", 4)
    rows = list(many.rows.order_by("pk"))
    with pytest.raises(Refused, match="Scegli da una"):
        order_payments(actor=cashier, rows=[])
    order = order_payments(actor=cashier, rows=rows)
    assert (order.state, order.file, order.wishes.count()) == ("preparing", None, 9)
    with pytest.raises(Refused, match="altro ordine"):
        order_payments(actor=another, rows=rows[:1])  # a row waits in one order at a time
    prepare_on(order.pk, most=1)  # and here the worker is lost
    assert order.payments.count() == 4
    draft_undoing(actor=another, act=many, rows=[rows[-1]], reason="Importo sbagliato")  # meanwhile
    with pytest.raises(Refused, match="altro ordine"):
        prepare_order(actor=another, rows=rows[:1])
    assert preparing.orders_to_prepare() == [order.pk]
    prepare_on(order.pk)
    order.refresh_from_db()
    assert (order.state, order.count, str(order.total)) == ("ready", 8, "5731.20")  # 5,970 less 4 %
    left = order.wishes.exclude(state="in_the_order").get()
    assert (left.row, left.state, "altro ordine" in left.reason_it) == (rows[-1], "left_out", True)
    file = etree.fromstring(path_of(order.file.sha256).read_bytes())
    assert len(file.xpath("//*[local-name()='CdtTrfTxInf']")) == 8
    assert prepare_on(order.pk) == 0
    # A long one leaves by the worker, who looks at each payment first; a second click, or a worker that is lost, changes nothing.
    monkeypatch.setattr(checking, "AT_ONCE", 3)
    monkeypatch.setattr(checking, "BATCH", 3)
    with pytest.raises(Refused, match="L’hai preparato tu"):
        send_order(actor=cashier, order=order)
    look_at_order(actor=cashier, order=order)
    assert (check_on(order.pk), checking.orders_to_check()) == (4, [])
    order.refresh_from_db()
    assert (order.state, order.checked, order.sent_at) == ("ready", 8, None), "only looked at"
    for _click in range(2):
        assert send_order(actor=another, order=order).state == "checking"
    with pytest.raises(IntegrityError, match="for_somebody"), transaction.atomic():
        type(order).objects.filter(pk=order.pk).update(check_asked_by=None)
    check_on(order.pk, most=1)
    assert checking.orders_to_check() == [order.pk]
    worker()
    order.refresh_from_db()
    assert (order.state, order.checked, order.request) == ("checking", 3, None)
    assert check_on(order.pk) == 3
    order.refresh_from_db()
    assert (order.state, order.sent_by_id, order.stops.count()) == ("in_bank", another.user_id, 0)
    assert check_on(order.pk) == 0
    worker()
    order.refresh_from_db()
    assert order.answered_at is not None


@pytest.mark.slow  # an award to its effect and an act of nine rows
def test_an_order_in_preparation_is_given_up_and_one_of_nobody_ends(many, cashier, bank):
    from levante.payments.api import cancel_order, order_payments, prepare_on, record_check

    rows = list(many.rows.order_by("pk"))
    order = order_payments(actor=cashier, rows=rows)
    prepare_on(order.pk, most=1)
    cancel_order(actor=cashier, order=order, reason="prova")
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert set(many.rows.values_list("state", flat=True)) == {"due"}
    assert prepare_on(order.pk) == 0
    firm = many.rows.first().claim.award.enterprise
    record_check(actor=cashier, enterprise=firm, kind="deggendorf", outcome="not_clear", number="2", issued_on=today())
    again = order_payments(actor=cashier, rows=rows)
    prepare_on(again.pk)
    again.refresh_from_db()
    assert (again.state, again.closing_reason) == ("cancelled", "Nessuna si può pagare adesso.")
    assert again.closing.en == "None can be paid now."
    assert set(again.wishes.values_list("state", flat=True)) == {"left_out"}
    assert again.wishes.first().reason_it.startswith("Visura Deggendorf")


@pytest.mark.slow  # an award to its effect
def test_an_act_of_all_takes_those_that_are_ready(claim, papers, cashier, client):
    from levante.identity.api import User
    from levante.payments.api import Liquidation, draft_liquidation

    with pytest.raises(Refused, match="Nessuna ha i controlli"):
        draft_liquidation(actor=cashier, claims=[claim], only_ready=True)
    papers(claim.award)
    client.force_login(User.objects.get(pk=cashier.user_id))
    client.post("/ufficio/pagamenti/atti/nuovo/", {"all": "1", "call": claim.award.act.call.code})
    assert Liquidation.objects.get().rows.get().claim == claim


@pytest.mark.slow  # an award to its effect, an act of nine rows, pages
def test_all_that_is_due_is_ordered_on_its_page_and_prepared_again_without_what_holds_it_up(
    many, cashier, another, client, bank, monkeypatch
):
    from levante.identity.api import User
    from levante.messages.api import Notice
    from levante.payments import again, checking, holding
    from levante.payments.api import PaymentOrder, cancel_order, check_on, prepare_on, prepare_without, send_order
    from levante.web.desk.payments import views_orders

    client.force_login(User.objects.get(pk=cashier.user_id))
    page = client.post("/ufficio/pagamenti/ordini/nuovo/", {"all": "1", "call": ""}, follow=True).content.decode()
    order = PaymentOrder.objects.get()
    assert "in preparazione" in page
    assert "Ne sono state guardate 0 su 9" in page
    assert client.get(f"/ufficio/pagamenti/ordini/{order.pk}/file/").status_code == 404
    prepare_on(order.pk)
    assert client.get(f"/ufficio/pagamenti/ordini/{order.pk}/avanzamento/")["HX-Refresh"] == "true"
    with CaptureQueriesContext(connection) as asked:
        assert "pronto da inviare" in client.get(f"/ufficio/pagamenti/ordini/{order.pk}/").content.decode()
    assert len(asked) <= 33, "the gate of every payment is asked, together"
    many.request.doubted_at = many.request.believed_at = now()
    many.request.believed_by_id, many.request.believed_why = cashier.user_id, "Firmato il giorno prima."
    many.request.save()
    shown = client.get(f"/ufficio/pagamenti/atti/{many.pk}/").content.decode()
    assert "L’atto ha una data precedente al suo invio alla firma." in shown
    assert "Firmato il giorno prima." in shown
    with pytest.raises(Refused, match="Niente ferma"):
        prepare_without(actor=cashier, order=order)

    # A control holds three of the nine: the page says all of them, and another order is prepared of the others.
    rows = list(many.rows.select_related("claim").order_by("pk"))
    held = {one.claim_id for one in rows[:3]}
    monkeypatch.setattr(holding, "_told_by", ["tests.payments.test_at_size:held_now"])
    monkeypatch.setattr("tests.payments.test_at_size.HELD", held)
    monkeypatch.setattr(views_orders, "TOLD", 2)
    monkeypatch.setattr(again, "AT_ONCE", 3)  # a long one: by the worker
    monkeypatch.setattr(checking, "AT_ONCE", 3)
    monkeypatch.setattr(checking, "BATCH", 4)
    address = f"/ufficio/pagamenti/ordini/{order.pk}/"
    assert "Cerca i pagamenti che lo fermano" in client.get(address).content.decode()
    client.force_login(User.objects.get(pk=another.user_id))
    said = client.post(f"{address}azioni/invia/", follow=True).content.decode()
    assert "Controllati 0 pagamenti su 9." in said
    check_on(order.pk, most=1)
    assert "Controllati 4 pagamenti su 9." in client.get(f"{address}avanzamento/").content.decode()
    check_on(order.pk)
    assert client.get(f"{address}avanzamento/")["HX-Refresh"] == "true"
    assert "3 pagamenti lo fermano" in Notice.objects.get(kind="order-not-sent", user=another.user_id).body_it
    said = client.get(address).content.decode()
    assert "Non può partire: 3 pagamenti lo fermano" in said
    assert [said.count(f"{one.claim.register_number}</a>: ") for one in rows[:4]] == [1, 1, 0, 0]
    assert "E un altro." in said
    assert "Invia alla banca" not in said
    client.force_login(User.objects.get(pk=cashier.user_id))
    client.post(f"{address}azioni/di-nuovo/")
    order.refresh_from_db()
    made = PaymentOrder.objects.get(state="preparing")
    assert order.state == "cancelled"
    assert all(f"{one.claim.register_number}: Concessione" in order.closing.it for one in rows[:3]), order.closing.it
    assert "the minutes" in order.closing.en
    prepare_on(made.pk)
    made.refresh_from_db()
    assert (made.state, made.count, made.execute_on) == ("ready", 6, order.execute_on)
    assert [row.state for row in many.rows.order_by("pk")] == ["due"] * 3 + ["ordered"] * 6
    assert (
        "3 sono rimaste fuori, e restano da pagare"
        in client.get(f"/ufficio/pagamenti/ordini/{made.pk}/").content.decode()
    )
    assert rows[0].claim.register_number in client.get("/ufficio/pagamenti/da-pagare/").content.decode()
    with pytest.raises(Refused):  # the second click
        prepare_without(actor=cashier, order=order)

    # The others one by one, while one waits; where all are held there is nothing to prepare.
    monkeypatch.setattr(again, "AT_ONCE", 100)
    monkeypatch.setattr(checking, "AT_ONCE", 100)
    held.add(rows[3].claim_id)
    last = prepare_without(actor=cashier, order=made)
    assert (last.state, last.count, last.wishes.get().row) == ("ready", 5, rows[3])
    held.update(one.claim_id for one in rows)
    with pytest.raises(Refused, match="annulla l’ordine"):
        prepare_without(actor=cashier, order=last)
    with pytest.raises(Refused, match=f"{rows[4].claim.register_number}: Concessione"):
        send_order(actor=another, order=last)
    cancel_order(actor=cashier, order=last, reason="Fermi tutti")
    assert set(many.rows.values_list("state", flat=True)) == {"due"}


#: Claims that a control holds, for the gate of the test above.
HELD: set[int] = set()


def held_now(claims):
    from levante.kernel.pure import Bilingual

    return {one: Bilingual("il verbale è da chiudere", "the minutes are to be closed") for one in claims if one in HELD}


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_officers_and_the_same_rows_then_two_workers_on_one_order(many, cashier, another, bank, monkeypatch):
    from tests.grants.test_awards import at_once

    from levante.exchange.api import ExternalRequest
    from levante.payments import checking, preparing
    from levante.payments.api import Payment, PaymentOrder, check_on, order_payments, prepare_on, send_order

    monkeypatch.setattr(preparing, "BATCH", 2)
    rows = list(many.rows.all())
    outcomes = at_once(*[lambda by=by: order_payments(actor=by, rows=rows) for by in (cashier, another)])
    assert sorted(type(item).__name__ for item in outcomes) == ["PaymentOrder", "Refused"], outcomes
    order = PaymentOrder.objects.get()
    at_once(*[lambda: prepare_on(order.pk) for _ in range(2)])
    order.refresh_from_db()
    assert (order.state, order.count, Payment.objects.count()) == ("ready", 9, 9)
    # Two clicks, then two workers: it is looked at once, and one file goes.
    monkeypatch.setattr(checking, "AT_ONCE", 3)
    monkeypatch.setattr(checking, "BATCH", 2)
    sender = another if order.prepared_by_id == cashier.user_id else cashier
    at_once(*[lambda: send_order(actor=sender, order=order) for _ in range(2)])
    at_once(*[lambda: check_on(order.pk) for _ in range(2)])
    order.refresh_from_db()
    assert (order.state, order.checked, order.sent_by_id) == ("in_bank", 9, sender.user_id)
    assert ExternalRequest.objects.filter(kind="payment_order").count() == 1
