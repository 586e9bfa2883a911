"""Interest, instalments and withholding: right by hand, and sums preserved to the cent whatever the amounts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.law import parameters
from levante.payments.pure.interest import legal_interest, plan
from levante.payments.pure.withholding import Paid, certificates, split

MONEY = st.decimals(min_value=1, max_value=1_000_000, places=2)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2027, 12, 31))


def test_interest_by_hand_over_three_rates():
    found = legal_interest(Decimal("10000.00"), paid_on=date(2023, 12, 21), returned_on=date(2025, 1, 10))
    # 10 days at 5 %, 366 days at 2.5 % over 365, 10 days at 2 %: 13.698630 + 250.684931 + 5.479452
    assert [(line.days, str(line.rate), str(line.amount)) for line in found.lines] == [
        (10, "5", "13.70"),
        (366, "2.5", "250.68"),
        (10, "2", "5.48"),
    ]
    assert found.total == Decimal("269.86")
    assert not found.provisional
    assert "GU n. 292" in found.as_json()["lines"][0]["reference"]


def test_a_rate_not_known_yet_is_the_last_one_and_says_so():
    found = legal_interest(Decimal("1000"), paid_on=date(2026, 12, 30), returned_on=date(2028, 1, 1))
    assert [(line.days, line.provisional) for line in found.lines] == [(1, False), (365, True), (1, True)]
    with pytest.raises(parameters.Missing):
        legal_interest(Decimal("1000"), paid_on=date(2016, 1, 1), returned_on=date(2020, 1, 1))
    with pytest.raises(ValueError, match="comes back"):
        legal_interest(Decimal("1000"), paid_on=date(2020, 1, 2), returned_on=date(2020, 1, 1))


@settings(max_examples=40)
@given(MONEY, DAYS, st.integers(min_value=0, max_value=900))
def test_the_lines_add_up_and_interest_never_falls_as_days_pass(capital, paid, days):
    found = legal_interest(capital, paid_on=paid, returned_on=paid + timedelta(days=days))
    assert sum(line.amount for line in found.lines) == found.total
    assert sum(line.days for line in found.lines) == days
    assert found.total <= legal_interest(capital, paid_on=paid, returned_on=paid + timedelta(days=days + 1)).total


@settings(max_examples=30)
@given(MONEY, DAYS, st.integers(min_value=1, max_value=24), st.integers(min_value=1, max_value=6))
def test_a_plan_gives_the_capital_back_to_the_cent(capital, since, count, months):
    found = plan(capital, since=since, first_due=since + timedelta(days=30), count=count, months=months)
    assert sum(one.capital for one in found) == capital
    assert all(one.amount == one.capital + one.interest for one in found)
    assert found[-1].residual == 0
    assert [one.due_on for one in found] == sorted({one.due_on for one in found})
    assert max(one.capital for one in found) - min(one.capital for one in found) <= Decimal("0.01")


@settings(max_examples=50)
@given(st.lists(MONEY, min_size=1, max_size=6), st.decimals(min_value=0, max_value=100, places=2))
def test_in_however_many_parts_what_is_withheld_is_its_rate_of_the_whole(parts, rate):
    subject = withheld = Decimal(0)
    for part in parts:
        one = split(part, rate=rate, before=Paid(subject, withheld))
        assert one.gross == one.withheld + one.net
        assert one.net >= 0
        subject, withheld = subject + one.subject, withheld + one.withheld
    whole = split(sum(parts), rate=rate)
    assert withheld == whole.withheld


def test_four_per_cent_but_not_of_capital_goods_and_a_certificate_for_the_year():
    one = split(Decimal("6000.00"), rate=Decimal(4), capital=Decimal("1000.00"))
    assert (one.subject, one.withheld, one.net) == (Decimal("5000.00"), Decimal("200.00"), Decimal("5800.00"))
    with pytest.raises(ValueError, match="within it"):
        split(Decimal("10"), rate=Decimal(4), capital=Decimal("11"))
    free = split(Decimal("100.00"), rate=Decimal(0))
    (found,) = certificates(2026, [("B", free), ("A", one), ("A", one)])
    assert (found.enterprise, found.payments, found.gross, found.withheld, found.net) == (
        "A", 2, Decimal("12000.00"), Decimal("400.00"), Decimal("11600.00"),
    )  # fmt: skip
