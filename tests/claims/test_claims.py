"""A claim from its beginning to what is paid: documents, payments, charges within the limits, cuts, what is due."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from tests.claims.world import MONEY, PAYMENT, award_of, e_invoice, pdf, td20
from tests.conftest import vat_number
from tests.documents.signing import p7m

from levante.aid.api import record_merger
from levante.calls.api import Call
from levante.claims.api import (
    Charge,
    Claim,
    ClaimReview,
    ExpenseDocument,
    add_document,
    add_file,
    add_invoices,
    add_transfer,
    answer_request,
    ask_documents,
    assess_claim,
    bear_vat,
    charge_document,
    claim_liquidated,
    claim_paid,
    claim_payment_returned,
    cut_charge,
    cut_cost,
    expire_requests,
    hand_over_claim,
    look_alike,
    look_alike_transfers,
    mend_document,
    open_claim,
    put_cost,
    refuse_claim,
    remove_document,
    remove_transfer,
    reopen_claim,
    review_object,
    send_claim,
    take_claim,
    to_review,
    write_report,
)
from levante.grants.api import Award, Succession, approve_succession
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.kernel.pure import Bilingual
from levante.messages.api import Notice
from levante.web.components.money_story import story_of

pytestmark = pytest.mark.django_db
BOT = system("test.payments")


def spent(claim, actor, number, net, item="stand", asked=None, **more):
    """An invoice of the claim, paid by a transfer of its own, charged to an item."""
    (document,) = add_invoices(actor=actor, claim=claim, upload=e_invoice(claim.award, number, net, **more))
    add_transfer(
        actor=actor, claim=claim, upload=pdf(), paid_on=date(2026, 3, 20), amount=document.total, method="transfer",
        reference=f"CRO{number}", settles=[(document, document.total)],
    )  # fmt: skip
    charge_document(actor=actor, claim=claim, document=document, item=item, amount=Decimal(asked or net))
    return document


def judge_claim_of(document, award):
    """The rule on the CUP asked again of a document, with the call as it is now."""
    from levante.claims.cups import judge_all
    from levante.grants.api import Award

    judge_all([document], Award.objects.get(pk=award.pk), on=today())


def all_complete(claim, actor, but=""):
    for kind, pk in to_review(claim):
        if kind != but:
            review_object(actor=actor, claim=claim, kind=kind, object_id=pk, outcome="complete")


@pytest.mark.slow  # an award to its effect, then three claims to the last euro
def test_from_the_advance_to_the_last_euro(award, chief, desk, client, django_user_model):
    actor = chief(award)
    # The advance: 40 per cent of 6,000, against a guarantee that covers it.
    advance = open_claim(actor=actor, award=award, mode="advance")
    assert open_claim(actor=actor, award=award, mode="advance").pk == advance.pk, "two clicks are one claim"
    with pytest.raises(Refused, match=r"2\.400,00"):
        send_claim(actor=actor, claim=advance)
    until = today() + timedelta(days=400)
    add_file(
        actor=actor, claim=advance, upload=pdf(), kind="guarantee", amount=Decimal("2000.00"), issuer="Banca", number="G1",
        until=until,
    )  # fmt: skip
    with pytest.raises(Refused, match=r"almeno 2\.400,00"):
        send_claim(actor=actor, claim=advance)
    add_file(
        actor=actor, claim=advance, upload=pdf(), kind="guarantee", amount=Decimal("2400.00"), issuer="Banca", number="G2",
        until=until,
    )  # fmt: skip
    sent = send_claim(actor=actor, claim=advance)
    assert send_claim(actor=actor, claim=advance).register_number == sent.register_number
    assert (sent.state, sent.asked) == ("sent", Decimal("2400.00"))
    assert sent.register_number.startswith("PAG-")
    take_claim(actor=desk, claim=sent)
    with pytest.raises(Refused, match="esame di 2"):
        assess_claim(actor=desk, claim=sent)
    all_complete(sent, desk)
    assert assess_claim(actor=desk, claim=sent).due == Decimal("2400.00")
    assert advance.due_capital == 0, "the application told no costs: nothing of the plan is for capital goods"
    claim_liquidated(actor=BOT, claim=sent)
    claim_paid(actor=BOT, claim=sent, on=today(), amount=Decimal("2400.00"))

    # A progress payment: 4,500 of stand (the ceiling is 4,000), 1,000 of study, four trips (at most a fifth of 5,000).
    sal = open_claim(actor=actor, award=award, mode="sal")
    spent(sal, actor, "10", "3000.00")
    stand = spent(sal, actor, "11", "1500.00")
    spent(sal, actor, "12", "1000.00", item="study")
    with pytest.raises(Refused, match="voce di spesa del bando"):
        charge_document(actor=actor, claim=sal, document=stand, item="office", amount=Decimal("1.00"))
    for wrong in ("2.5", "10000", "9999999999.99"):
        with pytest.raises(Refused, match="Un numero intero, al massimo 9999"):
            put_cost(actor=actor, claim=sal, item="travel", quantity=Decimal(wrong))
    trips = put_cost(actor=actor, claim=sal, item="travel", quantity=Decimal("4"))
    with pytest.raises(Refused, match="relazione"):
        send_claim(actor=actor, claim=sal)
    write_report(actor=actor, claim=sal, report="Siamo stati a Lione.")
    with pytest.raises(Refused, match="carte d’imbarco"):
        send_claim(actor=actor, claim=sal)
    add_file(actor=actor, claim=sal, upload=pdf(), kind="proof", cost=trips, proof="boarding")
    sent = send_claim(actor=actor, claim=sal)
    # 4,000 + 1,000 + 1,000 = 6,000 of costs: half is 3,000; 2,400 were due with the advance.
    assert sent.asked == Decimal("600.00")
    assert [str(row.charged) for row in sent.charges.order_by("pk")] == ["2666.67", "1333.33", "1000.00"]
    take_claim(actor=desk, claim=sent)
    all_complete(sent, desk)
    # A cut of 1,000 on the first invoice: 3,500 of stand, all of it counts now; travel is at most a fifth of 4,500.
    first = Charge.objects.filter(claim=sent).order_by("pk").first()
    with pytest.raises(Refused, match="motivo"):
        cut_charge(actor=desk, charge=first, kept=Decimal("2000.00"))
    cut_charge(actor=desk, charge=first, kept=Decimal("2000.00"), reason="Una parte è rappresentanza")
    rows = [(str(row.asked), str(row.kept), str(row.admitted)) for row in sent.charges.order_by("pk")]
    assert rows == [
        ("3000.00", "2000.00", "2000.00"),
        ("1500.00", "1500.00", "1500.00"),
        ("1000.00", "1000.00", "1000.00"),
    ]
    assessed = assess_claim(actor=desk, claim=sent)
    # Half of 5,400 less 2,400; of the 2,700 that are due up to now 1,750 are for the stand, which is a capital good: all of what is due.
    assert (assessed.due, assessed.due_capital) == (Decimal("300.00"), Decimal("300.00"))
    told = Notice.objects.filter(kind="claim-assessed").order_by("-pk").first()
    assert "Una parte è rappresentanza" in told.body_it
    with pytest.raises(Refused):
        cut_charge(actor=desk, charge=first, kept=Decimal("3000.00"))
    claim_liquidated(actor=BOT, claim=sent)
    claim_paid(actor=BOT, claim=sent, on=today(), amount=Decimal("300.00"))
    # The advance is used up by these costs: half of each is paid, of the trips too.
    paid = [row.paid for row in sent.charges.order_by("pk")]
    assert paid == [Decimal("1000.00"), Decimal("750.00"), Decimal("500.00")]
    trips.refresh_from_db()
    assert (trips.charged, trips.admitted, trips.paid) == (Decimal("1000.00"), Decimal("900.00"), Decimal("450.00"))
    claim_payment_returned(actor=BOT, claim=sent, reason=Bilingual("Conto chiuso", "Account closed"))
    assert sent.events.order_by("-pk").first().text_en == "Account closed"
    assert Claim.objects.get(pk=sent.pk).state == "liquidated"
    assert [row.paid for row in sent.charges.all()] == [0, 0, 0], "the advance is of no cost again"
    story = story_of(Award.objects.get(pk=award.pk))
    assert (story.totals["paid"], story.rest, story.paid) == (0, Decimal("2400.00"), Decimal("2400.00"))
    assert story.rest_of.it == "Anticipo non ancora coperto da spese"
    claim_paid(actor=BOT, claim=sent, on=today(), amount=Decimal("300.00"))

    # The balance: the rest of a document of the progress payment, and a study of 8,000: the award is 6,000, not a cent more.
    balance = open_claim(actor=actor, award=award, mode="balance")
    write_report(actor=actor, claim=balance, report="Finito.")
    spent(balance, actor, "20", "8000.00", item="study")
    sent = send_claim(actor=actor, claim=balance)
    assert sent.asked == Decimal("3300.00")
    take_claim(actor=desk, claim=sent)
    all_complete(sent, desk)
    # 3,500 of the 14,100 that count now are of the stand: 1,489.36 of 6,000, of which 300 were told.
    assessed = assess_claim(actor=desk, claim=sent)
    assert (assessed.due, assessed.due_capital) == (Decimal("3300.00"), Decimal("1189.36"))
    reopened = reopen_claim(actor=desk, claim=sent, reason="Prova")
    assert (reopened.due, reopened.due_capital) == (None, 0)
    assert assess_claim(actor=desk, claim=sent).due_capital == Decimal("1189.36")
    assert any("Mai più di quanto è stato concesso" in str(row) for row in Claim.objects.get(pk=sent.pk).steps)
    with pytest.raises(Refused, match="saldo"):
        open_claim(actor=actor, award=award, mode="sal")
    claim_liquidated(actor=BOT, claim=sent)
    claim_paid(actor=BOT, claim=sent, on=today(), amount=Decimal("3300.00"))
    # Every euro of the award is of a cost, and none has more than was admitted; later studies let the four trips count whole.
    trips.refresh_from_db()
    rows = [(row.admitted, row.paid) for row in Charge.objects.filter(claim__award=award).order_by("pk")]
    assert (trips.admitted, trips.paid) == (Decimal("1600.00"), Decimal("659.57"))
    assert sum(paid for _, paid in rows) + trips.paid == Decimal("6000.00")
    assert [paid for _, paid in rows[:3]] == paid[:3], "what was paid of a cost stays"
    assert all(paid <= admitted for admitted, paid in rows)
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    told = client.get(f"/ufficio/concessioni/{award.pk}/storia/").content.decode()
    assert all(words in told for words in ("659,57", "1.600,00", "6.000,00", "Viaggi")), "units have their euros"
    assert "Anticipo non ancora" not in told


@pytest.mark.slow  # two awards to their effect
def test_the_same_invoice_is_never_paid_twice_and_what_is_wrong_is_said(award, admitted, desk, director, worker, chief):
    actor = chief(award)
    claim = open_claim(actor=actor, award=award, mode="sal")
    (document,) = add_invoices(actor=actor, claim=claim, upload=e_invoice(award, "FT 007/A", "1000.00"))
    assert (document.taxable, document.vat, document.total) == (
        Decimal("1000.00"),
        Decimal("220.00"),
        Decimal("1220.00"),
    )
    for number in ("FT 007/A", "ft7-a", "FT-7A"):
        with pytest.raises(Refused, match="già stata presentata"):
            add_invoices(actor=actor, claim=claim, upload=e_invoice(award, number, "1000.00"))
    other = award_of(admitted, desk, director, worker, money=MONEY, payment=PAYMENT, name="Seconda S.r.l.")
    theirs, second = chief(other), None
    second = open_claim(actor=theirs, award=other, mode="sal")
    with pytest.raises(Refused, match="già stata presentata"):
        add_invoices(actor=theirs, claim=second, upload=e_invoice(other, "FT 7/A", "1000.00"))
    with pytest.raises(Refused, match="intestata a"):
        add_invoices(actor=theirs, claim=second, upload=e_invoice(other, "8", to=award.enterprise.tax_code))
    with pytest.raises(Refused, match="non si legge"):
        add_invoices(actor=theirs, claim=second, upload=pdf("fattura.xml"))
    with pytest.raises(Refused):
        charge_document(actor=theirs, claim=claim, document=document, item="stand", amount=Decimal("1"))
    # A TD20 brings the CUP to the invoice that it names, and is no expense itself.
    assert document.cup_outcome == "mendable"
    with pytest.raises(Refused, match="non è qui"):
        add_invoices(actor=actor, claim=claim, upload=td20(award, "8", award.codes[1]))
    (mended,) = add_invoices(actor=actor, claim=claim, upload=td20(award, "FT 007/A", award.codes[1]))
    assert (mended.pk, mended.cup_outcome) == (document.pk, "has_cup")
    # By number and day: the same number of another year is another invoice, and of two somebody says which.
    (older,) = add_invoices(actor=actor, claim=claim, upload=e_invoice(award, "FT 7/A", "900.00", on="2025-03-05"))
    with pytest.raises(Refused, match="non è qui"):
        add_invoices(actor=actor, claim=claim, upload=td20(award, "FT 7/A", award.codes[1], on="2025-03-06"))
    with pytest.raises(Refused, match=r"n. FT 007/A del 01/03/2026|n. FT 7/A del 05/03/2025"):
        add_invoices(actor=actor, claim=claim, upload=td20(award, "FT 7/A", award.codes[1], on=""))
    mend = {"actor": actor, "claim": claim, "document": older}
    with pytest.raises(Refused, match="non è della fattura"):
        mend_document(**mend, upload=td20(award, "8", award.codes[1], on=""))
    assert mend_document(**mend, upload=td20(award, "FT 7/A", award.codes[1], on="")).cups_added == [award.codes[1]]
    (again,) = add_invoices(actor=actor, claim=claim, upload=td20(award, "FT 7/A", "C11G06000000001", on="2025-03-05"))
    assert (again.pk, again.cups_added) == (older.pk, [award.codes[1], "C11G06000000001"])
    document.refresh_from_db()
    assert document.cups_added == [award.codes[1]]
    remove_document(actor=actor, claim=claim, document=older)
    # What who buys writes is no expense, nor what a firm sells to itself; the same sale under another number is told.
    with pytest.raises(Refused, match=r"emette chi compra \(TD17"):
        add_invoices(actor=actor, claim=claim, upload=e_invoice(award, "17/1", kind="TD17"))
    own = {"vat": award.enterprise.vat_number or award.enterprise.tax_code}
    with pytest.raises(Refused, match="la stessa impresa"):
        add_invoices(actor=actor, claim=claim, upload=e_invoice(award, "17/2", **own))
    (twin,) = add_invoices(actor=actor, claim=claim, upload=e_invoice(award, "B 12", on="2026-03-10"))
    (month,) = add_invoices(actor=actor, claim=claim, upload=e_invoice(award, "B 13", on="2026-04-10"))
    told = look_alike([document, month])
    assert [one.it.rpartition(": ")[2] for one in told.pop(document.pk)] == [
        "stesso fornitore, stesso imponibile e giorni vicini."
    ]
    assert told == {}
    # An envelope that was signed with something else inside is taken, and told.
    signed = p7m(e_invoice(award, "S 1", "200.00").read()).replace(b"200.00", b"900.00")
    (broken,) = add_invoices(actor=actor, claim=claim, upload=SimpleUploadedFile("s.xml.p7m", signed))
    assert broken.warnings[0]["code"] == "signature_broken"
    for one in (twin, month, broken):
        remove_document(actor=actor, claim=claim, document=one)
    # Never more than the document, without VAT, in all the claims together.
    with pytest.raises(Refused, match="senza IVA"):
        charge_document(actor=actor, claim=claim, document=document, item="stand", amount=Decimal("1000.01"))
    charge_document(actor=actor, claim=claim, document=document, item="stand", amount=Decimal("600.00"))
    with pytest.raises(Refused, match=r"1\.000,00"):
        charge_document(actor=actor, claim=claim, document=document, item="study", amount=Decimal("400.01"))
    charge_document(actor=actor, claim=claim, document=document, item="study", amount=Decimal("400.00"))
    # One payment for many documents, and no more than it is.
    with pytest.raises(Refused, match="contanti"):
        add_transfer(
            actor=actor, claim=claim, upload=pdf(), paid_on=today(), amount=Decimal("1"), method="cash", reference="1"
        )
    with pytest.raises(Refused, match="non può saldare"):
        add_transfer(
            actor=actor, claim=claim, upload=pdf(), paid_on=today(), amount=Decimal("1000.00"), method="transfer",
            reference="CRO1", settles=[(document, Decimal("1220.00"))],
        )  # fmt: skip
    # The same transfer that proves two awards, or the same file, is told to the officer; neither another day nor another number.
    proof = {"method": "transfer", "amount": Decimal("10.00"), "paid_on": today()}
    mine = add_transfer(actor=actor, claim=claim, upload=pdf(text="a"), reference="CRO 0012-34", **proof)
    same = add_transfer(actor=theirs, claim=second, upload=pdf(text="b"), reference="cro12/34", **proof)
    copy = add_transfer(actor=theirs, claim=second, upload=pdf(text="a"), reference="99", **proof)
    add_transfer(actor=theirs, claim=second, upload=pdf(text="c"), reference="98", **proof)
    before = proof | {"paid_on": today() - timedelta(days=1)}
    add_transfer(actor=theirs, claim=second, upload=pdf(text="d"), reference="CRO 0012-34", **before)
    told = look_alike_transfers([mine])[mine.pk]
    assert [one.it.rpartition(": ")[2] for one in told] == [
        "stesso numero dell’operazione e stesso giorno.", "lo stesso file.",
    ]  # fmt: skip
    assert other.application.number in told[0].it
    assert set(look_alike_transfers([same, copy])) == {same.pk, copy.pk}
    assert look_alike_transfers([]) == {}
    for one in (mine, same, copy):
        one.delete()
    write_report(actor=actor, claim=claim, report="Lione.")
    with pytest.raises(Refused, match=r"pagati 0,00.€ su 1\.220,00"):
        send_claim(actor=actor, claim=claim)
    foreign = add_document(
        actor=actor, claim=claim, upload=pdf(), kind="invoice", number="2026-77", issued_on=date(2026, 4, 1),
        supplier_name="Messe GmbH", supplier_country="de", supplier_code="DE811128135", taxable=Decimal("500.00"),
        currency="USD", original_total=Decimal("540.00"),
    )  # fmt: skip
    assert foreign.identity == "DE811128135|2026/77|2026"
    add_transfer(
        actor=actor, claim=claim, upload=pdf(), paid_on=today(), amount=Decimal("1720.00"), method="transfer", reference="CRO2",
        settles=[(document, Decimal("1220.00")), (foreign, Decimal("500.00"))],
    )  # fmt: skip
    with pytest.raises(Refused, match="imputa la spesa a una voce"):
        send_claim(actor=actor, claim=claim)
    # VAT is asked for where it is a cost for the enterprise; back again, no more than is left without it.
    with pytest.raises(Refused, match=r"già stata inviata|delega|invio"):
        bear_vat(actor=theirs, claim=claim, document=document, with_vat=True)
    assert bear_vat(actor=actor, claim=claim, document=document, with_vat=True).chargeable == Decimal("1220.00")
    charge_document(actor=actor, claim=claim, document=document, item="study", amount=Decimal("620.00"))
    with pytest.raises(Refused, match=r"1\.000,00.€, senza IVA: se ne chiedono 1\.220,00"), transaction.atomic():
        bear_vat(actor=actor, claim=claim, document=document, with_vat=False)
    charge_document(actor=actor, claim=claim, document=document, item="study", amount=Decimal("400.00"))
    assert not bear_vat(actor=actor, claim=claim, document=document, with_vat=False).with_vat
    remove_document(actor=actor, claim=claim, document=foreign)
    sent = send_claim(actor=actor, claim=claim)
    with pytest.raises(Refused, match="già stata inviata"):
        remove_document(actor=actor, claim=claim, document=document)
    with pytest.raises(Refused, match="istruttoria"):
        take_claim(actor=actor, claim=sent)
    take_claim(actor=desk, claim=sent)
    # What is asked stops nothing for ever: answered, or over, the review goes on.
    review_object(
        actor=desk, claim=sent, kind="document", object_id=document.pk, outcome="integrate", text="Manca il contratto"
    )
    all_complete(sent, desk, but=ClaimReview.DOCUMENT)
    with pytest.raises(Refused, match="da integrare"):
        assess_claim(actor=desk, claim=sent)
    request = ask_documents(actor=desk, claim=sent, text="Il contratto con la fiera")
    assert answer_request(actor=actor, claim=sent, text="Eccolo", uploads=[pdf("contratto.pdf")]).number
    ask_documents(actor=desk, claim=sent, text="Anche il catalogo")
    with clock_at(now() + timedelta(days=40)):
        assert expire_requests(actor=BOT) == 1
    request.refresh_from_db()
    assert request.state == "answered"
    review_object(
        actor=desk, claim=sent, kind="document", object_id=document.pk, outcome="incomplete", text="Non è della fiera"
    )
    all_complete(sent, desk, but=ClaimReview.DOCUMENT)
    assert [row.admitted for row in sent.charges.all()] == [0, 0]
    refused = refuse_claim(actor=desk, claim=sent, reason="Nessuna spesa è della fiera")
    assert refused.state == "refused"
    assert ExpenseDocument.objects.get(pk=document.pk).holds
    # Older than the CUP, in a call that admits earlier spending: exempt once invoice and receipts bear the number of the application.
    Call.objects.filter(pk=other.act.call_id).update(payment={**PAYMENT, "spending_from": "2026-01-01"})
    number = other.application.number
    early = e_invoice(other, "E 1", causes=[f"Acconto, domanda {number}"])
    (early,) = add_invoices(actor=theirs, claim=second, upload=early)
    assert (early.cup_outcome, early.cup_result["missing"][0]["message"][:13]) == ("mendable", "le quietanze ")
    more = proof | {"amount": early.total, "settles": [(early, early.total)]}
    paid = add_transfer(actor=theirs, claim=second, upload=pdf(text="e"), reference="E1", reason="Saldo E 1", **more)
    early.refresh_from_db()
    assert "manca nella 1" in early.cup_result["missing"][0]["message"]
    remove_transfer(actor=theirs, claim=second, transfer=paid)
    said = f"Saldo E 1 dom. {number.replace('/', ' ')}"
    add_transfer(actor=theirs, claim=second, upload=pdf(text="f"), reference="E2", reason=said, **more)
    early.refresh_from_db()
    assert (early.cup_outcome, early.cup_result["ground"]) == ("exempt", "before_assignment")
    # The identifiers of the call take the place of the number.
    Call.objects.filter(pk=other.act.call_id).update(
        payment={**PAYMENT, "spending_from": "2026-01-01", "identifiers": ["Puglia mercati 26"]}
    )
    judge_claim_of(early, other)
    assert early.cup_outcome == "mendable"


@pytest.mark.slow  # an award to its effect
def test_a_fixed_amount_is_earned_by_what_was_done(voucher, chief, desk, director):
    actor = chief(voucher)
    claim = open_claim(actor=actor, award=voucher, mode="single")
    with pytest.raises(Refused, match="L’importo è fisso"):
        add_invoices(actor=actor, claim=claim, upload=e_invoice(voucher))
    write_report(actor=actor, claim=claim, report="Alla fiera c’eravamo.")
    with pytest.raises(Refused, match="prova"):
        send_claim(actor=actor, claim=claim)
    cost = put_cost(actor=actor, claim=claim, item="", quantity=Decimal("1"))
    with pytest.raises(Refused, match="badge"):
        send_claim(actor=actor, claim=claim)
    add_file(actor=actor, claim=claim, upload=pdf("badge.pdf"), kind="proof", cost=cost)
    sent = send_claim(actor=actor, claim=claim)
    assert sent.asked == Decimal("6000.00")
    with pytest.raises(Refused, match="non è in verifica"):
        hand_over_claim(actor=director, claim=sent)
    take_claim(actor=desk, claim=sent)
    with pytest.raises(Refused, match="istruttoria"):
        hand_over_claim(actor=actor, claim=sent)
    assert hand_over_claim(actor=director, claim=sent).officer_id == director.user_id
    assert hand_over_claim(actor=desk, claim=sent).officer_id == desk.user_id
    for kept, reason in (("2", "x"), ("-1", "x"), ("0", " ")):
        with pytest.raises(Refused):
            cut_cost(actor=desk, cost=cost, kept=Decimal(kept), reason=reason)
    cut = cut_cost(actor=desk, cost=cost, kept=Decimal(0), reason="Un altro stand")
    assert (cut.kept, cut.reason) == (0, "Un altro stand")
    back = cut_cost(actor=desk, cost=cost, kept=Decimal(1), reason="x")
    assert (back.kept, back.reason) == (1, "")
    all_complete(sent, desk)
    assert assess_claim(actor=desk, claim=sent).due == Decimal("6000.00")
    reopen_claim(actor=desk, claim=sent, reason="Il badge è di un’altra fiera")
    review_object(actor=desk, claim=sent, kind="cost", object_id=cost.pk, outcome="incomplete", text="Altra fiera")
    assert assess_claim(actor=desk, claim=sent).due == Decimal("0.00")
    with pytest.raises(Refused, match="nulla"):
        claim_liquidated(actor=BOT, claim=sent)


@pytest.mark.slow  # an award to its effect
def test_what_the_absorbed_firm_bought_is_claimed_by_its_heir_each_invoice_by_its_day(
    award, desk, director, enterprise, representative, actor_for
):
    firm, heir = award.enterprise, enterprise("Erede S.p.A.", vat_number(7))
    owner, deed = actor_for(representative(heir), heir), today() - timedelta(days=3)
    told = {"parties": [firm.tax_code, heir.tax_code], "into": heir.tax_code, "deed": "Notaio, rep. 1"}
    record_merger(actor=director, on=deed, **told)
    approve_succession(actor=desk, succession=Succession.objects.get(), act="AD 1/2026")
    award = Award.objects.select_related("application__opening__call", "enterprise", "awarded_to").get()
    claim = open_claim(actor=owner, award=award, mode="sal")

    def load(number, days, to):
        on = (deed + timedelta(days=days)).isoformat()
        return add_invoices(actor=owner, claim=claim, upload=e_invoice(award, number, on=on, to=to.tax_code))

    taken = [load(*one)[0].number for one in (("1", -40, firm), ("2", 0, firm), ("3", 0, heir), ("4", 2, heir))]
    assert taken == ["1", "2", "3", "4"]
    with pytest.raises(Refused, match=f"non a {firm.name}, che il .* aveva il contributo"):
        load("5", -1, heir)
    with pytest.raises(Refused, match=f"non a {heir.name}"):
        load("6", 1, firm)
    assert ExpenseDocument.objects.count() == 4
