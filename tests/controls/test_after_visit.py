"""What a visit found reaches the money: a claim that is not paid is reviewed again with the cuts, of a paid one what fell is revoked."""
# ruff: noqa: F811

from decimal import Decimal

import pytest
from tests.claims.conftest import award  # noqa: F401
from tests.claims.test_claims import all_complete, spent
from tests.claims.world import pdf

from levante.calls.api import Call
from levante.claims.api import (
    assess_claim,
    cut_charge,
    grant_lost_with,
    open_claim,
    send_claim,
    take_claim,
    write_report,
)
from levante.controls.api import (
    grant_lost,
    plan_visit,
    review_again,
    revoke_after_visit,
    say_finding,
    sign_minutes,
    write_minutes,
)
from levante.kernel.api import Refused, today
from levante.payments.api import draft_liquidation, gate_of, send_liquidation

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # an award to its effect, and a claim reviewed
D = Decimal


def assessed(award, actor, desk, *amounts):
    """One claim of the whole, half of whose costs are paid up to 6,000, with these documents."""
    Call.objects.filter(pk=award.act.call_id).update(payment={"modes": [{"code": "single"}]})
    award.act.call.refresh_from_db()
    award.application.opening.call.refresh_from_db()
    one = open_claim(actor=actor, award=award, mode="single")
    write_report(actor=actor, claim=one, report="Finito.")
    documents = [spent(one, actor, str(20 + place), net, item="study") for place, net in enumerate(amounts)]
    one = send_claim(actor=actor, claim=one)
    take_claim(actor=desk, claim=one)
    all_complete(one, desk)
    return assess_claim(actor=desk, claim=one), documents


def signed(desk, claim, document, **finding):
    visit = plan_visit(actor=desk, claim=claim, planned_on=today(), place="Bari")
    say_finding(actor=desk, visit=visit, document=document, **finding)
    write_minutes(actor=desk, visit=visit, present="Anna Greco", minutes="Visti gli originali.")
    return visit, sign_minutes(actor=desk, visit=visit, upload=pdf("verbale.pdf"))


def test_a_claim_that_is_not_paid_waits_and_is_reviewed_again_with_the_cuts(
    award, chief, desk, cashier, papers, account
):
    claim, (bad, good) = assessed(award, chief(award), desk, "2000.00", "6000.00")
    assert claim.due == D("4000.00")
    papers(award)
    account(award)
    assert gate_of(claim, on=today()).decision()
    visit = plan_visit(actor=desk, claim=claim, planned_on=today(), place="Bari")
    assert gate_of(claim, on=today()).decision(), "a visit to be made holds nothing"
    say_finding(actor=desk, visit=visit, document=good, outcome="confirmed")
    say_finding(actor=desk, visit=visit, document=bad, outcome="not_eligible", text="È falsa.")
    with pytest.raises(Refused, match="non reggono"):
        draft_liquidation(actor=cashier, claims=[claim])
    write_minutes(actor=desk, visit=visit, present="Anna Greco", minutes="Visti gli originali.")
    visit = sign_minutes(actor=desk, visit=visit, upload=pdf("verbale.pdf"))
    assert grant_lost(visit) == D("1000.00")
    with pytest.raises(Refused, match="non è ancora pagata"):
        revoke_after_visit(actor=desk, visit=visit)
    review_again(actor=desk, visit=visit)
    claim.refresh_from_db()
    assert claim.state == "under_review"
    cut = claim.charges.get(document=bad)
    assert (cut.kept, cut.admitted) == (D("0.00"), D("0.00"))
    assert "È falsa." in cut.reason
    # Who reviews may not leave out what was signed: the claim waits again.
    cut_charge(actor=desk, charge=cut, kept=D("500.00"), reason="In parte")
    claim = assess_claim(actor=desk, claim=claim)
    assert not gate_of(claim, on=today()).decision()
    review_again(actor=desk, visit=visit)
    claim = assess_claim(actor=desk, claim=claim)
    assert claim.due == D("3000.00")
    review_again(actor=desk, visit=visit)
    assert assess_claim(actor=desk, claim=claim).state == "assessed", "done already: it stays closed"
    assert draft_liquidation(actor=cashier, claims=[claim]).rows.get().gross == D("3000.00")


def test_of_a_paid_claim_falls_what_is_earned_no_more_and_nothing_of_what_was_spent_beyond(
    award, chief, desk, cashier, director, worker, papers, account, pay
):
    claim, (bad, good) = assessed(award, chief(award), desk, "2000.00", "12000.00")
    papers(award)
    account(award)
    act = draft_liquidation(actor=cashier, claims=[claim])
    send_liquidation(actor=director, act=act)
    worker()
    claim.refresh_from_db()
    visit, _ = signed(desk, claim, bad, outcome="not_eligible", text="È falsa.")
    assert grant_lost(visit) == 0, "12,000 at half are the 6,000 awarded"
    with pytest.raises(Refused, match="prima un atto annulla la liquidazione"):
        review_again(actor=desk, visit=visit)
    pay_refused = pytest.raises(Refused, match="non reggono")
    with pay_refused:
        pay(act.rows.get())
    for left, lost in (("9000.00", "1500.00"), ("12000.00", "0.00"), ("11999.99", "0.00"), ("0.00", "6000.00")):
        found = grant_lost_with(claim, documents={bad.pk: D(0), good.pk: D(left)}, costs={})
        assert found == D(lost)
