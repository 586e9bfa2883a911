"""The CUP on an invoice: the days at which the answer changes, what makes it better, and what an e-invoice says of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.invoice_files import CUP, body, line, party, tag, xml
from tests.documents.invoice_files import header as head

from levante.documents.pure.invoice import Invoice
from levante.documents.pure.invoice_cup import cup_facts
from levante.documents.pure.invoices import read_invoices
from levante.law.invoice_cup import CupResult, InvoiceFacts, cup_rule

OTHER = "B31B95000000001"
RANK = {"not_eligible": 0, "mendable": 1, "exempt": 2, "has_cup": 3}
days = st.dates(date(2022, 1, 1), date(2028, 12, 31))
texts = st.lists(
    st.sampled_from(["", "Saldo", "domanda VF-2026-00123", f"CUP {CUP}", "vf2026 00123", "VF-2026-001234"]), max_size=3
)
facts = st.builds(
    InvoiceFacts, days, st.booleans(), st.lists(st.sampled_from([CUP, OTHER, "123abc"]), max_size=2).map(tuple),
    st.lists(st.sampled_from([CUP, OTHER]), max_size=1).map(tuple), texts.map(tuple), st.booleans(),
)  # fmt: skip
asked = st.fixed_dictionaries(
    {"assigned_on": st.none() | days, "call_admits_earlier_spending": st.booleans(), "on": days, "receipts": texts},
    optional={"other_identifiers": st.just(["VF/2026/00123"]), "applied_on": days, "mend_until": days},
)


def judged(invoice: InvoiceFacts, **how: object) -> CupResult:
    given = {
        "cup": CUP,
        "assigned_on": date(2026, 1, 15),
        "call_admits_earlier_spending": False,
        "on": date(2026, 6, 1),
    }
    return cup_rule(invoice, **{**given, **how})


@given(facts, asked)
def test_the_answer_agrees_with_itself(invoice: InvoiceFacts, how: dict) -> None:
    result = judged(invoice, **how)
    assert bool(result.decision) == (result.outcome in ("has_cup", "exempt"))
    assert (result.ground == "none") == (not result.decision)
    assert bool(result.remedies) == (result.outcome == "mendable")
    assert result.decision.reason.it != result.decision.reason.en
    assert all(line.reference and line.text.it != line.text.en for line in result.steps)
    assert not (result.decision and result.missing)


@given(facts, asked)
def test_what_is_added_never_makes_it_worse(invoice: InvoiceFacts, how: dict) -> None:
    before = RANK[judged(invoice, **how).outcome]
    assert judged(replace(invoice, cups=(*invoice.cups, CUP)), **how).outcome == "has_cup"
    assert judged(replace(invoice, integrated=(CUP,)), **how).outcome == "has_cup"
    told = {**how, "receipts": [f"{text} {CUP}" for text in how["receipts"]]}
    assert RANK[judged(replace(invoice, texts=(*invoice.texts, "VF-2026-00123")), **told).outcome] >= before
    assert RANK[judged(replace(invoice, electronic=True), **how).outcome] >= before


@pytest.mark.parametrize(
    ("name", "day", "before", "since"),
    [
        ("dated", date(2023, 6, 1), "before_duty", "none"),
        ("applied_on", date(2023, 4, 22), "before_application", "none"),
        ("assigned_on", date(2026, 3, 3), "none", "before_assignment"),
        ("on", date(2024, 1, 1), "none", "foreign_supplier"),
    ],
)
def test_the_days_at_which_the_answer_changes(name: str, day: date, before: str, since: str) -> None:
    invoice = InvoiceFacts(date(2026, 3, 2), name != "on", texts=("VF-2026-00123",))
    how = {"call_admits_earlier_spending": True, "other_identifiers": ["VF-2026-00123"], "receipts": ["VF-2026-00123"]}
    for at, ground in ((day - timedelta(days=1), before), (day, since)):
        if name == "dated":
            assert judged(replace(invoice, dated=at)).ground == ground
        else:
            assert judged(invoice, **(how if name == "assigned_on" else {}) | {name: at}).ground == ground


def test_the_ways_of_mending_have_their_days() -> None:
    invoice = InvoiceFacts(date(2025, 1, 26), True)

    def ways(on: date, **how: object) -> list[str]:
        return [one.code for one in judged(replace(invoice, **how), assigned_on=date(2025, 1, 1), on=on).remedies]

    assert ways(date(2026, 1, 26)) == ["td20", "reissue"]
    assert ways(date(2026, 1, 27)) == ["revenue_service", "td20"]
    assert ways(date(2026, 1, 26), electronic=False) == ["reissue"]
    assert ways(date(2026, 1, 27), electronic=False) == []
    # A typing error, or a value meant as "no end": the term is beyond the calendar, and the answer is still one.
    assert ways(date(2026, 1, 27), dated=date(9999, 12, 31))[-2:] == ["td20", "reissue"]


def test_an_identifier_that_nobody_fixed_is_the_office_s_to_fix() -> None:
    invoice = InvoiceFacts(date(2026, 1, 10), True, texts=(f"CUP {CUP}",))
    result = judged(invoice, call_admits_earlier_spending=True, receipts=[CUP])
    assert [one.en for one in result.missing] == ["the administration fixed no identifier for spending before the CUP"]
    for wrong in (
        {"cup": "C11"},
        {"other_identifiers": ["a-1"], "call_admits_earlier_spending": True, "assigned_on": None},
    ):
        with pytest.raises(ValueError, match=r"CUP|identifier"):
            judged(invoice, **wrong)


# -- from the invoice that was read


def read(*bodies: str, **how: object) -> tuple[Invoice, ...]:
    return read_invoices(xml(*bodies, **how)).invoices


def test_an_e_invoice_says_what_the_rule_asks() -> None:
    lines = line() + line(2)
    order = tag("DatiOrdineAcquisto", tag("RiferimentoNumeroLinea", "2"), tag("CodiceCUP", CUP))
    (invoice,) = read(body(lines, references=order))
    result = judged(cup_facts(invoice))
    assert (result.outcome, result.lines, result.steps[-1].value) == ("has_cup", (2,), "2")
    (whole,) = read(body(lines, references=order + tag("DatiContratto", tag("CodiceCUP", CUP))))
    assert cup_facts(whole).lines_with_cup == {CUP: ()}
    (undated,) = read(body(day=None))
    with pytest.raises(ValueError, match="without a day"):
        cup_facts(undated)


def test_an_integration_counts_for_the_invoice_it_names() -> None:
    (invoice,) = read(body(number="7/2026"))
    named = tag("DatiFattureCollegate", tag("IdDocumento", "7/2026"), tag("CodiceCUP", CUP))
    (integration,) = read(body(kind="TD20", number="1/I", references=named))
    assert judged(cup_facts(invoice)).outcome == "mendable"
    assert judged(cup_facts(invoice, integrations=[integration])).ground == "integrated"
    assert judged(cup_facts(invoice, added=[CUP])).ground == "integrated"
    others = (
        read(body(kind="TD01", references=named)),
        read(body(kind="TD20", references=named.replace("7/2026", "8/2026"))),
        read(body(kind="TD20", references=named), head=head(party("CedentePrestatore", vat="00743110157"))),
    )
    for (other,) in others:
        assert judged(cup_facts(invoice, integrations=[other])).outcome == "mendable"
