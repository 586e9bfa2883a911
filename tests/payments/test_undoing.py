"""An act of liquidation taken back before its money leaves; money that leaves, comes back and leaves again."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.payments.conftest import IBAN, by_hand
from tests.payments.test_thread import sums

from levante.kernel.api import Refused, system, today
from levante.programme.api import Movement

pytestmark = pytest.mark.django_db


def undo(act, cashier, director, worker, reason="Importo sbagliato"):
    from levante.payments.api import draft_undoing, send_undoing

    made = draft_undoing(actor=cashier, act=act, rows=act.rows.all(), reason=reason)
    send_undoing(actor=director, undoing=made)
    worker()
    made.refresh_from_db()
    return made


@pytest.mark.slow  # an award to its effect, and three acts
def test_what_was_not_paid_is_taken_back_by_an_act_and_can_be_verified_again(
    liquidated, cashier, another, desk, director, act_system, bank, worker
):
    from levante.messages.api import Notice
    from levante.payments.api import (
        cancel_order,
        cancel_undoing,
        draft_liquidation,
        draft_undoing,
        prepare_order,
        send_undoing,
    )

    row, act, claim = liquidated, liquidated.liquidation, liquidated.claim
    told = {"act": act, "rows": [row], "reason": "Importo sbagliato"}
    with pytest.raises(Refused, match="ragioneria"):
        draft_undoing(actor=desk, **told)
    with pytest.raises(Refused, match="motivo"):
        draft_undoing(actor=cashier, act=act, rows=[row], reason=" ")
    with pytest.raises(Refused, match="Scegli"):
        draft_undoing(actor=cashier, act=act, rows=[], reason="x")
    order = prepare_order(actor=cashier, rows=[row])
    with pytest.raises(Refused, match=f"{claim.register_number}: è in un ordine"):
        draft_undoing(actor=cashier, **told)
    cancel_order(actor=cashier, order=order, reason="prova")
    given_up = draft_undoing(actor=cashier, **told)
    row.refresh_from_db()
    assert row.state == "held"
    with pytest.raises(Refused, match="altro ordine"):
        prepare_order(actor=cashier, rows=[row])
    with pytest.raises(Refused, match="già un annullamento"):
        draft_undoing(actor=another, **told)
    cancel_undoing(actor=another, undoing=given_up, reason="non serve")
    row.refresh_from_db()
    assert (row.state, row.undoing_id) == ("due", None)

    made = draft_undoing(actor=cashier, **told)
    with pytest.raises(Refused, match="dirigente"):
        send_undoing(actor=another, undoing=made)
    act_system.behave({"refuse": "non è firmato"})
    send_undoing(actor=director, undoing=made)
    worker()
    row.refresh_from_db()
    made.refresh_from_db()
    assert (made.state, made.closing_reason, row.state) == ("refused", "non è firmato", "due")
    assert sums() == ("6000.00", "6000.00", "0.00")

    act_system.behave({"refuse": ""})
    made = undo(act, cashier, director, worker)
    row.refresh_from_db()
    act.refresh_from_db()
    claim.refresh_from_db()
    assert (made.state, row.state, act.state, claim.state) == ("effective", "undone", "taken_back", "assessed")
    assert (act.closing.it[:19], act.closing.en[:17]) == ("Annullato con l’att", "Taken back by act")
    assert made.number in row.stop_reason_it
    assert sums() == ("6000.00", "0.00", "0.00")  # committed as before
    assert row.undone_movement.act == made.programme_act
    assert Notice.objects.filter(kind="claim-unliquidated").exists()
    again = draft_liquidation(actor=cashier, claims=[claim])
    assert (again.rows.get().gross, again.rows.get().withheld) == (Decimal("6000.00"), Decimal("240.00"))
    with pytest.raises(Refused, match="esecutivo"):
        draft_undoing(actor=cashier, **told)


@pytest.mark.slow  # an award to its effect, an act, orders to a bank on a socket
def test_nothing_is_taken_back_while_the_bank_has_it_or_once_it_paid(liquidated, cashier, another, bank, worker):
    from levante.payments.api import draft_undoing, prepare_order, send_order
    from levante.payments.settling import hear_bank

    row, told = liquidated, {"act": liquidated.liquidation, "rows": [liquidated], "reason": "x"}
    bank.behave({"pending": 9})
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    worker()
    with pytest.raises(Refused, match="se è in banca aspetta"):
        draft_undoing(actor=cashier, **told)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "rejected")])
    draft_undoing(actor=cashier, **told)
    hear_bank_by_file(cashier, another, bank, payment)  # too late: it is told, and believed in nothing
    order.refresh_from_db()
    row.refresh_from_db()
    assert "si sta annullando" in order.problem_it
    assert row.state == "held"
    assert sums() == ("6000.00", "6000.00", "0.00")


def hear_bank_by_file(cashier, another, bank, payment):
    said = bank.notice({"key": "x", "transfers": [[payment.end_to_end_id, "-", str(payment.amount)]], "refuse": ""})
    by_hand(cashier, another, said.encode())


def word(payment, kind, on=None):
    on = on or (today() if kind in ("executed", "returned") else None)
    return {
        "kind": kind, "message_id": "", "end_to_end_id": payment.end_to_end_id, "status": "", "code": "",
        "reason": {"it": "motivo", "en": "reason"}, "amount": None, "on": on.isoformat() if on else None,
    }  # fmt: skip


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_an_order_and_an_act_that_takes_back_at_once_one_of_them_wins(
    liquidated, cashier, another, director, act_system, worker, bank
):
    from tests.grants.test_awards import at_once

    from levante.payments.api import draft_undoing, prepare_order

    row, act = liquidated, liquidated.liquidation
    outcomes = at_once(
        lambda: prepare_order(actor=cashier, rows=[row]),
        lambda: draft_undoing(actor=another, act=act, rows=[row], reason="x"),
    )
    kinds = sorted(type(item).__name__ for item in outcomes)
    assert kinds in (["PaymentOrder", "Refused"], ["Refused", "Undoing"]), outcomes
    row.refresh_from_db()
    assert row.state == ("ordered" if "PaymentOrder" in kinds else "held")
    assert row.payments.count() == (1 if "PaymentOrder" in kinds else 0)


@pytest.mark.slow  # a few dozen stories of a payment, on one award
def test_paid_is_what_left_and_did_not_come_back(liquidated, cashier, another, bank):
    """Whatever the bank says, in whatever order and however often: budget, claim and row agree with a ledger kept by hand."""
    from levante.payments.api import Payment, prepare_order, send_order
    from levante.payments.settling import hear_bank
    from levante.programme.queries import main_programme, reconcile

    row = liquidated
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    first = order.payments.get()
    copied = {
        name: getattr(first, name) for name in ("gross", "withheld", "kept", "amount", "account", "iban", "holder")
    }

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sampled_from(["accepted", "executed", "rejected", "returned", "again"]), max_size=9))
    def story(words):
        undo_it = transaction.savepoint()
        payment, left, back, number = first, 0, 0, 1
        for said in words:
            if said == "again":  # another order, as the desk would make one: of a row that is due only
                row.refresh_from_db()
                if row.state != "due":
                    continue
                number += 1
                payment = Payment.objects.create(
                    order=order, row=row, end_to_end_id=f"LEV-{row.pk}-{number}", gate={}, **copied
                )
                type(row).objects.filter(pk=row.pk).update(state="ordered")
                type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
                continue
            payment.refresh_from_db()
            before = payment.state
            type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
            hear_bank(actor=system("test"), order=order, told=[word(payment, said)])
            left += said == "executed" and before in ("ordered", "accepted", "rejected")
            back += said == "returned" and before == "executed"
        row.refresh_from_db()
        row.claim.refresh_from_db()
        paid = (left - back) * row.gross
        assert left - back in (0, 1)
        assert sums() == ("6000.00", "6000.00", f"{paid:.2f}")
        assert row.claim.paid == paid
        assert (row.state == "paid") == (row.payment_movement_id is not None) == bool(paid)
        assert Movement.objects.filter(kind="payment").count() == left
        assert Movement.objects.filter(kind="returned").count() == back
        programme = main_programme()
        assert programme is not None
        assert reconcile(programme) == []
        transaction.savepoint_rollback(undo_it)
        row.refresh_from_db()

    story()


def test_the_story_of_a_euro_says_that_it_came_back(liquidated, cashier, another, bank, worker):
    from levante.payments.api import prepare_order, send_order
    from levante.payments.settling import hear_bank
    from levante.web.components.money_story import story_of

    order = prepare_order(actor=cashier, rows=[liquidated])
    send_order(actor=another, order=order)
    payment = order.payments.get()
    assert payment.iban == IBAN
    for kind in ("executed", "returned"):
        hear_bank(actor=system("test"), order=order, told=[word(payment, kind)])
        type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
    story = story_of(liquidated.claim.award)
    assert {label.it: amount for label, amount, _ in story.chain}["Pagati"] == 0
    told = [one.what.it for one in story.moments]
    places = [
        told.index(one)
        for one in ("Pagamento", "Pagamento tornato indietro", "Bonifico eseguito dalla banca, poi tornato")
    ]
    assert places == sorted(places)
    assert any("motivo" in one.note.it for one in story.moments)


def test_a_liquidation_is_taken_back_on_its_page(liquidated, cashier, director, act_system, worker, client):
    from levante.identity.api import User
    from levante.payments.api import Undoing

    act, row = liquidated.liquidation, liquidated
    address = f"/ufficio/pagamenti/atti/{act.pk}/"

    def as_(actor):
        client.force_login(User.objects.get(pk=actor.user_id))

    as_(director)
    assert "Prepara un atto che la annulla" not in client.get(address).content.decode()
    as_(cashier)
    assert "Prepara un atto che la annulla" in client.get(address).content.decode()
    wrong = client.post(f"{address}annullamento/", {"reason": "Importo sbagliato"})
    assert (wrong.status_code, "Importo sbagliato" in wrong.content.decode()) == (400, True)
    assert "Scegli le domande" in wrong.content.decode()
    client.post(f"{address}annullamento/", {"rows": [row.pk], "reason": "Importo sbagliato"})
    made = Undoing.objects.get()
    assert "ferma: annullamento in corso" in client.get(address).content.decode()
    as_(director)
    assert "Tocca a te" in client.get(address).content.decode()
    assert "atto che annulla una liquidazione, da firmare" in client.get("/ufficio/").content.decode()
    client.post(f"/ufficio/pagamenti/annullamenti/{made.pk}/azioni/firma/")
    worker()
    page = client.get(f"/en{address}").content.decode()
    assert "taken back by another act" in page
    printed = client.get(f"/ufficio/pagamenti/annullamenti/{made.pk}/documento/")
    assert b"".join(printed.streaming_content).startswith(b"%PDF")
    assert client.post(f"/ufficio/pagamenti/annullamenti/{made.pk}/azioni/altro/").status_code == 404
