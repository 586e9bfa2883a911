"""From an assessed claim to the money: the act of liquidation, the order, what the bank says; and everything that can go wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest
from lxml import etree
from tests.payments.conftest import IBAN, OTHER, by_hand, loaded
from tests.payments.test_outcomes import CAMT, ENTRY

from levante.kernel.api import Refused, clock_at, now, system, today
from levante.programme.api import BudgetLine, Movement

pytestmark = pytest.mark.django_db


def sums() -> tuple[str, str, str]:
    line = BudgetLine.objects.get()
    return str(line.committed), str(line.liquidated), str(line.paid)


@pytest.mark.slow  # an award to its effect, an act, orders to a bank on a socket
def test_no_euro_leaves_without_every_check_and_then_it_does(
    claim, papers, account, cashier, another, desk, director, act_system, bank, worker
):
    from levante.payments.api import (
        Payment,
        cancel_liquidation,
        draft_liquidation,
        gate_of,
        payments_of,
        prepare_order,
        send_liquidation,
        send_order,
    )

    with pytest.raises(Refused, match="DURC") as refused:
        draft_liquidation(actor=cashier, claims=[claim])
    assert "non c’è una visura" in refused.value.reason.it
    assert refused.value.reason.it.startswith(claim.register_number)
    papers(claim.award)
    with pytest.raises(Refused, match="ragioneria"):
        draft_liquidation(actor=desk, claims=[claim])
    cancel_liquidation(actor=cashier, act=draft_liquidation(actor=cashier, claims=[claim]), reason="prova")
    act = draft_liquidation(actor=cashier, claims=[claim])  # without an account: that can wait
    row = act.rows.get()
    assert (row.gross, row.withheld, row.net) == (Decimal("6000.00"), Decimal("240.00"), Decimal("5760.00"))
    assert {one["code"] for one in row.gate["checks"]} >= {"durc", "antimafia", "account"}
    assert any(one["name"] == "antimafia.threshold" for one in row.gate["parameters"])
    with pytest.raises(Refused, match="già in un atto"):
        draft_liquidation(actor=cashier, claims=[claim])
    with pytest.raises(Refused, match="dirigente"):
        send_liquidation(actor=cashier, act=act)
    send_liquidation(actor=director, act=act)
    assert send_liquidation(actor=director, act=act).state == "sent_to_act_system"
    worker()
    act.refresh_from_db()
    row.refresh_from_db()
    claim.refresh_from_db()
    assert (act.state, row.state, claim.state) == ("effective", "due", "liquidated")
    assert sums() == ("6000.00", "6000.00", "0.00")

    with pytest.raises(Refused, match="non ha indicato un conto"):
        prepare_order(actor=cashier, rows=[row])
    account(claim.award, by=cashier)
    assert gate_of(claim, on=today()).is_open
    order = prepare_order(actor=cashier, rows=[row])
    with pytest.raises(Refused, match="altro ordine"):
        prepare_order(actor=another, rows=[row])
    from levante.documents.api import path_of

    file = etree.fromstring(path_of(order.file.sha256).read_bytes())
    assert file.xpath("string(//*[local-name()='InstdAmt'])") == "5760.00"
    assert "CUP B31B25000010009" in file.xpath("string(//*[local-name()='Ustrd'])")
    with pytest.raises(Refused, match="Hai verificato tu"):
        send_order(actor=cashier, order=order)
    send_order(actor=another, order=order)
    assert send_order(actor=another, order=order).state == "in_bank"
    bank.behave({"drop": 1, "pending": 1, "twice": True})
    for seconds in (0, 30, 60, 120, 240):
        worker(seconds)
    order.refresh_from_db()
    claim.refresh_from_db()
    row.refresh_from_db()
    payment = Payment.objects.get()
    assert (order.state, payment.state, row.state, claim.state) == ("done", "executed", "paid", "paid")
    assert (claim.paid, payment.executed_on) == (Decimal("6000.00"), today())
    assert sums() == ("6000.00", "6000.00", "6000.00")
    assert len(bank.kept) == 1  # lost on the way and sent again, it is one order
    assert order.problem_it == ""
    assert Movement.objects.filter(kind="payment").count() == 1
    seen = payments_of(claim, cashier)
    assert [one.payments.all()[0].end_to_end_id for one in seen] == [payment.end_to_end_id]


@pytest.mark.slow  # an award to its effect, an act, orders to a bank on a socket
def test_what_the_bank_rejects_waits_for_another_account_verified_by_two_and_may_still_come_back(
    liquidated, account, cashier, another, desk, director, chief, bank, worker
):
    from levante.messages.api import Notice
    from levante.payments.api import (
        BankAnswer,
        account_of,
        declare_account,
        prepare_order,
        send_order,
        verify_account,
    )

    row, award = liquidated, liquidated.claim.award
    bank.behave({"reject": {IBAN: "AC04"}})
    send_order(actor=another, order=prepare_order(actor=cashier, rows=[row]))
    worker()
    row.refresh_from_db()
    first = row.payments.get()
    assert (row.state, first.state, first.code, first.order.state) == ("due", "rejected", "AC04", "done")
    assert first.reason_it == "il conto è chiuso"
    assert account_of(award.enterprise_id) is None
    assert Notice.objects.filter(kind="account-needed", user=chief(award).user_id).exists()

    with pytest.raises(Refused, match="controllo"):
        declare_account(actor=chief(award), enterprise=award.enterprise, iban=OTHER[:-1] + "7", holder="x")
    with pytest.raises(Refused, match="legale rappresentante"):
        declare_account(actor=desk, enterprise=award.enterprise, iban=IBAN, holder="x")
    newer = account(award, iban="DE89370400440532013000")
    assert newer.replaces == first.account  # the bank refused it, and yet it is a change
    with pytest.raises(Refused, match="alla vigilia"):
        prepare_order(actor=cashier, rows=[row])
    with pytest.raises(Refused, match="un’altra persona"):
        verify_account(actor=desk, account=newer, how="di nuovo")
    verify_account(actor=director, account=newer, how="telefonata")
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    for seconds in (0, 30):
        worker(seconds)
    row.refresh_from_db()
    assert row.state == "paid"

    back = bank.notice({"key": "x", "transfers": [[order.payments.get().end_to_end_id, "-", "5760.00"]], "refuse": ""})
    content = back.replace("DBIT", "CRDT").encode()
    for _ in (1, 2):  # loaded and confirmed twice, it came back once
        assert by_hand(cashier, another, content).answers.count() == 1
    row.refresh_from_db()
    row.claim.refresh_from_db()
    assert (row.state, row.claim.state, row.claim.paid) == ("due", "liquidated", Decimal("0.00"))
    assert [one.state for one in row.payments.order_by("pk")] == ["rejected", "returned"]
    assert not BankAnswer.objects.filter(applied_at=None).exists()
    with pytest.raises(Refused, match="line 1"):
        loaded(cashier, b"<x/>")
    with pytest.raises(Refused, match="nessun pagamento"):
        loaded(cashier, content.replace(b"LEV-", b"XXX-"))


def test_a_bank_that_lies_is_believed_in_nothing(liquidated, cashier, another, bank, worker):
    from levante.exchange.api import ExternalRequest
    from levante.payments.api import drop_bank_file, prepare_order, send_order
    from levante.payments.jobs import follow_orders

    order = prepare_order(actor=cashier, rows=[liquidated])
    send_order(actor=another, order=order)
    asked = ExternalRequest.objects.filter(system="bank")

    def said(wrong, seconds):
        bank.behave({"wrong": wrong})
        with clock_at(now() + timedelta(seconds=seconds)):
            follow_orders(0)
            worker()
        order.refresh_from_db()
        return order.payments.get().state

    # One entry of the account for the whole file: believed when its sum is that of the order, once another person confirms it.
    def booked(amount):
        entry = ENTRY.format(
            amount=amount, side="DBIT", details=f"<Btch><PmtInfId>{order.message_id}</PmtInfId></Btch>"
        )
        return loaded(cashier, CAMT.format(entry.replace("2026-12-03", today().isoformat())).encode())

    payment = order.payments.get()
    with pytest.raises(Refused, match="di un altro importo"):
        booked(payment.amount + 1)
    file = booked(payment.amount)
    assert [(word.payment, word.kind, word.amount) for word in file.answers.all()] == [(payment, "executed", None)]
    drop_bank_file(actor=cashier, file=file, reason="Non è della banca")

    assert said("order", 0) == "ordered"  # of another order
    assert "another order" in asked.get().last_error
    assert said("html", 60) == "ordered"
    assert "pain.002" in asked.get().last_error
    assert said("unknown", 200) == "accepted"
    assert "NOBODYS" in order.problem_it
    assert said("amount", 300) == "accepted"
    assert "la banca dice 1,00" in order.problem_it
    assert said("future", 600) == "accepted"
    assert asked.count() == 2  # after an answer that moved nothing it is not asked again in a hurry
    assert said("future", 8000) == "accepted"
    assert "un giorno che non può essere" in order.problem_it
    assert said("", 16000) == "executed"
    assert order.state == "done"


def test_what_changed_between_order_and_sending_stops_it_and_a_whole_order_can_be_refused(
    liquidated, cashier, another, desk, bank, worker, monkeypatch
):
    from levante.payments import owing
    from levante.payments.api import (
        Check,
        agree_to_less,
        cancel_order,
        prepare_order,
        record_check,
        refuse_account,
        send_order,
    )
    from levante.payments.api import account_of as of

    row, firm = liquidated, liquidated.claim.award.enterprise
    order = prepare_order(actor=cashier, rows=[row])
    record_check(actor=cashier, enterprise=firm, kind="deggendorf", outcome="not_clear", number="2", issued_on=today())
    with pytest.raises(Refused, match="da restituire"):
        send_order(actor=another, order=order)
    cancel_order(actor=another, order=order, reason="visura cambiata")
    row.refresh_from_db()
    assert row.state == "due"
    record_check(actor=cashier, enterprise=firm, kind="deggendorf", outcome="clear", number="3", issued_on=today())
    record_check(
        actor=cashier, enterprise=firm, kind="durc", outcome="not_clear", number="4", issued_on=today(), valid_until=today(),
        debt=Decimal("60.00"),
    )  # fmt: skip
    order = prepare_order(actor=cashier, rows=[row])
    payment = order.payments.get()
    assert (payment.gross, payment.withheld, payment.kept, payment.amount) == (
        Decimal("6000.00"), Decimal("240.00"), Decimal("60.00"), Decimal("5700.00"),
    )  # fmt: skip
    bank.behave({"refuse": "FF01"})
    send_order(actor=another, order=order)
    worker()
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.state, order.state) == ("rejected", "done")
    assert of(firm.pk) is not None  # the account has no fault
    _says_the_guarantee_that_came_with_the_claim(row.claim)
    monkeypatch.setattr(owing, "_told_by", ["tests.payments.conftest:owes_fifty"])
    with pytest.raises(Refused, match="deve restituire 50,00"):
        prepare_order(actor=cashier, rows=[row])
    record_check(
        actor=cashier, enterprise=firm, kind="recoveries", outcome="not_clear", number="5", issued_on=today(),
        debt=Decimal("50.00"), amount=Decimal("20.00"),
    )  # fmt: skip
    record_check(
        actor=cashier, enterprise=firm, kind="durc", outcome="clear", number="6", issued_on=today(), valid_until=today()
    )
    paper = Check.objects.filter(kind="recoveries").latest("pk")
    with pytest.raises(Refused, match="se ne potrebbero trattenere"):
        prepare_order(actor=cashier, rows=[row])
    for who, why, wrong in ((cashier, "x", "lo conferma un’altra"), (another, " ", "perché")):
        with pytest.raises(Refused, match=wrong):
            agree_to_less(actor=who, paper=paper, why=why)
    agree_to_less(actor=another, paper=paper, why="Il resto è a rate")
    offset = prepare_order(actor=cashier, rows=[row]).payments.get()
    assert (offset.kept, offset.amount) == (Decimal("20.00"), Decimal("5740.00"))
    _an_offset_is_kept_once_and_of_all_that_is_owed(row.claim, monkeypatch, cashier, another)
    type(row.claim.award).objects.update(suspended_on=today(), suspended_why="revoca avviata")
    with pytest.raises(Refused, match="è sospesa"):
        send_order(actor=another, order=offset.order)
    refuse_account(actor=desk, account=of(firm.pk), reason="non è più suo")
    assert of(firm.pk) is None


def _an_offset_is_kept_once_and_of_all_that_is_owed(claim, monkeypatch, cashier, another) -> None:
    """Twenty of fifty are kept from a payment on its way: another claim of the enterprise waits for another decision, and so does
    this one as soon as more is owed."""
    from tests.payments.conftest import claim_on

    from levante.payments import owing
    from levante.payments.api import agree_to_less, gate_of, record_check

    def reasons(of):
        return [one.reason.it for one in gate_of(of, on=today()).closed if one.code == "recoveries"]

    other = claim_on(claim.award, due="100.00", number=2, mode="sal", officer=claim.officer_id)
    assert (reasons(claim), reasons(other)) == ([], ["l’impresa deve restituire 50,00\xa0€"])
    monkeypatch.setattr(owing, "_told_by", [])
    assert "nessuno ha guardato" in reasons(other)[0]
    monkeypatch.setattr(owing, "_told_by", ["tests.payments.conftest:owes_eighty"])
    assert reasons(claim) == ["l’impresa deve restituire 80,00\xa0€"]
    monkeypatch.setattr(owing, "_told_by", ["tests.payments.conftest:owes_fifty"])
    nothing = record_check(
        actor=cashier, enterprise=claim.award.enterprise, kind="recoveries", outcome="not_clear", number="6", issued_on=today(),
        debt=Decimal("50.00"), amount=Decimal("0.00"),
    )  # fmt: skip
    agree_to_less(actor=another, paper=nothing, why="Una volta")
    assert (reasons(claim), reasons(other)) == ([], ["l’impresa deve restituire 50,00\xa0€"])


def _says_the_guarantee_that_came_with_the_claim(claim) -> None:
    """A call that wants a guarantee: the one that came with the claim is known, and waits for its guarantor."""
    from levante.calls.api import Call
    from levante.claims.api import ClaimFile
    from levante.documents.api import StoredFile
    from levante.payments.api import gate_of

    calls = Call.objects.filter(pk=claim.award.act.call_id)
    before = calls.get().payment
    calls.update(payment={"modes": [{"code": "single", "guarantee": True}]})
    assert "non c’è" in gate_of(claim, on=today()).closed[0].reason.it
    ClaimFile.objects.create(
        claim=claim, kind="guarantee", amount=Decimal("6000.00"), issuer="Banca di prova", number="F1", until=today(),
        file=StoredFile.objects.first(), added_at=now(),
    )  # fmt: skip
    assert "Banca di prova" in gate_of(claim, on=today()).closed[0].reason.it
    calls.update(payment=before)


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_officers_and_the_same_claim_then_the_same_money_and_two_workers_with_one_answer(
    claim, papers, account, cashier, another, director, worker, act_system, bank
):
    from tests.grants.test_awards import at_once

    from levante.payments.api import (
        Liquidation,
        Payment,
        draft_liquidation,
        prepare_order,
        send_liquidation,
        send_order,
    )
    from levante.payments.settling import hear_bank, settle_on

    papers(claim.award)
    account(claim.award)
    outcomes = at_once(*[lambda by=by: draft_liquidation(actor=by, claims=[claim]) for by in (cashier, another)])
    assert sorted(type(item).__name__ for item in outcomes) == ["Liquidation", "Refused"], outcomes
    act = Liquidation.objects.get()
    send_liquidation(actor=director, act=act)
    worker()
    row = act.rows.get()
    outcomes = at_once(*[lambda by=by: prepare_order(actor=by, rows=[row]) for by in (cashier, another)])
    assert sorted(type(item).__name__ for item in outcomes) == ["PaymentOrder", "Refused"], outcomes
    payment = Payment.objects.select_related("order").get()
    sender = another if payment.order.prepared_by_id == cashier.user_id else cashier
    at_once(*[lambda: send_order(actor=sender, order=payment.order) for _ in range(2)])
    told = {
        "kind": "executed", "message_id": "", "end_to_end_id": payment.end_to_end_id, "status": "BOOK", "code": "",
        "reason": {"it": "", "en": ""}, "amount": "5760.00", "on": today().isoformat(),
    }  # fmt: skip
    at_once(*[lambda: hear_bank(actor=system("test"), order=payment.order, told=[told]) for _ in range(3)])
    at_once(*[lambda: settle_on(payment.order_id) for _ in range(2)])
    assert sums() == ("6000.00", "6000.00", "6000.00")
    assert Movement.objects.filter(kind="payment").count() == 1
