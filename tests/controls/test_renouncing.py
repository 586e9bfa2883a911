"""An enterprise gives an award up: told what it comes to, registered once, suspended at once, closed by an act of the office."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from tests.controls.test_screens import enter  # noqa: F401
from tests.grants.test_awards import at_once

from levante.aid.api import position
from levante.applications.api import Application
from levante.claims.api import Acceptance, Claim, chase_acceptances, open_claim
from levante.controls.api import (
    Recovery,
    Revocation,
    RevocationPaper,
    archive_revocation,
    open_revocation,
    propose_revocation,
    renounce_award,
    resume_payments,
    send_paper,
    send_revocation,
)
from levante.grants.api import Award
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.messages.api import Notice
from levante.payments.api import draft_liquidation, prepare_order, send_liquidation
from levante.programme.api import BudgetLine
from levante.register.api import Entry
from levante.web.desk.controls.worklist import my_turn as of_controls

D = Decimal
NOTHING = D("0.00")
pytestmark = pytest.mark.django_db


def closed(paper, desk, director, worker):
    """The office writes the act, the director signs it, it comes back."""
    found = paper.revocation
    propose_revocation(actor=desk, revocation=found, reasons="Si prende atto.")
    send_revocation(actor=director, revocation=found)
    worker()
    found.refresh_from_db()
    return found


@pytest.mark.slow  # an award to its effect, then an act to its effect
def test_before_anything_is_paid(voucher, desk, director, chief, worker):
    firm = chief(voucher)
    draft = open_claim(actor=firm, award=voucher, mode="single")
    reader = replace(firm, scopes=frozenset({"read", "apply"}))
    with pytest.raises(Refused, match="delega"):
        renounce_award(actor=reader, award=voucher, paid=NOTHING)
    with pytest.raises(Refused, match="delega"):
        renounce_award(actor=desk, award=voucher, paid=NOTHING)
    paper = renounce_award(actor=firm, award=voucher, paid=NOTHING, reason="La fiera è annullata.")
    again = renounce_award(actor=firm, award=voucher, paid=NOTHING, reason="Un altro clic.")
    assert (again.pk, Entry.objects.filter(kind="award.renounced").count()) == (paper.pk, 1)
    assert paper.register_number.startswith("RNC-")
    award = Award.objects.get(pk=voucher.pk)
    assert (award.state, award.is_suspended) == ("effective", True)
    assert award.suspended_reason.it.startswith("L’impresa ha rinunciato")
    assert award.suspended_reason.en == "The enterprise gave the grant up."
    with pytest.raises(Refused, match="sospesa"):
        open_claim(actor=firm, award=award, mode="single")
    assert Revocation.objects.visible_to(firm).get().reason_code == "given_up"
    assert Notice.objects.filter(kind="award-renounced", user=firm.user_id).count() == 1
    assert Notice.objects.filter(kind="award-renounced-office", user=director.user_id).count() == 1
    assert "l’impresa ha rinunciato: scrivi l’atto" in [item.why for item in of_controls(desk)]

    found = closed(paper, desk, director, worker)
    assert (found.state, found.stop_reason_it, found.document.data["given_up"][:8]) == (
        "effective",
        "",
        f"n. {paper.register_number}"[:8],
    )
    text = render_to_string(found.document.template, found.document.data | {"title": found.document.title})
    assert "n. 241, articolo 3;" in text, "no notice was given: artt. 7, 8 and 10 are not cited"
    assert "21-quinquies" not in text
    award.refresh_from_db()
    assert (award.state, award.amount, award.is_suspended) == ("revoked", NOTHING, False)
    assert position(award.enterprise, on=today())["counted"] == "0.00", "the headroom is free"
    assert BudgetLine.objects.get().committed == NOTHING
    assert Claim.objects.get(pk=draft.pk).state == "discarded"
    assert not Recovery.objects.exists()
    assert Application.objects.get(pk=award.application_id).state != "admitted", "its place goes to who comes next"
    assert renounce_award(actor=firm, award=award, paid=NOTHING).pk == paper.pk, (
        "a window left open: the same statement"
    )


@pytest.mark.slow  # an award to its payment, then an act to its effect
def test_after_a_payment_it_is_given_back_and_the_enterprise_was_told(liquidated, pay, desk, director, chief, worker):
    award = liquidated.claim.award
    firm = chief(award)
    pay(liquidated)
    with pytest.raises(Refused, match=r"ora sono 6\.000,00"):
        renounce_award(actor=firm, award=award, paid=NOTHING)
    assert not Award.objects.get(pk=award.pk).is_suspended, "nothing is half done"
    assert not Revocation.objects.exists()
    found = closed(renounce_award(actor=firm, award=award, paid=D("6000.00")), desk, director, worker)
    assert (found.state, found.stop_reason_it) == ("effective", "")
    recovery = Recovery.objects.get()
    assert (recovery.principal, recovery.revocation_id) == (D("6000.00"), found.pk)


def test_what_the_office_prepared_falls_and_what_it_began_is_answered_there(
    voucher,
    desk,
    director,
    chief,
    enter,  # noqa: F811
):
    firm = chief(voucher)
    prepared = open_revocation(actor=desk, award=voucher, reason_code="obligations", grounds="x")
    paper = renounce_award(actor=firm, award=voucher, paid=NOTHING)
    prepared.refresh_from_db()
    assert prepared.state == "archived"
    assert prepared.closing.en == "The enterprise gave the grant up.", "what the system says is in both languages"
    assert paper.revocation.facts.en == "The enterprise gave the grant up, without saying why."
    assert list(Revocation.objects.visible_to(firm)) == [paper.revocation], "not what it was never told of"
    with pytest.raises(Refused, match="già un procedimento"):
        open_revocation(actor=desk, award=voucher, reason_code="obligations", grounds="y")
    with pytest.raises(Refused, match="che cosa inviare"):
        send_paper(actor=firm, revocation=paper.revocation, kind="given_up", text="x")
    with pytest.raises(Refused, match="la sospensione finisce con l’atto"):
        resume_payments(actor=desk, revocation=paper.revocation)
    assert paper.revocation.facts.en in enter(desk).get(f"/en/ufficio/revoche/{paper.revocation_id}/").content.decode()
    page = enter(desk).get(f"/ufficio/revoche/{paper.revocation_id}/").content.decode()
    assert f"Si prende atto della rinuncia dell’impresa, n. {paper.register_number}" in page
    assert "Termina la sospensione" not in page
    send_paper(actor=firm, revocation=paper.revocation, kind="memo", text="Ci abbiamo ripensato.")
    archive_revocation(actor=director, revocation=paper.revocation, reason="L’impresa ci ha ripensato.")
    assert not Award.objects.get(pk=voucher.pk).is_suspended
    again = renounce_award(actor=firm, award=voucher, paid=NOTHING)
    assert again.pk != paper.pk, "it may be given up later"
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.filter(pk=again.revocation_id).update(reason_code="obligations")


def test_nobody_is_chased_to_accept_what_was_given_up(voucher, chief):
    held = Acceptance.objects.create(award=voucher, asked_on=today(), due_on=today(), steps=[])
    renounce_award(actor=chief(voucher), award=voucher, paid=NOTHING)
    chase_acceptances(actor=system("test"))
    with clock_at(now() + timedelta(days=9)):
        assert chase_acceptances(actor=system("test")) == 0
    held.refresh_from_db()
    assert (held.state, held.stopped_on) == ("waiting", today())
    assert not Notice.objects.filter(kind__startswith="acceptance-").exists()


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_windows_at_the_same_instant(voucher, chief):
    firm = chief(voucher)
    done = at_once(*[lambda: renounce_award(actor=firm, award=voucher, paid=NOTHING, reason="x") for _ in range(4)])
    assert {type(one).__name__ for one in done} == {"RevocationPaper"}, done
    assert len({one.pk for one in done}) == 1
    assert Revocation.objects.count() == RevocationPaper.objects.count() == 1
    assert Entry.objects.filter(kind="award.renounced").count() == 1


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_at_the_same_instant_as_a_liquidation_no_money_leaves(
    claim, papers, account, cashier, director, desk, chief, worker
):
    papers(claim.award)
    account(claim.award)
    firm = chief(claim.award)
    act = draft_liquidation(actor=cashier, claims=[claim])
    send_liquidation(actor=director, act=act)
    done = at_once(worker, lambda: renounce_award(actor=firm, award=claim.award, paid=NOTHING))
    paper = next(one for one in done if isinstance(one, RevocationPaper))
    row = act.rows.get()
    assert row.state in ("due", "stopped")
    if row.state == "due":  # the debt is verified: no order takes it, and the act waits until it is taken back
        prepare = at_once(lambda: prepare_order(actor=cashier, rows=[row]))
        assert isinstance(prepare[0], Refused), prepare
        propose_revocation(actor=desk, revocation=paper.revocation, reasons="x")
        with pytest.raises(Refused, match="è liquidata"):
            send_revocation(actor=director, revocation=paper.revocation)


def test_the_page_says_what_it_comes_to_before_it_is_confirmed(voucher, chief, enter):  # noqa: F811
    browser = enter(chief(voucher))
    page = f"/impresa/concessioni/{voucher.pk}/rinuncia/"
    assert page in browser.get("/impresa/rendicontazioni/").content.decode()
    shown = browser.get(page).content.decode()
    assert "Non c’è nulla da restituire" in shown
    unsure = browser.post(page, {"paid": "0.00", "reason": "La fiera è annullata."})
    assert unsure.status_code == 409
    assert "La fiera è annullata." in unsure.content.decode(), "what was written is not lost"
    stale = browser.post(page, {"paid": "12.00", "reason": "x", "sure": "on"})
    assert "è cambiato quanto è stato pagato" in stale.content.decode()
    assert 'name="paid" value="0.00"' in stale.content.decode()
    assert not Revocation.objects.exists()
    done = browser.post(page, {"paid": "0.00", "reason": "La fiera è annullata.", "sure": "on"}, follow=True)
    body = done.content.decode()
    assert "Rinuncia a un contributo" in body
    assert "RNC-" in body
    assert browser.post(page, {"paid": "0.00", "sure": "on"}).status_code == 302
    assert Revocation.objects.count() == 1
    assert "La tua rinuncia" in browser.get("/impresa/rendicontazioni/").content.decode()
