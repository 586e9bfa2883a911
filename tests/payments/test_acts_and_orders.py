"""A draft loses a claim, an act is refused by the system of acts, the bank is asked once more: what was taken is free again, and once."""

from decimal import Decimal

import pytest
from tests.payments.conftest import claim_on

from levante.kernel.api import Refused, now

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, an act to the system of acts and back
def test_a_claim_taken_out_of_a_draft_or_of_an_act_refused_waits_for_another(
    claim, papers, account, cashier, desk, director, act_system, worker
):
    from levante.payments.api import draft_liquidation, drop_row, send_liquidation

    papers(claim.award)
    account(claim.award)
    second = claim_on(claim.award, number=2, mode="balance", due="100.00", officer=desk.user_id)
    act = draft_liquidation(actor=cashier, claims=[claim, second])
    first, other = act.rows.order_by("claim__number")
    with pytest.raises(Refused, match="motivo"):
        drop_row(actor=cashier, row=other, reason=" ")
    with pytest.raises(Refused, match="ragioneria"):
        drop_row(actor=desk, row=other, reason="x")
    dropped = drop_row(actor=cashier, row=other, reason="Manca una fattura")
    assert (dropped.state, dropped.stop_reason_it) == ("dropped", "Manca una fattura")
    assert drop_row(actor=cashier, row=other, reason="ancora").stop_reason_it == "Manca una fattura"
    act.refresh_from_db()
    assert act.state == "draft_act"
    assert [row["claim"] for row in act.document.data["rows"]] == [claim.register_number], "the text is written again"
    alone = draft_liquidation(actor=cashier, claims=[second])
    drop_row(actor=cashier, row=alone.rows.get(), reason="Anche qui")
    alone.refresh_from_db()
    assert (alone.state, alone.closing_reason) == ("cancelled", "Anche qui")

    act_system.behave({"refuse": "manca il visto"})
    send_liquidation(actor=director, act=act)
    with pytest.raises(Refused, match="non si può togliere"):
        drop_row(actor=cashier, row=first, reason="x")
    worker()
    act.refresh_from_db()
    first.refresh_from_db()
    claim.refresh_from_db()
    assert (act.state, act.closing_reason, first.state) == ("refused", "manca il visto", "dropped")
    assert (first.stop_reason_it, claim.state) == ("atto rifiutato: manca il visto", "assessed")
    assert first.stop_reason_en.startswith("act refused")
    assert draft_liquidation(actor=cashier, claims=[claim]).rows.get().gross == Decimal("6000.00")


@pytest.mark.slow  # an award to its effect, an act, an order
def test_the_bank_is_asked_again_by_who_is_tired_of_waiting_and_once_at_a_time(
    liquidated, cashier, another, desk, bank
):
    from levante.exchange.api import ExternalRequest
    from levante.payments.api import ask_bank_again, prepare_order, send_order

    order = prepare_order(actor=cashier, rows=[liquidated])
    asked = ExternalRequest.objects.filter(kind="order_results")
    ask_bank_again(actor=cashier, order_id=order.pk)
    send_order(actor=another, order=order)
    ask_bank_again(actor=cashier, order_id=order.pk)
    assert not asked.exists(), "neither before it went, nor before the bank said that it has it"
    type(order).objects.filter(pk=order.pk).update(answered_at=now())
    with pytest.raises(Refused, match="ragioneria"):
        ask_bank_again(actor=desk, order_id=order.pk)
    for _ in range(2):
        ask_bank_again(actor=cashier, order_id=order.pk)
    assert asked.get().body == {
        "message_id": order.message_id,
        "results": 1,
        "going": 1,
        "last": False,
        "recalled": False,
    }
    asked.update(state="cancelled")
    ask_bank_again(actor=another, order_id=order.pk)
    assert sorted(one.body["results"] for one in asked) == [1, 2]
