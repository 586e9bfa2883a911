"""Expressions that reckon: exact as on paper, and otherwise with the meaning that the CEL library gives them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calls.test_forms import ask, form
from tests.calls.test_words import nodes, written

from levante.calls import exact
from levante.calls.api import Unknown, context_of, evaluate, holds
from levante.calls.engine import cel
from levante.calls.expressions import Binary, Literal, inside
from levante.calls.forms.reading import read_answers

AMOUNTS = st.decimals(-(10**7), 10**7, places=2)
CENT = Decimal("0.01")


def seen(**answers: Any) -> dict[str, Any]:
    """As a form shows its answers to expressions: numbers as doubles."""
    return context_of(answers, {"accounts": 2, "turnover": 100000.0, "active": True}, {"europe": ["IT", "FR"]})


ROWS = [{"country": "IT", "amount": 1000.10}, {"country": "US", "amount": 0.20}, {"country": "FR"}]
ANSWERS: dict[str, Any] = {"stand": 1000.10, "trips": 0.20, "m": 0.70, "rows": ROWS, "text": "x"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("answers.stand + answers.trips <= 1000.30", True),
        ("0.1 + 0.2 == 0.3", True),
        ("answers.m * 0.05", Decimal("0.0350")),
        ("0.10 * 1.15", Decimal("0.115")),
        ("total(answers.rows, 'amount') * 3.0 == 3000.90", True),
        ("answers.rows.filter(r, has(r.amount)).all(r, r.amount * 0.1 <= 100.01)", True),
        ("answers.rows.exists(r, r.amount + 0.10 == 0.30)", True),
        ("0.1 + 0.2 in [0.3]", True),
        ("least(0.1 + 0.2, 0.4)", Decimal("0.3")),
        ("double(0.1 + 0.2) - 0.3", Decimal(0)),
        ("int(0.1 * 29.999)", 2),
        ("1.0 / 3.0", Decimal("0." + "3" * 34)),
        ("2.0 / 3.0", Decimal("0." + "6" * 33 + "7")),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("facts.accounts * 15", 30),
        ("answers.stand > 1 && 1 + 1 == 2", True),
        ("answers.nothing + 1.0 > 0.0 || 1 + 1 == 2", True),
        ("answers.text + 'y'", "xy"),
        ("timestamp('2026-03-01T00:00:00Z') - timestamp('2026-02-28T00:00:00Z') == duration('24h')", True),
    ],
)
def test_worked_cases(expression: str, value: Any) -> None:
    found = evaluate(expression, seen(**ANSWERS))
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "expression",
    ["answers.nothing + 1.0", "answers.stand * 2", "answers.stand / 0.0", "1 / 0", "answers.rows[9].amount + 1.0", "1 + true",
     "answers.rows[9]", "9223372036854775807 + 1", "9223372036854775807 * 2", "5.0 % 2.0", "!(1 + 1)", "total('x', 'a') + 1.0"],
)  # fmt: skip
def test_what_has_no_value_is_unknown(expression: str) -> None:
    with pytest.raises(Unknown):
        evaluate(expression, seen(**ANSWERS))


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_sums_products_and_comparisons_are_those_of_decimals(one: Decimal, other: Decimal, third: Decimal) -> None:
    variables = seen(a=float(one), b=float(other), c=float(third))
    assert evaluate("answers.a + answers.b - answers.c", variables) == one + other - third
    assert evaluate("answers.a * answers.b", variables) == one * other
    assert evaluate("-answers.a + answers.b", variables) == other - one
    assert holds("answers.a + answers.b <= answers.c", variables) is (one + other <= third)
    assert holds("answers.a + answers.b - answers.b == answers.a", variables) is True
    assert holds("answers.a * 0.05 < answers.b", variables) is (one * 5 < other * 100)


@given(st.lists(AMOUNTS, max_size=5), AMOUNTS.map(abs))
def test_a_literal_and_a_total_are_exact(amounts: list[Decimal], literal: Decimal) -> None:
    variables = seen(rows=[{"amount": float(amount)} for amount in amounts])
    assert evaluate(f"total(answers.rows, 'amount') * {literal}", variables) == sum(amounts) * literal


@given(st.decimals(0, 10**7, places=2), st.sampled_from(["0.05", "1.15", "0.333", "0.5"]))
def test_a_computed_amount_is_rounded_once_half_up(amount: Decimal, rate: str) -> None:
    fields = [ask("cost", "money"), ask("aid", "computed", formula=f"answers.cost * {rate}", result="money")]
    found = read_answers(form(*fields), {"cost": f"{amount:.2f}"}, {}).answers["aid"]
    assert found == f"{(amount * Decimal(rate)).quantize(CENT, ROUND_HALF_UP):.2f}"


def test_computed_numbers_round_half_up_and_what_is_too_large_has_no_value() -> None:
    fields = [
        ask("m", "money"),
        ask("share", "computed", formula="answers.m * 0.25", result="percent"),
        ask("word", "computed", formula="answers.m * 2.0", result="text"),
        ask("none", "computed", formula="answers.m / (answers.m - 0.50)", result="money"),
        ask("huge", "computed", formula="answers.m * 1e40", result="number"),
    ]
    found = read_answers(form(*fields), {"m": "0.50"}, {}).answers
    assert found == {"m": "0.50", "share": "0.13", "word": "1.0"}


def _as_doubles(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_as_doubles(item) for item in value]
    return value


RICH = {
    "answers": {"fair_country": "IT", "turnover": 2.5, "export_manager": True, "cost_items": [{"amount": 1.5}, {"amount": 2.0}]},
    "facts": {"size": "small", "turnover": 100000.0, "active": True, "sectors": ["A", "B"]},
    "lists": {"europe": ["IT", "FR"]},
}  # fmt: skip


@pytest.mark.slow(reason="property over many trees")
@given(nodes().filter(lambda node: not any(isinstance(part, Binary) and part.operator == "/" for part in inside(node))))
def test_otherwise_it_means_what_the_library_says(node: Any) -> None:
    """The numbers written are few halves and quarters, which doubles hold exactly."""
    functions = {"total": lambda rows, column: float(exact.total(rows, column)), "count": len, "least": min}
    try:
        theirs = cel.compile(written(node)).execute(cel.Context(RICH, functions))
    except (*exact.ERRORS,):
        theirs = Unknown
    try:
        ours = _as_doubles(exact.program_of(node)(RICH))
    except exact.ERRORS:
        ours = Unknown
    if isinstance(theirs, float) and isinstance(ours, float):
        assert ours == pytest.approx(theirs, rel=1e-12)
    else:
        assert (type(ours), ours) == (type(theirs), theirs)


def test_what_does_not_reckon_is_left_to_the_library() -> None:
    assert not exact.reckons(Binary("<=", Literal(1.5), Literal(2.5)))
    assert holds("answers.stand == 1000.10 && least(answers.trips, 0.5) <= 0.20", seen(**ANSWERS)) is True
