"""Cumulation: aid on the same costs stays within the highest intensity allowed, cost by cost."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.law import parameters
from levante.law.cumulation import Cost, CostAid, cumulation

DAY = date(2026, 3, 10)
STAND = Cost("stand", Decimal("10000.00"))
TRAVEL = Cost("travel", Decimal("2000.00"))


def exempted(name: str, amount: str, *costs: str, allowed: str = "50") -> CostAid:
    return CostAid(name, Decimal(amount), costs, Decimal(allowed))


def de_minimis(name: str, amount: str, *costs: str) -> CostAid:
    return CostAid(name, Decimal(amount), costs)


def test_within_the_highest_intensity() -> None:
    found = cumulation([STAND], [exempted("g", "3000.00", "stand"), de_minimis("d", "2000.00", "stand")], on=DAY)
    assert found.admissible
    (line,) = found.lines
    assert (line.aid, line.intensity, line.allowed, line.headroom) == (Decimal("5000.00"), 50, 50, 0)


def test_one_cent_over() -> None:
    found = cumulation([STAND], [exempted("g", "3000.00", "stand"), de_minimis("d", "2000.01", "stand")], on=DAY)
    assert (found.admissible, found.excess) == (False, Decimal("0.01"))


def test_the_highest_intensity_of_the_rules_is_the_one_that_counts() -> None:
    aids = [exempted("g", "3000.00", "stand", allowed="50"), exempted("h", "3000.00", "stand", allowed="60")]
    assert cumulation([STAND], aids, on=DAY).admissible


def test_de_minimis_alone_stops_at_the_cost() -> None:
    assert cumulation([STAND], [de_minimis("d", "10000.00", "stand")], on=DAY).admissible
    assert cumulation([STAND], [de_minimis("d", "10000.01", "stand")], on=DAY).excess == Decimal("0.01")


def test_other_costs_do_not_meet() -> None:
    aids = [exempted("g", "5000.00", "stand"), de_minimis("d", "2000.00", "travel")]
    assert cumulation([STAND, TRAVEL], aids, on=DAY).admissible


def test_an_aid_on_two_costs_is_spread_over_them_or_as_the_act_says() -> None:
    spread = cumulation([STAND, TRAVEL], [de_minimis("d", "6000.00", "stand", "travel")], on=DAY)
    assert [line.aid for line in spread.lines] == [Decimal("5000.00"), Decimal("1000.00")]
    stated = CostAid("d", Decimal("6000.00"), on_costs={"stand": Decimal("4000.00"), "travel": Decimal("2000.00")})
    found = cumulation([STAND, TRAVEL], [stated], on=DAY)
    assert [line.aid for line in found.lines] == [Decimal("4000.00"), Decimal("2000.00")]


def test_aid_for_no_identifiable_cost_cumulates() -> None:
    found = cumulation([STAND], [exempted("g", "5000.00", "stand"), de_minimis("d", "9999.00")], on=DAY)
    assert found.admissible
    assert any(line.value == "9999.00" for line in found.steps)


@pytest.mark.parametrize(
    ("costs", "aids", "reason"),
    [
        ([STAND, STAND], [], "twice"),
        ([Cost("stand", Decimal(0))], [], "more than zero"),
        ([STAND], [de_minimis("d", "1.00", "travel")], "not there"),
        ([STAND], [de_minimis("d", "-1.00", "stand")], "negative"),
        ([STAND], [CostAid("d", Decimal("2.00"), on_costs={"stand": Decimal("1.00")})], "add up"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused(costs: list[Cost], aids: list[CostAid], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cumulation(costs, aids, on=DAY)


def test_a_day_without_an_act_is_missing() -> None:
    with pytest.raises(parameters.Missing):
        cumulation([STAND], [], on=date(2010, 1, 1))


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_what_must_hold(seed: int, shuffler: random.Random) -> None:
    draw = random.Random(seed)
    costs = [Cost(name, Decimal(draw.randint(1, 10**6)) / 100) for name in "xyz"]
    aids = [
        CostAid(
            str(number),
            Decimal(draw.randint(0, 10**6)) / 100,
            tuple(draw.sample("xyz", draw.randint(0, 3))),
            draw.choice([None, Decimal(30), Decimal("62.5")]),
        )
        for number in range(draw.randint(0, 5))
    ]
    found = cumulation(costs, aids, on=DAY)
    assert cumulation(shuffler.sample(costs, 3), shuffler.sample(aids, len(aids)), on=DAY) == found
    assert sum(line.aid for line in found.lines) == sum(aid.amount for aid in aids if aid.costs)
    assert found.admissible == (found.excess == 0)
    assert all(line.headroom >= 0 and not (line.headroom and line.excess) for line in found.lines)
    fewer = cumulation(costs, aids[:-1], on=DAY) if aids and aids[-1].allowed is None else found
    assert fewer.excess <= found.excess
