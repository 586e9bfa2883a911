"""What a visit found reaches the money: a claim that is not paid is reviewed again with the cuts, of a paid one what fell is revoked."""
# ruff: noqa: F811

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.claims.conftest import award  # noqa: F401
from tests.claims.test_claims import all_complete, spent
from tests.claims.world import pdf
from tests.controls.test_samples import photograph

from levante.calls.api import Call
from levante.claims.api import (
    Claim,
    assess_claim,
    counted_indicators,
    cut_charge,
    grant_lost_with,
    open_claim,
    send_claim,
    take_claim,
    write_report,
)
from levante.controls.api import (
    Visit,
    answer_observation,
    grant_lost,
    plan_visit,
    print_minutes,
    review_again,
    revoke_after_visit,
    say_finding,
    send_observation,
    settle_visit,
    sign_minutes,
    write_minutes,
)
from levante.kernel.api import Refused, today
from levante.messages.api import Notice
from levante.payments.api import draft_liquidation, gate_of, send_liquidation
from levante.programme.api import Indicator
from levante.register.pure.canonical import canonical_bytes
from levante.web.desk.controls.visit_work import of_visits

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


def today_of(actor):
    return [item.title for item in of_visits(actor)]


def signed(who, claim, document, **finding):
    visit = plan_visit(actor=who, claim=claim, planned_on=today(), place="Bari")
    say_finding(actor=who, visit=visit, document=document, **finding)
    write_minutes(actor=who, visit=visit, present="Anna Greco", minutes="Visti gli originali.")
    return sign_minutes(actor=who, visit=print_minutes(actor=who, visit=visit), upload=photograph())


def test_a_claim_that_is_not_paid_waits_and_is_reviewed_again_with_the_cuts(
    award, chief, desk, director, controller, cashier, papers, account
):
    firm, other = chief(award), controller(award)
    claim, (bad, good) = assessed(award, firm, desk, "2000.00", "6000.00")
    assert claim.due == D("4000.00")
    papers(award)
    account(award)
    assert gate_of(claim, on=today()).decision()
    more = {"claim": claim, "planned_on": today(), "place": "Bari"}
    with pytest.raises(Refused, match="l’hai verificata tu"):
        plan_visit(actor=desk, **more)
    with pytest.raises(Refused, match="lo decide il dirigente"):
        plan_visit(actor=other, **more, because="Conosce il luogo")
    visit = plan_visit(actor=other, **more)
    assert (today_of(desk), today_of(other)) == ([], ["1 visita da fare"])
    for broken in ({"officer": desk.user_id}, {"entrusted_by": director.user_id}, {"printed_sha256": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(**broken)
    assert gate_of(claim, on=today()).decision(), "a visit to be made holds nothing"
    say_finding(
        actor=other, visit=visit, document=good, outcome="reevaluated", kept=D("5000.00"), text="Manca un allegato."
    )
    with pytest.raises(Refused, match="l’hai verificata tu"):
        say_finding(actor=desk, visit=visit, document=bad, outcome="confirmed")
    say_finding(actor=other, visit=visit, document=bad, outcome="not_eligible", text="È falsa.")
    with pytest.raises(Refused, match="non reggono"):
        draft_liquidation(actor=cashier, claims=[claim])
    write_minutes(actor=other, visit=visit, present="Anna Greco", minutes="Visti gli originali.")
    assert today_of(other) == ["1 verbale da far firmare"]
    with pytest.raises(Refused, match="Prima prepara il verbale"):
        sign_minutes(actor=other, visit=visit, upload=pdf("verbale.pdf"))
    first = print_minutes(actor=other, visit=visit).printed_sha256
    write_minutes(actor=other, visit=visit, present="Anna Greco", minutes="Visti gli originali, tutti.")
    with pytest.raises(Refused, match="Prima prepara il verbale"):
        sign_minutes(actor=other, visit=visit, upload=pdf("verbale.pdf"))
    visit = print_minutes(actor=other, visit=visit)
    assert visit.printed_sha256 != first
    said = visit.printed.data
    assert (
        hashlib.sha256(canonical_bytes({k: v for k, v in said.items() if k != "sha256"})).hexdigest()
        == visit.printed_sha256
    )
    assert [(one["outcome"], one["kept"]) for one in said["findings"]] == [
        ("rivalutato", "5.000,00\xa0€"),
        ("non ammissibile", "0,00\xa0€"),
    ]
    visit = sign_minutes(actor=other, visit=visit, upload=photograph())
    assert visit.signed_file.kind == "png"
    assert grant_lost(visit) == D("1500.00")

    # The enterprise is heard first: its days, then an answer to each thing that it says.
    with pytest.raises(Refused, match="può mandare osservazioni fino al"):
        review_again(actor=desk, visit=visit)
    observed = send_observation(actor=firm, visit=visit, text="L’allegato c’è.")
    Visit.objects.filter(pk=visit.pk).update(observe_by=today() - timedelta(days=1))
    visit.refresh_from_db()
    with pytest.raises(Refused, match="prima si risponde"):
        review_again(actor=desk, visit=visit)
    assert (today_of(desk), today_of(other)) == ([], ["1 osservazione su un verbale a cui rispondere"])
    whole = visit.findings.get(document=good)
    answer_observation(actor=other, observation=observed, text="È vero, l’allegato c’è.", withdrawn=[whole])
    with pytest.raises(Refused, match="già una risposta"):
        answer_observation(actor=other, observation=observed, text="x")
    assert Notice.objects.filter(kind="visit-answered", user=firm.user_id).count() == 1
    assert grant_lost(visit) == D("1000.00")
    assert today_of(desk) == today_of(other) == ["1 visita ha trovato ciò che non regge"]
    with pytest.raises(Refused, match="non è ancora pagata"):
        revoke_after_visit(actor=desk, visit=visit)
    review_again(actor=desk, visit=visit)
    claim.refresh_from_db()
    assert claim.state == "under_review"
    assert today_of(desk) == []
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
    award, chief, desk, cashier, director, controller, worker, papers, account, pay
):
    claim, (bad, good) = assessed(award, chief(award), desk, "2000.00", "12000.00")
    papers(award)
    account(award)
    act = draft_liquidation(actor=cashier, claims=[claim])
    send_liquidation(actor=director, act=act)
    worker()
    claim.refresh_from_db()
    more = {"claim": claim, "planned_on": today(), "place": "Lecce"}
    given = plan_visit(actor=director, **more, because="È il solo che conosce il cantiere")
    assert (given.officer_id, given.entrusted_by_id) == (desk.user_id, director.user_id)
    write_minutes(actor=desk, visit=given, present="x", minutes="x")  # the director’s reason is kept
    sign_minutes(actor=desk, visit=print_minutes(actor=desk, visit=given), upload=photograph())
    visit = signed(controller(award), claim, bad, outcome="not_eligible", text="È falsa.")
    assert grant_lost(visit) == 0, "12,000 at half are the 6,000 awarded"
    Visit.objects.filter(pk=visit.pk).update(observe_by=today() - timedelta(days=1))
    with pytest.raises(Refused, match="prima un atto annulla la liquidazione"):
        review_again(actor=desk, visit=visit)
    with pytest.raises(Refused, match="non reggono"):
        pay(act.rows.get())
    for left, lost in (("9000.00", "1500.00"), ("12000.00", "0.00"), ("11999.99", "0.00"), ("0.00", "6000.00")):
        found = grant_lost_with(claim, documents={bad.pk: D(0), good.pk: D(left)}, costs={})
        assert found == D(lost)
    # Were it paid: nothing falls, and the office says so.
    Claim.objects.filter(pk=claim.pk).update(state="paid", paid=claim.due)
    own = Indicator(pk=1, programme=award.act.line.triennium.programme, counts="matching")
    assert counted_indicators([own])[1].achieved == D("8000.00"), "14,000 admitted, 6,000 of them paid by the grant"
    visit.refresh_from_db()
    with pytest.raises(Refused, match="basta per tutto"):
        revoke_after_visit(actor=desk, visit=visit)
    assert today_of(desk) == ["1 visita ha trovato ciò che non regge"]
    settle_visit(actor=desk, visit=visit)
    assert today_of(desk) == []
