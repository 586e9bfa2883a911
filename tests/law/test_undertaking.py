"""The single undertaking: what joins, what does not, what an officer must decide."""

import random
import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.law import parameters
from levante.law.undertaking import Holder, Link, SingleUndertaking, single_undertaking

DAY = date(2026, 3, 10)


def votes(holder: str, held: str, share: str | int, person: Holder = "enterprise", **dates: date) -> Link:
    return Link(holder, held, "votes", Decimal(share), person, **dates)


def of(*links: Link, applicant: str = "A", candidates: str = "ABCD", on: date = DAY) -> SingleUndertaking:
    return single_undertaking(applicant=applicant, candidates=tuple(candidates), links=links, on=on)


def members(*links: Link, applicant: str = "A", on: date = DAY) -> str:
    found = of(*links, applicant=applicant, on=on)
    assert not found.decisions
    return "".join(found.members)


@pytest.mark.parametrize(("share", "joined"), [("50", "A"), ("50.01", "AB"), ("100", "AB"), ("49.99", "A"), ("0", "A")])
def test_a_majority_of_votes_is_more_than_half(share: str, joined: str) -> None:
    assert members(votes("A", "B", share)) == joined
    assert members(votes("B", "A", share)) == joined


@pytest.mark.parametrize("kind", ["appointment", "dominant_influence", "agreement"])
def test_control_joins_without_votes(kind: str) -> None:
    assert members(Link("A", "B", kind)) == "AB"
    assert members(Link("A", "B", kind, Decimal(5))) == "AB"


def test_chains_join_up_down_and_sideways() -> None:
    chain = (votes("B", "A", 60), votes("B", "C", 51), Link("C", "D", "agreement"))
    assert {members(*chain, applicant=name) for name in "ABCD"} == {"ABCD"}


def test_a_cycle_is_no_trouble() -> None:
    assert members(votes("A", "B", 60), votes("B", "C", 60), votes("C", "A", 60)) == "ABC"


def test_own_shares_are_no_tie() -> None:
    assert members(votes("A", "A", 60)) == "A"


def test_a_group_votes_together() -> None:
    # A controls B; A has 30 % of C and B another 25 %.
    assert members(votes("A", "B", 60), votes("A", "C", 30), votes("B", "C", 25)) == "ABC"
    assert members(votes("A", "B", 40), votes("A", "C", 30), votes("B", "C", 25)) == "A"
    # And so on from there: with C the group has 51 % of D.
    deeper = (votes("A", "B", 60), votes("A", "C", 30), votes("B", "C", 25), votes("A", "D", 20), votes("C", "D", 31))
    assert members(*deeper) == "ABCD"


def test_two_statements_of_one_holding_are_not_added_up() -> None:
    assert members(votes("A", "B", 30), votes("A", "B", 30)) == "A"


@pytest.mark.parametrize(
    ("on", "joined"),
    [(date(2025, 5, 31), "A"), (date(2025, 6, 1), "AB"), (date(2025, 12, 31), "AB"), (date(2026, 1, 1), "A")],
)
def test_a_link_holds_from_its_first_to_its_last_day(on: date, joined: str) -> None:
    assert members(votes("A", "B", 60, since=date(2025, 6, 1), until=date(2025, 12, 31)), on=on) == joined


# -- who the holder is


def test_a_natural_person_connects_and_is_no_member() -> None:
    links = (votes("P", "A", 60, "natural"), votes("P", "B", 51, "natural"), votes("P", "C", 50, "natural"))
    assert members(*links) == "AB"


@pytest.mark.parametrize(
    ("on", "joined"),
    [(date(2023, 12, 31), "A"), (date(2024, 1, 1), "AB"), (date(2025, 3, 6), "AB"), (date(2025, 3, 7), "AB")],
)
def test_whether_persons_connect_is_a_dated_setting(on: date, joined: str) -> None:
    assert members(votes("P", "A", 60, "natural"), votes("P", "B", 60, "natural"), on=on) == joined


def test_a_person_connects_through_the_firms_held() -> None:
    assert members(votes("P", "H", 100, "natural"), votes("H", "A", 60), votes("P", "B", 60, "natural")) == "AB"


@pytest.mark.parametrize("person", ["public_body", "foreign_enterprise"])
def test_public_bodies_and_foreign_enterprises_do_not_connect_and_are_flagged(person: Holder) -> None:
    found = of(votes("X", "A", 100, person), Link("X", "B", "agreement", None, person))
    assert found.members == ("A",)
    (flag,) = (line for line in found.steps if line.value == "X")
    assert "FAQ RNA 7/3/2025" in flag.reference
    assert "da verificare" in flag.text.it


def test_a_foreign_company_is_no_bridge_either() -> None:
    assert members(votes("A", "X", 100), votes("X", "B", 100, "foreign_enterprise")) == "A"
    # Nor are its votes added to those of the group.
    links = (votes("A", "X", 100), votes("X", "B", 30, "foreign_enterprise"), votes("A", "B", 30))
    assert members(*links) == "A"


def test_a_listed_public_body_is_no_member() -> None:
    assert members(votes("B", "A", 100, "public_body")) == "A"
    assert members(votes("B", "A", 100, "public_body"), applicant="B") == "B"


# -- doubts


def four(*firms: str) -> list[Link]:
    return [votes(person, firm, 25, "natural") for person in "PQRS" for firm in firms]


def test_the_same_persons_with_a_joint_majority_need_a_decision() -> None:
    found = of(*four("A", "B"))
    assert found.members == ("A",)
    (doubt,) = found.decisions
    assert doubt.id == "joint-majority:A|B"
    assert "P, Q, R, S" in doubt.question.it
    assert "100%" in doubt.question.en
    assert "art. 2(2)" in doubt.reference
    assert of(*four("A", "B"), applicant="B").decisions == found.decisions


@pytest.mark.parametrize(
    ("links", "doubtful"),
    [
        # Two halves are a joint majority of both; one half alone is not.
        ([("P", "A", 50), ("Q", "A", 50), ("P", "B", 50), ("Q", "B", 50)], True),
        ([("P", "A", 50), ("Q", "A", 50), ("P", "B", 50), ("R", "B", 50)], False),
        # Together half, and no more, of the second.
        ([("P", "A", 50), ("Q", "A", 50), ("P", "B", 25), ("Q", "B", 25)], False),
        ([("P", "A", 50), ("Q", "A", 50), ("P", "B", 25), ("Q", "B", 26)], True),
        # Each has the majority of one: nobody alone of both.
        ([("P", "A", 60), ("Q", "A", 40), ("P", "B", 40), ("Q", "B", 60)], True),
        # The persons must be the same.
        ([("P", "A", 50), ("Q", "A", 50), ("R", "B", 50), ("S", "B", 50)], False),
        # Far away from the applicant.
        ([("P", "C", 50), ("Q", "C", 50), ("P", "D", 50), ("Q", "D", 50)], False),
    ],
)
def test_when_persons_together_are_a_doubt(links: list[tuple[str, str, int]], doubtful: bool) -> None:
    found = of(*(votes(person, firm, share, "natural") for person, firm, share in links))
    assert bool(found.decisions) is doubtful
    assert found.members == ("A",)


def test_one_person_alone_settles_it() -> None:
    links = [votes("P", firm, 60, "natural") for firm in "AB"] + [votes("Q", firm, 40, "natural") for firm in "AB"]
    assert members(*links) == "AB"


def test_persons_count_with_what_their_firms_have() -> None:
    links = (
        votes("P", "H", 100, "natural"),
        *(votes("H", firm, 30) for firm in "AB"),
        *(votes("Q", firm, 30, "natural") for firm in "AB"),
    )
    assert [doubt.id for doubt in of(*links).decisions] == ["joint-majority:A|B"]


def test_doubts_in_a_chain_are_all_asked() -> None:
    links = [votes(person, firm, 50, "natural") for person in "PQ" for firm in "AH"]
    links += [votes("H", "K", 100), *(votes(person, firm, 50, "natural") for person in "RS" for firm in "KB")]
    ids = [doubt.id for doubt in of(*links).decisions]
    assert ids == ["joint-majority:A|H", "joint-majority:B|K"]


def test_a_doubt_that_brings_in_no_candidate_is_not_asked() -> None:
    assert not of(*(votes(person, firm, 50, "natural") for person in "PQ" for firm in "AZ")).decisions


def test_enterprises_together_are_no_doubt() -> None:
    assert members(*(votes(holder, firm, 50) for holder in "XY" for firm in "AB")) == "A"


def test_answers_join_or_keep_apart() -> None:
    links = four("A", "B", "C")
    asked = of(*links).decisions
    assert [doubt.id for doubt in asked] == ["joint-majority:A|B", "joint-majority:A|C", "joint-majority:B|C"]
    found = single_undertaking(
        applicant="A",
        candidates="ABC",
        links=links,
        on=DAY,
        decided={"joint-majority:A|B": True, "joint-majority:A|C": False, "joint-majority:B|C": False},
    )
    assert (found.members, found.decisions) == (("A", "B"), ())
    assert any("decisione dell'ufficio" in line.text.it for line in found.steps)


# -- explanations, order, size


def test_every_tie_is_explained_with_its_point_of_the_article() -> None:
    found = of(votes("A", "B", 80), Link("B", "C", "appointment"), votes("E", "A", "10.50"))
    lines = {line.text.it: line for line in found.steps}
    assert lines["A ha l’80 % dei voti di B"].reference == "Reg. (UE) 2023/2831, art. 2(2)(a)"
    assert lines["B nomina o revoca la maggioranza degli organi di C"].reference == "Reg. (UE) 2023/2831, art. 2(2)(b)"
    assert lines["E ha il 10,5 % dei voti di A: non è la maggioranza"].text.en == (
        "E has 10.5% of the votes of A: not a majority"
    )
    assert found.steps[-1].text.it == "Impresa unica: A, B, C"


def test_a_day_before_the_first_act_is_missing() -> None:
    with pytest.raises(parameters.Missing):
        of(on=date(2013, 12, 31))


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_links_does_not_matter(seed: int, shuffler: random.Random) -> None:
    draw = random.Random(seed)
    links = [
        votes(draw.choice("ABCDPQ"), draw.choice("ABCD"), draw.choice([26, 30, 50, 51]), "enterprise")
        for _ in range(draw.randint(0, 12))
    ]
    links = [Link(x.holder, x.held, x.kind, x.share, "natural" if x.holder in "PQ" else "enterprise") for x in links]
    assert of(*shuffler.sample(links, len(links))) == of(*links)


def test_a_large_group_is_quick() -> None:
    """A ladder where every rung is held jointly by all those above it: the worst case for adding up votes."""
    links = [votes("F0", "F1", 60)]
    for rung in range(2, 2000):
        links += [votes(f"F{rung - 1}", f"F{rung}", 26), votes(f"F{rung - 2}", f"F{rung}", 26)]
    started = time.process_time()
    found = single_undertaking(applicant="F0", candidates=["F1999"], links=links, on=DAY)
    assert found.members == ("F0", "F1999")
    assert time.process_time() - started < 0.9
