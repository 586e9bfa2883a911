"""The CUP on documents of a claim, the days of the project, what is proposed to the officer: no database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from levante.claims.cups import facts_as_json, judge, to_mend
from levante.claims.models import ExpenseDocument
from levante.claims.period import Period
from levante.claims.proposing import proposed
from levante.law.invoice_cup import InvoiceFacts

CUP = "B31B25000010009"
AWARD = SimpleNamespace(
    codes=("1", CUP),
    effective_on=date(2026, 2, 1),
    regime="de_minimis",
    application=SimpleNamespace(
        submitted_at=datetime(2026, 1, 10, 9, tzinfo=UTC),
        opening=SimpleNamespace(call=SimpleNamespace(payment={})),
    ),
)
LINES = [{"number": 1, "total": "600.00"}, {"number": 2, "total": "400.00"}]


def document(**more):
    values = {
        "pk": 1, "source": "e_invoice", "kind": "invoice", "number": "7", "issued_on": date(2026, 3, 1), "supplier_name": "Fiera",
        "supplier_country": "IT", "taxable": Decimal("1000.00"), "total": Decimal("1220.00"), "lines": LINES,
    }  # fmt: skip
    made = ExpenseDocument(**{**values, **more})
    found = judge(made, AWARD, on=date(2026, 6, 1))
    made.cup_outcome, made.cup_result = found.outcome, found.as_json()
    return made


@pytest.mark.parametrize(
    ("more", "outcome", "ground"),
    [
        ({"cups": ["b31b 2500 0010 009"]}, "has_cup", "cup"),
        ({"cups_added": [CUP]}, "has_cup", "integrated"),
        ({"supplier_country": "DE", "source": "typed"}, "exempt", "foreign_supplier"),
        # A German firm with an establishment in Italy, as its e-invoice says.
        ({"supplier_country": "DE", "cup_facts": {"established_in_italy": True}}, "mendable", "none"),
        ({"cups": ["C11G06000000001"]}, "mendable", "none"),
        # Before the award: no call says that it admits earlier spending, so it is mended and not exempt.
        ({"issued_on": date(2026, 1, 20)}, "mendable", "none"),
        # On paper, more than a year ago: neither the service, nor a TD20, nor a new invoice.
        ({"source": "typed", "issued_on": date(2025, 5, 1)}, "not_eligible", "none"),
    ],
)
def test_the_rule_is_asked_of_every_document(more, outcome, ground):
    found = document(**more)
    assert (found.cup_outcome, found.cup_result["ground"]) == (outcome, ground)
    assert found.cup_result["steps"]
    assert len(to_mend([found])) == (outcome in ("mendable", "not_eligible"))


def test_what_can_be_mended_says_until_when():
    remedies = {one["code"]: one for one in document().cup_result["remedies"]}
    assert remedies["reissue"]["until"] == "2027-03-01"
    assert "until" not in remedies["revenue_service"]


def test_an_award_without_its_cup_judges_nothing():
    without = SimpleNamespace(codes=("1", ""), effective_on=None, application=AWARD.application)
    assert judge(ExpenseDocument(issued_on=date(2026, 3, 1)), without, on=date(2026, 6, 1)) is None


def test_what_is_proposed_to_the_officer():
    good = document(cups=[CUP])
    early = document(pk=2, cups=[CUP], issued_on=date(2026, 1, 9))
    credit = document(pk=3, cups=[CUP], issued_on=date(2026, 1, 9), total=Decimal("-1.00"))
    mendable, lost = document(pk=4), document(pk=5, source="typed", issued_on=date(2026, 1, 20))
    lost.cup_outcome = "not_eligible"
    facts = InvoiceFacts(date(2026, 3, 1), True, (CUP,), lines_with_cup={CUP: (1,)}, texts=("x" * 30_000, "y"))
    partly = document(pk=6, cups=[CUP], cup_facts=facts_as_json(facts))
    assert [len(text) for text in partly.cup_facts["texts"]] == [20_000]
    days = Period(date(2026, 1, 10), date(2026, 12, 31))
    tampered = document(pk=7, cups=[CUP], warnings=[{"code": "signature_broken"}, {"code": "totals"}])
    found = proposed([good, early, credit, mendable, lost, partly, tampered], days, CUP)
    assert {pk: [one.outcome for one in some] for pk, some in found.items()} == {
        2: ["incomplete"], 4: ["integrate"], 5: ["incomplete"], 6: ["incomplete"], 7: ["integrate"],
    }  # fmt: skip
    assert "10/01/2026" in found[2][0].reason.it
    assert found[6][0].kept == Decimal("600.00")
    assert "finisce il 31/12/2026" in days.why_not(date(2027, 1, 1)).it
