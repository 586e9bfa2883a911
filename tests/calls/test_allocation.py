"""The money of an opening: worked cases, and what must hold of any case (hypothesis)."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls import allocation_case
from levante.calls.allocation import Reserve, Submission, Terms, TooMuchAwarded, allocate, drawn
from levante.calls.allocation_case import run
from levante.calls.procedures import PROCEDURES
from levante.law.doors import LARGEST_CASE as LARGEST_CASE_OF_OTHERS

OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)


def terms(budget: str = "100.00", **changes: Any) -> Terms:
    base: dict[str, Any] = {
        "procedure": "first_come",
        "opens_at": OPENS,
        "closes_at": OPENS + timedelta(hours=1),
        "repeat": "first_counts",
        "when_short": "stop",
    }
    return Terms(budget=Decimal(budget), **(base | changes))


def sent(
    id_: str, amount: str, seq: int, *, enterprise: str = "", after: int | None = None, score: str | None = None,
    tie_breaks: tuple[int, ...] = (),
) -> Submission:  # fmt: skip
    return Submission(
        id_,
        enterprise or id_,
        OPENS + timedelta(seconds=seq if after is None else after),
        seq,
        Decimal(amount),
        Decimal(score) if score is not None else None,
        tuple(Decimal(value) for value in tie_breaks),
    )


def amounts(outcome: Any) -> dict[str, str]:
    return {one.id: str(one.amount) for one in outcome.funded}


THREE = [sent("a", "50.00", 1), sent("b", "60.00", 2), sent("c", "40.00", 3)]


@pytest.mark.parametrize(
    ("when_short", "funded", "queue", "not_funded", "left"),
    [
        ("stop", {"a": "50.00"}, ("b", "c"), (), "50.00"),
        ("partial", {"a": "50.00", "b": "50.00"}, ("c",), (), "0.00"),
        ("skip", {"a": "50.00", "c": "40.00"}, (), ("b",), "10.00"),
    ],
)
def test_what_happens_when_the_money_is_short(when_short, funded, queue, not_funded, left) -> None:  # type: ignore[no-untyped-def]
    outcome = allocate(terms(when_short=when_short), THREE)
    assert amounts(outcome) == funded
    assert (outcome.queue, outcome.not_funded, str(outcome.left)) == (queue, not_funded, left)


def test_the_opening_instant_is_inside_the_closing_one_outside() -> None:
    outcome = allocate(
        terms(),
        [
            sent("early", "1.00", 0, after=-1),
            sent("first", "1.00", 1, after=0),
            sent("last", "1.00", 2, after=3599),
            sent("late", "1.00", 3, after=3600),
        ],
    )
    assert outcome.order == ("first", "last")
    assert [(one.id, one.reason) for one in outcome.void] == [("early", "early"), ("late", "late")]


@pytest.mark.parametrize(
    ("repeat", "order", "void"),
    [
        ("first_counts", ("x1", "y"), [("x2", "repeated")]),
        ("last_counts", ("y", "x2"), [("x1", "replaced")]),
        ("refused", ("x1", "y"), [("x2", "refused")]),
    ],
)
def test_repeats(repeat: str, order: tuple[str, ...], void: list[tuple[str, str]]) -> None:
    """``last_counts`` takes the last *valid* one, at its own place: what came after the closing replaces nothing."""
    outcome = allocate(
        terms(repeat=repeat),
        [
            sent("x1", "1.00", 1, enterprise="X"),
            sent("y", "1.00", 2),
            sent("x2", "1.00", 3, enterprise="X"),
            sent("x3", "1.00", 4, enterprise="X", after=7200),
        ],
    )
    assert outcome.order == order
    assert [(one.id, one.reason) for one in outcome.void] == [*void, ("x3", "late")]


@pytest.mark.parametrize(("repeat", "order"), [("first_counts", ("x1", "x2", "y")), ("last_counts", ("x2", "y", "x3"))])
def test_more_than_one_of_an_enterprise_may_count(repeat: str, order: tuple[str, ...]) -> None:
    asks = [sent(id_, "1.00", n, enterprise=id_[0]) for n, id_ in enumerate(["x1", "x2", "y", "x3"])]
    assert allocate(terms(repeat=repeat, each=2), asks).order == order


def test_in_a_window_ranking_the_ticket_decides_and_not_the_arrival() -> None:
    asks = [sent(f"n{n}", "1.00", n, score="5", tie_breaks=(1,)) for n in range(5)]
    best = sent("best", "1.00", 9, score="6", tie_breaks=(0,))
    outcome = allocate(terms(procedure="window_ranking", seed="venti"), [*asks, best])
    assert outcome.order == ("best", *sorted((one.id for one in asks), key=lambda id_: drawn("venti", id_)))


def test_who_misses_a_minimum_keeps_the_place_and_gets_nothing() -> None:
    outcome = allocate(terms("50.00"), THREE, unworthy=["a"])
    assert (outcome.order, amounts(outcome), outcome.not_funded) == (("a", "b", "c"), {}, ("a",))
    assert outcome.queue == ("b", "c")


def test_a_ranking_goes_by_score_tie_breaks_instant_and_place() -> None:
    outcome = allocate(
        terms(procedure="ranking", threshold=Decimal(10)),
        [
            sent("low", "1.00", 1, score="9.99", tie_breaks=(9,)),
            sent("late", "1.00", 5, score="20", tie_breaks=(1,)),
            sent("soon", "1.00", 4, score="20", tie_breaks=(1,)),
            sent("tied", "1.00", 6, score="20", tie_breaks=(2,)),
            sent("best", "1.00", 7, score="20.01", tie_breaks=(0,)),
        ],
    )
    assert outcome.order == ("best", "tied", "soon", "late", "low")
    assert outcome.not_funded == ("low",)


def test_a_threshold_does_not_change_a_chronological_order() -> None:
    outcome = allocate(
        terms("1.00", threshold=Decimal(50)),
        [sent("a", "1.00", 1, score="49"), sent("b", "1.00", 2, score="50"), sent("c", "1.00", 3, score="90")],
    )
    assert outcome.order == ("a", "b", "c")
    assert (amounts(outcome), outcome.queue, outcome.not_funded) == ({"b": "1.00"}, ("c",), ("a",))


def test_a_draw_is_redrawn_by_anyone_whatever_the_list_order() -> None:
    many = [sent(f"n{number}", "1.00", number) for number in range(6)]
    orders = {allocate(terms(procedure="draw", seed="venti"), list(p)).order for p in list(permutations(many))[:40]}
    assert orders == {tuple(sorted((one.id for one in many), key=lambda id_: drawn("venti", id_)))}
    assert orders != {allocate(terms(procedure="draw", seed="altro"), many).order}


def test_the_ticket_of_a_draw_is_the_documented_one() -> None:
    """``printf 'venti:n1' | sha256sum``"""
    assert drawn("venti", "n1") == "5710a260e881245b4842563316479ac8bdc402907225cb7d5dce90c7ed85bd26"


def test_a_share_out_adds_up_to_the_cent() -> None:
    outcome = allocate(terms("100.00", procedure="proportional"), [sent(c, "100.00", n) for n, c in enumerate("abc")])
    assert amounts(outcome) == {"a": "33.34", "b": "33.33", "c": "33.33"}
    assert outcome.left == 0


def test_a_share_out_with_money_enough_gives_what_is_asked() -> None:
    outcome = allocate(terms("100.00", procedure="proportional"), [sent("a", "30.00", 1)])
    assert (amounts(outcome), str(outcome.left)) == ({"a": "30.00"}, "70.00")


RESERVED = Reserve("giovani", Decimal("30.00"), frozenset({"c", "d"}), flows_back=True)


def test_a_reserve_pays_its_members_though_the_rest_is_over() -> None:
    outcome = allocate(
        terms(reserves=(RESERVED,)),
        [sent("a", "50.00", 1), sent("b", "50.00", 2), sent("c", "20.00", 3), sent("d", "10.00", 4)],
    )
    assert amounts(outcome) == {"a": "50.00", "c": "20.00", "d": "10.00"}
    assert [one.from_reserve for one in outcome.funded] == [None, "giovani", "giovani"]
    assert (outcome.queue, str(outcome.left)) == (("b",), "20.00")


def test_what_a_reserve_leaves_flows_back_or_stays() -> None:
    asks = [sent("a", "70.00", 1), sent("b", "30.00", 2)]
    empty = Reserve("giovani", Decimal("30.00"), frozenset(), flows_back=True)
    assert amounts(allocate(terms(reserves=(empty,)), asks)) == {"a": "70.00", "b": "30.00"}
    stays = Reserve("giovani", Decimal("30.00"), frozenset(), flows_back=False)
    outcome = allocate(terms(reserves=(stays,)), asks)
    assert (amounts(outcome), outcome.queue, str(outcome.left)) == ({"a": "70.00"}, ("b",), "30.00")


def test_a_member_adds_the_common_money_to_what_its_reserve_has() -> None:
    reserve = Reserve("giovani", Decimal("30.00"), frozenset({"a"}), flows_back=False)
    outcome = allocate(terms(reserves=(reserve,)), [sent("a", "40.00", 1)])
    assert outcome.as_json()["funded"] == [
        {"id": "a", "amount": "40.00", "from_reserve": "giovani", "reserve_amount": "30.00"}
    ]


def test_a_smaller_member_does_not_overtake_in_its_reserve() -> None:
    asks = [sent("a", "70.00", 1), sent("c", "31.00", 2), sent("d", "10.00", 3)]
    assert amounts(allocate(terms(reserves=(RESERVED,)), asks)) == {"a": "70.00"}
    assert amounts(allocate(terms(reserves=(RESERVED,), when_short="skip"), asks)) == {"a": "70.00", "d": "10.00"}


def test_what_a_renunciation_frees_goes_down_the_same_order() -> None:
    outcome = allocate(terms(), THREE, awarded=["a"], renounced=["a"])
    assert outcome.order == ("a", "b", "c")
    assert (amounts(outcome), outcome.queue, outcome.not_funded) == ({"b": "60.00", "c": "40.00"}, (), ("a",))


def test_what_is_awarded_stays_though_the_order_would_give_it_to_another() -> None:
    """With ``skip`` c was paid before b, which did not fit: now that a renounces b fits what is free only without c's."""
    outcome = allocate(terms("90.00", when_short="skip"), THREE, awarded=["a", "c"], renounced=["a"])
    assert amounts(outcome) == {"c": "40.00"}
    again = allocate(terms("100.00", when_short="skip"), THREE, awarded=["a", "c"], renounced=["a"])
    assert amounts(again) == {"b": "60.00", "c": "40.00"}


def test_who_was_awarded_further_down_keeps_it_at_the_next_renunciation() -> None:
    asks = [sent(c, "50.00", n) for n, c in enumerate("abcd")]
    outcome = allocate(terms(), asks, awarded=["a", "b", "c"], renounced=["a", "b"])
    assert amounts(outcome) == {"c": "50.00", "d": "50.00"}


def test_more_awarded_than_the_budget_is_refused() -> None:
    with pytest.raises(TooMuchAwarded):
        allocate(terms(), [sent(c, "50.00", n) for n, c in enumerate("abc")], awarded=["a", "b", "c"])


def test_many_thousands_are_ranked_in_one_go() -> None:
    many = [sent(str(n), "100.00", n, after=n % 3000, score=str(n % 1000)) for n in range(8_000)]
    outcome = allocate(terms("800000.00", procedure="ranking"), many)
    assert len(outcome.funded) == 8_000


# -- what must hold of any case


@st.composite
def cases(draw: st.DrawFn) -> tuple[Terms, list[Submission]]:
    count = draw(st.integers(0, 12))
    asks = [
        sent(
            f"s{n}",
            str(Decimal(draw(st.integers(1, 5000))) / 100),
            n,
            enterprise=draw(st.sampled_from("ABCDEFGHIJ")),
            after=draw(st.integers(-2, 8)) * 600,
            score=str(draw(st.integers(0, 5))),
            tie_breaks=(draw(st.integers(0, 2)),),
        )
        for n in range(count)
    ]
    ids = [one.id for one in asks]
    reserves = tuple(
        Reserve(
            f"r{n}",
            Decimal(draw(st.integers(0, 3000))) / 100,
            frozenset(draw(st.lists(st.sampled_from(ids), max_size=5)) if ids else ()),
            draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    return (
        terms(
            str(sum((one.amount for one in reserves), Decimal(0)) + Decimal(draw(st.integers(0, 15000))) / 100),
            procedure=draw(st.sampled_from(list(PROCEDURES))),
            each=draw(st.integers(1, 2)),
            repeat=draw(st.sampled_from(["first_counts", "last_counts", "refused"])),
            when_short=draw(st.sampled_from(["stop", "partial", "skip"])),
            reserves=reserves,
            threshold=draw(st.none() | st.just(Decimal(2))),
            seed="seme",
        ),
        asks,
    )


def holds(case: Terms, asks: list[Submission], outcome: Any, gone: frozenset[str] = frozenset()) -> None:
    """Everybody is somewhere, once; nobody gets more than asked; the money adds up to the cent."""
    void = [one.id for one in outcome.void]
    funded = [one.id for one in outcome.funded]
    assert sorted([*void, *outcome.order]) == sorted(one.id for one in asks)
    assert sorted([*funded, *outcome.queue, *outcome.not_funded]) == sorted(outcome.order)
    for group in (funded, outcome.queue, outcome.not_funded):
        assert list(group) == [id_ for id_ in outcome.order if id_ in group]
    asked = {one.id: one for one in asks}
    assert all(0 < one.amount <= asked[one.id].amount for one in outcome.funded)
    assert all(0 <= one.reserved <= one.amount for one in outcome.funded)
    assert sum(one.amount for one in outcome.funded) + outcome.left == case.budget
    assert outcome.left >= 0
    assert not gone & set(funded)
    assert max(Counter(asked[id_].enterprise for id_ in outcome.order).values(), default=0) <= case.each
    for reserve in case.reserves:
        used = sum(one.reserved for one in outcome.funded if one.from_reserve == reserve.id)
        assert used <= reserve.amount
        assert all(one.id in reserve.members for one in outcome.funded if one.from_reserve == reserve.id)


@pytest.mark.slow(reason="property over many cases")
@given(cases())
def test_everybody_is_somewhere_and_the_money_adds_up(case: tuple[Terms, list[Submission]]) -> None:
    how, asks = case
    outcome = allocate(how, asks)
    holds(how, asks, outcome)
    assert allocate(how, asks[::-1]) == outcome, "the order of the list means nothing"
    if how.when_short == "stop" and how.rule.order != "shares" and not how.reserves and outcome.queue:
        paid = [outcome.order.index(one.id) for one in outcome.funded]
        assert max(paid, default=-1) < min(outcome.order.index(id_) for id_ in outcome.queue)


@pytest.mark.slow(reason="property over many cases")
@given(cases(), st.data())
def test_a_renunciation_takes_from_nobody(case: tuple[Terms, list[Submission]], data: st.DataObject) -> None:
    how, asks = case
    before = allocate(how, asks)
    awarded = [one.id for one in before.funded]
    gone = data.draw(st.lists(st.sampled_from(awarded), unique=True)) if awarded else []
    after = allocate(how, asks, awarded=awarded, renounced=gone)
    holds(how, asks, after, frozenset(gone))
    assert after.order == before.order
    kept = {one.id: one.amount for one in after.funded}
    assert all(kept[one.id] == one.amount for one in before.funded if one.id not in gone)


# -- the door


def case(**changes: Any) -> dict[str, Any]:
    return {
        "procedure": "first_come",
        "budget": "100.00",
        "opens_at": "2026-03-02T10:00:00+01:00",
        "repeat": "first_counts",
        "when_short": "stop",
        "submissions": [
            {"id": "a", "enterprise": "A", "received_at": "2026-03-02T09:00:01Z", "seq": 1, "amount": "60.00"}
        ],
    } | changes


def test_the_door_answers() -> None:
    code, text = run(json.dumps(case()).encode())
    answer = json.loads(text)
    assert code == 0
    assert answer["funded"] == [{"id": "a", "amount": "60.00"}]
    assert answer["left"] == "40.00"
    assert all(set(line) == {"text", "text_en", "reference", "value"} for line in answer["steps"])


ONE = case()["submissions"][0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"procedure": "lottery"}, "procedure"),
        ({"budget": "10.001"}, "budget"),
        ({"budget": None}, "budget"),
        ({"opens_at": "2026-03-02T10:00:00"}, "opens_at"),
        ({"opens_at": "2026-02-30T10:00:00Z"}, "opens_at"),
        ({"closes_at": "2026-03-02T09:00:00Z"}, "closes_at"),
        ({"procedure": "draw"}, "seed"),
        ({"procedure": "window_ranking"}, "submissions[0].score"),
        ({"procedure": "first_come_threshold", "submissions": []}, "threshold"),
        ({"each": 0}, "each"),
        ({"procedure": "ranking"}, "submissions[0].score"),
        ({"submissions": [ONE | {"amount": "0.00"}]}, "submissions[0].amount"),
        ({"submissions": [ONE | {"seq": True}]}, "submissions[0].seq"),
        ({"submissions": [ONE | {"colour": 1}]}, "submissions[0].colour"),
        ({"submissions": [ONE, ONE]}, "submissions[1].id"),
        ({"submissions": [ONE, ONE | {"id": "b"}]}, "submissions[1].seq"),
        (
            {
                "procedure": "ranking",
                "submissions": [ONE | {"score": 80}, ONE | {"id": "b", "seq": 2, "score": "80.0", "tie_breaks": [1]}],
            },
            "submissions[1].tie_breaks",
        ),
        ({"procedure": "draw", "seed": -1}, "seed"),
        ({"submissions": [ONE | {"tie_breaks": ["x"]}]}, "submissions[0].tie_breaks[0]"),
        ({"reserves": [{"id": "r", "amount": "101.00", "members": [], "flows_back": True}]}, "reserves"),
        ({"reserves": [{"id": "r", "amount": "1.00", "members": ["z"], "flows_back": True}]}, "reserves[0].members"),
        ({"reserves": [{"id": "r", "amount": "1.00", "members": []}]}, "reserves[0].flows_back"),
        ({"renounced": ["z"]}, "renounced"),
        ({"awarded": "a"}, "awarded"),
        ({"winner": "a"}, "winner"),
    ],
)
def test_a_bad_case_names_its_field(changes: dict[str, Any], field: str) -> None:
    code, text = run(json.dumps(case(**changes)).encode())
    assert (code, json.loads(text)["error"]["field"]) == (2, field)


@pytest.mark.parametrize("stdin", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":1}', b"NaN"])
def test_what_is_not_a_case_is_refused(stdin: bytes) -> None:
    assert run(stdin)[0] == 2


def test_the_case_of_a_whole_day_is_read_beyond_the_bound_of_the_other_doors(monkeypatch):
    """A day of two hundred thousand applications weighs 30 MB; what is over its own bound is told so."""
    padded = json.dumps(case()).encode() + b" " * LARGEST_CASE_OF_OTHERS
    assert run(padded)[0] == 0
    monkeypatch.setattr(allocation_case, "LARGEST_CASE", 1 << 20)
    code, told = run(json.dumps(case()).encode() + b" " * (1 << 20))
    assert (code, "1 MB" in told) == (2, True)
