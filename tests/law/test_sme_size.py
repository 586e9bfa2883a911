"""The size of enterprises: the ceilings, the relations of art. 3, public control, and the class in time."""

import json
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.law import doors
from levante.law.sme_data import SIZES, Totals
from levante.law.sme_size import after_two_periods, class_of

ON = "2026-06-30"


def accounts(headcount: object, turnover: str = "1000000.00", balance: str = "1000000.00", year: int = 2025) -> dict:
    return {"year": year, "headcount": headcount, "turnover": turnover, "balance": balance}


def firm(headcount: object = 5, turnover: str = "1000000.00", balance: str = "1000000.00", **more: Any) -> dict:
    return {"accounts": [accounts(headcount, turnover, balance)], **more}


def answer(enterprises: dict, links: list = [], **more: Any) -> dict:  # noqa: B006
    case = {"on": ON, "enterprise": "A", "enterprises": enterprises, "links": links, **more}
    code, text = doors.run("sme-size", json.dumps(case).encode())
    assert code == 0, text
    return json.loads(text)


def refusal(case: dict) -> str:
    code, text = doors.run("sme-size", json.dumps(case).encode())
    assert code == 2, text
    return json.loads(text)["error"]["field"]


def shares(out: dict) -> dict[str, float]:
    """Whose data are added to those of A, and for how much of them; A counts whole and is not in the list."""
    found = {line["id"]: line["share"] for line in out["aggregated"]}
    assert "A" not in found
    return {"A": 100} | found


def referenced(out: dict, reference: str) -> bool:
    return any(reference in line["reference"] for line in out["steps"])


# -- the ceilings (art. 2): fewer than so many persons, not over so much


@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "size"),
    [
        (0, "0.00", "0.00", "micro"),
        (9, "2000000.00", "2000000.00", "micro"),
        ("9.99", "2000000.00", "50000000.00", "micro"),  # one of the two is enough
        ("9.99", "90000000.00", "2000000.00", "micro"),
        (10, "1.00", "1.00", "small"),  # headcount is never optional
        ("10.0", "1.00", "1.00", "small"),
        (9, "2000000.01", "2000000.01", "small"),
        (49, "10000000.00", "10000000.01", "small"),
        (49, "10000000.01", "10000000.00", "small"),
        (49, "10000000.01", "10000000.01", "medium"),
        (50, "1.00", "1.00", "medium"),
        (249, "50000000.00", "43000000.01", "medium"),
        (249, "50000000.01", "43000000.00", "medium"),
        (249.99, "50000000.01", "43000000.00", "medium"),
        (249, "50000000.01", "43000000.01", "large"),
        (250, "1.00", "1.00", "large"),
    ],
)
def test_the_ceilings(headcount: object, turnover: str, balance: str, size: str) -> None:
    assert answer({"A": firm(headcount, turnover, balance)})["size"] == size


def test_an_autonomous_enterprise_answers_with_its_own_data() -> None:
    out = answer({"A": firm("12.50", "1500000.50", "7.00")})
    assert out["size"] == "small"
    assert (out["headcount"], out["turnover"], out["balance"]) == (12.5, "1500000.50", "7.00")
    assert out["aggregated"] == []
    assert "status_changed" not in out
    assert all(line["text"] and line["text_en"] and line["reference"] for line in out["steps"])


# -- linked and partner (art. 3(2)-(3), art. 6)


@pytest.mark.parametrize(
    ("link", "share"),
    [
        ({"votes": "50.01"}, 100),
        ({"capital": 51}, 100),  # no votes told: they go with the capital
        ({"capital": 60, "votes": 30}, 60),  # the greater, but no majority of votes
        ({"capital": 30, "votes": 40}, 40),
        ({"capital": 10, "votes": 51}, 100),
        ({"capital": 50}, 50),
        ({"capital": 25}, 25),
        ({"votes": 25, "capital": 0}, 25),
        ({"capital": "24.99"}, None),
        ({"capital": 5, "control": True}, 100),
        ({"control": True}, 100),
        ({"capital": 30, "control": False}, 30),
    ],
)
@pytest.mark.parametrize("upstream", [True, False])
def test_one_holding(link: dict, share: int | None, upstream: bool) -> None:
    ends = {"from": "B", "to": "A"} if upstream else {"from": "A", "to": "B"}
    out = answer({"A": firm(5), "B": firm(40)}, [ends | link])
    assert shares(out) == {"A": 100} | ({"B": share} if share else {})
    expected = 5 + 40 * Decimal(share or 0) / 100
    assert Decimal(out["headcount"]) == expected
    assert Decimal(out["turnover"]) == 1_000_000 * (1 + Decimal(share or 0) / 100)


def test_the_guide_s_group_of_partners_and_linked() -> None:
    """Partner B 33 % above, partner C 49 % below; D has 60 % of B (its data follow B), E has 30 % of D (it does not)."""
    everyone = {id: firm(100) for id in "ABCDE"}
    links = [
        {"from": "B", "to": "A", "capital": 33},
        {"from": "A", "to": "C", "capital": 49},
        {"from": "D", "to": "B", "votes": 60},
        {"from": "E", "to": "D", "capital": 30},
    ]
    out = answer(everyone, links)
    assert shares(out) == {"A": 100, "B": 33, "C": 49, "D": 33}
    assert out["headcount"] == 215


def test_chains_link_and_partners_of_linked_count() -> None:
    everyone = {id: firm(10) for id in "ABCDEF"}
    links = [
        {"from": "A", "to": "B", "capital": 70},
        {"from": "B", "to": "C", "capital": 60},
        {"from": "D", "to": "C", "capital": 40},  # partner of a linked one
        {"from": "E", "to": "B", "capital": 30},
        {"from": "F", "to": "E", "capital": 40},  # partner of a partner
    ]
    assert shares(answer(everyone, links)) == {"A": 100, "B": 100, "C": 100, "D": 40, "E": 30}


def test_sisters_are_linked_through_their_mother() -> None:
    links = [{"from": "M", "to": "A", "votes": 80}, {"from": "M", "to": "B", "votes": 80}]
    assert shares(answer({id: firm() for id in "AMB"}, links)) == {"A": 100, "M": 100, "B": 100}


def test_linked_holders_count_jointly() -> None:
    """B and C belong to M: 15 % + 15 % make a partner of 30 %, 30 % + 30 % make a majority."""
    everyone = {id: firm(10) for id in "AMBC"}
    owned = [{"from": "M", "to": "B", "votes": 90}, {"from": "M", "to": "C", "votes": 90}]
    out = answer(everyone, [*owned, {"from": "B", "to": "A", "capital": 15}, {"from": "C", "to": "A", "capital": 15}])
    assert shares(out) == {"A": 100, "M": 30, "B": 30, "C": 30}
    out = answer(everyone, [*owned, {"from": "B", "to": "A", "capital": 30}, {"from": "C", "to": "A", "capital": 30}])
    assert set(shares(out).values()) == {100}
    out = answer(everyone, [{"from": "B", "to": "A", "capital": 15}, {"from": "C", "to": "A", "capital": 15}])
    assert shares(out) == {"A": 100}


def test_cross_holdings_take_the_greater_share_and_cycles_end() -> None:
    links = [{"from": "A", "to": "B", "capital": 30}, {"from": "B", "to": "A", "capital": 45}]
    assert shares(answer({"A": firm(), "B": firm()}, links)) == {"A": 100, "B": 45}
    ring = [{"from": a, "to": b, "votes": 55} for a, b in ("AB", "BC", "CA")]
    assert shares(answer({id: firm() for id in "ABC"}, ring)) == {"A": 100, "B": 100, "C": 100}
    # Linked wins over partner: B has 30 % of A, and M has the majority of both.
    both = [{"from": "B", "to": "A", "capital": 30}, *({"from": "M", "to": x, "votes": 60} for x in "AB")]
    assert shares(answer({id: firm() for id in "ABM"}, both)) == {"A": 100, "B": 100, "M": 100}


def test_two_halves_are_two_partners() -> None:
    links = [{"from": "B", "to": "A", "capital": 50}, {"from": "C", "to": "A", "capital": 50}]
    assert shares(answer({id: firm() for id in "ABC"}, links)) == {"A": 100, "B": 50, "C": 50}


def test_a_holding_that_begins_later_is_not_there_yet() -> None:
    enterprises = {"A": firm(), "B": firm(300)}
    assert answer(enterprises, [{"from": "B", "to": "A", "votes": 60, "since": "2026-07-01"}])["size"] == "micro"
    assert answer(enterprises, [{"from": "B", "to": "A", "votes": 60, "since": "2026-06-30"}])["size"] == "large"


@pytest.mark.parametrize("person", [{}, {"person": "natural", "same_market": True}])
def test_the_same_holding_told_twice_is_one(person: dict) -> None:
    """Declared and read in the register: 30 % twice is not a majority. The larger figure counts, each by itself."""
    twice = [{"from": "M", "to": x, "capital": 30} | person for x in "AAB"]
    enterprises = {id: firm() for id in "AMB"}
    assert shares(answer(enterprises, twice)) == {"A": 100} | ({} if person else {"M": 30})
    one_more = [*twice, {"from": "M", "to": "A", "capital": 20, "votes": 60} | person]
    assert shares(answer(enterprises, one_more))["A"] == 100
    assert ("M" in shares(answer(enterprises, one_more))) is (not person)
    if not person:
        assert shares(answer(enterprises, one_more))["M"] == 100


# -- natural persons (art. 3(3), fourth subparagraph)


def held(person: str, enterprise: str, share: int, same_market: bool | None = True) -> dict:
    link = {"from": person, "to": enterprise, "votes": share, "person": "natural"}
    return link if same_market is None else link | {"same_market": same_market}


@pytest.mark.parametrize(
    ("links", "linked"),
    [
        ([held("P", "A", 60), held("P", "B", 60)], True),
        ([held("P", "A", 60, False), held("P", "B", 60, False)], False),
        ([held("P", "A", 60), held("P", "B", 60, False)], False),
        ([held("P", "A", 60, None), held("P", "B", 60)], True),  # said on one side
        ([held("P", "A", 60, None), held("P", "B", 60, None)], False),  # said on neither
        ([held("P", "A", 50), held("P", "B", 60)], False),
        ([held("P", "A", 60), held("P", "B", 30)], False),  # a person is never a partner
        # the same four persons, 25 % each, in both: together
        ([held(p, x, 25) for p in "PQRS" for x in "AB"], True),
        ([held(p, x, 25) for p in "PQ" for x in "AB"], False),
        ([held("P", "A", 40), held("Q", "A", 40), held("P", "B", 70), held("T", "B", 30)], False),
    ],
)
def test_persons_link_enterprises_of_the_same_market(links: list, linked: bool) -> None:
    out = answer({"A": firm(), "B": firm()}, links)
    assert ("B" in shares(out)) is linked
    assert referenced(out, "art. 3(3), quarto comma")


def test_a_person_controls_also_through_the_firms_he_has() -> None:
    """P has 60 % of A and 30 % of B, and A has 24 % of B: with A, P has the majority of B (art. 3(3))."""
    enterprises = {"A": firm(), "B": firm(), "C": firm()}
    direct = [held("P", "A", 60), held("P", "B", 30)]
    assert shares(answer(enterprises, [*direct, {"from": "A", "to": "B", "votes": 24}])) == {"A": 100, "B": 100}
    assert shares(answer(enterprises, [*direct, {"from": "A", "to": "B", "votes": 20}])) == {"A": 100}
    other_market = [held("P", "A", 60, False), held("P", "B", 30, False), {"from": "A", "to": "B", "votes": 24}]
    assert shares(answer(enterprises, other_market)) == {"A": 100}
    # through a firm of another market too: what P holds through C is P's
    through = [*direct, held("P", "C", 80, False), {"from": "C", "to": "B", "votes": 24}]
    assert shares(answer(enterprises, through)) == {"A": 100, "B": 100}
    # and what is linked so brings others in
    enterprises["D"] = firm()
    chain = [*direct, {"from": "A", "to": "B", "votes": 24}, {"from": "A", "to": "D", "votes": 26}]
    assert shares(answer(enterprises, [*chain, {"from": "B", "to": "D", "votes": 26}]))["D"] == 100


def test_who_need_not_be_listed() -> None:
    """A small holder; a person told by the market; not who is held."""
    small = [{"from": "Z", "to": "A", "capital": "24.99"}]
    assert shares(answer({"A": firm()}, small)) == {"A": 100}
    persons = [{"from": "P", "to": x, "votes": 60, "same_market": True} for x in "AB"]
    assert "B" in shares(answer({"A": firm(), "B": firm()}, persons))


def test_different_persons_link_nothing() -> None:
    assert shares(answer({"A": firm(), "B": firm()}, [held("P", "A", 60), held("Q", "B", 60)])) == {"A": 100}


def test_person_true_is_a_natural_person_and_control_counts() -> None:
    links = [
        {"from": "P", "to": "A", "control": True, "person": True, "same_market": True},
        {"from": "P", "to": "B", "control": True, "person": True, "same_market": True},
    ]
    assert "B" in shares(answer({"A": firm(), "B": firm()}, links))


# -- investors and public bodies (art. 3(2) second subparagraph, art. 3(4))

INVESTING = ["university", "local_authority", "venture_capital", "institutional_investor"]


@pytest.mark.parametrize("kind", INVESTING)
@pytest.mark.parametrize("share", ["25", "50"])
def test_certain_investors_leave_the_enterprise_alone(kind: str, share: str) -> None:
    out = answer({"A": firm(), "V": firm(900, kind=kind)}, [{"from": "V", "to": "A", "capital": share}])
    assert (out["size"], shares(out)) == ("micro", {"A": 100})
    assert referenced(out, "art. 3(2), secondo comma")
    # and their accounts are not even needed
    assert answer({"A": firm(), "V": {"kind": kind}}, [{"from": "V", "to": "A", "capital": share}])["size"] == "micro"


@pytest.mark.parametrize("kind", INVESTING)
def test_the_kind_of_the_list_says_more_than_public_body(kind: str) -> None:
    """A university is a public body too: told so on the link, it is still an investor of art. 3(2)."""
    link = {"from": "V", "to": "A", "capital": 30, "person": "public_body"}
    assert answer({"A": firm(), "V": {"kind": kind}}, [link])["size"] == "micro"
    assert answer({"A": firm(), "V": {"kind": "public_body"}}, [link])["size"] == "large"
    assert answer({"A": firm(), "V": {}}, [link])["size"] == "large"


@pytest.mark.parametrize("kind", ["public_body", "university", "local_authority"])
def test_a_body_is_not_a_natural_person(kind: str) -> None:
    link = {"from": "V", "to": "A", "capital": 30, "person": "natural"}
    assert refusal(broken(enterprises={"A": firm(), "V": {"kind": kind}}, links=[link])) == "links[0].person"


@pytest.mark.parametrize("kind", ["venture_capital", "institutional_investor"])
@pytest.mark.parametrize("link", [{"votes": "50.01"}, {"capital": 30, "control": True}])
def test_a_linked_investor_is_counted(kind: str, link: dict) -> None:
    out = answer({"A": firm(), "V": firm(900, kind=kind)}, [{"from": "V", "to": "A"} | link])
    assert (out["size"], shares(out)) == ("large", {"A": 100, "V": 100})
    assert not referenced(out, "art. 3(4)")


@pytest.mark.parametrize("kind", ["university", "local_authority"])
def test_a_university_or_a_municipality_above_half_is_a_public_body(kind: str) -> None:
    out = answer({"A": firm(), "V": {"kind": kind}}, [{"from": "V", "to": "A", "votes": "50.01"}])
    assert out["size"] == "large"
    assert referenced(out, "art. 3(4)")


def test_several_investors_not_linked_to_each_other() -> None:
    """The guide's example 4: a university and an institutional investor, 55 % between them, and a partner."""
    enterprises = {"A": firm(10), "B": {"kind": "university"}, "C": firm(10), "D": {"kind": "institutional_investor"}}
    links = [{"from": x, "to": "A", "capital": s} for x, s in (("B", 25), ("C", 30), ("D", 30))]
    assert shares(answer(enterprises, links)) == {"A": 100, "C": 30}
    # Example 5: when one belongs to the other, they have the majority together, and their data count.
    enterprises = {
        "A": firm(10),
        "B": firm(10, kind="venture_capital"),
        "C": firm(10),
        "D": firm(10, kind="institutional_investor"),
    }
    out = answer(enterprises, [*links, {"from": "D", "to": "B", "votes": 60}])
    assert shares(out) == {"A": 100, "B": 100, "C": 30, "D": 100}


def test_an_investor_together_with_its_own_group_is_not_exempt() -> None:
    enterprises = {"A": firm(10), "V": firm(10, kind="venture_capital"), "B": firm(10)}
    links = [
        {"from": "B", "to": "V", "votes": 100},
        {"from": "V", "to": "A", "capital": 20},
        {"from": "B", "to": "A", "capital": 20},
    ]
    assert shares(answer(enterprises, links)) == {"A": 100, "V": 40, "B": 40}


@pytest.mark.parametrize(
    ("links", "size"),
    [
        ([("R", "A", {"capital": "24.99"})], "micro"),
        ([("R", "A", {"capital": 25})], "large"),
        ([("R", "A", {"votes": 25, "capital": 1})], "large"),
        ([("R", "A", {"capital": 15}), ("S", "A", {"capital": 10})], "large"),  # jointly
        ([("R", "A", {"capital": 15, "votes": 0}), ("S", "A", {"votes": 10, "capital": 0})], "micro"),
        ([("R", "A", {"control": True})], "large"),
        ([("R", "B", {"capital": 100}), ("B", "A", {"capital": 25})], "large"),  # through an enterprise
        ([("R", "B", {"capital": 60}), ("B", "A", {"capital": 25})], "large"),  # it controls B: B's share in full
        ([("R", "B", {"capital": 30}), ("B", "A", {"capital": 80})], "micro"),  # 24 %
        ([("R", "B", {"capital": 40}), ("B", "A", {"capital": 80})], "large"),  # 32 %
        ([("R", "B", {"capital": 40}), ("B", "A", {"capital": 30}), ("S", "A", {"capital": 14})], "large"),  # 12 + 14
        ([("A", "B", {"capital": 40}), ("R", "B", {"capital": 60})], "micro"),  # a public body below is another matter
        ([("R", "A", {"capital": 15}), ("V", "A", {"capital": 40})], "micro"),  # the exempt share is not added
        ([("R", "V", {"capital": 100}), ("V", "A", {"capital": 40})], "micro"),  # a public investment corporation
        ([("A", "B", {"capital": 10}), ("B", "A", {"capital": 10}), ("R", "B", {"capital": 90})], "micro"),
    ],
)
def test_public_control(links: list, size: str) -> None:
    enterprises = {
        "A": firm(2),
        "B": firm(2),
        "R": {"kind": "public_body"},
        "S": {"kind": "public_body"},
        "V": firm(2, kind="venture_capital"),
    }
    out = answer(enterprises, [{"from": a, "to": b} | rest for a, b, rest in links])
    assert out["size"] == size
    assert referenced(out, "art. 3(4)") is (size == "large")


def test_a_public_body_need_not_be_listed_and_changes_the_status_at_once() -> None:
    link = {"from": "Comune", "to": "A", "capital": 30, "person": "public_body"}
    out = answer({"A": firm()}, [link], previous_status="micro")
    assert (out["size"], out["status_changed"]) == ("large", True)


@pytest.mark.parametrize(
    ("measure", "size"),
    [
        ({"budget": "9999999.99", "inhabitants": 4999}, "micro"),
        ({"budget": "10000000.00", "inhabitants": 4999}, "large"),
        ({"budget": "9999999.99", "inhabitants": 5000}, "large"),
    ],
)
def test_only_a_small_local_authority_is_an_exempt_investor(measure: dict, size: str) -> None:
    enterprises = {"A": firm(), "L": {"kind": "local_authority"} | measure}
    assert answer(enterprises, [{"from": "L", "to": "A", "capital": 30}])["size"] == size


def test_two_enterprises_of_the_same_region_are_not_linked_through_it() -> None:
    links = [{"from": "R", "to": "A", "capital": 20}, {"from": "R", "to": "B", "capital": 90}]
    assert shares(answer({"A": firm(), "B": firm(), "R": {"kind": "public_body"}}, links)) == {"A": 100}


# -- the class in time (art. 4)


def over_years(*headcounts: int, last: int = 2025) -> dict:
    years = range(last - len(headcounts) + 1, last + 1)
    return {"A": {"accounts": [accounts(n, year=year) for n, year in zip(headcounts, years, strict=True)]}}


@pytest.mark.parametrize(
    ("previous", "headcounts", "size", "changed"),
    [
        ("small", (40, 60), "small", False),
        ("small", (60, 60), "medium", True),
        ("small", (60, 40), "small", False),
        ("small", (60, 300), "medium", True),  # the ceiling of 50 twice, that of 250 once
        ("small", (300, 60), "medium", True),
        ("small", (300, 300), "large", True),
        ("small", (5, 5), "micro", True),
        ("small", (5, 20), "small", False),
        ("micro", (5, 300), "micro", False),
        ("micro", (20, 300), "small", True),
        ("large", (60, 5), "medium", True),
        ("large", (300, 5), "large", False),
        ("large", (5, 5), "micro", True),
        ("medium", (60,), "medium", False),
        ("medium", (300,), "medium", False),  # one period alone
        ("sme", (60, 300), "medium", False),
        ("sme", (40, 300), "small", False),
        ("sme", (300, 300), "large", True),
        ("sme", (300,), "medium", False),
        ("sme", (300, 40), "small", False),
        ("sme", (5, 40), "small", False),
    ],
)
def test_two_consecutive_periods(previous: str, headcounts: tuple, size: str, changed: bool) -> None:
    out = answer(over_years(*headcounts), previous_status=previous)
    assert (out["size"], out["status_changed"]) == (size, changed)
    assert referenced(out, "art. 4(2)")


def test_periods_that_are_not_consecutive_prove_nothing() -> None:
    enterprises = {"A": {"accounts": [accounts(60, year=2023), accounts(60, year=2025)]}}
    assert answer(enterprises, previous_status="small")["size"] == "small"


@pytest.mark.parametrize(
    ("headcounts", "size"),
    [  # the table of the guide, with SME = 100 persons and not SME = 300
        ((300, 300, 100), "large"),
        ((300, 100, 100), "medium"),
        ((100, 300, 300), "large"),
        ((100, 100, 300), "medium"),
        ((100, 300, 100), "medium"),
        ((300, 100, 300), "large"),
    ],
)
def test_three_years_tell_the_class_by_themselves(headcounts: tuple, size: str) -> None:
    assert answer(over_years(*headcounts))["size"] == size


def test_two_years_alone_tell_it_only_of_an_enterprise_known_from_its_birth() -> None:
    # Without the class before, the larger of the two: a smaller one is acquired only with two periods (art. 4(2)).
    for headcounts, size in (((40, 60), "medium"), ((300, 20), "large"), ((60, 5), "medium"), ((5, 20), "small")):
        out = answer(over_years(*headcounts))
        assert out["size"] == size
        assert any("da confermare" in line["text"] and "art. 4(2)" in line["reference"] for line in out["steps"])
    enterprises = over_years(40, 60)
    enterprises["A"]["founded_on"] = "2024-02-01"
    assert answer(enterprises)["size"] == "small"


@pytest.mark.parametrize("since", ["2025-01-01", "2026-03-01", "2026-06-30"])
def test_a_change_of_ownership_takes_effect_at_once(since: str) -> None:
    enterprises = over_years(40, 40) | {"B": firm(300)}
    out = answer(enterprises, [{"from": "B", "to": "A", "votes": 60, "since": since}], previous_status="small")
    assert (out["size"], out["status_changed"]) == ("large", True)
    assert referenced(out, "Guida")


def test_a_new_partner_that_changes_nothing_does_not_hurry_the_rule() -> None:
    enterprises = over_years(40, 60) | {"B": firm(4)}
    link = {"from": "B", "to": "A", "capital": 25, "since": "2026-03-01"}
    assert answer(enterprises, [link], previous_status="small")["size"] == "small"


def test_a_new_partner_is_not_a_change_of_ownership() -> None:
    """The guide speaks of mergers and acquisitions: a quarter of the capital waits for the second period."""
    enterprises = over_years(40, 40) | {"B": firm(300)}
    link = {"from": "B", "to": "A", "capital": 30, "since": "2026-03-01"}
    out = answer(enterprises, [link], previous_status="small")
    assert (out["size"], out["status_changed"], out["headcount"]) == ("small", False, 130)
    # in both periods it was there: two periods over the ceiling
    old = link | {"since": "2024-12-31"}
    assert answer(enterprises, [old], previous_status="small")["size"] == "medium"
    assert answer(enterprises, [link | {"since": "2025-01-01"}], previous_status="small")["size"] == "small"


def test_control_born_at_any_time_acts_at_once_when_the_earlier_accounts_are_not_told() -> None:
    link = {"from": "B", "to": "A", "votes": 60, "since": "2023-05-01"}
    assert answer(over_years(40) | {"B": firm(300)}, [link], previous_status="small")["size"] == "large"


def test_control_through_persons_is_a_change_of_ownership_too() -> None:
    links = [held("P", "B", 80), held("P", "A", 60) | {"since": "2026-02-01"}]
    out = answer(over_years(40, 40) | {"B": firm(300)}, links, previous_status="small")
    assert (out["size"], referenced(out, "Guida")) == ("large", True)


def test_an_old_holding_follows_the_two_periods() -> None:
    grown = {"accounts": [accounts(5, year=2024), accounts(300, year=2025)]}
    link = {"from": "B", "to": "A", "votes": 60, "since": "2020-01-01"}
    assert answer(over_years(40, 40) | {"B": grown}, [link], previous_status="small")["size"] == "small"


def test_the_latest_closed_accounts_are_used() -> None:
    enterprises = {"A": {"accounts": [accounts(300, year=2026), accounts(5, year=2025), accounts(60, year=2024)]}}
    assert answer(enterprises)["headcount"] == 5
    assert answer(enterprises, on="2025-12-31")["headcount"] == 60
    assert answer(enterprises, on="2027-01-01")["headcount"] == 300


def test_a_new_enterprise_uses_its_estimate() -> None:
    new = {"A": {"accounts": [accounts(12, year=2026)], "founded_on": "2026-02-01"}}
    out = answer(new)
    assert (out["size"], out["headcount"]) == ("small", 12)
    assert referenced(out, "art. 4(3)")


def test_figures_of_people_and_shares_are_numbers() -> None:
    """Amounts are texts; a head count and a share are numbers, whole when they are whole."""
    links = [{"from": "B", "to": "A", "capital": "33.33"}]
    out = answer({"A": firm(9), "B": firm(100)}, links)
    assert out["headcount"] == 42.33
    assert [(type(line["share"]), line["headcount"]) for line in out["aggregated"]] == [(float, 33.33)]


def test_foreign_enterprises_count_for_the_size() -> None:
    """Unlike in the single undertaking: the definition of SME knows no border."""
    for capital, headcount in ((30, 14), (60, 25)):
        links = [{"from": "F", "to": "A", "capital": capital, "person": "foreign_enterprise"}]
        assert answer({"A": firm(5), "F": firm(20 if capital == 60 else 30)}, links)["headcount"] == headcount


def test_public_bodies_count_jointly_and_through_what_they_control() -> None:
    """Art. 3(4): directly or indirectly, jointly or individually. A minority in a parent is not control of it."""
    for links, size in (
        ([("R", "A", 15), ("Q", "A", 15)], "large"),
        ([("R", "B", 60), ("B", "A", 30)], "large"),
        ([("R", "B", 60), ("B", "A", 15), ("R", "A", 15)], "large"),
        ([("R", "B", 60), ("B", "A", 20)], "micro"),
        ([("R", "B", 30), ("B", "A", 60)], "micro"),
    ):
        told = [
            {"from": one, "to": other, "capital": share} | ({"person": "public_body"} if one in "RQ" else {})
            for one, other, share in links
        ]
        assert answer({"A": firm(2), "B": firm(2)}, told)["size"] == size, links


# -- properties

money = st.integers(0, 6_000_000_000).map(lambda cents: Decimal(cents) / 100)
persons = st.integers(0, 60_000).map(lambda n: Decimal(n) / 100)


@given(persons, money, money, persons, money)
def test_more_is_never_smaller(headcount: Decimal, turnover: Decimal, balance: Decimal, h: Decimal, m: Decimal) -> None:
    on = date(2026, 6, 30)
    before = class_of(Totals(headcount, turnover, balance), on=on)
    after = class_of(Totals(headcount + h, turnover + m, balance + m), on=on)
    assert SIZES.index(after) >= SIZES.index(before)


def test_two_periods_ceiling_by_ceiling() -> None:
    """The rule as the article states it: each ceiling is crossed only when both periods are on the other side."""
    for status, earlier, later in product(SIZES, repeat=3):
        above = [SIZES.index(status) > c for c in range(3)]  # is the enterprise above each of the three ceilings?
        for c in range(3):
            sides = {SIZES.index(earlier) > c, SIZES.index(later) > c}
            if len(sides) == 1:
                above[c] = sides.pop()
        assert after_two_periods(status, earlier, later) == SIZES[sum(above)]


IDS = "ABCDEF"
links_between = st.lists(
    st.builds(
        lambda a, b, share: {"from": a, "to": b, "capital": share},
        st.sampled_from(IDS),
        st.sampled_from(IDS),
        st.sampled_from([10, 20, 25, 30, 50, 51, 80]),
    ).filter(lambda link: link["from"] != link["to"]),
    max_size=9,
    unique_by=lambda link: (link["from"], link["to"]),
)


def naive_shares(links: list[dict]) -> dict[str, int]:
    """Art. 3 and 6 by brute force: sets of enterprises joined until nothing moves, then sums over sets."""

    def owned(holders: frozenset, id: str) -> int:
        return sum(link["capital"] for link in links if link["from"] in holders and link["to"] == id)

    groups = {frozenset(id) for id in IDS}
    moved = True
    while moved:
        moved = False
        for one, other in product(groups, groups):
            if one != other and any(owned(one, id) > 50 for id in other):
                groups = (groups - {one, other}) | {one | other}
                moved = True
                break
    mine = next(group for group in groups if "A" in group)
    found = dict.fromkeys(mine, 100)
    for group in groups - {mine}:
        share = max([owned(group, id) for id in mine] + [owned(mine, id) for id in group])
        if share >= 25:
            found |= {id: min(share, 100) for id in group}
    return found


@given(links_between)
def test_the_group_against_brute_force(links: list[dict]) -> None:
    out = answer({id: firm(10) for id in IDS}, links)
    assert shares(out) == naive_shares(links)
    assert Decimal(out["headcount"]) == sum(10 * Decimal(s) / 100 for s in shares(out).values())


@given(links_between, st.randoms())
def test_the_order_of_what_is_written_does_not_matter(links: list[dict], random: Any) -> None:
    enterprises = {id: firm(n + 1) for n, id in enumerate(IDS)}
    out = answer(enterprises, links)
    shuffled = random.sample(links, len(links))
    turned = answer(dict(random.sample(list(enterprises.items()), len(IDS))), shuffled)
    assert shares(turned) == shares(out)
    assert (turned["size"], turned["headcount"], turned["turnover"]) == (out["size"], out["headcount"], out["turnover"])


@given(links_between, links_between)
def test_one_more_holding_never_takes_data_away(links: list[dict], more: list[dict]) -> None:
    known = {(link["from"], link["to"]) for link in links}
    added = [link for link in more if (link["from"], link["to"]) not in known]
    enterprises = {id: firm(10) for id in IDS}
    before, after = answer(enterprises, links), answer(enterprises, links + added)
    assert Decimal(after["headcount"]) >= Decimal(before["headcount"])


# -- bad cases


def broken(**change: Any) -> dict:
    case = {
        "on": ON,
        "enterprise": "A",
        "enterprises": {"A": firm(), "B": firm()},
        "links": [{"from": "B", "to": "A", "capital": 30}],
    }
    return case | change


@pytest.mark.parametrize(
    ("case", "field"),
    [
        (broken(on="2026-13-01"), "on"),
        (broken(on="2004-12-31"), "on"),
        (broken(enterprise="Z"), "enterprise"),
        (broken(enterprises=[]), "enterprises"),
        (broken(enterprises={"A": []}), "enterprises.A"),
        (broken(enterprises={"A": firm(), "B": {}}), "enterprises.B.accounts"),
        (broken(enterprises={"A": {"accounts": []}, "B": firm()}), "enterprises.A.accounts"),
        (broken(enterprises={"A": {"accounts": [accounts(5, year=2027)]}, "B": firm()}), "enterprises.A.accounts"),
        (broken(enterprises={"A": firm(-1), "B": firm()}), "enterprises.A.accounts[0].headcount"),
        (broken(enterprises={"A": firm("ten"), "B": firm()}), "enterprises.A.accounts[0].headcount"),
        (broken(enterprises={"A": firm(True), "B": firm()}), "enterprises.A.accounts[0].headcount"),
        (broken(enterprises={"A": firm(5, "1.234"), "B": firm()}), "enterprises.A.accounts[0].turnover"),
        (broken(enterprises={"A": firm(5, "1.000,00"), "B": firm()}), "enterprises.A.accounts[0].turnover"),
        (broken(enterprises={"A": firm(5, "1.00", "-1.00"), "B": firm()}), "enterprises.A.accounts[0].balance"),
        (broken(enterprises={"A": {"accounts": [accounts(5), accounts(6)]}}), "enterprises.A.accounts[1].year"),
        (broken(enterprises={"A": firm(founded_on="2026-07-01"), "B": firm()}), "enterprises.A.founded_on"),
        (broken(enterprises={"A": firm(kind="bank"), "B": firm()}), "enterprises.A.kind"),
        (broken(enterprises={"A": firm(budget="1.00"), "B": firm()}), "enterprises.A.budget"),
        (broken(enterprises={"A": firm(colour="red"), "B": firm()}), "enterprises.A.colour"),
        (broken(links=[{"from": "Z", "to": "A", "capital": 30}]), "links[0].from"),
        (broken(links=[{"from": "A", "to": "Z", "capital": 30}]), "links[0].to"),
        (broken(links=[{"from": "A", "to": "A", "capital": 30}]), "links[0].to"),
        (broken(links=[{"from": "B", "to": "A"}]), "links[0].capital"),
        (broken(links=[{"from": "B", "to": "A", "capital": 100.01}]), "links[0].capital"),
        (broken(links=[{"from": "B", "to": "A", "votes": 101}]), "links[0].votes"),
        (broken(links=[{"from": "B", "to": "A", "votes": -1}]), "links[0].votes"),
        (broken(links=[{"from": "B", "to": "A", "control": "yes"}]), "links[0].control"),
        (broken(links=[{"from": "B", "to": "A", "capital": 30, "since": "ieri"}]), "links[0].since"),
        (broken(links=[{"from": "B", "to": "A", "capital": 30, "person": "alien"}]), "links[0].person"),
        (broken(links=[{"from": "B", "to": "A", "capital": 30, "share": 30}]), "links[0].share"),
        (broken(previous_status="tiny"), "previous_status"),
        (broken(extra=1), "extra"),
    ],
)
def test_a_bad_case_names_its_field(case: dict, field: str) -> None:
    assert refusal(case) == field
