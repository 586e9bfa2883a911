"""How much a call gives: worked cases, and what must hold of any call and any costs (hypothesis)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from levante.calls.amounts import amount_for, most
from levante.calls.conditions import context_of
from levante.calls.money_words import money_words
from levante.calls.schema.money import Money


def money(**values: Any) -> dict[str, Any]:
    """The money of a call as its shape writes it: what is wrong raises."""
    import json

    shape: Any = TypeAdapter(Money)
    return shape.validate_json(json.dumps(values)).model_dump(mode="json", exclude_none=True)  # type: ignore[no-any-return]


def item(code: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "it": code.capitalize(), "en": code.capitalize(), **values}


def by_items(*items: dict[str, Any], **values: Any) -> dict[str, Any]:
    base = {"kind": "items", "field": "costs", "item": "item", "amount": "amount", "quantity": "quantity", "rate": "70"}
    return money(**{**base, "items": list(items), **values})


def rows(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"costs": [{"item": code, "amount": amount} for code, amount in pairs]}


def given_(told: dict[str, Any], answers: dict[str, Any], facts: dict[str, Any] | None = None) -> str:
    return str(amount_for(told, answers, context_of(answers, facts or {})).value)


def eligible(told: dict[str, Any], answers: dict[str, Any]) -> dict[str, str]:
    return {share.code: str(share.eligible) for share in amount_for(told, answers).items}


RATING = {"code": "rating", "it": "Rating di legalità", "en": "Legality rating", "when": "answers.rating == true"}
PERCENTAGE = {"kind": "percentage", "rate": "70", "base": "costs", "floor": "5000.00", "cap": "7500.00"}


def test_a_lump_sum_says_what_proves_it() -> None:
    proof = [{"code": "report", "it": "relazione finale", "en": "final report"}]
    step = {"spend_at_least": "12500.00", "amount": "10000.00", "it": "Voucher", "en": "Voucher"}
    lump = money(kind="lump_sum", base="costs", steps=[step], proof=proof)
    assert "Si prova con: relazione finale." in [one.it for one in money_words(lump).sentences]
    fixed = money(kind="fixed", amount="10.00", proof=proof)
    assert [one.en for one in money_words(fixed).sentences] == ["Proved by: final report."]


@pytest.mark.parametrize(
    ("costs", "rating", "value"),
    [
        ("4999.99", True, "0.00"),
        ("5000.00", False, "3500.00"),
        ("5000.00", True, "3750.00"),
        ("20000.00", False, "7500.00"),
        ("20000.00", True, "7750.00"),  # the premium comes on top of the cap
    ],
)
def test_a_percentage_with_floor_cap_and_a_premium_within_the_costs(costs: str, rating: bool, value: str) -> None:
    told = money(**PERCENTAGE, premiums=[{**RATING, "amount": "250.00"}])
    assert given_(told, {"costs": costs, "rating": rating}) == value


def test_a_premium_in_amount_never_passes_the_costs() -> None:
    told = money(kind="percentage", rate="95", base="costs", premiums=[{**RATING, "amount": "250.00"}])
    assert given_(told, {"costs": "1000.00", "rating": True}) == "1000.00"


def test_points_are_added_to_the_rate_before_the_cap_and_never_pass_the_whole() -> None:
    told = money(kind="percentage", rate="70", base="costs", cap="7500.00", premiums=[{**RATING, "points": "5"}])
    assert given_(told, {"costs": "1000.00", "rating": True}) == "750.00"
    assert given_(told, {"costs": "20000.00", "rating": True}) == "7500.00"
    whole = money(kind="percentage", rate="98", base="costs", premiums=[{**RATING, "points": "5"}])
    assert given_(whole, {"costs": "1000.00", "rating": True}) == "1000.00"


def test_the_first_case_that_holds_gives_the_intensity_and_what_is_unknown_does_not() -> None:
    told = money(
        kind="percentage", rate="40", base="costs",
        rates=[
            {"it": "micro", "en": "micro", "when": "facts.size == 'micro'", "rate": "60"},
            {"it": "donne", "en": "women", "when": "answers.women == true", "rate": "50"},
        ],
    )  # fmt: skip
    answers = {"costs": "1000.00", "women": True}
    assert given_(told, answers, {"size": "micro"}) == "600.00"
    assert given_(told, answers, {"size": "small"}) == "500.00"
    assert given_(told, answers) == "500.00"
    assert given_(told, {"costs": "1000.00"}) == "400.00"


LUMP = {
    "kind": "lump_sum", "base": "spend",
    "steps": [
        {"spend_at_least": "12500.00", "amount": "10000.00", "it": "impresa singola", "en": "single firm"},
        {"spend_at_least": "25000.00", "amount": "22500.00", "when": "answers.network == true", "it": "rete", "en": "network"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("spend", "network", "value"),
    [
        ("12499.99", False, "0.00"),
        ("12500.00", False, "10000.00"),
        ("99999.00", False, "10000.00"),
        ("24999.99", True, "10000.00"),
        ("25000.00", True, "22500.00"),
    ],
)
def test_a_lump_sum_has_a_cliff(spend: str, network: bool, value: str) -> None:
    assert given_(money(**LUMP), {"spend": spend, "network": network}) == value


def test_a_fixed_amount_may_be_one_for_all() -> None:
    assert given_(money(kind="fixed", amount="6000.00"), {}) == "6000.00"


def test_a_fixed_amount_has_premiums_in_amounts_and_no_points() -> None:
    more = money(kind="fixed", amount="6000.00", premiums=[{**RATING, "amount": "500.00"}])
    assert (given_(more, {"rating": True}), given_(more, {"rating": False})) == ("6500.00", "6000.00")
    by_answer = money(
        kind="fixed", by="area", options=[{"code": "eu", "it": "UE", "en": "EU", "amount": "3000.00"}],
        premiums=[{**RATING, "amount": "500.00"}],
    )  # fmt: skip
    assert given_(by_answer, {"rating": True, "area": "eu"}) == "3500.00"
    with pytest.raises(ValueError, match="no intensity"):
        money(kind="fixed", amount="6000.00", premiums=[{**RATING, "points": "5"}])


def test_the_law_leaves_out_an_item_whatever_the_call_wants() -> None:
    told = by_items(
        item("fair"),
        item("network", legal="excluded", legal_reference="Reg. (UE) 2023/2831, art. 1(1)(d)"),
    )
    found = amount_for(told, rows(("fair", "1000.00"), ("network", "9000.00")))
    assert found.value == Decimal("700.00")
    assert found.eligible == Decimal("1000.00")
    (excluded,) = [share for share in found.items if share.excluded]
    assert (excluded.told, excluded.eligible) == (Decimal("9000.00"), Decimal("0.00"))
    assert any(line.reference == "Reg. (UE) 2023/2831, art. 1(1)(d)" for line in found.steps)


def test_an_item_of_which_the_call_says_nothing_counts_for_nothing() -> None:
    assert given_(by_items(item("fair")), rows(("fair", "1000.00"), ("taxi", "500.00"))) == "700.00"


def test_floors_and_ceilings_of_an_item() -> None:
    told = by_items(item("fair", floor="500.00", ceiling="2000.00"))
    assert eligible(told, rows(("fair", "499.99"))) == {"fair": "0.00"}
    assert eligible(told, rows(("fair", "250.00"), ("fair", "250.00"))) == {"fair": "500.00"}
    assert eligible(told, rows(("fair", "5000.00"))) == {"fair": "2000.00"}


def test_a_ceiling_in_proportion_is_of_the_eligible_total_itself_included() -> None:
    told = by_items(item("fair"), item("advice", ceiling_percent={"rate": "20", "of": "total"}))
    assert eligible(told, rows(("fair", "800.00"), ("advice", "900.00"))) == {"fair": "800.00", "advice": "200.00"}


def test_a_ceiling_in_proportion_of_other_items() -> None:
    told = by_items(item("fair"), item("stand"), item("advice", ceiling_percent={"rate": "20", "of": ["fair"]}))
    found = eligible(told, rows(("fair", "1000.00"), ("stand", "500.00"), ("advice", "900.00")))
    assert found == {"fair": "1000.00", "stand": "500.00", "advice": "200.00"}


def test_a_flat_rate_is_asked_of_nobody() -> None:
    told = by_items(item("fair"), item("indirect", basis={"kind": "flat_rate", "rate": "7", "of": "total"}))
    assert eligible(told, rows(("fair", "1000.50"))) == {"fair": "1000.50", "indirect": "70.04"}


def test_unit_costs_and_lump_costs() -> None:
    told = by_items(
        item("night", basis={"kind": "unit", "amount": "95.50", "unit": {"it": "notti", "en": "nights"}}),
        item("fair", basis={"kind": "lump", "amount": "6000.00"}),
    )
    answers = {"costs": [{"item": "night", "quantity": "3"}, {"item": "fair"}, {"item": "fair", "amount": "1.00"}]}
    assert eligible(told, answers) == {"night": "286.50", "fair": "12000.00"}


def test_the_smallest_grant() -> None:
    told = by_items(item("fair"), least="1000.00")
    assert given_(told, rows(("fair", "1428.00"))) == "0.00"
    assert given_(told, rows(("fair", "1429.00"))) == "1000.30"


def test_without_the_answer_that_chooses_the_cap_nothing_is_known() -> None:
    told = by_items(item("fair"), by="area", caps=[{"code": "eu", "it": "UE", "en": "EU", "amount": "100.00"}])
    assert given_(told, rows(("fair", "1000.00"))) == "None"
    assert given_(told, {**rows(("fair", "1000.00")), "area": "eu"}) == "100.00"
    assert given_(told, {"costs": []}) == "None"


def test_a_row_that_cannot_be_read_yet_counts_for_nothing() -> None:
    answers = {
        "costs": [
            {"item": "fair", "amount": {"unreadable": "tanto"}},
            {"amount": "5.00"},
            {"item": "fair", "amount": "10.00"},
        ]
    }
    assert given_(by_items(item("fair")), answers) == "7.00"


@pytest.mark.parametrize(
    "told",
    [
        money(kind="fixed", amount="6000.00", premiums=[{**RATING, "amount": "500.00"}]),
        money(**PERCENTAGE, premiums=[{**RATING, "amount": "250.00"}]),
        money(**LUMP),
        by_items(item("fair", ceiling="10.00", proof=[{"code": "x", "it": "foto", "en": "photo"}]), cap="9000.00"),
        {},
    ],
)
def test_every_kind_is_told_in_words(told: dict[str, Any]) -> None:
    words = money_words(told)
    assert [amount for _, amount in words.cases] == ([] if not told else [amount for _, amount in words.cases])
    assert most(told) is None or most(told) >= max(amount for _, amount in words.cases)
    assert all(sentence.it and sentence.en for sentence in words.sentences)


# -- what must hold of any case

AMOUNTS = st.decimals(min_value="0.01", max_value="90000", places=2).map(str)
RATES = st.decimals(min_value="0.01", max_value="99.99", places=2).map(str)
CODES = ["a", "b", "c", "d"]


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    items = []
    for code in CODES:
        kind = draw(st.sampled_from(["real", "real", "real", "flat", "lump"]))
        basis: dict[str, Any] = {"kind": "real"}
        of = draw(st.just("total") | st.lists(st.sampled_from(CODES), min_size=1, unique=True))
        if kind == "flat":
            basis = {"kind": "flat_rate", "rate": draw(RATES), "of": of}
        elif kind == "lump":
            basis = {"kind": "lump", "amount": draw(AMOUNTS)}
        more: dict[str, Any] = {"basis": basis}
        if draw(st.booleans()):
            more["ceiling_percent"] = {"rate": str(draw(st.integers(1, 90))), "of": of}
        for name in ("ceiling", "floor"):
            if draw(st.booleans()):
                more[name] = draw(AMOUNTS)
        if draw(st.integers(0, 9)) == 0:
            more |= {"legal": "excluded", "legal_reference": "Reg. (UE) 2023/2831, art. 1"}
        items.append(item(code, **more))
    values: dict[str, Any] = {"rate": draw(RATES)}
    for name in ("cap", "floor", "least"):
        if draw(st.booleans()):
            values[name] = draw(AMOUNTS)
    if draw(st.booleans()):
        values["premiums"] = [
            {**RATING, "when": "true", **draw(st.sampled_from([{"points": "5"}, {"amount": "250.00"}]))}
        ]
    return by_items(*items, **values)


ALWAYS = {**RATING, "when": "true", "amount": "250.00"}
COSTS = st.lists(st.tuples(st.sampled_from([*CODES, "unknown"]), AMOUNTS), min_size=1, max_size=8)


@pytest.mark.slow(reason="property over many cases")
@given(calls(), COSTS)
def test_the_grant_stays_within_every_limit(told: dict[str, Any], costs: list[tuple[str, str]]) -> None:
    found = amount_for(told, rows(*costs))
    assert found.value is not None
    assert found.eligible is not None
    assert found.eligible == sum((share.eligible for share in found.items), Decimal("0.00"))
    assert 0 <= found.value <= found.eligible
    assert found.value.as_tuple().exponent == -2
    top = most(told)
    assert top is None or found.value <= top
    shapes = {one["code"]: one for one in told["items"]}
    counted = {share.code: share.eligible for share in found.items}
    for share in found.items:
        shape = shapes[share.code]
        assert share.eligible >= 0
        if shape["basis"]["kind"] == "real":
            assert share.eligible <= share.told
        if shape["legal"] == "excluded":
            assert share.eligible == 0
        if "ceiling" in shape:
            assert share.eligible <= Decimal(shape["ceiling"])
        if "ceiling_percent" in shape:
            of = CODES if shape["ceiling_percent"]["of"] == "total" else shape["ceiling_percent"]["of"]
            base = sum((counted.get(code, Decimal(0)) for code in of), Decimal(0))
            assert share.eligible * 100 <= base * Decimal(shape["ceiling_percent"]["rate"]), shape
    assert all(line.text.it and line.text.en for line in found.steps)


@pytest.mark.slow(reason="property over many cases")
@given(calls(), COSTS, st.data())
def test_cutting_a_cost_never_raises_the_grant(
    told: dict[str, Any], costs: list[tuple[str, str]], data: st.DataObject
) -> None:
    whole = amount_for(told, rows(*costs)).value
    place = data.draw(st.integers(0, len(costs) - 1))
    code, amount = costs[place]
    less = data.draw(st.decimals(min_value="0.01", max_value=amount, places=2))
    cut = [*costs[:place], (code, str(less)), *costs[place + 1 :]]
    gone = [*costs[:place], *costs[place + 1 :]]
    assert whole is not None
    assert (amount_for(told, rows(*cut)).value or 0) <= whole
    assert (amount_for(told, rows(*gone)).value or 0) <= whole


@given(AMOUNTS, AMOUNTS, RATES, AMOUNTS)
def test_spending_more_never_lowers_the_grant(one: str, other: str, rate: str, cap: str) -> None:
    low, high = sorted((Decimal(one), Decimal(other)))
    for told in (
        money(kind="percentage", rate=rate, base="spend", cap=cap, floor="5000.00", premiums=[ALWAYS]),
        money(**LUMP),
    ):  # fmt: skip
        less, more = (amount_for(told, {"spend": str(value)}).value for value in (low, high))
        assert less is not None
        assert more is not None
        assert less <= more
