"""The days to accept that were left when an award was stopped are there when it can be accepted again, and not many more."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from levante.claims.accepting_days import resumed

#: A term that ends on a day of rest goes on: at most the four days of Easter or Christmas with their week-end, and one.
MOST_ROLLED = 5


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 90), st.integers(0, 400)
)  # fmt: skip
def test_what_was_left_is_given_back(stopped_on, left, away):
    due_on, again = stopped_on + timedelta(days=left), stopped_on + timedelta(days=away)
    term = resumed(due_on, stopped_on, again)
    given_back = (term.due - again).days
    assert max(left, 1) <= given_back <= max(left, 1) + MOST_ROLLED
    assert term.steps, "it says how it was reckoned"
