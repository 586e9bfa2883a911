"""The door ``gge``: the worked values of the domain brief, the boundaries of the simple methods, exact discounting."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.law import doors
from levante.law.gge import (
    Grant,
    Instalments,
    LoanRate,
    LoanSafeHarbour,
    Payment,
    Unfit,
    gross_grant_equivalent,
)
from levante.law.gge_schedule import outstanding_by_year, years_since

DAY = date(2025, 5, 1)
MONEY = st.integers(1, 10**10).map(lambda cents: Decimal(cents) / 100)


def answer(**case: Any) -> dict[str, Any]:
    code, text = doors.run("gge", json.dumps({"on": "2025-05-01", **case}).encode())
    assert code == 0, text
    found: dict[str, Any] = json.loads(text)
    return found


def refusal(**case: Any) -> str:
    code, text = doors.run("gge", json.dumps({"on": "2025-05-01", **case}).encode())
    assert code == 2, text
    field: str = json.loads(text)["error"]["field"]
    return field


def loan(**case: Any) -> dict[str, Any]:
    return {"instrument": "loan_safe_harbour", "amount": "400000.00", "years": 3, "collateral": 50, **case}


def instalments(*parts: tuple[str, str], **case: Any) -> dict[str, Any]:
    items = [{"amount": amount, "on": day} for amount, day in parts]
    return {"instrument": "instalments", "instalments": items, **case}


# -- worked values


def test_a_grant_is_worth_its_amount() -> None:
    found = answer(instrument="grant", amount="6000.00")
    assert found["gge"] == "6000.00"
    assert "intensity" not in found
    assert answer(instrument="grant", amount="6000.00", eligible_costs="7500.00")["intensity"] == "80.00"


def test_instalments_are_discounted_to_the_grant() -> None:
    two = (("40000.00", "2025-05-01"), ("40000.00", "2026-05-01"))
    assert answer(**instalments(*two, rate="3.47"))["gge"] == "78658.55"
    assert answer(**instalments(*two, base_rate="2.47"))["gge"] == "78658.55"
    years = {"instrument": "instalments", "rate": "3.47"}
    years["instalments"] = [{"amount": "40000.00", "after_years": 0}, {"amount": "40000.00", "after_years": "1"}]
    assert answer(**years)["gge"] == "78658.55"


def test_a_secured_loan_takes_its_proportion_of_the_ceiling() -> None:
    found = answer(**loan(eligible_costs="480000.00"))
    assert (found["gge"], found["intensity"]) == ("48000.00", "10.00")
    assert answer(**loan(amount="1500000.00", years=5))["gge"] == "300000.00"
    assert answer(**loan(amount="750000.00", years=10))["gge"] == "300000.00"
    assert answer(**loan(amount="750000.00", years="7.5"))["gge"] == "225000.00"


def test_before_2024_the_proportion_is_of_the_earlier_ceiling() -> None:
    assert answer(**loan(on="2023-12-31", amount="1000000.00", years=5))["gge"] == "200000.00"
    assert refusal(**loan(on="2023-12-31", amount="1000000.01", years=5)) == "amount"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"collateral": "49.99"}, "collateral"),
        ({"amount": "1500000.01"}, "amount"),
        ({"amount": "750000.01", "years": "5.5"}, "amount"),
        ({"years": "10.5"}, "amount"),
        ({"years": 0}, "years"),
        ({"years": 51}, "years"),
        ({"collateral": 101}, "collateral"),
        ({"amount": "1.001"}, "amount"),
        ({"eligible_costs": "0.00"}, "eligible_costs"),
        ({"extra": 1}, "extra"),
        ({"on": None}, "on"),
        ({"instrument": "gift"}, "instrument"),
    ],
)
def test_conditions_of_a_secured_loan(change: dict[str, Any], field: str) -> None:
    assert refusal(**loan(**change)) == field


def test_a_loan_below_the_reference_rate() -> None:
    # 100 000 for 2 years at 1 % instead of 3.47 %, bullet: 2 470 a year, discounted at 3.47 %.
    bullet = {"instrument": "loan_rate", "amount": "100000.00", "years": 2, "repayment": "bullet", "rate": "1.00"}
    expected = Decimal(2470) / Decimal("1.0347") + Decimal(2470) / Decimal("1.0347") ** 2
    assert Decimal(answer(**bullet, reference_rate="3.47")["gge"]) == round(expected, 2)
    # The same reference rate from the base rate and the margin; discounting at base + 100 points.
    assert answer(**bullet, base_rate="2.47", rating="good", collateral_level="normal")["gge"] == str(
        round(expected, 2)
    )
    # Half is paid back after the first year.
    linear = answer(**{**bullet, "repayment": "linear"}, reference_rate="3.47")["gge"]
    assert Decimal(linear) == round(Decimal(2470) / Decimal("1.0347") + Decimal(1235) / Decimal("1.0347") ** 2, 2)
    owed = [{"amount": "100000.00"}, {"amount": "50000.00"}]
    by_year = answer(instrument="loan_rate", outstanding=owed, rate="1.00", reference_rate="3.47")
    assert by_year["gge"] == linear


def test_a_loan_at_or_above_the_reference_rate_is_no_aid() -> None:
    dear = {"instrument": "loan_rate", "amount": "1000.00", "years": 2, "repayment": "bullet", "reference_rate": "3.47"}
    assert answer(**dear, rate="3.47")["gge"] == "0.00"
    assert answer(**dear, rate="9.00")["gge"] == "0.00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": None}, "rate"),
        ({"reference_rate": None}, "reference_rate"),
        ({"reference_rate": None, "base_rate": "2.00"}, "rating"),
        ({"reference_rate": None, "base_rate": "2.00", "rating": "superb"}, "rating"),
        ({"repayment": "later"}, "repayment"),
        ({"years": 2, "grace_years": 2}, "grace_years"),
        ({"years": "2"}, "years"),
        ({"outstanding": []}, "outstanding"),
    ],
)
def test_conditions_of_a_loan_by_rate(change: dict[str, Any], field: str) -> None:
    whole = {"instrument": "loan_rate", "amount": "1000.00", "years": 2, "repayment": "linear", "rate": "1.00"}
    assert refusal(**{**whole, "reference_rate": "3.47", **change}) == field


def test_a_guarantee_takes_its_proportion_of_the_ceiling() -> None:
    whole = {"instrument": "guarantee", "loan": "2250000.00", "years": 5, "coverage": 80}
    assert answer(**whole)["gge"] == "300000.00"
    assert answer(**{**whole, "loan": "450000.00"})["gge"] == "60000.00"
    assert answer(**{**whole, "loan": "1125000.00", "years": 10})["gge"] == "300000.00"
    assert refusal(**{**whole, "coverage": "80.01"}) == "coverage"
    assert refusal(**{**whole, "loan": "2250000.01"}) == "loan"


def test_a_guarantee_below_the_market_premium() -> None:
    whole = {"instrument": "guarantee", "loan": "100000.00", "years": 1, "repayment": "bullet", "coverage": 80}
    rates = {"premium": "0.50", "discount_rate": "3.00"}
    # 80 000 guaranteed, 3.80 - 0.50 for a rating B: 2 640 at the end of the year.
    assert answer(**whole, **rates, rating="b")["gge"] == str(round(Decimal(2640) / Decimal("1.03"), 2))
    assert answer(**whole, **rates, market_premium="0.40")["gge"] == "0.00"
    assert refusal(**{**whole, "coverage": 90}, **rates, market_premium="1.00") == "coverage"


def test_a_discounted_service_is_worth_the_discount() -> None:
    stand = {"instrument": "discounted_service", "market_value": "3500.00"}
    assert answer(**stand, paid="2500.00")["gge"] == "1000.00"
    assert answer(**stand, paid="0.00", eligible_costs="3500.00")["intensity"] == "100.00"
    assert answer(**stand, paid="4000.00")["gge"] == "0.00"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([], "instalments"),
        ([{"amount": "1.00"}], "instalments[0].on"),
        ([{"amount": "1.00", "on": "2025-04-30"}], "instalments[0].on"),
        ([{"amount": "1.00", "on": "2025-05-01", "after_years": 1}], "instalments[0].on"),
        ([{"amount": "1.00", "on": "2080-05-01"}], "instalments[0].on"),
        ([{"amount": "1.00", "after_years": 51}], "instalments[0].after_years"),
        ([{"amount": "-1.00", "after_years": 1}], "instalments[0].amount"),
    ],
)
def test_conditions_of_instalments(parts: list[dict[str, Any]], field: str) -> None:
    assert refusal(instrument="instalments", rate="3.00", instalments=parts) == field


def test_a_rate_is_needed_to_discount() -> None:
    assert refusal(**instalments(("1.00", "2025-06-01"))) == "rate"
    assert refusal(**instalments(("1.00", "2025-06-01"), rate="100.01")) == "rate"


def test_the_end_of_the_calendar_is_a_bad_case() -> None:
    assert refusal(**instalments(("1.00", "9999-12-31"), rate="1.00", on="9999-02-01")) == "on"


# -- what must hold


@given(MONEY, st.integers(0, 5000), st.integers(0, 2000))
@settings(max_examples=60, deadline=None)
def test_a_later_instalment_is_never_worth_more(amount: Decimal, days: int, hundredths: int) -> None:
    rate = Decimal(hundredths) / 100

    def value(after: int) -> Decimal:
        payment = Payment(amount, DAY + timedelta(days=after))
        return gross_grant_equivalent(Instalments((payment,), rate), on=DAY).gge

    assert value(0) == amount
    assert value(days + 1) <= value(days) <= amount
    if not rate:
        assert value(days) == amount


@given(st.dates(date(2014, 1, 1), date(2060, 1, 1)), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_an_anniversary_is_a_whole_number_of_years(start: date, years: int) -> None:
    leap = (start.month, start.day) == (2, 29)
    later = date(start.year + years, start.month, 28 if leap and years % 4 else start.day)
    assert years_since(start, later) == years
    assert years <= years_since(start, later + timedelta(days=1)) < years + Decimal("0.003")


@given(MONEY, st.integers(1, 20), st.integers(0, 19))
@settings(max_examples=60, deadline=None)
def test_repayments_add_up_to_the_loan(amount: Decimal, years: int, grace: int) -> None:
    grace = min(grace, years - 1)
    owed = outstanding_by_year(amount, years, "linear", grace)
    assert len(owed) == years
    assert set(owed[: grace + 1]) == {amount}
    repaid = [before - after for before, after in zip(owed, (*owed[1:], Decimal(0)), strict=True)]
    assert sum(repaid) == amount
    assert max(repaid[grace:]) - min(repaid[grace:]) <= Decimal("0.01")


@given(st.integers(1, 75_000_000), st.integers(1, 100))
@settings(max_examples=60, deadline=None)
def test_the_simple_method_never_passes_the_ceiling(cents: int, tenths: int) -> None:
    harbour = LoanSafeHarbour(Decimal(cents) / 100, Decimal(tenths) / 10, Decimal(60))
    assert 0 <= gross_grant_equivalent(harbour, on=DAY).gge <= 300_000


def test_conditions_hold_without_the_door_too() -> None:
    with pytest.raises(Unfit, match="eligible_costs"):
        gross_grant_equivalent(Grant(Decimal(1)), on=DAY, eligible_costs=Decimal(0))
    steps = gross_grant_equivalent(LoanRate((Decimal(10),), Decimal(1), Decimal(3), Decimal(3)), on=DAY).steps
    assert all(line.text.it and line.text.en for line in steps)


def test_a_negative_base_rate_is_read_and_the_rate_never_is() -> None:
    """The base rate of the euro from 2016 to 2022: -0.49 and 100 basis points make 0.51 %; never less than nothing."""
    parts = [{"amount": "40000.00", "after_years": 0}, {"amount": "40000.00", "after_years": 1}]
    case = {"instrument": "instalments", "on": "2021-05-01", "instalments": parts}
    assert answer(**case, base_rate="-0.49")["gge"] == answer(**case, rate="0.51")["gge"] == "79797.04"
    assert answer(**case, base_rate="-1.50")["gge"] == "80000.00"
    borrowed = {"instrument": "loan_rate", "on": "2021-05-01", "amount": "100000.00", "years": 1, "repayment": "bullet"}
    rated = {"rating": "strong", "collateral_level": "high", "rate": "0.00", "base_rate": "-0.49"}
    assert answer(**borrowed, **rated)["gge"] == "109.44"  # 0.11 % of 100 000, discounted by a year at 0.51 %
    assert refusal(**case, base_rate="-100") == "base_rate"
    assert refusal(**case, rate="-0.49") == "rate"
