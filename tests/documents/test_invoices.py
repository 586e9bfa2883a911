"""The reader of e-invoices: the fields of the answer, what is tolerated with a warning, what is refused and where."""

import json
from datetime import date
from decimal import Decimal

import pytest
from tests.documents.invoice_files import CIG, CUP, IBAN, body, document, line, party, simplified, summary, tag, xml
from tests.documents.invoice_files import header as head

from levante.documents.pure.invoice import Invoice, UnreadableInvoice
from levante.documents.pure.invoice_json import invoices_from, whole_json
from levante.documents.pure.invoice_upload import read_uploads
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


# -- read with a warning


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (document().encode(), "no_declaration", "dichiarazione"),
        (b"\xef\xbb\xbf" + xml(), "bom", "BOM"),
        (b"\n  \r\n" + xml(), "leading_space", "righe vuote"),
        (xml(version="FPR99"), "version", "FPR99"),
        (xml(version="FPA12"), "version", "FormatoTrasmissione"),
        (xml().replace(b"fatture/v1.2", b"fatture/v9.9"), "namespace", "v9.9"),
        (xml().replace(b":p=", b"=").replace(b"p:", b""), "namespace", "elementi"),
        (xml(after='<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><a/></ds:Signature>'), "xades", "XAdES"),
        (xml(head=""), "missing", "FatturaElettronicaHeader"),
        (xml(head=head(supplier="")), "missing", "CedentePrestatore"),
        (xml(head=head(customer="")), "missing", "CessionarioCommittente"),
        (xml(head=head(party("CedentePrestatore", vat=None))), "missing", "partita IVA"),
        (xml(head=head(party("CedentePrestatore", ""))), "missing", "denominazione"),
        (xml(tag("FatturaElettronicaBody", "<A/>")), "missing", "DatiGenerali"),
        (xml(body(kind=None)), "missing", "TipoDocumento"),
        (xml(body(number=None)), "missing", "Numero"),
        (xml(body(day=None)), "missing", "Data"),
        (xml(body(line(total=None))), "missing", "PrezzoTotale"),
        (xml(body(lines="<A/>")), "no_line", "righe"),
        (xml(body(summaries="<A/>")), "sums_made", "DatiRiepilogo"),
        (xml(body(total=None)), "total_made", "ImportoTotaleDocumento"),
        (xml(body(kind="TD99")), "kind", "TD99"),
        (xml(body(kind="TD28", day="2015-01-01")), "kind", "TD28"),
        (xml(body(kind="TD04")), "credit_note", "nota di credito"),
        (xml(body(currency="USD")), "currency", "USD"),
        (xml(body(total="245.00")), "total", "244.00"),
        (xml(body(line(total="200.02"))), "line_total", "200.00"),
        (xml(body(summaries=summary(vat="44.02"), total="244.02")), "vat_amount", "44.00"),
        (xml(body(line() + line(2), total="244.00")), "taxable", "400.00"),
        (xml(body(line() + line(2, rate="10.00"))), "no_summary", "10.00"),
        (xml(body(line() + line())), "duplicate_line", "1"),
        (xml(body(line("uno"))), "unreadable", "uno"),
        (xml(body(line(quantity="due"))), "unreadable", "due"),
        (xml(body(line(rate="220.00"))), "rate", "220.00"),
        (xml(body(line(price="100,00"))), "number_form", "virgola"),
        (xml(body(day="02/03/2026")), "date_form", "AAAA-MM-GG"),
        (xml(head=head(party("CedentePrestatore", vat="12345670786"))), "vat", "controllo"),
        (xml(head=head(party("CedentePrestatore", tax_code="RSSMRA80A01H501X"))), "tax_code", "controllo"),
        (xml(body(references=tag("DatiContratto", tag("CodiceCUP", "123abc")))), "cup_form", "15 caratteri"),
        (xml(body(references=tag("DatiContratto", tag("CodiceCIG", "456def")))), "cig_form", "10 caratteri"),
        (xml(body("<A/>", summary(taxable="-200.00", vat="-44.00"), total="-244.00")), "negative", "negativo"),
        (xml(body(line(description="A\x02B"))), "forbidden_characters", "tolti"),
        (xml(body(line(description="A&#2;B"))).replace(b"&amp;#2;", b"&#2;"), "forbidden_characters", "tolti"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_does_not_stop_the_reading(data: bytes, code: str, said: str) -> None:
    told = [remark for remark in one(data).remarks if remark.code == code and said in remark.text.it]
    assert told, [(remark.code, remark.text.it) for remark in one(data).remarks]
    assert told[0].text.en != told[0].text.it


def test_what_is_right_is_not_told() -> None:
    """The total may hold rounding, stamp duty and a discount of the document; a line its discounts; the sum the welfare fund."""
    fund = tag("DatiCassaPrevidenziale", tag("ImportoContributoCassa", "8.00"), tag("AliquotaIVA", "22.00"))
    stamp = tag("DatiBollo", tag("BolloVirtuale", "SI"), tag("ImportoBollo", "2.00"))
    off = tag("ScontoMaggiorazione", tag("Tipo", "SC"), tag("Importo", "10.00"))
    held = tag("DatiRitenuta", tag("ImportoRitenuta", "40.00"))
    more = "".join(tag("ScontoMaggiorazione", tag("Tipo", kind), tag("Percentuale", "10.00")) for kind in ("SC", "MG"))
    discounted = line(quantity=None, price="101.00", total="99.99", extra=more)
    two = line() + discounted.replace("<NumeroLinea>1<", "<NumeroLinea>2<")
    sums = summary(taxable="307.99", vat="67.76")
    for total in ("375.75", "377.75", "365.75", "367.75"):
        assert codes(one(xml(body(two, sums, total=total, extra=held + stamp + fund + off)))) == []
    assert codes(one(xml(body(two, sums, total="335.75", extra=held + fund)))) == ["net_of_withholding"]
    assert codes(one(xml(body(line(total="200.01"))))) == []  # a cent is let pass


def test_where_a_warning_is() -> None:
    invoices = read_invoices(xml(body(), body(line() + line(2, total="7.00"), number="8"))).invoices
    assert invoices[0].remarks == ()
    told = next(remark for remark in invoices[1].remarks if remark.code == "line_total")
    assert told.path == "/FatturaElettronica/FatturaElettronicaBody[2]/DatiBeniServizi/DettaglioLinee[2]"
    lines = xml(body(), body(line() + line(2, total="7.00"), number="8")).decode().split("\n")
    assert told.line == 1 + max(place for place, text in enumerate(lines) if "<DettaglioLinee>" in text)


def test_the_same_invoice_twice_in_a_file_is_told() -> None:
    first, second = read_invoices(xml(body(), body())).invoices
    assert (codes(first), codes(second)) == ([], ["duplicate"])


def test_of_a_hopeless_file_the_first_faults_are_told() -> None:
    found = codes(one(xml(body("".join(line(place, total="7.00") for place in range(300))))))
    assert (len(found), found[-1], found[0]) == (201, "more", "line_total")


def test_who_sells_from_abroad_and_who_is_established_here() -> None:
    german = party("CedentePrestatore", "Messe GmbH", vat="123456789", country="DE").replace(">IT<", ">DE<")
    supplier = one(xml(head=head(german))).supplier
    assert (supplier.vat, supplier.country, supplier.established_in_italy) == ("DE123456789", "DE", False)
    branch = german.replace(
        "</CedentePrestatore>",
        "<StabileOrganizzazione><Nazione>IT</Nazione></StabileOrganizzazione></CedentePrestatore>",
    )
    assert one(xml(head=head(branch))).supplier.established_in_italy  # fmt: skip


# -- codes


def test_codes_of_every_block_with_their_lines() -> None:
    blocks = ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione", "DatiRicezione", "DatiFattureCollegate")
    cups = [f"C11G0600000000{place}" for place in range(5)]
    references = "".join(
        tag(
            block, tag("RiferimentoNumeroLinea", "1"), tag("RiferimentoNumeroLinea", "2"), tag("CodiceCUP", cup.lower())
        )
        for block, cup in zip(blocks, cups, strict=True)
    )
    invoice = one(
        xml(body(references=references + tag("DatiContratto", tag("CodiceCUP", cups[0]), tag("CodiceCIG", CIG))))
    )
    assert (invoice.cups, invoice.cigs, codes(invoice)) == (tuple(cups), (CIG,), [])
    assert {(found.code, found.lines) for found in invoice.codes if "Contratto" not in found.path} == {
        (cup, (1, 2)) for cup, block in zip(cups, blocks, strict=True) if block != "DatiContratto"
    }
    assert [found.lines for found in invoice.codes if found.code == cups[0]] == [(1, 2), ()]


@pytest.mark.parametrize(
    ("facts", "place", "lines"),
    [
        ({"causes": [f"Progetto CUP: {CUP}, acconto"]}, "Causale", ()),
        ({"causes": ["CUP C11 G06 000 000 001"]}, "Causale", ()),
        ({"lines": line(description=f"Stand ({CUP})")}, "Descrizione", (1,)),
        ({"lines": line(extra=tag("AltriDatiGestionali", tag("TipoDato", "CUP"), tag("RiferimentoTesto", CUP)))}, "RiferimentoTesto", (1,)),
    ],
)  # fmt: skip
def test_a_cup_that_is_only_in_a_text_is_found_and_told(facts: dict, place: str, lines: tuple[int, ...]) -> None:
    invoice = one(xml(body(**facts)))
    assert (invoice.cups, codes(invoice)) == ((CUP,), ["cup_in_text"])
    assert (invoice.codes[0].own_field, invoice.codes[0].lines) == (False, lines)
    assert invoice.remarks[0].path.endswith(place)


@pytest.mark.parametrize(
    "text", [f"X{CUP}", f"{CUP}9", "Fattura 11 del 06 n. 000", "CUP in attesa di assegnazione 2026"]
)
def test_what_only_looks_like_a_cup(text: str) -> None:
    assert one(xml(body(causes=[text]))).cups == ()


# -- simplified invoices


def test_a_simplified_invoice_has_its_vat_inside() -> None:
    goods = (
        tag(
            "DatiBeniServizi",
            tag("Descrizione", f"Pranzo {CUP}"),
            tag("Importo", "11.00"),
            tag("DatiIVA", tag("Aliquota", "10.00")),
        ),
        tag(
            "DatiBeniServizi",
            tag("Descrizione", "Taxi"),
            tag("Importo", "12.20"),
            tag("DatiIVA", tag("Imposta", "2.20")),
        ),
    )
    invoice = one(simplified(*goods))
    assert (invoice.kind, invoice.supplier.name, invoice.customer.tax_code) == ("TD07", "Anna Greco", "80017210727")
    assert [(one.number, one.total, one.vat_rate) for one in invoice.lines] == [
        (1, Decimal("10.00"), Decimal("10.00")),
        (2, Decimal("10.00"), None),
    ]
    assert (invoice.taxable, invoice.vat_amount, invoice.total) == (Decimal("20.00"), Decimal("3.20"), Decimal("23.20"))
    assert [found.lines for found in invoice.codes] == [(1,)]
    assert "unit_price" in invoice.as_json()["lines"][0]
    assert codes(one(simplified(goods[0], kind="TD08"))) == ["credit_note", "cup_in_text"]


# -- refused, naming what and where


@pytest.mark.parametrize(
    ("data", "path", "line_", "said"),
    [
        (b"", "file", None, "vuoto"),
        (b" \r\n\0", "file", None, "vuoto"),
        (b"{}", "file", None, "né XML né"),
        (b"PK\x03\x04abc", "file", None, "né XML né"),
        (b"%PDF-1.7\n", "file", None, "PDF"),
        (b"\x30\x82\x01\x00abc", "file", None, "busta"),
        (b"<a>\n<b></a>", "file", 2, "ben formato"),
        (xml()[:-40], "file", "$", "ben formato"),
        (xml() + b"<again/>", "file", "$", "ben formato"),
        (b"<html/>", "/html", 1, "html"),
        (b'\n<x:NotificaScarto xmlns:x="y"/>', "/NotificaScarto", 2, "Sistema di Interscambio"),
        (xml("<A/>"), "…Body", 2, "alcuna fattura"),
        (xml(body(total="molto")), "…Body/DatiGenerali/DatiGeneraliDocumento/ImportoTotaleDocumento", ">molto<", "molto"),
        (xml(body(), body(day="ieri")), "…Body[2]/DatiGenerali/DatiGeneraliDocumento/Data", ">ieri<", "ieri"),
        (xml(body(day="2026-02-30")), "…Body/DatiGenerali/DatiGeneraliDocumento/Data", "2026-02-30", "non è una data"),
        (xml(body(line(total="1e5"))), "…Body/DatiBeniServizi/DettaglioLinee/PrezzoTotale", ">1e5<", "1e5"),
        (xml().replace(b"UTF-8", b"UTF-32").decode().encode("utf-32"), "file", None, "UTF-32"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>\n' + document().encode(), "file", 1, "DTD"),
        (b"<?xml version='1.0'?>\n<!-- a --><?b c?>\n<!DOCTYPE a SYSTEM 'http://example.org/a.dtd'><a/>", "file", 3, "DTD"),
        (b"<" + b"a" * 10_000_001, "file", None, "10 MB"),
        (b"<a>" * 300 + b"</a>" * 300, "file", 1, "ben formato"),
        (xml().replace(b"Cantine", b"&x;"), "file", "&x;", "ben formato"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_place(
    data: bytes, path: str, line_: int | str | None, said: str
) -> None:
    """``line_``: a text of that line, or ``$`` for the last one."""
    if isinstance(line_, str):
        text = data.decode()
        line_ = text.count("\n", 0, len(text.rstrip()) if line_ == "$" else text.index(line_)) + 1
    error = refused(data)
    assert (error.path, error.line) == (path.replace("…", "/FatturaElettronica/FatturaElettronica"), line_), (
        error.reason.en
    )
    assert said in error.reason.it


def test_a_billion_laughs_are_refused_before_one() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ah">{entities}]>{document()}'.replace("Cantine", "&l11;")
    assert "DTD" in refused(bomb.encode()).reason.en


def test_numbers_made_to_hurt_are_only_wrong() -> None:
    """Thirteen digits by thirteen, and a surcharge upon a surcharge two thousand times."""
    largest = "9" * 13 + "." + "9" * 12
    surcharge = tag("ScontoMaggiorazione", tag("Tipo", "MG"), tag("Percentuale", "100.00")) * 2000
    invoice = one(
        xml(
            body(
                line(quantity=largest, price=largest) + line(2, price=largest, extra=surcharge),
                summary(taxable=largest),
            )
        )
    )
    assert codes(invoice).count("line_total") == 2
    assert invoice.taxable == Decimal("10000000000000.00")
    assert invoice.as_json()["lines"][0]["quantity"] == largest


def test_attachments_are_let_be() -> None:
    attached = tag("Allegati", tag("NomeAttachment", "a.pdf"), tag("Attachment", "QUJD" * 1_000_000))
    assert codes(one(xml(body(attached=attached)))) == []


def test_the_days_to_pay_make_the_day() -> None:
    """Thirty days from the end of the month, told as a number of days from a day."""
    inside = tag("DataRiferimentoTerminiPagamento", "2026-01-31"), tag("GiorniTerminiPagamento", "30")
    payment = tag(
        "DatiPagamento",
        tag("DettaglioPagamento", *inside, tag("IBAN", IBAN[:-1] + "7"), tag("ImportoPagamento", "1.5")),
    )
    invoice = one(xml(body(payments=payment)))
    assert (invoice.payments[0].due, invoice.payments[0].amount) == (date(2026, 3, 2), Decimal("1.50"))
    assert codes(invoice) == ["iban"]


def test_what_is_sent_is_read_the_same_here_and_in_a_process_of_its_own() -> None:
    """A file that would hold its reader ends with it, and the others are read all the same."""
    good = xml(body(causes=["Voucher"]), body(number="8/2026"))
    read = read_invoices(good)
    assert invoices_from(json.loads(json.dumps(whole_json(read)))) == read
    here, bad = read_uploads([good, b"niente"])
    assert (here, type(bad)) == (read, UnreadableInvoice)
    apart = read_uploads([good, b"niente", simplified()], most_here=0)
    assert apart[0] == read
    assert str(apart[1]) == str(bad)
    assert apart[2] == read_invoices(simplified())
