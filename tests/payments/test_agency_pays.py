"""An agency that manages a call and has a paying account of its own pays it with its own people; nobody pays for another body."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from lxml import etree
from tests.claims.world import pdf
from tests.payments.test_at_size import more_claims
from tests.payments.test_undoing import word

from levante.kernel.api import Refused, clock_at, now, system, today

pytestmark = pytest.mark.django_db
AGENCY, ACCOUNT = "agenzia", "IT24D0542811101000000654321"


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
def test_an_agency_pays_its_own_awards_from_its_account_with_its_people(
    claim, theirs, account, cashier, another, director, desk, act_system, bank, worker, client
):
    from levante.documents.api import path_of
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

    finance, second = theirs("finance", given="Anna"), theirs("finance", given="Aldo")
    chief, officer = theirs("director", given="Adele"), theirs("case_officer", given="Ada")
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
    send_liquidation(actor=chief, act=act)
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
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])

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
