"""The money of a group among its members: exact to the cent, whose the costs are, in no order but the members' own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls.api import divided
from levante.calls.money_shares import weights_of
from levante.kernel.pure import ZERO, the_percent

MEMBERS = ("lead", "second", "third")


def item(code, **more):
    return {"code": code, "it": code, "en": code, "legal": "eligible", "basis": {"kind": "real"}} | more


MONEY = {
    "kind": "items", "field": "costs", "item": "what", "amount": "amount", "rate": "50",
    "items": [
        item("stand"),
        item("travel", ceiling="1000.00"),
        item("dinner", legal="excluded"),
        item("staff", basis={"kind": "flat_rate", "rate": "20", "of": "total"}),
    ],
}  # fmt: skip


def row(whose, what, amount):
    return {"who": whose, "what": what, "amount": amount}


def share(amount, *rows, members=MEMBERS, money=MONEY, by="who"):
    return divided(Decimal(amount), members, money=money, rows=rows, by=by)


def test_by_what_counts_of_each_one_s_costs():
    found = share(
        "1000.00",
        row("lead", "stand", "1000.00"),
        row("second", "stand", "3000.00"),
        row("second", "dinner", "9000.00"),
    )
    assert found == {"lead": Decimal("250.00"), "second": Decimal("750.00"), "third": ZERO}


def test_a_ceiling_lowers_every_row_alike():
    found = share(
        "900.00", row("lead", "travel", "3000.00"), row("second", "travel", "1000.00"), row("third", "stand", "500.00")
    )
    assert found == {"lead": Decimal("450.00"), "second": Decimal("150.00"), "third": Decimal("300.00")}


@pytest.mark.parametrize("how", [{"by": None}, {"money": {"kind": "fixed", "amount": "1"}}, {}])
def test_without_costs_of_anybody_in_equal_parts(how):
    assert share("100.00", row("nobody", "stand", "10.00"), **how) == {
        "lead": Decimal("33.34"), "second": Decimal("33.33"), "third": Decimal("33.33"),
    }  # fmt: skip


amounts = st.decimals("0.01", "99999.99", places=2)
rows = st.lists(
    st.tuples(
        st.sampled_from((*MEMBERS, "stranger")), st.sampled_from(("stand", "travel", "dinner", "other")), amounts
    ),
    max_size=12,
)


@given(amount=amounts, told=rows)
def test_the_parts_add_up_and_none_is_below_nothing(amount, told):
    found = share(amount, *(row(whose, what, f"{value:.2f}") for whose, what, value in told))
    assert sum(found.values(), ZERO) == amount
    assert all(value >= 0 and value == value.quantize(Decimal("0.01")) for value in found.values())
    assert list(found) == list(MEMBERS)


@given(told=rows, extra=amounts)
def test_more_costs_of_one_s_own_never_weigh_less(told, extra):
    before = [row(whose, what, f"{value:.2f}") for whose, what, value in told]
    after = [*before, row("lead", "stand", f"{extra:.2f}")]

    def part(lines):
        weights = weights_of(MONEY, lines, MEMBERS, "who")
        return weights[0] / sum(weights) if sum(weights) else 0

    assert part(after) >= part(before) - 1e-12


@given(amount=amounts, told=rows)
def test_what_the_law_excludes_gives_nothing(amount, told):
    lines = [row(whose, what, f"{value:.2f}") for whose, what, value in told]
    base = row("second", "stand", "100.00")
    assert (
        share(amount, base, *lines)["third"] == share(amount, base, *lines, row("third", "dinner", "500.00"))["third"]
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [("80", "l’80 %"), ("8", "l’8 %"), ("11", "l’11 %"), ("1", "l’1 %"), ("8,5", "l’8,5 %"), ("70", "il 70 %"),
     ("100", "il 100 %"), ("12,5", "il 12,5 %"), ("18", "il 18 %"), ("800", "l’800 %")],
)  # fmt: skip
def test_a_percentage_has_the_article_it_is_read_with(number, words):
    assert the_percent(number) == words
    assert the_percent(number, first=True) == words[0].upper() + words[1:]
