"""The door ``de-minimis``: one rule at a time, at its boundaries."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from levante.law import doors, parameters
from levante.law.aid_events import Merger, Split, SplitShare, Timeline
from levante.law.de_minimis import Aid, Case, Link, position
from levante.law.de_minimis_rule import Rule


def answer(**case: Any) -> dict[str, Any]:
    code, text = doors.run("de-minimis", json.dumps(_whole(case)).encode())
    assert code == 0, text
    found: dict[str, Any] = json.loads(text)
    return found


def refusal(**case: Any) -> dict[str, Any]:
    code, text = doors.run("de-minimis", json.dumps(_whole(case)).encode())
    assert code == 2, text
    found: dict[str, Any] = json.loads(text)["error"]
    return found


def _whole(case: dict[str, Any]) -> dict[str, Any]:
    usual = {
        "on": "2026-03-10",
        "applicant": "A",
        "enterprises": ["A", "B", "C"],
        "links": [],
        "aids": [],
        "events": [],
    }
    return {key: value for key, value in {**usual, **case}.items() if value != "absent"}


def aid(name: str, granted_on: str, amount: str = "100000.00", beneficiary: str = "A", **more: Any) -> dict[str, Any]:
    return {"id": name, "beneficiary": beneficiary, "granted_on": granted_on, "amount": amount, **more}


def ids(found: dict[str, Any]) -> list[str]:
    return [line["id"] for line in found["counted_aids"]]


# -- the shape of the answer


def test_nothing_granted_leaves_the_whole_ceiling() -> None:
    found = answer(request="300000.00")
    steps = found.pop("steps")
    assert found == {
        "ceiling": "300000.00",
        "counted": "0.00",
        "residual": "300000.00",
        "admissible": True,
        "decision_required": [],
        "undertaking": ["A"],
        "window": {"from": "2023-03-10", "to": "2026-03-10"},
        "first_admissible_on": "2026-03-10",
        "counted_aids": [],
    }
    assert all(step["text"] and step["text_en"] for step in steps)
    assert "Reg. (UE) 2023/2831, art. 3(2)" in {step["reference"] for step in steps}


def test_one_cent_over_is_not_admissible_and_never_will_be() -> None:
    found = answer(request="300000.01")
    assert found["admissible"] is False
    assert found["first_admissible_on"] is None


def test_without_a_request_nothing_is_admissible_or_not() -> None:
    found = answer(aids=[aid("a", "2025-01-01", "300000.00")])
    assert found["admissible"] is None
    assert found["residual"] == "0.00"
    assert found["first_admissible_on"] == "2028-01-02"  # the first day with any room


def test_the_residual_is_never_negative() -> None:
    found = answer(aids=[aid("a", "2025-01-01", "250000.00"), aid("b", "2025-01-02", "250000.00")], request="0.01")
    assert (found["counted"], found["residual"]) == ("500000.00", "0.00")
    # The first aid alone frees nothing: 250 000 stay, and 0.01 fits.
    assert found["first_admissible_on"] == "2028-01-02"


# -- the window


@pytest.mark.parametrize(
    ("granted_on", "on", "boundary", "counts"),
    [
        ("2023-03-10", "2026-03-10", None, True),
        ("2023-03-10", "2026-03-10", "inclusive", True),
        ("2023-03-10", "2026-03-10", "strict", False),
        ("2023-03-11", "2026-03-10", "strict", True),
        ("2023-03-09", "2026-03-10", "inclusive", False),
        ("2026-03-10", "2026-03-10", "strict", True),
        ("2026-03-11", "2026-03-10", None, False),
        # 29 February: three years before 29/2/2028 is 28/2/2025.
        ("2025-02-28", "2028-02-29", "inclusive", True),
        ("2025-02-28", "2028-02-29", "strict", False),
        ("2025-02-28", "2028-02-28", "inclusive", True),
        ("2025-02-27", "2028-02-29", "inclusive", False),
        ("2025-02-28", "2028-03-01", "inclusive", False),
        # Aid of 29/2/2024 counts on 28/2/2027 whatever the boundary, and no longer on 1/3/2027.
        ("2024-02-29", "2027-02-28", "strict", True),
        ("2024-02-29", "2027-03-01", "inclusive", False),
        # Years and not 1,095 days: three years with a leap day are 1,096.
        ("2023-03-01", "2026-02-28", "strict", True),
        ("2023-03-01", "2026-03-01", "inclusive", True),
        ("2023-03-01", "2026-03-02", "inclusive", False),
    ],
)
def test_three_years_to_the_day(granted_on: str, on: str, boundary: str | None, counts: bool) -> None:
    found = answer(on=on, boundary=boundary, aids=[aid("a", granted_on)])
    assert ids(found) == (["a"] if counts else [])


@pytest.mark.parametrize(
    ("boundary", "first"),
    [("inclusive", "2025-02-28"), ("strict", "2025-03-01")],
)
def test_the_window_has_the_first_day_that_counts(boundary: str, first: str) -> None:
    assert answer(on="2028-02-29", boundary=boundary)["window"] == {"from": first, "to": "2028-02-29"}


@pytest.mark.parametrize(
    ("granted_on", "boundary", "free_on"),
    [
        ("2023-06-15", "inclusive", "2026-06-16"),
        ("2023-06-15", "strict", "2026-06-15"),
        ("2024-02-29", "inclusive", "2027-03-01"),
        ("2024-02-29", "strict", "2027-03-01"),
        ("2025-02-28", "inclusive", "2028-03-01"),
        ("2025-02-28", "strict", "2028-02-28"),
    ],
)
def test_the_first_admissible_day(granted_on: str, boundary: str, free_on: str) -> None:
    found = answer(aids=[aid("a", granted_on, "300000.00")], boundary=boundary, request="1.00")
    assert found["admissible"] is False
    assert found["first_admissible_on"] == free_on


def test_aid_leaves_one_by_one() -> None:
    aids = [aid("a", "2023-04-01", "50000.00"), aid("b", "2023-05-01", "50000.00"), aid("c", "2025-06-01", "200000.00")]
    assert answer(aids=aids, request="50000.00")["first_admissible_on"] == "2026-04-02"
    assert answer(aids=aids, request="50000.01")["first_admissible_on"] == "2026-05-02"
    assert answer(aids=aids, request="100000.01")["first_admissible_on"] == "2028-06-02"


def test_a_day_past_the_end_of_the_calendar_is_no_failure() -> None:
    found = answer(on="9999-12-31", aids=[aid("a", "9999-01-01", "300000.00")], request="1.00")
    assert found["first_admissible_on"] is None


# -- before 2024


def test_before_2024_the_ceiling_is_lower_and_the_years_are_financial() -> None:
    aids = [aid("old", "2020-12-31"), aid("new", "2021-01-01"), aid("this", "2023-12-31", "40000.00")]
    found = answer(on="2023-12-31", aids=aids, request="60000.00")
    assert found["ceiling"] == "200000.00"
    assert found["window"] == {"from": "2021-01-01", "to": "2023-12-31"}
    assert ids(found) == ["new", "this"]
    assert found["admissible"] is True


def test_the_change_of_regulation_frees_room() -> None:
    aids = [aid("a", "2021-01-15"), aid("b", "2022-06-01", "90000.00")]
    assert answer(on="2023-12-30", aids=aids, request="150000.00")["first_admissible_on"] == "2024-01-16"
    assert answer(on="2023-12-30", aids=aids, request="110000.00")["first_admissible_on"] == "2024-01-01"
    assert answer(on="2023-12-30", request="250000.00")["first_admissible_on"] == "2024-01-01"


def test_a_day_before_the_first_act_is_refused() -> None:
    assert refusal(on="2013-12-31")["field"] == "on"


def test_after_the_end_of_the_regulation_the_answer_says_so() -> None:
    assert "2030-12-31" in [step["value"] for step in answer(on="2031-01-01")["steps"]]
    assert "2030-12-31" not in [step["value"] for step in answer(on="2030-12-31")["steps"]]


# -- which aid, and how much


@pytest.mark.parametrize("regime", [None, "general", "de_minimis", "de minimis", "Reg. UE 2023/2831", "1407/2013"])
def test_general_de_minimis_counts(regime: str | None) -> None:
    assert ids(answer(aids=[aid("a", "2025-01-01", regime=regime)])) == ["a"]


@pytest.mark.parametrize("regime", ["agriculture", "1408/2013", "de_minimis_agri", "fishery", "fisheries", "717/2014"])
def test_agriculture_and_fishery_count_within_the_general_ceiling(regime: str) -> None:
    assert ids(answer(aids=[aid("a", "2025-01-01", regime=regime)])) == ["a"]


@pytest.mark.parametrize(
    "regime",
    [
        *("sgei", "SIEG", "2023/2832", "gber", "651/2014", "general block exemption", "notified", "other"),
        *("Temporary Framework 3.1", "Quadro temporaneo COVID", "Reg. 651/2014 art. 19", "GBER, non de minimis"),
    ],
)
def test_other_regimes_do_not_count(regime: str) -> None:
    found = answer(aids=[aid("a", "2025-01-01", regime=regime)])
    assert ids(found) == []
    assert any(regime in step["text"] for step in found["steps"])


def test_a_revision_counts_at_the_date_of_the_grant() -> None:
    revised = aid("a", "2023-03-10", revised=[{"on": "2025-09-01", "amount": "40000.00"}])
    assert answer(aids=[revised])["counted"] == "40000.00"
    assert answer(on="2026-03-11", aids=[revised])["counted"] == "0.00"


def test_the_latest_revision_counts_from_its_day() -> None:
    revised = aid(
        "a",
        "2024-01-10",
        revised=[{"on": "2025-06-01", "amount": "60000.00"}, {"on": "2024-06-01", "amount": "80000.00"}],
    )
    days = {"2024-05-31": "100000.00", "2024-06-01": "80000.00", "2025-05-31": "80000.00", "2025-06-01": "60000.00"}
    assert {day: answer(on=day, aids=[revised])["counted"] for day in days} == days


def test_as_of_knows_only_the_revisions_of_then() -> None:
    revised = aid("a", "2024-01-10", revised=[{"on": "2025-06-01", "amount": "60000.00"}])
    assert answer(aids=[revised], as_of="2025-05-31")["counted"] == "100000.00"
    assert answer(aids=[revised], as_of="2025-06-01")["counted"] == "60000.00"


def test_an_annulled_aid_is_free_from_that_day() -> None:
    annulled = aid("a", "2025-01-10", "300000.00", annulled_on="2026-05-04")
    assert answer(on="2026-05-03", aids=[annulled])["counted"] == "300000.00"
    assert answer(on="2026-05-04", aids=[annulled])["counted"] == "0.00"
    assert answer(on="2026-06-01", aids=[annulled], as_of="2026-05-03")["counted"] == "300000.00"
    assert answer(aids=[annulled], request="300000.00")["first_admissible_on"] == "2026-05-04"


def test_aid_registered_late_counts_and_as_of_says_what_was_known() -> None:
    late = aid("a", "2025-01-10", registered_on="2026-04-01")
    assert answer(aids=[late])["counted"] == "100000.00"
    assert answer(aids=[late], as_of="2026-03-31")["counted"] == "0.00"
    assert answer(aids=[late], as_of="2026-04-01")["counted"] == "100000.00"


@pytest.mark.parametrize(
    "regime",
    [
        "Reg. (UE) 2023/2831 - voucher Temporary Export Manager",
        "de minimis 2023/2831 (esenzione IRAP)",
        "De minimis (esenzione IRAP)",
        "De minimis Siegen fair 2023/2831",
        "De minimis, fiera di Siegen",
        "Reg. 2831/2023, cumulato con il 651/2014",
        "Temporary Export Manager, de minimis",
        "minimis",
    ],
)
def test_a_word_met_by_chance_does_not_free_the_ceiling(regime: str) -> None:
    found = answer(aids=[aid("a", "2025-01-01", regime=regime)])
    assert found["counted"] == "100000.00"
    assert not any("non è riconosciuto" in line["text"] for line in found["steps"])


@pytest.mark.parametrize("regime", ["2831", "x", "Voucher 2025", "temporary export manager", "-"])
def test_a_name_that_nothing_recognises_counts_and_is_said(regime: str) -> None:
    found = answer(aids=[aid("a", "2025-01-01", regime=regime)])
    assert found["counted"] == "100000.00"
    assert any("non è riconosciuto" in line["text"] and regime in line["text"] for line in found["steps"])


# -- mergers and splits


def merger(on: str, parties: list[str], into: str) -> dict[str, Any]:
    return {"kind": "merger", "on": on, "from": parties, "to": into}


def split(on: str, party: str, *shares: tuple[str, str, list[str]]) -> dict[str, Any]:
    to = [{"enterprise": name, "equity": equity, "takes": takes} for name, equity, takes in shares]
    return {"kind": "split", "on": on, "from": party, "to": to}


def test_a_merger_brings_all_the_prior_aid_from_its_day() -> None:
    aids = [aid("a", "2024-05-01"), aid("b", "2024-06-01", "70000.00", "B"), aid("z", "2024-07-01", "50000.00", "Z")]
    events = [merger("2026-03-10", ["B", "Z"], "A")]
    before = answer(on="2026-03-09", aids=aids, events=events)
    assert before["counted"] == "100000.00"
    after = answer(aids=aids, events=events)
    assert after["counted"] == "220000.00"
    assert ids(after) == ["a", "b", "z"]
    assert after["undertaking"] == ["A"]
    assert any("art. 3(8)" in step["reference"] for step in after["steps"])


def test_a_company_that_merged_is_no_longer_a_member() -> None:
    links = [{"from": "A", "to": "B", "kind": "votes", "share": 100}]
    events = [merger("2026-01-01", ["B"], "A")]
    assert answer(on="2025-12-31", links=links, events=events)["undertaking"] == ["A", "B"]
    assert answer(links=links, events=events)["undertaking"] == ["A"]


def test_what_a_merged_company_held_passes_to_the_one_it_became() -> None:
    links = [{"from": "B", "to": "C", "kind": "votes", "share": "51.00"}]
    events = [merger("2026-01-01", ["B"], "A")]
    assert answer(links=links, events=events)["undertaking"] == ["A", "C"]


def test_a_chain_of_mergers_and_a_new_company() -> None:
    aids = [aid("a", "2024-05-01"), aid("x", "2024-06-01", "10.00", "X"), aid("y", "2024-06-02", "1.00", "Y")]
    events = [merger("2025-09-01", ["W", "A"], "N"), merger("2025-03-01", ["X", "Y"], "W")]
    found = answer(applicant="N", enterprises=["N", "A"], aids=aids, events=events)
    assert found["counted"] == "100011.00"
    assert found["undertaking"] == ["N"]


def test_an_applicant_that_merged_needs_a_decision() -> None:
    found = answer(aids=[aid("a", "2025-01-01")], events=[merger("2025-06-01", ["A", "B"], "C")], request="1.00")
    assert [decision["id"] for decision in found["decision_required"]] == ["applicant-gone:A"]
    assert found["admissible"] is None
    assert found["counted"] == "0.00"


def test_a_split_follows_the_activity_and_then_equity() -> None:
    aids = [aid("a", "2025-01-01", "0.05", "Z"), aid("b", "2025-01-02", "1000.00", "Z")]
    events = [split("2025-06-01", "Z", ("A", "1.00", ["b"]), ("B", "1.00", []), ("C", "1.00", []))]
    counted = {name: answer(applicant=name, aids=aids, events=events)["counted"] for name in "ABC"}
    assert counted == {"A": "1000.02", "B": "0.02", "C": "0.01"}


def test_in_a_partial_split_later_aid_stays() -> None:
    events = [split("2025-06-01", "A", ("A", "3.00", []), ("B", "1.00", []))]
    aids = [aid("before", "2025-05-31"), aid("same day", "2025-06-01"), aid("after", "2025-06-02")]
    assert answer(aids=aids, events=events)["counted"] == "275000.00"
    assert answer(applicant="B", aids=aids, events=events)["counted"] == "25000.00"
    assert answer(on="2025-05-31", aids=aids, events=events)["counted"] == "100000.00"


def test_a_revised_aid_is_divided_as_revised() -> None:
    events = [split("2025-06-01", "Z", ("A", "1.00", []), ("B", "3.00", []))]
    aids = [aid("a", "2025-01-01", "100.00", "Z", revised=[{"on": "2025-09-01", "amount": "60.00"}])]
    assert answer(aids=aids, events=events)["counted"] == "15.00"
    assert answer(on="2025-08-31", aids=aids, events=events)["counted"] == "25.00"


def test_a_split_and_then_a_merger_bring_the_parts_back_together() -> None:
    events = [
        split("2025-06-01", "Z", ("B", "1.00", []), ("C", "2.00", [])),
        merger("2025-07-01", ["B", "C"], "A"),
    ]
    found = answer(aids=[aid("z", "2025-01-01", "100.00", "Z")], events=events)
    assert found["counted_aids"] == [{"id": "z", "amount": "100.00"}]


def test_a_split_without_equity_is_refused_only_when_it_is_needed() -> None:
    events = [split("2025-06-01", "Z", ("A", "0.00", ["a"]), ("B", "0.00", []))]
    assert answer(aids=[aid("a", "2025-01-01", "5.00", "Z")], events=events)["counted"] == "5.00"
    error = refusal(aids=[aid("a", "2025-01-01", "5.00", "Z"), aid("b", "2025-01-01", "5.00", "Z")], events=events)
    assert error["field"] == "events[0].to"


def test_exact_ties_of_the_odd_cent_go_by_name() -> None:
    # 47 451.99 by 4, 4 and 1 leaves three equal remainders: quotients cut at 28 digits would choose by noise.
    shares = (SplitShare("C", Decimal(1)), SplitShare("B", Decimal(4)), SplitShare("A", Decimal(4)))
    timeline = Timeline([Split(date(2025, 1, 22), "Z", shares)], until=date(2025, 2, 1))
    parts = dict(timeline.attribute("a", "Z", date(2024, 4, 19), Decimal("47451.99")).parts)
    assert parts == {"A": Decimal("21089.78"), "B": Decimal("21089.77"), "C": Decimal("5272.44")}


def test_on_one_day_a_company_comes_out_of_one_event_before_it_goes_into_another() -> None:
    day = date(2025, 6, 1)
    events = [Split(day, "N", (SplitShare("A", Decimal(1)), SplitShare("B", Decimal(1)))), Merger(day, ("X", "Y"), "N")]
    for order in (events, events[::-1]):
        parts = Timeline(order, until=day).attribute("x", "X", date(2025, 1, 1), Decimal("10.00")).parts
        assert parts == (("A", Decimal("5.00")), ("B", Decimal("5.00")))


def test_events_that_make_each_other_on_one_day_do_not_loop() -> None:
    day = date(2025, 6, 1)
    events = [Merger(day, ("A",), "B"), Merger(day, ("B",), "A")]
    parts = Timeline(events, until=day).attribute("x", "A", date(2025, 1, 1), Decimal("10.00")).parts
    assert sum(part for _, part in parts) == Decimal("10.00")
    assert Timeline(events, until=day).events == Timeline(events[::-1], until=day).events


def test_aid_made_out_to_a_company_already_gone_belongs_to_its_successor() -> None:
    events = [merger("2025-06-01", ["B"], "A")]
    assert answer(aids=[aid("b", "2025-09-01", "10.00", "B")], events=events)["counted"] == "10.00"


def test_a_name_that_comes_back_is_another_company() -> None:
    events = [merger("2025-03-01", ["B"], "A"), split("2025-06-01", "Z", ("B", "1.00", []))]
    aids = [aid("old", "2025-01-01", "1.00", "B"), aid("new", "2025-09-01", "10.00", "B")]
    assert answer(aids=aids, events=events)["counted"] == "1.00"
    assert answer(applicant="B", aids=aids, events=events)["counted"] == "10.00"


# -- the undertaking, seen from the sum


def test_the_group_shares_one_ceiling() -> None:
    links = [{"from": "P", "to": name, "kind": "votes", "share": 60, "person": "natural"} for name in "AB"]
    aids = [aid("a", "2025-01-01"), aid("b", "2025-01-01", "150000.00", "B"), aid("c", "2025-01-01", beneficiary="C")]
    found = answer(links=links, aids=aids, request="50000.01")
    assert found["undertaking"] == ["A", "B"]
    assert (found["counted"], found["admissible"]) == ("250000.00", False)


def test_with_a_decision_required_only_the_applicant_counts() -> None:
    links = [
        {"from": person, "to": firm, "kind": "votes", "share": 50, "person": "natural"}
        for person in "PQ"
        for firm in "AB"
    ]
    aids = [aid("a", "2025-01-01"), aid("b", "2025-01-01", "150000.00", "B")]
    found = answer(links=links, aids=aids, request="10.00")
    (decision,) = found["decision_required"]
    assert set(decision) == {"id", "question", "question_en", "reference"}
    assert "P, Q" in decision["question"]
    assert (found["counted"], found["residual"], found["admissible"]) == ("100000.00", "200000.00", None)
    assert found["first_admissible_on"] is None
    assert ids(found) == ["a"]


def test_the_office_closes_a_doubt() -> None:
    links = tuple(Link(person, firm, "votes", Decimal(50), "natural") for person in "PQ" for firm in "AB")
    case = Case(date(2026, 3, 10), "A", ("A", "B"), links, (Aid("b", "B", date(2025, 1, 1), Decimal("7.00")),))
    (doubt,) = position(case).decision_required
    yes = position(Case(case.on, "A", case.enterprises, links, case.aids, decided={doubt.id: True}))
    no = position(Case(case.on, "A", case.enterprises, links, case.aids, decided={doubt.id: False}))
    assert (yes.undertaking, yes.counted, yes.decision_required) == (("A", "B"), Decimal("7.00"), ())
    assert (no.undertaking, no.counted, no.decision_required) == (("A",), Decimal("0.00"), ())


def test_the_forecast_sees_a_link_that_ends() -> None:
    links = [{"from": "A", "to": "B", "kind": "agreement", "until": "2026-04-30"}]
    found = answer(links=links, aids=[aid("b", "2025-12-01", "300000.00", "B")], request="1.00")
    assert found["first_admissible_on"] == "2026-05-01"


@pytest.mark.parametrize("person", [{}, {"person": "natural"}])
def test_the_aid_of_whoever_is_tied_counts_and_only_enterprises_of_the_case_are_told(person: dict[str, str]) -> None:
    links = [{"from": "H", "to": "A", "kind": "votes", "share": 60} | person]
    assert answer(links=links)["undertaking"] == ["A"]
    found = answer(links=links, aids=[aid("h", "2025-01-01", "5.00", "H")])
    assert (found["undertaking"], found["counted"]) == (["A"], "5.00")
    assert any(line["value"] == "H" and "non è tra le imprese del caso" in line["text"] for line in found["steps"])


def test_a_natural_person_is_never_told_as_an_enterprise() -> None:
    links = [{"from": "P", "to": x, "kind": "votes", "share": 60, "person": "natural"} for x in "AB"]
    assert answer(links=links, enterprises=["A", "B", "P"])["undertaking"] == ["A", "B"]


def test_a_split_takes_only_aid_that_the_company_had() -> None:
    """Art. 3(9). Aid of another company, or granted later, was left where it was without a word."""
    shares = ("Z", ("A", "1.00", ["z"]), ("B", "1.00", []))
    for given, expected in (
        (aid("z", "2025-01-10", beneficiary="B"), "events[0].to[0].takes[0]"),
        (aid("z", "2025-06-02", beneficiary="Z"), None),  # made out to a company already gone: it follows from its end
        (aid("z", "2025-01-10", beneficiary="Z"), None),
    ):
        case = {"aids": [given], "events": [split("2025-06-01", *shares)]}
        if expected is None:
            assert answer(**case)["counted"] == "100000.00"
        else:
            assert refusal(**case)["field"] == expected
    survives = split("2025-06-01", "Z", ("Z", "1.00", []), ("A", "1.00", ["z"]))
    assert answer(aids=[aid("z", "2025-06-01", beneficiary="Z")], events=[survives])["counted"] == "100000.00"
    later = [aid("z", "2025-06-02", beneficiary="Z")]
    assert refusal(aids=later, events=[survives])["field"] == "events[0].to[1].takes[0]"
    # through a merger and an earlier split the company may have aid that was granted to another
    events = [
        {"kind": "merger", "on": "2025-02-01", "from": ["Y"], "to": "Z"},
        split("2025-06-01", *shares),
    ]
    assert answer(aids=[aid("z", "2025-01-10", beneficiary="Y")], events=events)["counted"] == "100000.00"


def test_equity_is_asked_only_for_aid_that_can_count() -> None:
    no_equity = split("2025-06-01", "Z", ("A", "0.00", []), ("B", "0.00", []))
    old = aid("old", "2019-01-01", beneficiary="Z")
    for harmless in (old, aid("e", "2025-01-01", beneficiary="Z", regime="gber")):
        assert answer(aids=[harmless], events=[no_equity], request="1.00")["counted"] == "0.00"
    gone = aid("gone", "2025-01-01", beneficiary="Z", annulled_on="2025-12-01")
    assert answer(aids=[gone], events=[no_equity], request="1.00")["counted"] == "0.00"
    assert refusal(aids=[aid("z", "2025-01-01", beneficiary="Z")], events=[no_equity])["field"] == "events[0].to"


# -- bad cases


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ({"on": "2026-02-30"}, "on"),
        ({"on": "10/03/2026"}, "on"),
        ({"on": "absent"}, "on"),
        ({"applicant": "absent"}, "applicant"),
        ({"applicant": "Q"}, "applicant"),
        ({"enterprises": "absent"}, "enterprises"),
        ({"enterprises": "A"}, "enterprises"),
        ({"request": "-1.00"}, "request"),
        ({"request": "1.001"}, "request"),
        ({"request": "NaN"}, "request"),
        ({"boundary": "loose"}, "boundary"),
        ({"extra": 1}, "extra"),
        ({"aids": [aid("a", "2025-01-01", amount="-1.00")]}, "aids[0].amount"),
        ({"aids": [aid("a", "2025-01-01"), aid("a", "2025-01-02")]}, "aids[1].id"),
        ({"aids": [aid("a", "2025-01-01", extra=1)]}, "aids[0].extra"),
        ({"aids": [aid("a", "2025-01-01", revised=[{"on": "x", "amount": "1.00"}])]}, "aids[0].revised[0].on"),
        ({"links": [{"from": "P", "to": "A", "kind": "votes", "share": 100.01}]}, "links[0].share"),
        ({"links": [{"from": "P", "to": "A", "kind": "votes", "share": -1}]}, "links[0].share"),
        ({"links": [{"from": "P", "to": "A", "kind": "votes"}]}, "links[0].share"),
        ({"links": [{"from": "P", "to": "A", "kind": "love"}]}, "links[0].kind"),
        ({"links": [{"from": "P", "to": "A", "kind": "agreement", "person": "robot"}]}, "links[0].person"),
        (
            {"links": [{"from": "P", "to": "A", "kind": "agreement", "since": "2025-01-02", "until": "2025-01-01"}]},
            "links[0].until",
        ),
        (
            {
                "links": [
                    {"from": "P", "to": "A", "kind": "agreement", "person": "natural"},
                    {"from": "P", "to": "B", "kind": "agreement", "person": "public_body"},
                ]
            },
            "links[1].person",
        ),
        ({"events": [{"kind": "sale", "on": "2025-01-01"}]}, "events[0].kind"),
        ({"events": [merger("2025-01-01", [], "A")]}, "events[0].from"),
        ({"events": [split("2025-01-01", "Z")]}, "events[0].to"),
        ({"events": [split("2025-01-01", "Z", ("A", "-1.00", []))]}, "events[0].to[0].equity"),
        ({"events": [split("2025-01-01", "Z", ("A", "1.00", ["q"]))]}, "events[0].to[0].takes[0]"),
        ({"events": [split("2025-01-01", "Z", ("A", "1.00", []), ("A", "1.00", []))]}, "events[0].to[1].enterprise"),
        (
            {
                "aids": [aid("a", "2024-01-01", beneficiary="Z")],
                "events": [split("2025-01-01", "Z", ("A", "1.00", ["a"]), ("B", "1.00", ["a"]))],
            },
            "events[0].to[1].takes[0]",
        ),
    ],
)
def test_a_bad_case_names_the_field(case: dict[str, Any], field: str) -> None:
    error = refusal(**case)
    assert error["field"] == field
    assert error["message"]
    assert error["message_en"]


# -- the data and the time it takes


def test_every_parameter_names_its_act() -> None:
    rule = Rule.on(date(2026, 1, 1), None)
    assert rule.ceiling.reference == "Reg. (UE) 2023/2831, art. 3(2)"
    assert parameters.value("de_minimis.ceiling", on=date(2023, 12, 31)).value == 200_000


@pytest.mark.slow(reason="ten thousand aids")
def test_ten_thousand_aids_are_counted_to_the_cent() -> None:
    aids = tuple(
        Aid(f"a{number}", f"E{number % 100}", date(2023, 6, 1) + timedelta(days=number % 900), Decimal("20.00"))
        for number in range(10_000)
    )
    links = tuple(Link(f"E{number}", f"E{number + 1}", "votes", Decimal(60)) for number in range(99))
    case = Case(date(2025, 11, 20), "E0", tuple(f"E{n}" for n in range(100)), links, aids, request=Decimal("150000.00"))
    found = position(case)
    assert (found.counted, len(found.undertaking)) == (Decimal("200000.00"), 100)
    # 2 500 aids must leave: 12 a day for 100 days, then 11; the last of them was granted on 5/1/2024.
    assert found.first_admissible_on == date(2027, 1, 6)
