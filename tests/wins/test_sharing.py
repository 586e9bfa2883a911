"""Shares make 100 %, and the parts of an amount make the amount, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.wins.pure.sharing import by_year, is_whole, parts_of, with_help

D = Decimal
amounts = st.integers(0, 10**13).map(lambda cents: D(cents) / 100)


@st.composite
def shares(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 9_999), max_size=6)))
    return [D(after - before) / 100 for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]


@settings(max_examples=60)
@given(amounts, shares())
def test_parts_make_the_amount_and_none_is_a_cent_away_from_its_share(amount, percents):
    parts = parts_of(amount, percents)
    assert sum(parts) == amount
    for part, percent in zip(parts, percents, strict=True):
        assert abs(part - amount * percent / 100) < D("0.01")


@settings(max_examples=60)
@given(st.dictionaries(st.integers(1, 5), amounts, max_size=5), st.integers(0, 10_000))
def test_years_of_a_part_make_the_part(years, hundredths):
    whole = sum(years.values(), D("0.00"))
    part = (whole * hundredths / 10_000).quantize(D("0.01"))
    found = by_year(part, years)
    assert sum(found.values(), D("0.00")) == (part if whole else 0)
    for year, amount in found.items():
        assert abs(amount - part * years[year] / whole) < D("0.01")


@settings(max_examples=40)
@given(shares(), st.integers(-100, 100).filter(bool))
def test_shares_that_do_not_make_100_are_refused(percents, cents):
    wrong = [percents[0] + D(cents) / 100, *percents[1:]]
    assert is_whole(percents)
    assert not is_whole(wrong)
    with pytest.raises(ValueError, match="do not make 100"):
        parts_of(D("1.00"), wrong)


@given(amounts, st.integers(0, 100))
def test_what_came_with_help_and_what_would_have_come_make_the_whole(amount, without):
    assert abs(with_help(amount, without) + with_help(amount, 100 - without) - amount) <= D("0.01")
    assert 0 <= with_help(amount, without) <= amount


def test_thirds():
    assert parts_of(D("100.00"), [D("33.33"), D("33.33"), D("33.34")]) == [D("33.33"), D("33.33"), D("33.34")]
    assert parts_of(D("0.01"), [D("50.00"), D("50.00")]) == [D("0.01"), D("0.00")]
    assert not is_whole([])
    assert not is_whole([D("33.333"), D("66.667")])
