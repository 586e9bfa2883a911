"""Samples for controls are drawn again by whoever holds the seed, and risk gives the chances it says."""

import io
import json
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.cli import main
from levante.kernel.pure import drawn
from levante.payments.pure.sample import RANDOM, WEIGHTED, Item, draw, fingerprint

ITEMS = [Item(f"C{n}", Decimal(n)) for n in range(6)]


def test_at_random_the_lowest_tickets_are_taken():
    found = draw(ITEMS, size=3, seed="2026", method=RANDOM)
    assert found == sorted((one.id for one in ITEMS), key=lambda id_: drawn("2026", id_))[:3]


@settings(max_examples=30)
@given(
    st.permutations(ITEMS),
    st.text(min_size=1).filter(str.strip),
    st.sampled_from([RANDOM, WEIGHTED]),
    st.integers(1, 9),
)
def test_the_order_of_the_list_says_nothing_and_a_larger_sample_holds_the_smaller(items, seed, method, size):
    found = draw(items, size=size, seed=seed, method=method)
    assert found == draw(ITEMS, size=size, seed=seed, method=method)
    assert draw(items, size=size + 1, seed=seed, method=method)[: len(found)] == found
    assert len(set(found)) == len(found) == min(size, 6 if method == RANDOM else 5)
    assert method == RANDOM or "C0" not in found  # no risk, no draw
    assert fingerprint(items) == fingerprint(ITEMS)


def test_chances_are_in_proportion_to_the_weight():
    items = [Item("a", Decimal(1)), Item("b", Decimal(3))]
    first = [draw(items, size=1, seed=str(seed), method=WEIGHTED)[0] for seed in range(2000)]
    assert 0.72 < first.count("b") / 2000 < 0.78


def test_the_door_draws_again_and_says_whether_it_is_the_same(capsys, monkeypatch):
    def ask(case) -> tuple[int, dict]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(case).encode())))
        code = main(["payments", "redraw"])
        return code, json.loads(capsys.readouterr().out)

    case = {
        "seed": "2026",
        "method": WEIGHTED,
        "size": 2,
        "items": [{"id": one.id, "weight": str(one.weight)} for one in ITEMS],
    }
    found = draw(ITEMS, size=2, seed="2026", method=WEIGHTED)
    assert ask({**case, "drawn": found}) == (
        0,
        {"drawn": found, "population": 6, "fingerprint": fingerprint(ITEMS), "same": True},
    )
    assert ask({**case, "drawn": found[::-1]})[0] == 1
    wrong = {"field": "size", "message": "deve essere almeno 1", "message_en": "must be at least 1"}
    assert ask({**case, "size": 0}) == (2, {"error": wrong})
    assert ask({**case, "items": [{"id": "x", "weight": "-1"}]})[1]["error"]["field"] == "items[0].weight"
    assert main(["payments"]) == 2


@pytest.mark.parametrize(
    ("items", "size", "seed"),
    [(ITEMS + ITEMS[:1], 1, "s"), (ITEMS, 0, "s"), (ITEMS, 1, " "), ([Item("a", Decimal(-1))], 1, "s")],
)
def test_a_draw_that_makes_no_sense_is_refused(items, size, seed):
    with pytest.raises(ValueError, match=r"draw|twice|weight"):
        draw(items, size=size, seed=seed, method=WEIGHTED)
