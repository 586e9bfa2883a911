"""What an annulled revocation gives back of the gross grant equivalent: never more than was granted, all of it for the whole."""

from decimal import Decimal
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from levante.grants.restoring import _gge_of

CENTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)


@given(CENTS, CENTS, st.data())
def test_the_equivalent_follows_the_amount(first, whole, data):
    one, two = sorted(data.draw(st.lists(st.integers(1, int(first * 100)), min_size=2, max_size=2)))
    award = SimpleNamespace(first_amount=first, granted_gge=whole, gge=Decimal("0.00"))
    less, more = _gge_of(award, Decimal(one) / 100), _gge_of(award, Decimal(two) / 100)
    assert Decimal("0.01") <= less <= more <= max(whole, Decimal("0.01"))
    assert _gge_of(award, first) == whole
