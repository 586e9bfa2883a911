"""An order asks its gate again as it leaves; what is stuck is sent again by a person, or called back; who has a conflict opens no gate."""

from datetime import timedelta

import pytest

from levante.identity.api import User
from levante.kernel.api import Refused, clock_at, now, system, today

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect, an act, two orders, some pages
]


def test_an_order_asks_its_gate_as_it_leaves_and_a_stuck_one_is_sent_again_or_called_back(
    liquidated, cashier, another, desk, director, bank, worker, client, monkeypatch
):
    from levante.exchange import services
    from levante.exchange.api import ExternalRequest
    from levante.payments.api import ask_bank_again, prepare_order, recall_order, record_check, send_order
    from levante.payments.settling import orders_to_ask

    def visura(outcome):
        record_check(
            actor=cashier, enterprise=liquidated.claim.award.enterprise, kind="deggendorf", outcome=outcome, number="V",
            issued_on=today(),
        )  # fmt: skip

    def order():
        made = prepare_order(actor=cashier, rows=[liquidated])
        return send_order(actor=another, order=made)

    client.force_login(User.objects.get(pk=cashier.user_id))
    monkeypatch.setattr(services, "PAUSES", ())
    first = order()
    with pytest.raises(Refused, match="motivo"):
        recall_order(actor=cashier, order=first, reason=" ")
    bank.behave({"fail": 1})
    worker()
    first.request.refresh_from_db()
    assert (first.request.state, bank.kept) == ("stuck", {})
    assert "richieste-esterne" in client.get("/ufficio/").content.decode()
    assert first.message_id in client.get("/ufficio/richieste-esterne/").content.decode()

    visura("not_clear")  # hours later, the bank is back
    client.post(f"/ufficio/richieste-esterne/{first.request_id}/rinvia/")
    worker()
    first.request.refresh_from_db()
    assert (first.request.state, bank.kept) == ("stuck", {}), "nothing leaves through a gate that closed"
    assert first.request.problem.en != first.request.problem.it, "why is in both languages"
    assert "Deggendorf" in first.request.last_error
    back = f"/ufficio/pagamenti/ordini/{first.pk}/azioni/richiama/"
    for _ in range(2):  # its file was tried: one person asks, and the same person asking again confirms nothing
        client.post(back, {"reason": "La banca non l’ha"})
        first.refresh_from_db()
        assert (first.state, first.recall_asked_by_id) == ("in_bank", cashier.user_id)
    assert "Conferma" not in client.get(f"/ufficio/pagamenti/ordini/{first.pk}/").content.decode()
    client.force_login(User.objects.get(pk=another.user_id))
    assert "Conferma e richiama" in client.get(f"/ufficio/pagamenti/ordini/{first.pk}/").content.decode()
    client.post(back, {"reason": "Chiesto al tesoriere alle 10"})
    client.force_login(User.objects.get(pk=cashier.user_id))
    first.refresh_from_db()
    liquidated.refresh_from_db()
    assert (first.state, first.payments.get().state, liquidated.state) == ("recalled", "withdrawn", "due")
    assert ExternalRequest.objects.get(pk=first.request_id).state == "cancelled"

    never = ExternalRequest.objects.filter(kind="order_results", key__startswith=first.message_id)
    assert orders_to_ask() == [first.pk], "its file was tried: the bank may have it"
    ask_bank_again(actor=system("test"), order_id=first.pk)
    worker()
    assert [(one.state, one.answer) for one in never] == [("applied", {"outcomes": []})], (
        "that it has none is an answer"
    )
    assert orders_to_ask() == []

    visura("clear")
    second = order()
    with clock_at(now() + timedelta(days=1)):
        worker()
    second.request.refresh_from_db()
    assert (second.request.state, bank.kept) == ("stuck", {}), "the day asked of the bank is past"
    client.post(f"/ufficio/pagamenti/ordini/{second.pk}/azioni/rinvia/")
    worker()
    second.refresh_from_db()
    assert second.answered_at is not None
    with pytest.raises(Refused, match="già detto"):
        recall_order(actor=cashier, order=second, reason="x")
    bank.behave({"fail": 1})
    worker(30)
    asked = ExternalRequest.objects.get(kind="order_results", key__startswith=second.message_id)
    assert asked.state == "stuck"
    ask_bank_again(actor=system("test"), order_id=second.pk)
    asked.refresh_from_db()
    assert asked.state == "waiting", "a question that got stuck holds up no other"

    aid = ExternalRequest.objects.create(
        system="rna", kind="confirm", key="C", body={}, state="stuck", last_error="x", created_at=now()
    )
    client.force_login(User.objects.get(pk=desk.user_id))
    client.post(f"/ufficio/richieste-esterne/{aid.pk}/rinvia/")
    aid.refresh_from_db()
    assert (aid.state, aid.operator_id) == ("waiting", desk.user_id)
    _who_has_a_conflict_opens_no_gate(liquidated.claim, second, another, director, client)


@pytest.mark.parametrize("in_another_order", [False, True])
def test_what_the_bank_executed_of_an_order_called_back_is_paid_and_not_twice(
    liquidated, cashier, another, bank, worker, client, monkeypatch, in_another_order
):
    """The bank took the file and its answer was lost; two persons called it back, and then its statement says executed."""
    from levante.exchange import services
    from levante.identity.api import User
    from levante.law import parameters
    from levante.payments.api import ask_bank_again, cancel_order, prepare_order, recall_order, send_order
    from levante.payments.settling import hear_bank, orders_to_ask
    from levante.web.desk.payments.worklist import my_turn

    monkeypatch.setattr(services, "PAUSES", ())
    first = send_order(actor=another, order=prepare_order(actor=cashier, rows=[liquidated]))
    bank.behave({"drop": 1})
    worker()
    assert first.message_id in bank.kept, "the bank has it"
    recall_order(actor=cashier, order=first, reason="Senza risposta")
    with pytest.raises(Refused, match="un’altra persona"):
        recall_order(actor=cashier, order=first, reason="Senza risposta")
    assert [(one.title, "poi conferma" in one.why) for one in my_turn(another)] == [(first.message_id, True)]
    assert not list(my_turn(cashier)), "who asked does not confirm"
    recall_order(actor=another, order=first, reason="Dice di no")
    second = prepare_order(actor=cashier, rows=[liquidated]) if in_another_order else None
    paid = first.payments.get()
    assert orders_to_ask() == [first.pk]
    ask_bank_again(actor=system("test"), order_id=first.pk)
    worker()
    word = {
        "end_to_end_id": paid.end_to_end_id, "message_id": first.message_id, "kind": "executed", "status": "BOOK", "code": "",
        "reason": {"it": "", "en": ""}, "amount": str(paid.amount), "on": today().isoformat(),
    }  # fmt: skip
    if second is not None:
        first.refresh_from_db()
        assert "forse due volte" in first.problem_it
        # Finance is told until a person says what came of it.
        assert [one.title for one in my_turn(cashier) if "chiariscilo" in one.why] == [first.message_id]
        client.force_login(User.objects.get(pk=cashier.user_id))
        address = f"/ufficio/pagamenti/ordini/{first.pk}/"
        for reason, told in ((" ", 1), ("Il tesoriere conferma: eseguito", 0)):
            assert "A chi hai chiesto" in client.get(address).content.decode()
            client.post(f"{address}azioni/chiarito/", {"reason": reason})
            assert len([one for one in my_turn(cashier) if "chiariscilo" in one.why]) == told
        assert "A chi hai chiesto" not in client.get(address).content.decode()
        with pytest.raises(Refused, match="già pagata"):
            send_order(actor=another, order=second)
        cancel_order(actor=cashier, order=second, reason="Già pagata")
    liquidated.refresh_from_db()
    paid.refresh_from_db()
    liquidated.claim.refresh_from_db()
    assert (liquidated.state, paid.state, liquidated.claim.paid) == ("paid", "executed", liquidated.gross)
    with pytest.raises(Refused):
        prepare_order(actor=cashier, rows=[liquidated])
    hear_bank(actor=system("test"), order=first, told=[word])
    liquidated.claim.refresh_from_db()
    assert liquidated.claim.paid == liquidated.gross, "said twice, paid once"
    assert paid.answers.count() == 1, "said twice, heard once"
    days = int(parameters.value("payment.returns.days", on=today()).value)
    with clock_at(now() + timedelta(days=days - 1)):
        assert orders_to_ask() == [first.pk], "once a day"
    with clock_at(now() + timedelta(days=days + 1)):
        assert orders_to_ask() == []


def _who_has_a_conflict_opens_no_gate(claim, order, another, director, client) -> None:
    """About a file of the enterprise: no paper, account, default or order of it (art. 6-bis L. 241/1990)."""
    from levante.applications.api import ConflictDeclaration
    from levante.payments.api import account_of, record_check
    from levante.payments.policies import may_declare_urgency, may_record_default, may_verify_account, may_work_order

    firm = claim.award.enterprise
    for who in (another, director):
        ConflictDeclaration.objects.create(
            application=claim.award.application,
            officer_id=who.user_id,
            has_conflict=True,
            text="parente",
            declared_at=now(),
        )
    paper = {"kind": "durc", "outcome": "clear", "number": "9", "issued_on": today(), "valid_until": today()}
    with pytest.raises(Refused, match="conflitto"):
        record_check(actor=another, enterprise=firm, **paper)
    account = account_of(firm.pk)
    for decision in (
        may_verify_account(another, account), may_record_default(another, firm), may_work_order(another, order),
        may_declare_urgency(director, firm),
    ):  # fmt: skip
        assert "conflitto" in decision.reason.it
    client.force_login(User.objects.get(pk=another.user_id))
    said = client.post(f"/ufficio/pagamenti/domande/{claim.pk}/documenti/", {**paper, "issued_on": today().isoformat()})
    assert said.status_code == 404
