"""The pages of payments: what waits, the gate in words, the act, the order, the account; for the office and for the enterprise."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.payments.conftest import IBAN

from levante.identity.api import User
from levante.kernel.api import today

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, then thirty pages
def test_a_claim_is_paid_on_the_pages_of_the_office_and_of_the_enterprise(
    claim, cashier, another, desk, director, chief, act_system, bank, worker, client
):
    from levante.payments.api import BankAccount, BankFile, Liquidation, Payment, PaymentOrder

    def as_(actor):
        client.force_login(User.objects.get(pk=actor.user_id))

    def page(path, **data):
        with CaptureQueriesContext(connection) as asked:
            shown = client.post(path, data, follow=True) if data else client.get(path, follow=True)
        assert data or len(asked) <= 28, (path, len(asked))
        assert shown.status_code == 200, path
        return shown.content.decode()

    firm = claim.award.enterprise
    as_(chief(claim.award))
    assert "non puoi essere pagato" in page("/impresa/conto/")
    wrong = client.post("/impresa/conto/nuovo/", {"iban": "IT60X05428", "holder": firm.name}).content.decode()
    assert "Un IBAN italiano ha 27 caratteri" in wrong
    paper = SimpleUploadedFile("iban.pdf", b"%PDF-1.4\n\n%%EOF\n", content_type="application/pdf")
    assert "lo verifica prima di pagare" in page("/impresa/conto/nuovo/", iban=IBAN, holder=firm.name, evidence=paper)
    found = BankAccount.objects.get()
    assert found.evidence is not None

    as_(cashier)
    gate = f"/ufficio/pagamenti/domande/{claim.pk}/"
    start = page("/ufficio/pagamenti/")
    assert claim.register_number in start
    assert "DURC" in start
    assert "non c’è un DURC" in page(gate)
    assert "the account is not verified" in page(f"/en{gate}")
    said = client.post(
        f"{gate}documenti/", {"kind": "durc", "outcome": "clear", "number": "D1", "issued_on": today().isoformat()}
    )
    assert "Scrivi la scadenza stampata" in said.content.decode()
    for kind in ("durc", "deggendorf", "tax_debts", "recoveries"):
        data = {"kind": kind, "outcome": "clear", "number": "1", "issued_on": today().isoformat()}
        page(f"{gate}documenti/", **data, valid_until=today().isoformat() if kind == "durc" else "")
    page(f"/ufficio/pagamenti/conti/{found.pk}/verifica/", claim=claim.pk, how="estratto")
    assert "si può pagare" in page(gate)
    code = claim.award.act.call.code
    drafted = page("/ufficio/pagamenti/atti/nuovo/", claims=[claim.pk], back=f"/ufficio/pagamenti/?call={code}")
    assert "L’atto lo firma e lo invia il dirigente" in drafted
    act = Liquidation.objects.get()
    as_(director)
    address = f"/ufficio/pagamenti/atti/{act.pk}/"
    assert "Tocca a te" in page(address)
    page(f"{address}azioni/firma/", x="1")
    worker()
    assert "Numero e data" in page(address)
    assert "5.760,00" in page("/ufficio/pagamenti/da-pagare/")
    assert "esecutivo" in page("/ufficio/pagamenti/atti/?state=effective")

    as_(cashier)
    made = page("/ufficio/pagamenti/ordini/nuovo/", rows=[act.rows.get().pk], execute_on=today().isoformat())
    assert "Hai verificato tu un conto" in made
    order = PaymentOrder.objects.get()
    bank.behave({"reject": {IBAN: "AC04"}})
    as_(another)
    address = f"/ufficio/pagamenti/ordini/{order.pk}/"
    page(f"{address}azioni/invia/", x="1")
    assert "La banca ne ha conclusi 0 su 1" in page(f"{address}avanzamento/")
    worker()
    shown = page(address)
    assert "il conto è chiuso" in shown
    assert client.get(f"{address}avanzamento/")["HX-Refresh"] == "true"
    assert b"pain.001" in b"".join(client.get(f"{address}file/").streaming_content)
    assert IBAN.encode() in b"".join(client.get(f"{address}?export=csv"))
    assert order.message_id in page("/ufficio/pagamenti/ordini/?state=done")
    empty = SimpleUploadedFile("x.xml", b"<x", content_type="text/xml")
    assert "non è XML ben formato" in page("/ufficio/pagamenti/ordini/banca/", file=empty)
    assert "conto è chiuso" in page(gate)
    assert "In quest’anno non si è trattenuto nulla" in page("/ufficio/pagamenti/ritenute/")
    payment = Payment.objects.get()
    note = bank.notice({"key": "x", "transfers": [[payment.end_to_end_id, "-", "5760.00"]], "refuse": ""})
    loaded = page("/ufficio/pagamenti/ordini/banca/", file=SimpleUploadedFile("camt.xml", note.encode()))
    assert "nulla si muove finché un’altra persona" in loaded  # the bank had said no, and then did it
    as_(cashier)
    page(f"/ufficio/pagamenti/banca/{BankFile.objects.get().pk}/azioni/conferma/", x="1")
    as_(another)
    assert "240,00" in page("/ufficio/pagamenti/ritenute/")
    # The file of an order has its own door: not everybody of the Section has the accounts of enterprises.
    assert client.get(f"/documenti/{order.file_id}/").status_code == 404

    as_(desk)
    assert client.get("/ufficio/pagamenti/ordini/").status_code == 403
    as_(chief(claim.award))
    mine = page("/impresa/conto/")
    assert "5.760,00" in mine
    assert "eseguito" in mine
    assert "eseguito" in page(f"/impresa/rendicontazioni/{claim.pk}/")
