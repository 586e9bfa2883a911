"""The anti-mafia information, at the award and at the payment: one rule, on the whole and never on a part."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.law.antimafia import NO, UNKNOWN, YES, Antimafia, judge

DAY = date(2026, 11, 30)
OVER = Decimal("150000.01")
ASKED = Antimafia("P1", DAY - timedelta(days=30))
CENTS = st.integers(1, 40_000_000).map(lambda cents: Decimal(cents) / 100)
PAPERS = st.none() | st.builds(
    Antimafia,
    st.just("P"),
    st.integers(0, 800).map(lambda days: DAY - timedelta(days=days)),
    st.just(DAY - timedelta(days=3)),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("whole", "paper", "outcome", "words"),
    [
        (Decimal("150000.00"), None, YES, "non serve"),
        (OVER, None, UNKNOWN, "oltre"),
        (OVER, ASKED, UNKNOWN, "chiesta il 31/10/2026"),
        (OVER, Antimafia("P1", DAY - timedelta(days=31)), YES, "senza risposta entro il 29/11/2026"),
        (OVER, Antimafia("P1", DAY, DAY, clear=True), YES, "liberatoria"),
        (OVER, Antimafia("P1", DAY, DAY, clear=True, valid_until=DAY - timedelta(days=1)), UNKNOWN, "scaduta"),
        (
            OVER,
            Antimafia("P1", DAY, date(2025, 11, 30), clear=True),
            YES,
            "liberatoria",
        ),  # twelve months, the last day too
        (OVER, Antimafia("P1", DAY, date(2025, 11, 29), clear=True), UNKNOWN, "scaduta il 29/11/2026"),
        (OVER, Antimafia("P1", DAY, DAY, clear=False), NO, "interdittiva"),
    ],
)
def test_each_answer_at_the_award_and_at_the_payment(whole, paper, outcome, words):
    for granting in (True, False):
        told = judge(whole=whole, paper=paper, on=DAY, granting=granting)
        assert told.outcome == outcome
        assert words in told.reason.it
        assert bool(told.to_do.it) is (outcome != YES)
        assert told.needed is (whole > 150_000)


def test_the_condition_says_what_it_is_of():
    late = Antimafia("P1", DAY - timedelta(days=31))
    assert judge(whole=OVER, paper=late, on=DAY).condition.it.startswith("si paga sotto condizione risolutiva")
    granted = judge(whole=OVER, paper=late, on=DAY, granting=True)
    assert granted.condition.it.startswith("si concede sotto condizione risolutiva")
    assert granted.to_confirm, "the thirty days await a legal officer"


@settings(max_examples=40)
@given(CENTS, PAPERS, st.booleans())
def test_what_a_payment_needs_an_award_needed_and_more_money_never_needs_less(whole, paper, granting):
    told = judge(whole=whole, paper=paper, on=DAY, granting=granting)
    assert told.outcome == judge(whole=whole, paper=paper, on=DAY, granting=not granting).outcome
    more = judge(whole=whole + Decimal("0.01"), paper=paper, on=DAY, granting=granting)
    assert not (told.needed and not more.needed)
    assert more.outcome == YES or told.outcome == more.outcome or not told.needed
