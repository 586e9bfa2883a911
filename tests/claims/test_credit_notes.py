"""Invoices partly credited, payments found among many documents, payments that prove nothing, and payments written twice."""

from datetime import date
from decimal import Decimal

import pytest
from tests.claims.test_claims import all_complete
from tests.claims.world import e_invoice, pdf

from levante.claims.api import (
    Charge,
    ExpenseDocument,
    Settlement,
    Transfer,
    add_invoices,
    add_transfer,
    assess_claim,
    charge_document,
    cut_charge,
    look_alike_transfers,
    open_claim,
    reopen_claim,
    review_object,
    send_claim,
    settle_documents,
    take_claim,
    to_review,
    write_report,
)
from levante.kernel.api import Refused

pytestmark = pytest.mark.django_db
D = Decimal
PAID = {"paid_on": date(2026, 3, 20), "method": "transfer"}


@pytest.mark.slow  # an award to its effect, then the pages
def test_an_invoice_partly_credited_is_claimed_and_a_payment_that_proves_nothing_is_cut(
    award, chief, desk, client, django_user_model
):
    actor, people = chief(award), django_user_model.objects
    claim = open_claim(actor=actor, award=award, mode="sal")
    write_report(actor=actor, claim=claim, report="Lione.")
    client.force_login(people.get(pk=actor.user_id))
    client.get("/impresa/", follow=True)
    page = f"/impresa/rendicontazioni/{claim.pk}/"

    def load(number, net, **more):
        return add_invoices(actor=actor, claim=claim, upload=e_invoice(award, number, net, **more))[0]

    def put(document, amount):
        charge_document(actor=actor, claim=claim, document=document, item="study", amount=amount)

    # Of 1,220 euro 488 are credited: one transfer of 732 settles both, on its page, whatever sign is typed.
    invoice, note = load("1", "1000.00"), load("2", "400.00", kind="TD04")
    assert (invoice.total, note.total) == (D("1220.00"), D("-488.00"))
    put(invoice, D("1000.00"))
    shown = client.get(f"{page}pagamenti/nuovo/?document={invoice.pk}").content.decode()
    assert "Nota di credito: toglie fino a 488,00" in shown
    new = {"paid_on": "2026-03-20", "amount": "732,00", "method": "transfer", "reference": "CRO 1", "upload": pdf()}
    alone = client.post(f"{page}pagamenti/nuovo/", {**new, f"settles_{note.pk}": "488,00"}).content.decode()
    assert "quali fatture ha saldato" in alone
    short = client.post(f"{page}pagamenti/nuovo/", {**new, "upload": pdf(), f"settles_{invoice.pk}": "1.220,00"})
    assert "non può saldare 1.220,00" in short.content.decode()
    both = {f"settles_{invoice.pk}": "1.220,00", f"settles_{note.pk}": "488,00"}
    assert client.post(f"{page}pagamenti/nuovo/", {**new, "upload": pdf(), **both}).status_code == 302
    assert sorted(Settlement.objects.values_list("amount", flat=True)) == [D("-488.00"), D("1220.00")]
    with pytest.raises(Refused, match="imputa la spesa a una voce"):
        send_claim(actor=actor, claim=claim)
    put(note, D("-400.00"))

    # The one that is asked for is offered first, and the others are found: here among 62.
    same = {name: getattr(invoice, name) for name in ("award_id", "kind", "source", "issued_on", "supplier_name", "supplier_country",
            "supplier_code", "taxable", "vat", "total", "file_id", "added_at")}  # fmt: skip
    many = ExpenseDocument.objects.bulk_create(
        ExpenseDocument(**same, number=f"N{place}", identity=f"many-{place}") for place in range(60)
    )
    form = client.get(f"{page}pagamenti/nuovo/?document={many[55].pk}").content.decode()
    fields = [f"settles_{one.pk}" in form for one in many]
    assert (sum(fields), fields[55]) == (40, True)
    assert f'value="{many[55].pk}"' in form, "a search keeps the one that is asked for"
    assert f"settles_{many[58].pk}" in client.get(f"{page}pagamenti/nuovo/?q=n58").content.decode()
    assert f"settles_{many[58].pk}" in client.get(f"{page}pagamenti/nuovo/?page=2").content.decode()
    ExpenseDocument.objects.filter(pk__in=[one.pk for one in many[2:]]).delete()
    # What was on another page is added to the payment, and never more than the payment is.
    two = many[:2]
    first = add_transfer(
        actor=actor,
        claim=claim,
        upload=pdf(),
        amount=D("2440.00"),
        reference="CRO 2",
        settles=[(two[0], two[0].total)],
        **PAID,
    )
    more = f"{page}pagamenti/{first.pk}/salda/"
    assert "1.220,00" in client.get(more).content.decode()
    assert client.post(more, {f"settles_{two[1].pk}": "1.220,00"}).status_code == 302
    with pytest.raises(Refused, match="non possono superarlo"):
        settle_documents(actor=actor, claim=claim, transfer=first, settles=[(two[1], D("0.01"))])
    for one in two:
        put(one, D("1000.00"))

    # The same payment written twice is told to who writes it and to the office; another of the same statement is not.
    third = load("3", "1000.00")
    put(third, D("1000.00"))
    proof = {"paid_on": "2026-03-20", "amount": "1.220,00", "method": "transfer", "upload": pdf()}
    said = client.post(
        f"{page}pagamenti/nuovo/", {**proof, "reference": "cro2", f"settles_{third.pk}": "1.220,00"}, follow=True
    ).content.decode()
    assert "somiglia a uno che c’è già" in said
    assert said.count("forse scritto due volte") == 2, "each payment once, of however many documents"
    again = Transfer.objects.get(reference="cro2")
    told = look_alike_transfers([first, again])
    assert "Forse è scritto due volte" in told[again.pk][0].it
    assert set(told) == {first.pk, again.pk}

    # Reviewed: what an incomplete proof paid is not proved, and is cut or explained before the review is closed.
    sent = send_claim(actor=actor, claim=claim)
    take_claim(actor=desk, claim=sent)
    all_complete(sent, desk)
    outcome = {"actor": desk, "claim": sent}
    review_object(**outcome, kind="transfer", object_id=again.pk, outcome="incomplete", text="È lo stesso bonifico")
    with pytest.raises(Refused, match="1 documenti pagati con prove che non reggono"):
        assess_claim(actor=desk, claim=sent)
    client.force_login(people.get(pk=desk.user_id))
    mine = f"/ufficio/rendicontazioni/{sent.pk}/"
    shown = client.get(mine).content.decode()
    assert "Le prove di pagamento buone sono per 0,00" in shown
    assert "Ammettilo lo stesso" in shown
    client.post(
        f"{mine}esame/",
        {"kind": "document", "object": third.pk, "outcome": "complete", "why": "Pagato in contrassegno"},
    )
    assert assess_claim(actor=desk, claim=sent).due == D("1800.00"), "half of 1,000 - 400 + 3,000: it was explained"
    reopen_claim(actor=desk, claim=sent, reason="Non regge")
    review_object(**outcome, kind="transfer", object_id=again.pk, outcome="incomplete", text="Non è una prova")
    with pytest.raises(Refused, match="prove che non reggono"):
        assess_claim(actor=desk, claim=sent)
    charge = Charge.objects.get(claim=sent, document=third)
    cut_charge(actor=desk, charge=charge, kept=D(0), reason="Pagamento non provato")
    assert assess_claim(actor=desk, claim=sent).due == D("1300.00")

    # A credit note that an older claim did not charge is among the things to look at.
    reopen_claim(actor=desk, claim=sent, reason="Manca la nota")
    Charge.objects.filter(document=note).delete()
    assert ("document", note.pk) in to_review(sent)
    assert "La nota di credito non è imputata" in client.get(mine).content.decode()
