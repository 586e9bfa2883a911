"""A revocation is annulled in self-protection: all that it took is given back in one transaction, or nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from tests.controls.conftest import forfeited
from tests.payments.conftest import claim_on

from levante.applications.api import Application
from levante.claims.api import open_variation, send_variation, write_variation
from levante.controls.api import (
    Annulment,
    Recovery,
    Refund,
    Revocation,
    ask_recovery,
    dispose_refund,
    give_up_annulment,
    last_day_to_annul,
    open_revocation,
    propose_annulment,
    record_incoming,
    record_refund,
    retry_annulment,
    send_annulment,
    send_revocation,
)
from levante.grants.api import Award
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.letters.api import Letter
from levante.messages.api import Notice
from levante.programme.api import BudgetLine

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect, then two acts to theirs
]
BOT = system("test")
D = Decimal
WHY = {"basis": "unlawful", "grounds": "La presenza era provata.", "interest": "Non si recupera ciò che spetta."}


@pytest.fixture
def revoked(proposed, director, worker):
    def make(award, **more):
        found = proposed(award, **more)
        send_revocation(actor=director, revocation=found)
        worker()
        found.refresh_from_db()
        assert (found.state, found.stop_reason_it) == ("effective", "")
        return found

    return make


def test_a_whole_revocation_is_annulled_and_what_was_given_back_is_owed(
    liquidated, pay, revoked, desk, director, cashier, another, chief, worker
):
    pay(liquidated)
    award = liquidated.claim.award
    firm = chief(award)
    found = revoked(award)
    assert Application.objects.get(pk=award.application_id).state == "revoked"
    recovery = Recovery.objects.get()
    ask_recovery(actor=cashier, recovery=recovery)
    record_incoming(
        actor=system("test"), recovery=recovery, source="treasury", reference="Q1", on=today(), amount=D("2000.00")
    )
    recovery.refresh_from_db()
    with pytest.raises(Refused, match="responsabili"):
        propose_annulment(actor=cashier, revocation=found, **WHY)
    for wrong in ({"basis": "x"}, {"grounds": " "}, {"interest": ""}):
        with pytest.raises(Refused):
            propose_annulment(actor=desk, revocation=found, **{**WHY, **wrong})
    annulment = propose_annulment(actor=desk, revocation=found, **WHY)
    assert propose_annulment(actor=desk, revocation=found, **WHY) == annulment
    with pytest.raises(Refused, match="dirigente"):
        send_annulment(actor=desk, annulment=annulment)
    send_annulment(actor=director, annulment=annulment)
    assert send_annulment(actor=director, annulment=annulment).state == "sent_to_act_system"
    worker()
    annulment.refresh_from_db()
    assert (annulment.state, annulment.stop_reason_it) == ("effective", "")
    text = render_to_string(annulment.document.template, annulment.document.data | {"title": annulment.document.title})
    assert f"n. {annulment.number} del {annulment.act_date:%d/%m/%Y}, visto" in text
    assert "Testo del" not in text
    found.refresh_from_db()
    award = Award.objects.select_related("aid").get(pk=award.pk)
    recovery.refresh_from_db()
    assert (found.state, recovery.state, recovery.closing_kind) == ("annulled", "cancelled", "not_due")
    assert recovery.closing.en.startswith("Revocation annulled, act no. ")
    assert Refund.objects.get().why == recovery.closing
    assert (award.state, award.amount, award.granted, award.reduced_by) == ("effective", D("6000.00"), None, None)
    assert (award.aid.annulled_on, award.aid.gge) == (None, D("6000.00"))
    assert award.restored_by == annulment.programme_act
    assert Application.objects.get(pk=award.application_id).state == "admitted"
    refund = Refund.objects.get()
    assert (refund.amount, refund.capital) == (D("2000.00"), recovery.capital_in)
    dispose_refund(actor=another, refund=refund)
    record_refund(actor=cashier, refund=refund, reference="M1", on=today())
    line = BudgetLine.objects.get()
    assert line.paid - line.recovered == D("6000.00")
    assert "La presenza era provata" in Letter.objects.get(kind="revocation_annulled").body
    assert "Ti si rendono 2.000,00" in Notice.objects.get(kind="revocation-annulled", user=firm.user_id).body_it
    with pytest.raises(Refused, match="revoca efficace"):
        propose_annulment(actor=desk, revocation=found, **WHY)
    # What it was revoked for may be looked at again, for all that was paid.
    assert open_revocation(actor=desk, award=award, reason_code="other", grounds="x").recover == D("6000.00")


def test_what_was_freed_is_committed_again_or_the_act_waits(voucher, revoked, desk, director, worker, line, chief):
    claim = claim_on(voucher, officer=desk.user_id)
    due = claim.due
    with pytest.raises(Refused, match="decadenza non è decisa"):
        open_revocation(actor=desk, award=voucher, reason_code="not_accepted", grounds="x")
    accept = forfeited(voucher)
    asked = open_variation(actor=chief(voucher), award=voucher, kind="seat")
    write_variation(actor=chief(voucher), variation=asked, reason="Nuova sede", asked={"text": "Brindisi"})
    send_variation(actor=chief(voucher), variation=asked)
    found = revoked(voucher, reason_code="not_accepted")
    asked.refresh_from_db()
    assert (asked.state, "Revoca, atto n." in asked.decision_reason) == ("refused", True), (
        "nothing is asked of what is no more"
    )
    accept.refresh_from_db()
    assert accept.state == "lapsed", "forfeited to the end"
    claim.refresh_from_db()
    assert (claim.state, claim.due) == ("refused", None)
    line.refresh_from_db()
    assert line.committed == 0
    annulment = propose_annulment(actor=desk, revocation=found, **WHY)
    allocated = line.allocated
    BudgetLine.objects.filter(pk=line.pk).update(allocated=D("10.00"))  # others had the money meanwhile
    send_annulment(actor=director, annulment=annulment)
    worker()
    annulment.refresh_from_db()
    assert annulment.state == "act_returned"
    assert annulment.stop_reason_it
    assert Award.objects.get(pk=voucher.pk).state == "revoked", "nothing was done by half"
    assert Revocation.objects.get().state == "effective"
    BudgetLine.objects.filter(pk=line.pk).update(allocated=allocated)
    with clock_at(now() + timedelta(days=9)):
        assert retry_annulment(actor=desk, annulment=annulment).state == "effective"
        assert retry_annulment(actor=desk, annulment=annulment).state == "effective"
    line.refresh_from_db()
    asked.refresh_from_db()
    assert (asked.state, asked.officer, asked.decision_reason, asked.stopped_days) == ("sent", None, "", 9), "as it was"
    told = Notice.objects.get(kind="variation-revived", user=chief(voucher).user_id)
    assert f"Annullamento d’ufficio, atto n. {annulment.number}" in told.body_it
    claim.refresh_from_db()
    assert line.committed == D("6000.00")
    assert (claim.state, claim.due) == ("assessed", due)
    accept.refresh_from_db()
    assert (accept.state, "Revoca annullata" in accept.reason) == ("waiting", True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Annulment.objects.update(sent_by=annulment.proposed_by)


def test_parts_are_annulled_from_the_last_and_the_months_of_the_law_are_told(voucher, revoked, desk, director, worker):
    one = revoked(voucher, reason_code="not_eligible", amount=D("1000.00"))
    two = revoked(Award.objects.get(pk=voucher.pk), reason_code="not_eligible", amount=D("500.00"))
    assert Application.objects.get(pk=voucher.application_id).state == "admitted"
    with pytest.raises(Refused, match="venuta dopo"):
        propose_annulment(actor=desk, revocation=one, **WHY)
    last = last_day_to_annul(two)
    with clock_at(now() + (last - today()) + timedelta(days=1)):
        with pytest.raises(Refused, match="mesi della legge"):
            propose_annulment(actor=desk, revocation=two, **WHY)
        propose_annulment(actor=desk, revocation=two, **{**WHY, "basis": "judgment"})
        late = propose_annulment(actor=desk, revocation=two, late_reason="Il giudizio è finito ora.", **WHY)
    assert give_up_annulment(actor=desk, annulment=late, reason="Era presto").state == "given_up"
    found = propose_annulment(actor=desk, revocation=two, **WHY)
    send_annulment(actor=director, annulment=found)
    worker()
    found.refresh_from_db()
    assert (found.state, found.stop_reason_it) == ("effective", "")
    award = Award.objects.select_related("aid").get(pk=voucher.pk)
    assert (award.amount, award.granted, award.gge) == (D("5000.00"), D("6000.00"), D("5000.00"))
    assert (award.aid.gge, award.reduced_by) == (D("5000.00"), one.programme_act)
