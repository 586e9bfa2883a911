"""Cases worked out on paper from the norms, one rule meeting another; the answers were written before the doors were asked."""

import json
from typing import Any

import pytest

from levante.law import doors

Json = dict[str, Any]


def aid(name: str, beneficiary: str, granted_on: str, amount: str, **more: Any) -> Json:
    return {"id": name, "beneficiary": beneficiary, "granted_on": granted_on, "amount": amount, **more}


def link(holder: str, held: str, **more: Any) -> Json:
    return {"from": holder, "to": held, **more}


def minimis(on: str, **more: Any) -> Json:
    usual = {"applicant": "A", "enterprises": ["A", "B", "C"], "links": [], "aids": [], "events": []}
    return {"on": on, **usual, **more}


def merger(on: str, into: str, *parties: str) -> Json:
    return {"kind": "merger", "on": on, "from": list(parties), "to": into}


def split(on: str, party: str, *shares: tuple[str, str, list[str]]) -> Json:
    to = [{"enterprise": name, "equity": equity, "takes": takes} for name, equity, takes in shares]
    return {"kind": "split", "on": on, "from": party, "to": to}


def accounts(*headcounts: object, last: int = 2025) -> Json:
    """Small amounts: the head count alone decides."""
    first = last - len(headcounts) + 1
    return {
        "accounts": [
            {"year": first + i, "headcount": n, "turnover": "1000000.00", "balance": "1000000.00"}
            for i, n in enumerate(headcounts)
        ]
    }


def size(enterprises: Json, links: list[Json] = [], **more: Any) -> Json:  # noqa: B006
    return {"on": "2026-06-30", "enterprise": "A", "enterprises": enterprises, "links": links, **more}


MERGED = {
    "aids": [
        aid("a", "A", "2024-06-01", "100000.00"),
        aid("b", "B", "2024-07-01", "150000.00"),
        aid("c", "C", "2025-01-01", "9.00"),
    ],
    "events": [merger("2025-06-01", "A", "B")],
}
#: 90 000.01 by equity 1 to 2: 30 000.00(33) and 60 000.00(67); the odd cent goes to the larger remainder.
DIVIDED = {
    "aids": [aid("z", "Z", "2024-05-05", "90000.01")],
    "events": [split("2025-03-01", "Z", ("A", "1.00", []), ("B", "2.00", []))],
}
#: 90 000 cut to 60 000, and 30 000 annulled, after the split: a third of what is left is A's.
CUT = DIVIDED | {
    "aids": [
        aid("z", "Z", "2024-05-05", "90000.00", revised=[{"on": "2025-04-01", "amount": "60000.00"}]),
        aid("y", "Z", "2024-05-06", "30000.00", annulled_on="2025-05-01"),
    ]
}
LATE = {"aids": [aid("l", "A", "2025-06-01", "300000.00", registered_on="2026-02-01")], "request": "1.00"}
CHAIN = {
    "links": [link("H", "A", kind="votes", share=51), link("H", "B", kind="appointment", until="2026-03-10")],
    "aids": [aid("b", "B", "2025-01-01", "200000.00")],
}
STATE = {
    "links": [
        *(link("H", x, kind="votes", share=100, person="public_body") for x in "AB"),
        link("F", "A", kind="votes", share=100, person="foreign_enterprise"),
        link("F", "C", kind="votes", share=100, person="foreign_enterprise"),
    ],
    "aids": [aid("b", "B", "2025-01-01", "200000.00"), aid("c", "C", "2025-01-01", "1.00")],
}
LEAP = aid("x", "A", "2024-02-29", "300000.00")
HUNDREDS = {id: accounts(100) for id in "ABCDE"}
INVESTORS = {
    "A": accounts(40),
    "U": {"kind": "university"},
    "I": {"kind": "institutional_investor"},
    "V": {"kind": "venture_capital"},
}

CASES: list[tuple[str, str, Json, Json]] = [
    # -- de minimis: 29 February and the boundary day
    (
        "granted on 29 February: its anniversary falls on 1 March",
        "de-minimis",
        minimis("2027-02-28", aids=[LEAP], request="1.00"),
        {"counted": "300000.00", "admissible": False, "first_admissible_on": "2027-03-01"},
    ),
    (
        "three years before 29 February is the 28th, and it counts",
        "de-minimis",
        minimis("2028-02-29", aids=[aid("x", "A", "2025-02-28", "10.00"), aid("y", "A", "2025-02-27", "20.00")]),
        {"counted": "10.00", "window": {"from": "2025-02-28", "to": "2028-02-29"}},
    ),
    (
        "strict, it does not",
        "de-minimis",
        minimis("2028-02-29", boundary="strict", aids=[aid("x", "A", "2025-02-28", "10.00")]),
        {"counted": "0.00", "window": {"from": "2025-03-01", "to": "2028-02-29"}},
    ),
    (
        "the last day of the old rule, and the first of the new",
        "de-minimis",
        minimis(
            "2023-12-31",
            aids=[aid("a", "A", "2021-01-01", "100000.00"), aid("o", "A", "2020-12-31", "500.00")],
            request="150000.00",
        ),
        {"ceiling": "200000.00", "counted": "100000.00", "admissible": False, "first_admissible_on": "2024-01-01"},
    ),
    # -- mergers, splits, revisions, annulments, knowledge
    (
        "the aid of who merged is that of who it became, and fits to the cent",
        "de-minimis",
        minimis("2025-12-01", request="50000.00", **MERGED),
        {"counted": "250000.00", "residual": "50000.00", "admissible": True, "undertaking": ["A"]},
    ),
    (
        "a cent more waits for the day after the anniversary",
        "de-minimis",
        minimis("2025-12-01", request="50000.01", **MERGED),
        {"admissible": False, "first_admissible_on": "2027-06-02"},
    ),
    (
        "as known before the merger",
        "de-minimis",
        minimis("2025-12-01", as_of="2025-05-31", request="50000.01", **MERGED),
        {"counted": "100000.00", "admissible": True},
    ),
    ("a split by equity, the smaller part", "de-minimis", minimis("2025-12-01", **DIVIDED), {"counted": "30000.00"}),
    (
        "and the larger, with the odd cent",
        "de-minimis",
        minimis("2025-12-01", **{**DIVIDED, "applicant": "B"}),
        {"counted": "60000.01"},
    ),
    ("the day before the split", "de-minimis", minimis("2025-02-28", **DIVIDED), {"counted": "0.00"}),
    ("split, before the cut", "de-minimis", minimis("2025-03-31", **CUT), {"counted": "40000.00"}),
    ("split, on the day of the cut", "de-minimis", minimis("2025-04-01", **CUT), {"counted": "30000.00"}),
    ("split, on the day of the annulment", "de-minimis", minimis("2025-05-01", **CUT), {"counted": "20000.00"}),
    (
        "who splits and survives keeps what it takes, its part, and later aid",
        "de-minimis",
        minimis(
            "2025-12-01",
            aids=[
                aid("k", "A", "2025-01-01", "8000.00"),
                aid("m", "A", "2025-01-02", "4000.00"),
                aid("n", "A", "2025-03-01", "2000.00"),
            ],
            events=[split("2025-03-01", "A", ("A", "1.00", ["k"]), ("B", "3.00", []))],
        ),
        {"counted": "11000.00"},
    ),
    (
        "an entry that came late, as it was known",
        "de-minimis",
        minimis("2026-01-15", as_of="2026-01-15", **LATE),
        {"counted": "0.00", "admissible": True},
    ),
    (
        "and as it is",
        "de-minimis",
        minimis("2026-01-15", **LATE),
        {"counted": "300000.00", "admissible": False, "first_admissible_on": "2028-06-02"},
    ),
    # -- the single undertaking
    (
        "a chain through a parent that is not listed, on its last day",
        "de-minimis",
        minimis("2026-03-10", **CHAIN),
        {"undertaking": ["A", "B"], "counted": "200000.00"},
    ),
    ("and the day after", "de-minimis", minimis("2026-03-11", **CHAIN), {"undertaking": ["A"], "counted": "0.00"}),
    (
        "neither the State nor a firm abroad joins two firms",
        "de-minimis",
        minimis("2026-03-10", **STATE),
        {"undertaking": ["A"], "counted": "0.00", "decision_required": []},
    ),
    # -- the size: art. 3, the guide's figures
    (
        "partners on both sides, and the partner's partner out: 100 × (1 + 0.25 + 0.27 + 0.32)",
        "sme-size",
        size(
            HUNDREDS,
            [
                link("A", "C", capital=27),
                link("A", "D", capital=32),
                link("B", "A", capital=25),
                link("B", "E", capital=20),
            ],
        ),
        {"size": "medium", "headcount": 184},
    ),
    (
        "linked up and down, whole",
        "sme-size",
        size(HUNDREDS, [link("A", "C", votes=51), link("A", "D", votes=100), link("B", "A", votes=60)]),
        {"size": "large", "headcount": 400},
    ),
    (
        "a partner with who is linked to it: 100 + 38 % of 200",
        "sme-size",
        size(HUNDREDS, [link("B", "A", capital=38), link("B", "C", votes=60), link("D", "B", capital=38)]),
        {"size": "medium", "headcount": 176},
    ),
    (
        "three investors of art. 3(2), 75 % between them and not linked",
        "sme-size",
        size(INVESTORS, [link("U", "A", capital=25), link("I", "A", capital=30), link("V", "A", capital=20)]),
        {"size": "small", "headcount": 40, "aggregated": []},
    ),
    (
        "a quarter held by a company that a region owns",
        "sme-size",
        size(
            {"A": accounts(5), "H": accounts(1)},
            [link("R", "H", votes=100, person="public_body"), link("H", "A", capital=25)],
        ),
        {"size": "large"},
    ),
    # -- the size in time: art. 4
    (
        "300 persons once",
        "sme-size",
        size({"A": accounts(300, 240)}, previous_status="medium"),
        {"size": "medium", "status_changed": False},
    ),
    (
        "300 persons twice",
        "sme-size",
        size({"A": accounts(300, 300)}, previous_status="medium"),
        {"size": "large", "status_changed": True},
    ),
    (
        "240 persons twice, after large",
        "sme-size",
        size({"A": accounts(240, 240)}, previous_status="large"),
        {"size": "medium", "status_changed": True},
    ),
    (
        "bought this year by who has 300",
        "sme-size",
        size(
            {"A": accounts(40, 40), "B": accounts(300)},
            [link("B", "A", votes=51, since="2026-01-01")],
            previous_status="small",
        ),
        {"size": "large", "headcount": 340, "status_changed": True},
    ),
    (
        "a new firm, by its estimate",
        "sme-size",
        size({"A": accounts("9.5", last=2026) | {"founded_on": "2026-01-10"}}),
        {"size": "micro", "headcount": 9.5},
    ),
    # -- terms
    (
        "4 October 2026 is a Sunday and a holiday",
        "terms",
        {"from": "2026-09-04", "days": 30, "kind": "calendar", "roll": True},
        {"due": "2026-10-05"},
    ),
    (
        "twenty working days over the Immaculate, Christmas and Saint Stephen (a Saturday)",
        "terms",
        {"from": "2026-12-01", "days": 20, "kind": "working"},
        {"due": "2026-12-31"},
    ),
    (
        "over Easter 2027",
        "terms",
        {"from": "2027-03-18", "days": 10, "kind": "calendar", "roll": True},
        {"due": "2027-03-30"},
    ),
    (
        "suspended from the first day",
        "terms",
        {
            "from": "2026-02-27",
            "days": 3,
            "kind": "calendar",
            "suspensions": [{"from": "2026-02-28", "to": "2026-03-05"}],
        },
        {"due": "2026-03-08"},
    ),
    # -- gross grant equivalent
    (
        "a loan longer than five years: 300 000 × 8 / 10",
        "gge",
        {"instrument": "loan_safe_harbour", "on": "2026-01-01", "amount": "750000.00", "years": 8, "collateral": 50},
        {"gge": "240000.00"},
    ),
    (
        "the largest guarantee is the whole ceiling",
        "gge",
        {"instrument": "guarantee", "on": "2026-01-01", "loan": "2250000.00", "years": 5, "coverage": 80},
        {"gge": "300000.00"},
    ),
    (
        "four years from 29 February to 29 February: 10 000 / 1.04⁴",
        "gge",
        {
            "instrument": "instalments",
            "on": "2024-02-29",
            "rate": "4.00",
            "instalments": [{"amount": "10000.00", "on": "2028-02-29"}],
        },
        {"gge": "8548.04"},
    ),
]


@pytest.mark.parametrize(("door", "case", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_the_answer_is_the_one_worked_out(door: str, case: Json, expected: Json) -> None:
    code, text = doors.run(door, json.dumps(case).encode())
    assert code == 0, text
    found = json.loads(text)
    assert {name: found[name] for name in expected} == expected


def test_four_persons_with_a_quarter_each_are_for_an_officer() -> None:
    links = [link(person, x, kind="votes", share=25, person="natural") for person in "PQRS" for x in "AB"]
    aids = [aid("b", "B", "2025-01-01", "200000.00")]
    code, text = doors.run(
        "de-minimis", json.dumps(minimis("2026-03-10", links=links, aids=aids, request="1.00")).encode()
    )
    found = json.loads(text)
    assert (code, len(found["decision_required"])) == (0, 1)
    assert (found["admissible"], found["counted"], found["first_admissible_on"]) == (None, "0.00", None)
