"""The pages of a claim, for the enterprise and for the office."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.claims.world import e_invoice, pdf

from levante.calls.api import Call
from levante.claims.api import (
    Claim,
    ExpenseDocument,
    Transfer,
    Variation,
    add_invoices,
    ask_acceptances,
    charge_document,
    open_claim,
)
from levante.kernel.api import now, system, today

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, then twenty pages
def test_a_claim_is_filled_in_sent_reviewed_and_closed_on_its_pages(award, chief, desk, client, django_user_model):
    user = django_user_model.objects.get(pk=chief(award).user_id)
    client.force_login(user)
    start = client.get("/impresa/rendicontazioni/", follow=True).content.decode()
    assert "Chiedi:" in start
    assert "6.000,00" in start
    assert "Rendicontazioni e pagamenti" in start
    made = client.post("/impresa/rendicontazioni/nuova/", {"award": award.pk, "mode": "sal"}, follow=True)
    claim = Claim.objects.get()
    page = f"/impresa/rendicontazioni/{claim.pk}/"
    assert made.redirect_chain[-1][0] == page
    assert "Prima di inviare" in made.content.decode()

    said = client.post(
        f"{page}fatture/", {"files": [e_invoice(award, "7", "1000.00"), pdf("x.xml")]}, follow=True
    ).content.decode()
    assert "Fatture lette: 1" in said
    assert "x.xml: La fattura elettronica non si legge" in said
    document = ExpenseDocument.objects.get()
    shown = client.get(f"{page}documenti/{document.pk}/").content.decode()
    assert "Spazio e allestimento" in shown
    assert "Ufficio all’estero" not in shown, "what the law leaves out is not offered"
    assert "Integrazione CUP" in shown, "how an invoice without its CUP is mended is told"
    assert "nota di credito e nuova fattura" in shown
    assert "senza CUP" in client.get(page).content.decode()
    client.post(f"{page}documenti/{document.pk}/cup/", {"proof": pdf("ricevuta.pdf")})
    assert "riporta il CUP" in client.get(page).content.decode()
    wrong = client.post(f"{page}documenti/{document.pk}/", {"item_stand": "1.500,00"})
    assert "senza IVA" in wrong.content.decode()
    client.post(f"{page}documenti/{document.pk}/", {"item_stand": "1.000,00"})
    assert "1.220,00" in client.get(f"{page}pagamenti/nuovo/?document={document.pk}").content.decode()
    client.post(
        f"{page}pagamenti/nuovo/",
        {"paid_on": "2026-03-20", "amount": "1.220,00", "method": "transfer", "reference": "CRO7",
         f"settles_{document.pk}": "1.220,00", "upload": pdf()},
    )  # fmt: skip
    assert Transfer.objects.get().settlements.get().amount == Decimal("1220.00")
    foreign = client.post(
        f"{page}documenti/nuovo/",
        {"kind": "invoice", "number": "77", "issued_on": "2026-04-01", "supplier_name": "Messe", "supplier_country": "DE",
         "supplier_code": "DE811128135", "taxable": "500,00", "currency": "EUR", "upload": pdf()},
    )  # fmt: skip
    assert foreign.status_code == 302
    client.post(f"{page}documenti/{ExpenseDocument.objects.get(number='77').pk}/togli/")
    client.post(
        f"{page}attivita/", {"item": "travel", "quantity": "1", "proof": "boarding", "proofs": [pdf("carta.pdf")]}
    )
    client.post(f"{page}file/", {"kind": "contract", "label": "Contratto", "upload": pdf("contratto.pdf")})
    long = client.post(f"{page}relazione/", {"report": "x" * 20_001})
    assert (long.status_code, "x" * 100 in long.content.decode()) == (409, True)
    client.post(f"{page}relazione/", {"report": "Siamo stati a Lione."})
    assert "Invia la domanda di pagamento" in client.get(page).content.decode()
    sent = client.post(f"{page}invia/", follow=True).content.decode()
    assert "inviata e registrata" in sent
    assert "Tocca all’ufficio" in sent
    assert client.get(f"{page}documenti/nuovo/").status_code == 404

    claim.refresh_from_db()
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    assert "1 domanda di pagamento da prendere in carico" in client.get("/ufficio/").content.decode()
    listed = client.get("/ufficio/rendicontazioni/").content.decode()
    assert claim.register_number in listed
    assert client.get("/ufficio/rendicontazioni/?q=niente").content.decode().count(claim.register_number) == 0
    assert (
        claim.register_number in b"".join(client.get("/ufficio/rendicontazioni/?export=csv").streaming_content).decode()
    )
    mine = f"/ufficio/rendicontazioni/{claim.pk}/"
    client.post(f"{mine}azioni/prendi/")
    turn = client.get("/ufficio/").content.decode()
    assert mine in turn
    assert "verifica da concludere" in turn
    assert "da prendere in carico" not in turn
    seen = client.get(mine).content.decode()
    assert "Ancora da esaminare: 5 di 5" in seen
    assert "da non ammettere: La spesa è del 01/03/2026" in seen.replace("\n", " ")
    charge = claim.charges.get()
    client.post(f"{mine}tagli/", {"charge": charge.pk, "kept": "800,00", "reason": "Rappresentanza"})
    for kind, pk in (
        ("document", document.pk),
        ("cost", claim.costs.get().pk),
        ("file", claim.files.get(kind="contract").pk),
    ):
        client.post(f"{mine}esame/", {"kind": kind, "object": pk, "outcome": "complete"})
    again = client.post(f"{mine}azioni/chiedi/", {"text": ""})
    assert again.status_code in (302, 409)
    client.post(f"{mine}tagli/", {"charge": charge.pk, "kept": "800,00", "reason": "Rappresentanza"})
    transfer = Transfer.objects.get()
    client.post(f"{mine}esame/pagina/", {"things": [f"transfer-{transfer.pk}", f"report-{claim.pk}", "altro-1"]})
    closed = client.post(f"{mine}azioni/chiudi/", {"reason": ""}, follow=True).content.decode()
    claim.refresh_from_db()
    # 800 of stand and a fifth of it for the trip: half of 960.
    assert (claim.state, claim.due) == ("assessed", Decimal("480.00"))
    assert "480,00" in closed
    assert client.post(f"{mine}azioni/niente/").status_code == 404
    client.force_login(user)
    shown = client.get(page, follow=True).content.decode()
    assert "480,00" in shown
    assert "Verifica conclusa" in shown


@pytest.mark.slow  # an award to its effect
def test_what_was_refused_or_is_left_of_an_invoice_is_offered_to_the_next_claim(
    award, chief, desk, client, django_user_model
):
    actor, d400 = chief(award), Decimal("400.00")
    client.force_login(django_user_model.objects.get(pk=actor.user_id))
    client.get("/impresa/", follow=True)  # for the only enterprise there is
    first = open_claim(actor=actor, award=award, mode="sal")
    (row,) = add_invoices(actor=actor, claim=first, upload=e_invoice(award, "7", "1000.00"))
    charge_document(actor=actor, claim=first, document=row, item="stand", amount=d400)

    def left(claim, state, **more):
        Claim.objects.filter(pk=claim.pk).update(
            state=state, sent_at=now(), frozen={}, frozen_sha256="0" * 64, decided_at=now(), asked=d400, officer=desk.user_id,
            register_number=f"PAG-T/{claim.pk}", **more,
        )  # fmt: skip

    left(first, "liquidated", due=d400)
    second = open_claim(actor=actor, award=award, mode="sal")
    page = f"/impresa/rendicontazioni/{second.pk}/documenti/{row.pk}/"
    assert client.get(page).status_code == 200, "600 euro of it are left"
    assert "se ne chiedono 1.000,01" in client.post(page, {"item_stand": "600,01"}).content.decode()
    assert client.post(page, {"item_stand": "600,00"}).status_code == 302

    left(second, "refused", reason="manca il contratto")
    third = open_claim(actor=actor, award=award, mode="sal")
    page = f"/impresa/rendicontazioni/{third.pk}/documenti/{row.pk}/"
    assert client.post(page, {"item_stand": "600,00"}).status_code == 302, "what a refused claim had is free"
    left(third, "liquidated", due=d400)
    fourth = open_claim(actor=actor, award=award, mode="sal")
    assert client.get(f"/impresa/rendicontazioni/{fourth.pk}/documenti/{row.pk}/").status_code == 404, "nothing is left"


@pytest.mark.slow  # an award to its effect, then the pages
def test_an_award_is_accepted_and_varied_on_its_pages(award, chief, desk, client, django_user_model):
    people = django_user_model.objects
    Call.objects.filter(pk=award.application.opening.call_id).update(terms={"acceptance_days": 20})
    client.force_login(people.get(pk=chief(award).user_id))
    assert "è da accettare" in client.get("/impresa/rendicontazioni/", follow=True).content.decode()
    ask_acceptances(actor=system("test"))
    assert "Accetta la concessione entro il" in client.get("/impresa/rendicontazioni/").content.decode()
    here = f"/impresa/concessioni/{award.pk}/accettazione/"
    assert "Perché questo giorno?" in client.get(here).content.decode()
    days = {"starts_on": str(today()), "ends_on": str(today() + timedelta(days=100))}
    assert (
        "prima di cominciare"
        in client.post(here, {**days, "ends_on": str(today() - timedelta(days=1))}).content.decode()
    )
    assert client.post(here, days).status_code == 302
    assert "ACO-" in client.get(here).content.decode()

    def begin(kind):
        page = client.post("/impresa/variazioni/nuova/", {"award": award.pk, "kind": kind})
        return page.url

    plan = begin("costs")
    assert "Scrivi tutto il piano" in client.get(plan, follow=True).content.decode()
    assert "obbligatorio" in client.post(plan, {"item_stand": "1.000,00"}).content.decode()
    typed = {"item_stand": "5.000,00", "note_stand": "Preventivo nuovo", "item_study": "1.000,00", "item_travel": "0"}
    assert "Un numero intero" in client.post(plan, {**typed, "item_travel": "2,5", "reason": "x"}).content.decode()
    client.post(plan, {**typed, "reason": "Lo studio costa meno"})
    client.post(f"{plan}file/", {"label": "Preventivo", "upload": pdf("preventivo.pdf")})
    assert client.post(f"{plan}file/", {"label": "Vuoto"}).status_code == 409
    shown = client.get(plan, follow=True).content.decode()
    assert "preventivo.pdf" in shown
    assert "VAR-" in client.post(f"{plan}azioni/invia/", follow=True).content.decode()
    sent = Variation.objects.get()
    client.post(plan, typed)
    client.force_login(people.get(pk=desk.user_id))
    assert sent.register_number in client.get("/ufficio/variazioni/").content.decode()
    assert b"Cantieri" in b"".join(client.get("/ufficio/variazioni/?export=csv").streaming_content)
    mine = f"/ufficio/variazioni/{sent.pk}/"
    assert mine in client.get("/ufficio/").content.decode()
    seen = client.get(mine).content.decode()
    assert "<strong>2.500,00" in seen, "half of 4,000 and 1,000"
    assert "Preventivo nuovo" in seen
    assert b"".join(client.get(f"{mine}documenti/{sent.files.get().file_id}/").streaming_content)
    client.post(f"{mine}azioni/prendi/")
    assert "variazione da decidere" in client.get("/ufficio/").content.decode()
    assert "Approva in parte" in client.get(mine).content.decode()
    part = {"item_stand": "5.000,00", "item_study": "9.000,00", "item_travel": "0", "reason": "Troppo"}
    assert "tra com’era" in client.post(f"{mine}azioni/in-parte/", part).content.decode()
    assert client.post(f"{mine}azioni/in-parte/", {**part, "item_study": ""}).status_code == 409
    assert "Scrivi i motivi" in client.post(f"{mine}azioni/respingi/", {"reason": ""}).content.decode()
    decided = client.post(f"{mine}azioni/approva/", {"reason": ""}, follow=True).content.decode()
    assert "va ridotta di 3.500,00" in decided
    assert client.get("/ufficio/accettazioni/?state=all").content.decode().count("ACO-") == 1
    client.force_login(people.get(pk=chief(award).user_id))
    assert "un atto riduce la concessione" in client.get(plan, follow=True).content.decode()
    other = begin("other")
    client.post(other, {"text": "Nuovo logo", "reason": "È cambiato"})
    client.post(f"{other}azioni/invia/")
    assert "L’hai ritirata" in client.post(f"{other}azioni/ritira/", follow=True).content.decode()
    assert "Variazioni" in client.get("/impresa/rendicontazioni/").content.decode()
