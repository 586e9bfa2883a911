"""By when a payment is claimed: reckoned, told, prolonged, late; and from which day spending counts."""

from datetime import timedelta

import pytest
from tests.claims.test_results import drafted

from levante.calls.api import Call
from levante.claims.api import Acceptance, ClaimTerm, extend_term, follow_terms, send_claim, term_of
from levante.claims.cups import judge
from levante.claims.models_expense import ExpenseDocument
from levante.claims.period import period_of
from levante.grants.api import Award
from levante.kernel.api import Refused, clock_at, day_of, now, system, today
from levante.messages.api import Notice

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect
]
BOT = system("test")


def with_term(award, **term):
    payment = {"modes": [{"code": "single", "claim": {"days": 30, **term}}]}
    Call.objects.filter(pk=award.application.opening.call_id).update(payment=payment)
    return Award.objects.select_related("application__opening__call", "enterprise", "aid").get(pk=award.pk)


def test_a_term_from_the_award_is_told_prolonged_and_late_the_officer_knows(voucher, chief, desk):
    award = with_term(voucher, since="award", extension=20)
    actor = chief(award)
    due = term_of(award, "single").due
    assert due >= award.in_force_on + timedelta(days=30)
    assert follow_terms(actor=BOT) == 0, "it is not soon"
    held = ClaimTerm.objects.get()
    assert (held.due_on, held.mode) == (due, "single")
    assert ClaimTerm.objects.running().visible_to(desk).count() == 1
    with clock_at(now() + timedelta(days=20)):
        assert follow_terms(actor=BOT) == 1
        assert follow_terms(actor=BOT) == 0, "told once"
        for days, reason, wrong in ((0, "x", "vanno da 1 a 20"), (21, "x", "vanno da 1 a 20"), (5, " ", "perché")):
            with pytest.raises(Refused, match=wrong):
                extend_term(actor=desk, term=held, days=days, reason=reason)
        with pytest.raises(Refused):
            extend_term(actor=actor, term=held, days=5, reason="x")
        fresh = extend_term(actor=desk, term=held, days=5, reason="La fiera è finita ieri")
        assert fresh.due_on >= due + timedelta(days=3)
        with pytest.raises(Refused, match="vanno da 5 a 20"):
            extend_term(actor=desk, term=held, days=4, reason="x")
    with clock_at(now() + timedelta(days=60)):
        claim = drafted(award, actor)
        assert follow_terms(actor=BOT) == 1
        assert Notice.objects.filter(kind="claim-term-late").count() == 1
        sent = send_claim(actor=actor, claim=claim)
        assert sent.claim_by == fresh.due_on
        assert sent.days_late == (today() - fresh.due_on).days > 0, "warned, not stopped"
        assert not ClaimTerm.objects.running().exists()
        assert follow_terms(actor=BOT) == 0


def test_a_call_that_refuses_what_is_late_does_and_the_end_of_the_project_may_move_the_day(voucher, chief, desk):
    award = with_term(voucher, late="refused")
    actor = chief(award)
    assert term_of(award, "single") is None, "nobody told when the project ends"
    assert follow_terms(actor=BOT) == 0
    assert ClaimTerm.objects.get().due_on is None
    Acceptance.objects.create(
        award=award, state="accepted", asked_on=today(), due_on=today(), starts_on=today(), ends_on=today() + timedelta(days=5),
        accepted_at=now(), register_number="ACO-1",
    )  # fmt: skip
    award = with_term(award, late="refused")
    claim = drafted(award, actor)
    with clock_at(now() + timedelta(days=50)), pytest.raises(Refused, match="il termine, passato il"):
        send_claim(actor=actor, claim=claim)
    assert send_claim(actor=actor, claim=claim).days_late == 0
    with pytest.raises(Refused, match="non ammette proroghe"):
        extend_term(actor=desk, term=ClaimTerm.objects.get(), days=3, reason="x")


def test_the_pages_say_by_when_and_the_desk_gives_more_days(voucher, chief, desk, client, django_user_model):
    award = with_term(voucher, since="award", extension=20)
    with clock_at(now() + timedelta(days=20)):
        follow_terms(actor=BOT)
        people = django_user_model.objects
        client.force_login(people.get(pk=chief(award).user_id))
        assert "da chiedere entro il" in client.get("/impresa/rendicontazioni/", follow=True).content.decode()
        claim = drafted(award, chief(award))
        assert "Entro quando la invii" in client.get(f"/impresa/rendicontazioni/{claim.pk}/").content.decode()
        client.force_login(people.get(pk=desk.user_id))
        assert award.application.number in client.get("/ufficio/termini/").content.decode()
        assert award.application.number not in client.get("/ufficio/termini/?late=1").content.decode()
        held = ClaimTerm.objects.get()
        kept = client.post(f"/ufficio/termini/{held.pk}/proroga/", {"days": "99", "reason": "Una fiera"})
        assert (kept.status_code, "Una fiera" in kept.content.decode()) == (409, True)
        client.post(f"/ufficio/termini/{held.pk}/proroga/", {"days": "7", "reason": "Una fiera"})
        assert "dati 7 giorni in più" in client.get("/ufficio/termini/").content.decode()


def test_spending_counts_from_the_application_unless_the_call_says_earlier_and_never_under_the_exemption(
    voucher, chief
):
    award, applied = voucher, day_of(voucher.application.submitted_at)
    assert period_of(award).first == applied
    earlier = applied - timedelta(days=90)
    Call.objects.filter(pk=award.application.opening.call_id).update(payment={"spending_from": earlier.isoformat()})
    award = Award.objects.select_related("application__opening__call", "aid").get(pk=award.pk)
    assert period_of(award).first == earlier
    bill = ExpenseDocument(
        award=award, issued_on=earlier, cup_facts={}, cups=[], cups_added=[], supplier_country="IT", source="e_invoice"
    )
    assert any("ammette" in one.text.it for one in judge(bill, award, on=today()).steps)
    award.regime = "gber"
    assert period_of(award).first == applied, "no incentive effect: art. 6 Reg. (EU) 651/2014"
