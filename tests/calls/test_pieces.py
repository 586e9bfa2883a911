"""A large JSON object read in pieces says what it says read whole, wherever the pieces are cut."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls.allocation_case import BadCase, run, run_large
from levante.intake import recompute
from levante.kernel.pure import pieces
from levante.register.pure.canonical import canonical_bytes

NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text('aé"\\\n{}[], ', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(pieces, "_STEP", 3)


@given(
    st.dictionaries(st.text("rows ", min_size=1, max_size=4), VALUES, max_size=3),
    st.lists(VALUES, max_size=4),
    st.sampled_from([None, 1]),
)
def test_a_document_in_pieces_is_the_document_and_hashes_the_same(rest, rows, indent):
    whole = {**rest, "rows": rows}
    text = json.dumps(whole, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pieces, "_STEP", 3)
        read = pieces.large_object(lambda: io.BytesIO(text), "rows")
        assert {**read, "rows": list(read["rows"])} == whole
        assert recompute._digest(read) == recompute.sha256(canonical_bytes(whole)).hexdigest()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"rows": [1', '{"rows": [1,]}', '{"rows": [] "b": 1}', '{"a": 1, "a": 2}', '{"a": 1} x', '{"a": nope}',
     '{"rows": [1], "rows": [2]}', "{1: 2}"],
)  # fmt: skip
def test_what_is_not_an_object_is_not_read(text, small_steps):
    with pytest.raises(pieces.Unreadable):
        pieces.large_object(lambda: io.BytesIO(text.encode()), "rows")


def case(**other):
    rows = [
        {"id": f"n{place}", "enterprise": f"e{place % 3}", "received_at": f"2026-03-02T10:00:0{place}Z", "seq": place, "amount": "10.00"}
        for place in range(1, 6)
    ]  # fmt: skip
    given = {"budget": "35.00", "opens_at": "2026-03-02T10:00:00Z", "procedure": "first_come", "repeat": "first_counts",
             "when_short": "partial", "submissions": rows}  # fmt: skip
    return json.dumps(given | other).encode()


def test_a_large_case_is_answered_as_a_small_one(small_steps):
    assert "".join(run_large(pieces.after(case()[:20], io.BytesIO(case()[20:])))) == run(case())[1]
    wrong = {"procedure": "none", "submissions": [{"id": "a"}], "when_short": "never", "budget": "35", "more": 1}
    for name, value in wrong.items():
        code, told = run(case(**{name: value}))
        with pytest.raises(BadCase) as bad:
            run_large(io.BytesIO(case(**{name: value})))
        assert (code, json.loads(told)) == (2, bad.value.as_json()), name
    with pytest.raises(BadCase, match="score"):
        run_large(io.BytesIO(case(procedure="ranking")))
    with pytest.raises(BadCase, match="not JSON"):
        run_large(io.BytesIO(case()[:-30] + b"nope}"))
