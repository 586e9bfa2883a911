"""An agency that manages a call and has a paying account of its own pays it with its own people, and recovers what it paid; nobody pays,
or recovers, for another body."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from lxml import etree
from tests.claims.world import pdf
from tests.controls.conftest import partner  # noqa: F401
from tests.controls.test_notices import carry
from tests.payments.conftest import claim_on
from tests.payments.test_at_size import more_claims
from tests.payments.test_undoing import word

from levante.kernel.api import Refused, clock_at, now, system, today

pytestmark = pytest.mark.django_db
AGENCY, ACCOUNT, CREDITOR = "agenzia", "IT24D0542811101000000654321", "93000000723"


@pytest.fixture
def theirs(claim, officer, actor_for, settings):
    """The call is the agency's, which pays from its own account; ``theirs(role)`` is somebody of it."""
    from levante.applications.api import Application, declare_conflict
    from levante.calls.api import Call
    from levante.identity.api import Office

    settings.PAYERS = {AGENCY: {"name": "Agenzia regionale", "iban": ACCOUNT}}

    def make(role, office=AGENCY, **names):
        made = actor_for(officer(role, office=office, **names))
        if office == AGENCY:
            Call.objects.filter(pk=claim.award.act.call_id).update(office=Office.objects.get(code=AGENCY))
            claim.award.act.call.refresh_from_db()
        if role in ("director", "case_officer"):
            declare_conflict(
                actor=made, application=Application.objects.get(pk=claim.award.application_id), has_conflict=False
            )
        return made

    return make


def record_papers(actor, award):
    from levante.documents.api import store_upload
    from levante.payments.api import record_check

    for kind in ("durc", "deggendorf", "tax_debts", "recoveries"):
        paper = (
            store_upload(actor=actor, upload=pdf(), purpose="proof", enterprise_id=award.enterprise_id)
            if kind == "durc"
            else None
        )
        record_check(
            actor=actor, enterprise=award.enterprise, kind=kind, outcome="clear", number=f"{kind}-1", issued_on=today(),
            valid_until=today() + timedelta(days=90) if kind == "durc" else None, document=paper,
        )  # fmt: skip


@pytest.mark.slow  # an award to its effect, an act, an order, certificates, pages
def test_an_agency_pays_its_own_awards_from_its_account_with_its_people_and_gets_its_money_back(
    claim,
    theirs,
    account,
    cashier,
    another,
    director,
    chief,
    desk,
    act_system,
    bank,
    worker,
    client,
    partner,  # noqa: F811
    settings,
):
    from levante.documents.api import path_of
    from levante.exchange.api import ExternalRequest
    from levante.identity.api import User
    from levante.payments.api import (
        BankAccount,
        Check,
        Liquidation,
        LiquidationRow,
        PaymentOrder,
        WithholdingCertificate,
        cancel_liquidation,
        claims_to_liquidate,
        draft_liquidation,
        issue_certificates,
        months_of,
        prepare_order,
        rows_to_pay,
        send_liquidation,
        send_order,
    )
    from levante.payments.settling import hear_bank
    from levante.web.desk.payments.worklist import my_turn as of_payments

    finance, second = theirs("finance", given="Anna"), theirs("finance", given="Aldo")
    leads, officer = theirs("director", given="Adele"), theirs("case_officer", given="Ada")
    stranger = theirs("finance", office="altra", given="Zoe")
    record_papers(finance, claim.award)
    account(claim.award, by=officer)
    with pytest.raises(Refused, match="chi istruisce o paga"):
        record_papers(stranger, claim.award)
    assert [one.pk for one in claims_to_liquidate(finance)] == [claim.pk]
    assert not claims_to_liquidate(cashier).exists(), "the Section pays what is its own"
    with pytest.raises(Refused, match="Lo paga agenzia"):
        draft_liquidation(actor=cashier, claims=[claim])
    with pytest.raises(Refused, match="ragioneria"):
        draft_liquidation(actor=stranger, claims=[claim])
    act = draft_liquidation(actor=finance, claims=[claim])
    assert act.paid_by.code == AGENCY
    for nobody in (cashier, stranger):
        with pytest.raises(Refused):
            cancel_liquidation(actor=nobody, act=act, reason="x")
    with pytest.raises(Refused, match="Lo paga agenzia"):
        send_liquidation(actor=director, act=act)
    send_liquidation(actor=leads, act=act)
    worker()
    row = act.rows.get()
    assert row.state == "due"
    assert [one.pk for one in rows_to_pay(finance)] == [row.pk]
    assert not rows_to_pay(cashier).exists()
    with pytest.raises(Refused, match="Lo paga agenzia"):
        prepare_order(actor=cashier, rows=[row])
    order = prepare_order(actor=finance, rows=[row])
    file = etree.fromstring(path_of(order.file.sha256).read_bytes())
    told = file.xpath("string(//*[local-name()='DbtrAcct']//*[local-name()='IBAN'])")
    assert told == ACCOUNT, "the agency's account is charged"
    for nobody in (cashier, another, finance):
        with pytest.raises(Refused):
            send_order(actor=nobody, order=order)

    # Who sees what: the agency its own, the Section all, another agency nothing.
    of_theirs = [Liquidation, LiquidationRow, PaymentOrder, BankAccount, Check]
    for model in of_theirs:
        assert model.objects.visible_to(second).exists(), model
        assert model.objects.visible_to(another).exists(), model
        assert not model.objects.visible_to(stranger).exists(), model
    page = f"/ufficio/pagamenti/ordini/{order.pk}/"
    client.force_login(User.objects.get(pk=stranger.user_id))
    assert client.get(page).status_code in (403, 404)
    client.force_login(User.objects.get(pk=second.user_id))
    assert order.message_id in client.get("/ufficio/").content.decode(), "it is their turn"
    assert client.get("/ufficio/pagamenti/").status_code == 200
    gate = f"/ufficio/pagamenti/domande/{claim.pk}/"
    paper = Check.objects.get(kind="durc").document_id
    client.force_login(User.objects.get(pk=officer.user_id))
    assert client.get(f"/documenti/{paper}/").status_code == 404, "files of enterprises are the Section's to open"
    assert b"".join(client.get(f"{gate}file/{paper}/").streaming_content).startswith(b"%PDF")
    client.force_login(User.objects.get(pk=stranger.user_id))
    assert client.get(f"{gate}file/{paper}/").status_code in (403, 404)
    client.force_login(User.objects.get(pk=second.user_id))
    client.post(f"{page}azioni/invia/")
    order.refresh_from_db()
    assert (order.state, order.sent_by_id) == ("in_bank", second.user_id)
    with transaction.atomic():
        ExternalRequest.objects.filter(pk=order.request_id).update(state="stuck", last_error="Il giorno è passato.")
        told = [(one.url, one.why) for one in of_payments(second) if one.title == order.message_id]
        assert told == [(page, "fermo: guarda che cosa lo trattiene, poi invialo di nuovo o richiamalo")], "its turn"
        assert not [one for one in of_payments(another) if one.title == order.message_id], (
            "the Section reads all that is stuck"
        )
        transaction.set_rollback(True)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    too_much(claim, act.paid_by, finance, cashier, client)
    client.force_login(User.objects.get(pk=second.user_id))

    # Who pays withholds: certificates and F24 are the agency's, and not the Section's.
    year = today().year
    body = act.paid_by
    assert [one.due for one in months_of(year, body)] == [Decimal("240.00")]
    assert months_of(year) == []
    assert "240,00" in client.get(f"/ufficio/pagamenti/ritenute/f24/?year={year}").content.decode()
    with clock_at(now() + timedelta(days=400)):
        assert issue_certificates(actor=cashier, year=year) == 0
        with pytest.raises(Refused, match="Lo paga agenzia"):
            issue_certificates(actor=cashier, year=year, body=body)
        assert issue_certificates(actor=finance, year=year, body=body) == 1
    made = WithholdingCertificate.objects.get()
    assert (made.paid_by, made.document.data["payer"]) == (body, "Agenzia regionale")
    again = {
        name: getattr(made, name)
        for name in ("enterprise", "name", "tax_code", "year", "payments", "gross", "subject", "withheld", "net")
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        WithholdingCertificate.objects.create(**again, paid_by=body, issued_at=now())
    WithholdingCertificate.objects.create(**again, issued_at=now())  # the Section's would be another
    with pytest.raises(IntegrityError), transaction.atomic():
        WithholdingCertificate.objects.create(**again, issued_at=now())

    settings.PAYERS[AGENCY]["pagopa"] = {"creditor": CREDITOR, "segregation": "07"}
    revoke(claim.award, officer, leads, chief, worker)
    it_comes_back(claim.award, finance, second, stranger, cashier, director, partner, client)
    in_parts_and_quotas(claim.award, finance, cashier, chief(claim.award))


def too_much(claim, body, finance, cashier, client):
    """What of an award the agency paid over what it earned is owed to it: its finance asks it back, and not the Section's."""
    from levante.claims.api import Claim, KeptAward
    from levante.identity.api import User
    from levante.payments.owing import owed_by
    from levante.web.desk.controls.worklist import my_turn

    award = claim.award
    with transaction.atomic():
        last = claim_on(award, due="0.00", number=2, mode="balance", officer=claim.officer_id)
        Claim.objects.filter(pk=last.pk).update(excess=Decimal("100.00"))
        KeptAward.objects.create(
            claim=last, awarded=award.amount, earned=claim.due - 100, reason="x", decided_at=now(), decided_by_id=finance.user_id
        )  # fmt: skip
        owed = owed_by({award.enterprise_id})[award.enterprise_id]
        assert [(one.amount, one.to, one.asked) for one in owed] == [(Decimal("100.00"), body.pk, False)]
        assert [one.title for one in my_turn(finance)] == [last.register_number]
        assert not list(my_turn(cashier))
        client.force_login(User.objects.get(pk=finance.user_id))
        page = client.get(f"/en/ufficio/rendicontazioni/{last.pk}/").content.decode()
        assert "Ask back what was paid over it" in page
        transaction.set_rollback(True)


def in_parts_and_quotas(award, finance, cashier, owner):
    """Instalments of what the agency recovers, and quotas of an initiative that it leads, are its own to grant and to take in."""
    from levante.controls.api import (
        Due,
        Recovery,
        answer_plan,
        ask_plan,
        confirm_told_incoming,
        issue_due,
        record_due_payment,
        tell_due_payment,
    )
    from levante.initiatives.api import Initiative
    from levante.parties.api import Country
    from levante.programme.api import Direction

    recovery = Recovery.objects.latest("pk")
    body = recovery.collected_by
    plan = ask_plan(actor=owner, recovery=recovery, count=2, why="Liquidità")
    granted = {"plan": plan, "granted": True, "first_due": today() + timedelta(days=20)}
    with pytest.raises(Refused, match="Lo segue"):
        answer_plan(actor=cashier, **granted)
    answer_plan(actor=finance, **granted)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.instalments.filter(state="due").count()) == ("in_instalments", 2)
    Country.objects.get_or_create(code="DE", defaults={"name_it": "Germania", "name_en": "Germany"})
    fair = Initiative.objects.create(
        code="mostra-agenzia", kind="fair", title_it="Mostra", title_en="Fair", direction=Direction.objects.first(), market_id="DE",
        starts_on=today() + timedelta(days=90), ends_on=today() + timedelta(days=93), lead_office=body, created_at=now(),
    )  # fmt: skip
    due = issue_due(
        actor=system("test"), initiative=fair, enterprise=award.enterprise, amount=Decimal("50.00"), due_on=today() + timedelta(days=9)
    )  # fmt: skip
    assert due.collected_by == body
    paid = {"due": due, "source": "treasury", "reference": "Q9", "on": today(), "amount": Decimal("50.00")}
    with pytest.raises(Refused, match="Lo segue"):
        tell_due_payment(actor=cashier, **paid)
    with pytest.raises(Refused, match="Lo segue"):
        confirm_told_incoming(actor=cashier, told=tell_due_payment(actor=finance, **paid))
    record_due_payment(actor=system("test"), **{**paid, "reference": "Q10"})
    due.refresh_from_db()
    assert due.state == "paid"
    assert list(Due.objects.visible_to(finance)) == [due]


def revoke(award, officer, leads, chief, worker):
    from levante.controls.api import (
        notify_revocation,
        open_revocation,
        propose_revocation,
        send_paper,
        send_revocation,
    )

    found = open_revocation(actor=officer, award=award, reason_code="obligations", grounds="La fiera non si è tenuta.")
    notify_revocation(actor=officer, revocation=found)
    send_paper(actor=chief(award), revocation=found, kind="memo", text="Non è vero.", is_last=True)
    propose_revocation(actor=officer, revocation=found, reasons="Le memorie non provano il contrario.")
    send_revocation(actor=leads, revocation=found)
    worker()


def it_comes_back(award, finance, second, stranger, cashier, director, paying, client):
    """What the agency paid is owed to it: its people ask for it, it comes to its creditor code, it is set off by it alone."""
    from levante.controls.api import (
        PaymentNotice,
        PaymentReceipt,
        Recovery,
        Refund,
        ask_receipts,
        ask_recovery,
        cancel_recovery,
        dispose_refund,
        match_receipt,
        record_incoming,
        refund_receipt,
    )
    from levante.controls.setting_off import set_off
    from levante.identity.api import User
    from levante.payments.api import owed_by
    from levante.payments.keeping import payers_of

    def page(who, path):
        client.force_login(User.objects.get(pk=who.user_id))
        answer = client.get(path)
        return answer.status_code, answer.content.decode()

    recovery, firm = Recovery.objects.get(), award.enterprise_id
    body = recovery.collected_by
    assert (body.code, recovery.principal) == (AGENCY, Decimal("6000.00"))
    with pytest.raises(DatabaseError, match="collected_by_id"), transaction.atomic():
        Recovery.objects.update(collected_by=None)
    for nobody in (cashier, director, stranger):
        with pytest.raises(Refused, match=r"Lo segue|ragioneria"):
            ask_recovery(actor=nobody, recovery=recovery)
    with pytest.raises(Refused, match="dirigente"):
        cancel_recovery(actor=director, recovery=recovery, kind="waived", reason="x", number="1", act_date=today())
    here = f"/ufficio/recuperi/{recovery.pk}/"
    assert "1 recupero da chiedere" in page(second, "/ufficio/")[1]
    assert "recupero da chiedere" not in page(cashier, "/ufficio/")[1], "it is not the Section's to do"
    assert page(stranger, here)[0] == 404
    status, text = page(cashier, here)
    assert (status, body.name_it in text, "azioni/chiedi" in text) == (200, True, False), "the Section reads it"
    assert "azioni/chiedi" in page(second, here)[1]
    client.post(f"{here}azioni/chiedi/")
    carry()
    notice = PaymentNotice.objects.get()
    assert (notice.state, notice.creditor, notice.number[1:3], notice.creditor_name) == (
        "open", CREDITOR, "07", "Agenzia regionale",
    )  # fmt: skip
    assert [one.to for one in owed_by({firm})[firm]] == [body.pk]
    assert payers_of(award.claims.all()) == {award.claims.get().pk: body.pk}

    # Money of no notice: of the agency, by its code; and of the Section.
    for iur, creditor in (("OURS", CREDITOR), ("OURS2", CREDITOR), ("THEIRS", "80017210727")):
        paying.pay({"nav": "3" * 18, "amount": "100.00", "creditor": creditor, "iur": iur})
    paying.pay({"nav": notice.number})
    ask_receipts(actor=system("test"))
    carry()
    ours, more, theirs = (PaymentReceipt.objects.get(iur=iur) for iur in ("OURS", "OURS2", "THEIRS"))
    assert (ours.collected_by, theirs.collected_by) == (body, None)
    assert {one.iur for one in PaymentReceipt.objects.visible_to(second)} >= {"OURS", "OURS2"}
    assert not PaymentReceipt.objects.visible_to(second).filter(pk=theirs.pk).exists()
    assert PaymentReceipt.objects.visible_to(cashier).count() == 4
    assert not PaymentReceipt.objects.visible_to(stranger).exists()
    status, text = page(second, "/ufficio/incassi/")
    assert (status, "OURS" in text, "THEIRS" in text) == (200, True, False)
    assert page(stranger, "/ufficio/incassi/")[0] == 403
    assert page(second, f"/ufficio/incassi/{theirs.pk}/")[0] == 404
    for who, receipt, why in ((cashier, ours, "Lo segue"), (finance, theirs, "Lo segue"), (cashier, theirs, "diversi")):
        with pytest.raises(Refused, match=why):
            match_receipt(actor=who, receipt=receipt, debt=recovery, reason="x")
    match_receipt(actor=finance, receipt=ours, debt=recovery, reason="Ha sbagliato avviso.")
    refund_receipt(actor=finance, receipt=more, reason="Non si sa di che cosa.")
    early, excess = Refund.objects.filter(kind="excess").order_by("pk")
    unknown = Refund.objects.get(kind="unmatched")
    assert early.amount == notice.amount - recovery.principal, "paid on the day: the notice had the interest to its own"
    assert (excess.amount, excess.collected_by, unknown.collected_by) == (Decimal("100.00"), body, body)
    assert not Refund.objects.visible_to(stranger).exists()
    for one in (excess, unknown):
        with pytest.raises(Refused, match="Lo segue"):
            dispose_refund(actor=cashier, refund=one)
    dispose_refund(actor=finance, refund=unknown)

    # An offset is between the same two (art. 1241 c.c.): what the Section keeps reduces nothing here.
    recovery.refresh_from_db()
    assert recovery.state == "closed"
    again = Recovery.objects.create(
        award=award, claim=award.claims.get(), principal=Decimal("110.00"), parts=recovery.parts, act=recovery.act,
        collected_by=body, created_at=now(),
    )  # fmt: skip
    ask_recovery(actor=finance, recovery=again)
    assert set_off(firm, Decimal("4.00"), today(), "SECTION", None) == 0
    assert set_off(firm, Decimal("4.00"), today(), "AGENCY", body.pk) == Decimal("4.00")
    with pytest.raises(Refused, match="Lo segue"):
        record_incoming(
            actor=cashier, recovery=again, source="treasury", reference="T", on=today(), amount=Decimal("1.00")
        )


@pytest.mark.slow  # an award to its effect, two acts
def test_without_an_account_of_its_own_the_section_pays_and_one_order_charges_one_account(
    claim, theirs, papers, account, cashier, director, act_system, bank, worker, settings
):
    from levante.calls.api import Call
    from levante.identity.api import Office
    from levante.payments.api import draft_liquidation, order_payments, prepare_order, send_liquidation

    finance, chief = theirs("finance", given="Anna"), theirs("director", given="Adele")
    payers, settings.PAYERS = settings.PAYERS, {}
    papers(claim.award)
    account(claim.award)
    type(claim).objects.filter(pk=claim.pk).update(due=Decimal("5900.00"))
    claim.refresh_from_db()
    with pytest.raises(Refused, match="ragioneria"):
        draft_liquidation(actor=finance, claims=[claim])
    first = draft_liquidation(actor=cashier, claims=[claim])
    assert first.paid_by is None
    send_liquidation(actor=director, act=first)
    settings.PAYERS = payers
    (small,) = more_claims(claim, 1)
    second = draft_liquidation(actor=finance, claims=[small])
    send_liquidation(actor=chief, act=second)
    worker()
    rows = [first.rows.get(), second.rows.get()]
    for make in (prepare_order, order_payments):
        with pytest.raises(Refused, match="da un solo conto"):
            make(actor=cashier, rows=rows)
        with pytest.raises(Refused, match="Lo paga la Sezione"):
            make(actor=finance, rows=rows[:1])
    settings.PAYERS = {}
    with pytest.raises(Refused, match="ragioneria"):
        prepare_order(actor=finance, rows=rows[1:])
    part = Office.objects.create(
        code="settore", kind="part", parent=Office.objects.get(code=AGENCY), name_it="x", name_en="x"
    )
    settings.PAYERS = payers
    Call.objects.filter(pk=first.call_id).update(office=part)
    from levante.payments.paying import paying_office

    assert paying_office(part).code == AGENCY, "what a part of an agency manages, the agency pays"
