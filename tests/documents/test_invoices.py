"""The reader of e-invoices: the fields of the answer, what is tolerated with a warning, what is refused and where."""

import pytest
from tests.documents.invoice_files import CIG, CUP, IBAN, body, tag, xml

from levante.documents.pure.invoice import Invoice, UnreadableInvoice
from levante.documents.pure.invoices import read_invoices


def one(data: bytes) -> Invoice:
    (invoice,) = read_invoices(data).invoices
    return invoice


def codes(invoice: Invoice) -> list[str]:
    return [remark.code for remark in invoice.remarks]


def refused(data: bytes) -> UnreadableInvoice:
    with pytest.raises(UnreadableInvoice) as caught:
        read_invoices(data)
    assert caught.value.reason.it != caught.value.reason.en
    return caught.value


def test_the_shape_of_the_answer() -> None:
    payment = tag(
        "DatiPagamento",
        tag("DettaglioPagamento", tag("DataScadenzaPagamento", "2026-04-01"), tag("ImportoPagamento", "244.00"), tag("IBAN", IBAN)),
    )  # fmt: skip
    order = tag(
        "DatiOrdineAcquisto",
        tag("RiferimentoNumeroLinea", "1"),
        tag("IdDocumento", "9"),
        tag("CodiceCUP", CUP),
        tag("CodiceCIG", CIG),
    )
    invoice = one(xml(body(payments=payment, references=order)))
    answer = invoice.as_json()
    assert answer.pop("codes")[0] | {"line": 0} == {
        "kind": "cup", "code": CUP, "lines": [1], "own_field": True, "line": 0,
        "field": "/FatturaElettronica/FatturaElettronicaBody/DatiGenerali/DatiOrdineAcquisto/CodiceCUP",
    }  # fmt: skip
    assert answer == {
        "kind": "TD01",
        "kind_name": {"it": "fattura", "en": "invoice"},
        "number": "7/2026",
        "date": "2026-03-02",
        "currency": "EUR",
        "supplier": {"name": "Pietra di Puglia S.r.l.", "vat": "12345670785", "country": "IT", "established_in_italy": True},
        "customer": {"name": "Cantine Levante", "tax_code": "80017210727", "country": "IT", "established_in_italy": True},
        "taxable": "200.00",
        "vat_amount": "44.00",
        "total": "244.00",
        "lines": [
            {
                "number": 1, "description": "Spazio in fiera", "quantity": "2.00", "unit_price": "100.00", "total": "200.00",
                "vat_rate": "22.00",
            }
        ],
        "cups": [CUP],
        "cigs": [CIG],
        "payments": [{"iban": IBAN, "amount": "244.00", "due": "2026-04-01"}],
        "warnings": [],
    }  # fmt: skip
