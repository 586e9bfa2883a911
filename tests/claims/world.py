"""What the tests of claims stand on: a call that pays by item, an award in force, files to upload."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.documents import invoice_files as files

#: Half of the costs: stands, which are capital goods, up to 4,000, travel by the trip and at most a fifth of the rest,
#: nothing for a sales office.
MONEY = {
    "kind": "items", "rate": "50", "rates": [], "premiums": [], "caps": [], "field": "costs", "item": "item", "amount": "amount",
    "quantity": "quantity", "reference": "Avviso di prova, art. 5",
    "items": [
        {"code": "stand", "it": "Spazio e allestimento", "en": "Space and fitting out", "legal": "eligible",
         "ceiling": "4000.00", "capital": True,
         "basis": {"kind": "real"}, "proof": []},
        {"code": "study", "it": "Studi di mercato", "en": "Market studies", "legal": "eligible", "basis": {"kind": "real"}, "proof": []},
        {"code": "travel", "it": "Viaggi", "en": "Travel", "legal": "eligible",
         "basis": {"kind": "unit", "amount": "400.00", "unit": {"it": "viaggi", "en": "trips"}},
         "ceiling_percent": {"rate": "20", "of": ["stand", "study"]},
         "proof": [{"code": "boarding", "it": "carte d’imbarco", "en": "boarding passes"}]},
        {"code": "office", "it": "Ufficio all’estero", "en": "Office abroad", "legal": "excluded", "basis": {"kind": "real"}, "proof": []},
    ],
}  # fmt: skip
PAYMENT = {
    "modes": [
        {"code": "advance", "percent": "40", "guarantee": True},
        {"code": "sal", "percent": "40"},
        {"code": "balance"},
    ]
}


BEFORE: dict = {}


def award_of(admitted, desk, director, worker, *, money=None, payment=None, name="Cantieri del Levante S.r.l."):
    """An award in force of 6,000 euro to an enterprise, whose call pays as ``money`` and ``payment`` say."""
    from levante.calls.api import Call
    from levante.grants.api import Award, draft_award_act, record_cor_cup, send_award_act

    if BEFORE:  # a second award of the call: applied for as the call was
        Call.objects.filter(pk=BEFORE["call"]).update(money=BEFORE["money"])
    application = admitted(name)
    BEFORE.update(call=application.opening.call_id, money=application.opening.call.money)
    send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    worker()
    award = Award.objects.get(application=application)
    record_cor_cup(actor=desk, award=award, cor=str(1_000_000 + award.pk), cup="B31B25000010009")
    more = {"money": money} if money else {}
    Call.objects.filter(pk=application.opening.call_id).update(payment=payment or {}, **more)
    return Award.objects.select_related("application__opening__call", "enterprise", "aid").get(pk=award.pk)


def pdf(name="prova.pdf", text="x"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + text.encode() + b"\n%%EOF\n", content_type="application/pdf")


def td20(award, of, cup, on=None):
    """A TD20 that gives the CUP to an invoice of the same supplier, named with its day (``on``; empty: without) or in a text alone."""
    if on is None:
        return e_invoice(award, f"I-{of}", kind="TD20", causes=["Integrazione della fattura", of, f"CUP {cup}"])
    inside = files.tag("IdDocumento", of) + (files.tag("Data", on) if on else "") + files.tag("CodiceCUP", cup)
    return e_invoice(award, f"I-{of}", kind="TD20", references=f"<DatiFattureCollegate>{inside}</DatiFattureCollegate>")


def e_invoice(
    award,
    number="1",
    net="1000.00",
    on="2026-03-01",
    kind="TD01",
    name="fattura.xml",
    vat="12345670785",
    to=None,
    causes=(),
    references="",
):
    """An e-invoice to the enterprise of an award, with VAT at 22 per cent, as a file that is uploaded."""
    tax = (Decimal(net) * 22 / 100).quantize(Decimal("0.01"))
    buyer = files.party(
        "CessionarioCommittente", award.enterprise.name, vat=None, tax_code=to or award.enterprise.tax_code
    )
    body = files.body(
        files.line(quantity="1.00", price=net, total=net), files.summary(taxable=net, vat=str(tax)),
        kind=kind, day=on, number=number, total=str(Decimal(net) + tax), causes=causes, references=references,
    )  # fmt: skip
    data = files.xml(body, head=files.header(files.party("CedentePrestatore", vat=vat), buyer))
    return SimpleUploadedFile(name, data, content_type="application/xml")
