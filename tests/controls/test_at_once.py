"""Two officers, one award; two tellers, one payment; a merger in the middle of a revocation and of its recovery."""

from decimal import Decimal

import pytest
from tests.controls.test_annulment import WHY
from tests.grants.test_awards import at_once

from levante.controls.api import (
    Annulment,
    Incoming,
    Recovery,
    Refund,
    Revocation,
    ToldIncoming,
    archive_revocation,
    ask_recovery,
    cancel_recovery,
    confirm_told_incoming,
    give_up_told_incoming,
    hear_receipt,
    match_receipt,
    notify_revocation,
    open_revocation,
    propose_annulment,
    propose_revocation,
    record_incoming,
    refund_receipt,
    send_annulment,
    send_paper,
    send_revocation,
    tell_incoming,
)
from levante.controls.paid import owed_by
from levante.grants.api import Award
from levante.kernel.api import system, today
from levante.parties.api import merge_enterprises
from levante.programme.api import BudgetLine

D = Decimal
pytestmark = pytest.mark.slow  # an award to its effect, then real transactions that wait for each other


@pytest.mark.django_db(transaction=True)
def test_two_officers_on_a_revocation(voucher, desk, director, chief, worker):
    more = {"award": voucher, "reason_code": "obligations"}
    outcomes = at_once(
        lambda: open_revocation(actor=desk, grounds="Uno", **more),
        lambda: open_revocation(actor=desk, grounds="Due", **more),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Revocation"], outcomes
    found = Revocation.objects.get()
    at_once(*[lambda: notify_revocation(actor=desk, revocation=found) for _ in range(3)])
    assert found.events.filter(is_internal=False).count() == 1, "the notice goes once"
    send_paper(actor=chief(voucher), revocation=found, kind="memo", text="x", is_last=True)
    propose_revocation(actor=desk, revocation=found, reasons="x")
    outcomes = at_once(
        lambda: send_revocation(actor=director, revocation=found),
        lambda: archive_revocation(actor=director, revocation=found, reason="x"),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Revocation"], outcomes
    found.refresh_from_db()
    assert found.state in ("sent_to_act_system", "archived")
    if found.state == "archived":
        return
    worker()
    found.refresh_from_db()
    assert (found.state, BudgetLine.objects.get().committed) == ("effective", D("0.00"))
    annulment = propose_annulment(actor=desk, revocation=found, **WHY)
    at_once(*[lambda: send_annulment(actor=director, annulment=annulment) for _ in range(2)])
    worker()
    assert Annulment.objects.get().state == "effective"
    assert BudgetLine.objects.get().committed == D("6000.00"), "committed again once"


@pytest.mark.django_db(transaction=True)
def test_two_tellers_on_a_recovery(recovery, cashier, another, director):
    ask_recovery(actor=cashier, recovery=recovery)
    pay = {"actor": system("test"), "recovery": recovery, "source": "treasury", "on": today()}
    outcomes = at_once(*[lambda: record_incoming(reference="Q1", amount=D("100.00"), **pay) for _ in range(3)])
    assert len({one.pk for one in outcomes}) == Incoming.objects.count() == 1
    # What one person says came in is confirmed by another, or given up: once, whoever is first.
    said = {"actor": cashier, "recovery": recovery, "source": "treasury", "reference": "Q3", "on": today()}
    told = at_once(*[lambda: tell_incoming(amount=D("50.00"), **said) for _ in range(2)])
    assert {one.pk for one in told} == {ToldIncoming.objects.get().pk}
    at_once(
        *[lambda: confirm_told_incoming(actor=another, told=told[0]) for _ in range(2)],
        lambda: give_up_told_incoming(actor=cashier, told=told[0], reason="Era di un’altra impresa"),
    )
    found = ToldIncoming.objects.get()
    counted = Incoming.objects.filter(reference="Q3")
    assert [one.told for one in counted] == ([found] if found.state == "confirmed" else [])
    if found.state == "given_up":
        confirm_told_incoming(actor=another, told=tell_incoming(amount=D("50.00"), **said))
    whole = recovery.instalments.get().amount - D("150.00")
    more = {
        "actor": director,
        "recovery": recovery,
        "kind": "not_due",
        "reason": "x",
        "number": "7",
        "act_date": today(),
    }
    at_once(lambda: record_incoming(reference="Q2", amount=whole, **pay), lambda: cancel_recovery(**more))
    recovery.refresh_from_db()
    came = sum(one.amount for one in recovery.incomings.all())
    owed = sum(one.amount for one in Refund.objects.all())
    assert recovery.state == "cancelled"
    assert came == owed == whole + D("150.00"), "whoever was first, all that came in is owed back, once"
    assert BudgetLine.objects.get().recovered == recovery.capital_in


@pytest.mark.django_db
def test_a_merger_in_the_middle(liquidated, pay, proposed, desk, director, cashier, chief, worker, enterprise):
    pay(liquidated)
    award = liquidated.claim.award
    found = proposed(award)
    send_revocation(actor=director, revocation=found)
    absorbed, survivor = award.enterprise, enterprise("Chi resta S.r.l.")
    merge_enterprises(actor=system("test"), survivor=survivor, absorbed=absorbed, chosen={}, reason="la stessa impresa")
    worker()  # the act comes back after the merger
    found.refresh_from_db()
    assert (found.state, found.stop_reason_it) == ("effective", "")
    award = Award.objects.get(pk=award.pk)
    assert (award.enterprise_id, award.state) == (survivor.pk, "revoked")
    recovery = Recovery.objects.get()
    ask_recovery(actor=cashier, recovery=recovery)
    assert owed_by({survivor.pk})[survivor.pk][0][1] == D("6000.00"), "the survivor owes it"
    assert not owed_by({absorbed.pk})
    record_incoming(
        actor=system("test"), recovery=recovery, source="treasury", reference="Q1", on=today(), amount=D("1000.00")
    )
    # Another merger while it is owed, then all is annulled: what came in is the last survivor's.
    last = enterprise("Chi resta ancora S.r.l.")
    merge_enterprises(actor=system("test"), survivor=last, absorbed=survivor, chosen={}, reason="la stessa impresa")
    send_annulment(actor=director, annulment=propose_annulment(actor=desk, revocation=found, **WHY))
    worker()
    annulment = Annulment.objects.get()
    assert (annulment.state, annulment.stop_reason_it) == ("effective", "")
    assert Refund.objects.get().enterprise_id == last.pk
    assert Award.objects.get(pk=award.pk).amount == D("6000.00")


@pytest.mark.django_db(transaction=True)
def test_two_tellers_on_a_receipt_of_nothing(recovery, cashier):
    ask_recovery(actor=cashier, recovery=recovery)
    told = {"iur": "X1", "nav": "301999999999999999", "creditor": "x", "amount": "5.00", "paid_on": today().isoformat()}
    receipt = hear_receipt(actor=system("test"), told=told)
    outcomes = at_once(
        lambda: match_receipt(actor=cashier, receipt=receipt, debt=recovery, reason="x"),
        lambda: refund_receipt(actor=cashier, receipt=receipt, reason="x"),
    )
    assert sorted(type(one).__name__ for one in outcomes)[0] in ("ReceiptMatch", "Refund"), outcomes
    assert sum(type(one).__name__ == "Refused" for one in outcomes) == 1, outcomes
    assert Incoming.objects.count() + Refund.objects.count() == 1, "it is counted, or given back"
