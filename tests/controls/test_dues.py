"""Quotas of initiatives are asked, paid by notice and reconciled; receipts that match nothing are matched by a person, or given back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.controls.test_notices import carry, hear

from levante.controls.api import (
    Due,
    DueIncoming,
    PaymentNotice,
    PaymentReceipt,
    ReceiptMatch,
    Refund,
    ToldIncoming,
    ask_due_notice_again,
    ask_recovery,
    cancel_due,
    confirm_told_incoming,
    dispose_refund,
    give_up_told_incoming,
    issue_due,
    match_receipt,
    record_due_payment,
    record_refund,
    refund_receipt,
    remind_dues,
    tell_due_payment,
    told_of_dues,
)
from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, Refused, clock_at, now, system, today
from levante.messages.api import Notice
from levante.web.desk.controls.worklist import my_turn

pytestmark = pytest.mark.django_db
D = Decimal
BOT = system("test")


@pytest.fixture
def fair(voucher):
    from levante.identity.api import Office
    from levante.parties.api import Country
    from levante.programme.api import Direction

    Country.objects.get_or_create(code="DE", defaults={"name_it": "Germania", "name_en": "Germany"})
    return Initiative.objects.create(
        code="mostra", kind="fair", title_it="Mostra di prova", title_en="Test fair", direction=Direction.objects.first(),
        market_id="DE", starts_on=today() + timedelta(days=90), ends_on=today() + timedelta(days=93),
        lead_office=Office.objects.order_by("pk").first(), created_at=now(),
    )  # fmt: skip


def ask(actor, fair, firm, **more):
    return issue_due(
        actor=actor,
        initiative=fair,
        enterprise=firm,
        **{"amount": D("500.00"), "due_on": today() + timedelta(days=30), **more},
    )


@pytest.mark.slow  # an award to its effect, then a partner on a socket and a dozen pages
def test_a_quota_is_paid_by_its_notice_and_what_is_over_is_given_back(
    voucher, fair, partner, desk, cashier, another, chief, client, django_user_model
):
    firm, chief = voucher.enterprise, chief(voucher)
    with pytest.raises(Refused, match="segue l’iniziativa"):
        ask(chief, fair, firm)
    for wrong in ({"amount": D("0")}, {"due_on": today()}, {"reason": " "}):
        with pytest.raises(Refused):
            ask(desk, fair, firm, **wrong)
    due = ask(desk, fair, firm)
    assert ask(desk, fair, firm) == due
    with pytest.raises(Refused, match="già stata chiesta"):
        ask(desk, fair, firm, amount=D("501.00"))
    carry()
    notice = PaymentNotice.objects.get()
    assert (notice.state, notice.amount, notice.due) == ("open", D("500.00"), due)
    assert Notice.objects.filter(kind="due-issued", user=chief.user_id).count() == 1
    client.force_login(
        django_user_model.objects.get(pk=chief.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/impresa/quote/{due.pk}/", follow=True).content.decode()
    assert notice.number in page
    page = client.get(f"/en/impresa/quote/{due.pk}/", follow=True).content.decode()
    assert "Quota for taking part" in page, "what the system says is in the language of the page"
    type(due).objects.filter(pk=due.pk).update(reason="Stand <doppio>", reason_en="")
    page = client.get(f"/en/impresa/quote/{due.pk}/", follow=True).content.decode()
    assert '<span lang="it">Stand &lt;doppio&gt;</span>' in page, "a person's words are marked as the Italian they are"
    assert f"/impresa/quote/{due.pk}/" in client.get("/impresa/revoche/", follow=True).content.decode()
    assert f"/impresa/quote/{due.pk}/" in client.get("/impresa/").content.decode(), "it waits in Today"
    assert client.get(f"/impresa/quote/{due.pk}/avvisi/{notice.pk}/").status_code in (200, 403)
    partner.pay({"nav": notice.number})
    partner.pay({"nav": notice.number, "amount": "20.00", "iur": "TWICE"})
    hear()
    hear()
    due.refresh_from_db()
    assert (due.state, due.received, due.paid_on) == ("paid", D("500.00"), today())
    assert PaymentReceipt.objects.filter(due_incoming__isnull=False).count() == 2
    refund = Refund.objects.get()
    assert (refund.kind, refund.amount, refund.due) == ("excess", D("20.00"), due)
    with pytest.raises(DatabaseError), transaction.atomic():
        Due.objects.filter(pk=due.pk).update(received=D("1.00"))
    # Cancelled after it was paid, all of it is owed back.
    cancel_due(actor=desk, due=due, reason="La fiera non si tiene più")
    assert Refund.objects.get(kind="not_due").amount == D("500.00")
    assert ask(desk, fair, firm, amount=D("10.00")).state == "due", "it may be asked again"

    till = client
    till.force_login(
        django_user_model.objects.get(pk=cashier.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "Mostra di prova" in till.get("/ufficio/quote/").content.decode()
    assert "20,00" in till.get("/ufficio/incassi/").content.decode()
    dispose_refund(actor=another, refund=refund)
    till.post(f"/ufficio/incassi/azioni/resa-{refund.pk}/", {"reference": "M1", "on": f"{today():%d/%m/%Y}"})
    refund.refresh_from_db()
    assert (refund.state, refund.reference) == ("refunded", "M1")
    assert "Motivi" in till.get(f"/ufficio/quote/{Due.objects.latest('pk').pk}/").content.decode()
    made = till.post(
        "/ufficio/quote/nuova/",
        {"initiative": fair.pk, "tax_code": firm.tax_code.lower(), "reason": "Stand", "amount": "90,00",
         "due_on": f"{today() + timedelta(days=9):%d/%m/%Y}"},
    )  # fmt: skip
    assert made.headers["Location"] == f"/ufficio/quote/{Due.objects.get(reason='Stand').pk}/"
    wrong = {"initiative": fair.pk, "tax_code": "NESSUNO", "reason": "x", "amount": "1", "due_on": "1/1/2090"}
    assert "Nessuna impresa ha questo codice" in till.post("/ufficio/quote/nuova/", wrong).content.decode()


def test_late_is_told_once_and_paid_at_the_treasury_the_notice_is_no_more(
    voucher, fair, partner, desk, cashier, another, chief
):
    firm = chief(voucher)
    due = ask(desk, fair, voucher.enterprise)
    asked = [one.amount for one in due.notices.standing()]
    works = Actor(user_id=desk.user_id, grants=frozenset({(fair.lead_office.code, roles.AGENCY_STAFF)}))
    assert Due.objects.visible_to(works).exists()
    both = replace(works, grants=frozenset({(fair.lead_office.code, roles.FRONT_DESK), ("altra", roles.AGENCY_STAFF)}))
    assert not Due.objects.visible_to(both).exists(), "of the office they work in, not of every one they are in"
    assert remind_dues(actor=BOT) == 0
    with clock_at(now() + timedelta(days=40)):
        said = {"actor": cashier, "source": "treasury", "reference": "Q0", "on": today(), "amount": D("500.00")}
        said = tell_due_payment(due=due, **said)
        assert remind_dues(actor=BOT) == 0, "nobody is told late whose money waits for another person"
        give_up_told_incoming(actor=another, told=said, reason="Non è arrivato")
        assert (remind_dues(actor=BOT), remind_dues(actor=BOT)) == (1, 0)
        assert Notice.objects.filter(kind="due-late", user=firm.user_id).count() == 1
        with pytest.raises(Refused, match="ragioneria"):
            tell_due_payment(actor=desk, due=due, source="treasury", reference="Q1", on=today(), amount=D("500.00"))
        more = {"actor": cashier, "due": due, "source": "treasury", "reference": "Q1", "on": today()}
        with pytest.raises(Refused, match="quando un’altra lo conferma"):
            record_due_payment(**more, amount=D("200.00"))
        # Said wrong, it is given up with a reason, and nothing counts; said again, another person confirms it.
        wrong = tell_due_payment(**more, amount=D("2000.00"))
        with pytest.raises(Refused, match="da confermare"):
            tell_due_payment(**more, amount=D("200.00"))
        with pytest.raises(Refused, match="Scrivi perché"):
            give_up_told_incoming(actor=cashier, told=wrong, reason=" ")
        for _ in range(2):
            give_up_told_incoming(actor=cashier, told=wrong, reason="Uno zero di troppo")
        with pytest.raises(Refused, match="abbandonato"):
            confirm_told_incoming(actor=another, told=wrong)
        told = tell_due_payment(**more, amount=D("200.00"))
        assert tell_due_payment(**more, amount=D("200.00")) == told
        with pytest.raises(Refused, match="L’hai detto tu"):
            confirm_told_incoming(actor=cashier, told=told)
        due.refresh_from_db()
        assert (due.received, due.incomings.count()) == (0, 0)
        assert [one.url for one in my_turn(another) if one.kind == "incasso"] == [f"/ufficio/quote/{due.pk}/"]
        assert not [one for one in my_turn(cashier) if one.kind == "incasso"]
        assert told_of_dues([due.pk, None]) == {due.pk: today()}
        for by_force in (
            lambda: DueIncoming.objects.create(
                due=due, source="treasury", reference="X", on=today(), amount=1, recorded_at=now(), recorded_by_id=cashier.user_id
            ),
            lambda: DueIncoming.objects.create(
                due=due, source="treasury", reference="Q1", on=today(), amount=200, recorded_at=now(), told=told
            ),
            lambda: ToldIncoming.objects.filter(pk=told.pk).update(
                state="confirmed", decided_at=now(), decided_by_id=cashier.user_id
            ),
            lambda: ToldIncoming.objects.filter(pk=told.pk).update(amount=1),
            lambda: ToldIncoming.objects.filter(pk=wrong.pk).update(state="waiting"),
        ):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic():
                by_force()
        for _ in range(2):
            confirm_told_incoming(actor=another, told=told)
        assert due.incomings.get().told == told
        assert told_of_dues([due.pk]) == {}
        with pytest.raises(Refused, match="già registrato"):
            tell_due_payment(**more, amount=D("201.00"))
        assert (asked, [one.amount for one in due.notices.standing()]) == ([D("500.00")], [D("300.00")])
        due.notices.standing().update(state="refused", why="x", closed_at=now())
        assert [ask_due_notice_again(actor=cashier, due=due) for _ in range(2)] == [1, 0]
        record_due_payment(**{**more, "actor": BOT, "reference": "Q2"}, amount=D("300.00"))
        due.refresh_from_db()
        assert not due.notices.standing().exists()
    assert (due.state, due.received) == ("paid", D("500.00"))


@pytest.mark.slow  # an award to its effect, then a partner on a socket and some pages
def test_a_receipt_of_nothing_is_matched_by_a_person_or_given_back(
    recovery, partner, desk, cashier, another, client, django_user_model
):
    ask_recovery(actor=cashier, recovery=recovery)
    carry()
    creditor = "80017210727"
    partner.pay({"nav": "301999999999999999", "amount": "1000.00", "creditor": creditor, "iur": "OURS"})
    partner.pay({"nav": "301888888888888888", "amount": "7.00", "creditor": creditor, "iur": "NOBODYS"})
    hear()
    ours, nobodys = PaymentReceipt.objects.get(iur="OURS"), PaymentReceipt.objects.get(iur="NOBODYS")
    with pytest.raises(Refused, match="ragioneria"):
        match_receipt(actor=desk, receipt=ours, debt=recovery, reason="x")
    till = client
    till.force_login(
        django_user_model.objects.get(pk=cashier.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    shown = till.get("/ufficio/incassi/").content.decode()
    assert "OURS" in shown
    assert "NOBODYS" in shown
    page = f"/ufficio/incassi/{ours.pk}/"
    assert "Di’ per che cosa è" in till.get(page).content.decode()
    empty = till.post(f"{page}azioni/abbina/", {"debt": f"recovery-{recovery.pk}", "reason": ""})
    assert empty.status_code == 409
    till.post(f"{page}azioni/abbina/", {"debt": f"recovery-{recovery.pk}", "reason": "Ha scritto il numero sbagliato"})
    match = ReceiptMatch.objects.get()
    assert match.incoming.amount == D("1000.00")
    assert match_receipt(actor=cashier, receipt=ours, debt=recovery, reason="ancora") == match
    with pytest.raises(Refused, match="di un debito"):
        refund_receipt(actor=cashier, receipt=ours, reason="x")
    refund = refund_receipt(actor=cashier, receipt=nobodys, reason="Non si sa di chi è")
    assert refund_receipt(actor=cashier, receipt=nobodys, reason="ancora") == refund
    with pytest.raises(Refused, match="si rende"):
        match_receipt(actor=cashier, receipt=nobodys, debt=recovery, reason="x")
    assert (refund.kind, refund.amount, refund.enterprise) == ("unmatched", D("7.00"), None)
    dispose_refund(actor=another, refund=refund)
    record_refund(actor=cashier, refund=refund, reference="M2", on=today())
    left = till.get("/ufficio/incassi/").content.decode()
    assert "NOBODYS" not in left
    assert "NOBODYS" in till.get("/ufficio/incassi/?state=all").content.decode()
    assert "Ha scritto il numero sbagliato" in till.get(page).content.decode()
    counted = PaymentReceipt.objects.to_look_at()
    assert not counted.exists()
