"""The same invoice is one, however its supplier is written; what only looks the same is told to the officer."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.world import e_invoice, pdf
from tests.documents import invoice_files as files

from levante.claims.api import ExpenseDocument, add_document, add_invoices, look_alike, open_claim
from levante.claims.identities import identity_of, loose_number, number_key, supplier_key
from levante.kernel.api import Refused

D = Decimal
PERSON = "RSSMRA80A01H501U"


@pytest.mark.parametrize(
    ("country", "written", "key"),
    [
        ("DE", "DE811128135", "DE811128135"),
        ("de", "811128135", "DE811128135"),
        ("DE", "USt 811128135", "DE811128135"),
        ("DE", "USt-IdNr.: DE 811.128.135", "DE811128135"),
        ("AT", "UID ATU12345678", "ATU12345678"),
        ("ES", "NIF X1234567L", "ESX1234567L"),
        ("FR", "TVA FR AB 123456789", "FRAB123456789"),
        ("GR", "EL123456789", "GR123456789"),
        ("CH", "CHE-123.456.789 MWST", "CH123456789"),
        ("CH", "CHE-123.456.789", "CH123456789"),
        ("NO", "NO 123456789 MVA", "NO123456789"),
        ("IT", "IT 01234567890", "IT01234567890"),
        ("IT", "0123456.7890", "IT01234567890"),
        ("IT", PERSON.lower(), PERSON),
    ],
)
def test_a_supplier_is_one_however_it_is_written(country, written, key):
    assert supplier_key(written, country) == key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1/11", "11/1", False), ("1/23", "12/3", False), ("10/1", "1/01", False), ("2026-1", "202-61", False),
        ("FT 7", "FT-07", True), ("1/01", "1 - 1", True), ("A/0012", "a 12", True), ("7/FE", "7FE", True), ("00045", "45", True),
    ],
)  # fmt: skip
def test_numbers_by_series_are_not_confused_and_one_number_is_one_however_it_is_written(one, other, same):
    assert (number_key(one) == number_key(other)) is same
    assert same or loose_number(one) == loose_number(other), "told as alike to the officer all the same"


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["DE", "US", "GB", "PL"]),
    st.from_regex(r"[0-9]{6,12}", fullmatch=True),
    st.sampled_from(["", "VAT ", "UID: "]),
)
def test_words_and_country_before_a_number_change_nothing_and_other_numbers_are_others(country, digits, word):
    key = supplier_key(digits, country)
    assert supplier_key(f"{word}{country} {digits}", country) == key == supplier_key(key, country)
    assert supplier_key(f"{digits}1", country) != key
    assert supplier_key(digits, "FR") != key


def typed(actor, claim, **more):
    what = {
        "kind": "invoice", "number": "77", "issued_on": date(2026, 4, 1), "supplier_name": "Messe GmbH", "supplier_country": "de",
        "supplier_code": "DE811128135", "taxable": D("500.00"), "upload": pdf(text=str(more)), **more,
    }  # fmt: skip
    return add_document(actor=actor, claim=claim, **what)


def of_person(award, number):
    """An e-invoice of a sole trader, who has a VAT number and a tax code of their own."""
    buyer = files.party("CessionarioCommittente", award.enterprise.name, vat=None, tax_code=award.enterprise.tax_code)
    seller = files.party("CedentePrestatore", "Maria Rossi", tax_code=PERSON)
    body = files.body(
        files.line(quantity="1.00", price="400.00", total="400.00"), files.summary(taxable="400.00", vat="88.00"), day="2026-03-01",
        number=number, total="488.00",
    )  # fmt: skip
    upload = e_invoice(award, number)
    return type(upload)("rossi.xml", files.xml(body, head=files.header(seller, buyer)), content_type="application/xml")


@pytest.mark.slow  # an award to its effect
@pytest.mark.django_db
def test_neither_a_foreign_invoice_nor_that_of_a_sole_trader_is_taken_twice(award, chief):
    actor = chief(award)
    claim = open_claim(actor=actor, award=award, mode="sal")
    first = typed(actor, claim)
    for code in ("811128135", "USt 811128135", "USt-IdNr. DE 811128135"):
        with pytest.raises(Refused, match="già stata presentata"):
            typed(actor, claim, supplier_code=code)

    (read,) = add_invoices(actor=actor, claim=claim, upload=of_person(award, "FT 7"))
    assert (read.identity, read.tax_identity) == ("IT12345670785|FT7|2026", f"{PERSON}|FT7|2026")
    person = {"supplier_country": "it", "number": "FT-07", "issued_on": read.issued_on, "taxable": D("400.00")}
    for code in (PERSON, "12345670785"):
        with pytest.raises(Refused, match="già stata presentata"):
            typed(actor, claim, supplier_code=code, **person)
    # The other way round: typed by the tax code, then read.
    typed(actor, claim, supplier_code=PERSON, **{**person, "number": "FT 8"})
    with pytest.raises(Refused, match="già stata presentata"):
        add_invoices(actor=actor, claim=claim, upload=of_person(award, "FT 8"))
    # The database keeps it, whoever writes.
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpenseDocument.objects.filter(supplier_code=PERSON).update(tax_identity=read.tax_identity)

    # What is named otherwise and looks the same is told, on both; the rest is not.
    like = typed(actor, claim, supplier_country="at", supplier_code="ATU12345678")
    again = typed(actor, claim, number="78", taxable=D("9.00"), upload=pdf(text="one"))
    copy = typed(actor, claim, number="79", taxable=D("8.00"), upload=pdf(text="one"))
    told = look_alike(list(ExpenseDocument.objects.filter(award=award).select_related("file")))
    assert set(told) == {first.pk, like.pk, again.pk, copy.pk}
    assert "stesso numero, anno e importo" in told[like.pk][0].it
    assert "Messe GmbH, n. 77" in told[like.pk][0].it
    assert "lo stesso file" in told[copy.pk][0].it

    # By series: two documents of before keep their names apart, once they are written as now.
    typed(actor, claim, number="1/11", taxable=D("7.00"))
    series = typed(actor, claim, number="11/1", taxable=D("6.00"))
    assert series.identity == "DE811128135|11/1|2026"
    ExpenseDocument.objects.filter(pk=series.pk).update(
        identity=f"DE811128135|111|2026|{series.pk}", tax_identity="X|111|2026"
    )
    import_module("levante.claims.migrations.0012_numbers_by_series").name_again(apps, None)
    series.refresh_from_db()
    assert (series.identity, series.tax_identity) == (f"DE811128135|11/1|2026|{series.pk}", "X|11/1|2026")

    # Rows of before: names reckoned again; of two that are one the later says so, and nothing else of it changes.
    ExpenseDocument.objects.filter(pk=first.pk).update(identity="811128135|77|2026")
    ExpenseDocument.objects.filter(pk=like.pk).update(
        identity="USTDE811128135|77|2026", supplier_country="DE", supplier_code="UStDE811128135"
    )
    import_module("levante.claims.migrations.0009_known_by_two_codes").name_again(apps, None)
    name = identity_of("DE811128135", "DE", "77", first.issued_on)
    for row in (first, like):
        row.refresh_from_db()
    assert (first.identity, first.warnings) == (name, [])
    assert (like.identity, like.holds) == (f"{name}|{like.pk}", True)
    assert [one["code"] for one in like.warnings] == ["presented_twice"]
