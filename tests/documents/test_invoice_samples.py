"""Every real file of the shared data: read, or refused with the right reason."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from levante.documents.pure.invoice import ReadInvoices, UnreadableInvoice
from levante.documents.pure.invoices import read_invoices

pytestmark = pytest.mark.shared_data
MONEY = {None, Decimal("0.01").as_tuple().exponent}


@pytest.fixture
def read(shared_data: Path):
    folder = shared_data / "fatturapa"

    def one(name: str) -> ReadInvoices:
        return read_invoices((folder / name).read_bytes())

    one.files = sorted(
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".xsd"
    )
    return one


def test_every_file_is_read_or_refused_with_its_reason(read) -> None:
    refused = {}
    for name in read.files:
        try:
            found = read(str(name)).invoices
        except UnreadableInvoice as error:
            refused[str(name)] = (error.path, error.reason.en)
            continue
        for invoice in found:
            assert invoice.number, name
            assert invoice.date, name
            assert invoice.lines, name
            assert {amount.as_tuple().exponent for amount in (invoice.taxable, invoice.vat_amount, invoice.total)} == {
                -2
            }
    assert refused.pop("oca/IT05979361218_fake.xml.p7m") == ("file", "the file is empty")
    messages = {name for name in refused if name.startswith("IT01234567890_11111_")}
    assert len(messages) == len(refused) == 9, "nothing else is refused"
    assert all("message of the exchange system" in refused[name][1] for name in messages)


def test_an_invoice_without_its_supplier_is_read_and_says_so(read) -> None:
    """The customer's claim is examined all the same; who reads the remark asks for the invoice again."""
    (invoice,) = read("missing_CedentePrestatore.xml").invoices
    assert (invoice.supplier.name, invoice.supplier.country) == (None, None)
    missing = next(one for one in invoice.remarks if one.code == "missing")
    assert missing.path == "/FatturaElettronica/FatturaElettronicaHeader"
    assert "CedentePrestatore" in missing.text.it


def test_a_namespace_that_is_no_address_does_not_stop_the_reading(read) -> None:
    (invoice,) = read("oca/IT02780790107_11004.xml").invoices
    assert next((one.code, one.line) for one in invoice.remarks) == ("namespace", 3)
    assert invoice.total == Decimal("41.48")


def test_the_envelopes_hold_what_the_plain_file_says(read) -> None:
    der, armoured = read("oca/IT01234567890_FPR03.xml.p7m"), read("oca/IT01234567890_FPR03.base64.xml.p7m")
    assert der == armoured
    assert der.envelopes == 1
    assert [(one.number, one.total) for one in der.invoices] == [("123", Decimal("30.50")), ("456", Decimal("2440.00"))]


def test_what_does_not_add_up_in_them_is_told(read) -> None:
    told = {
        "gobl/invoice-irpef.xml": "net_of_withholding",
        "gobl/invoice-credit-note.xml": "credit_note",
        "gobl/invoice-b2g.xml": "xades",
        "gobl/invoice-windows1252.xml": "encoding",
        "oca/IT01234567890_x05mX.xml": "currency",
        "oca/IT08973230967_6zZcm.xml": "total",
        "oca/IT01234567890_FPR14.xml": "bom",
        "IT01234567890_FPR03.xml": "taxable",
    }
    for name, code in told.items():
        assert code in {one.code for one in read(name).invoices[0].remarks}, name
    assert read("gobl/invoice-windows1252.xml").invoices[0].supplier.name == "MªF. Services"
    told_of_all = Counter(one.code for name in told for one in read(name).invoices[0].remarks)
    assert told_of_all["unreadable"] == 0
