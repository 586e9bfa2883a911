"""The dated parameters: what the files hold, and what the loader refuses."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.law import parameters
from levante.law.terms import end_of_term

GOOD = """
act: {id: test, title: "A test act", url: "https://example.org/act"}
parameters:
  a.ceiling:
    - {from: 2014-01-01, to: 2023-12-31, value: "200000.00", reference: "art. 3", confidence: source}
    - {from: 2024-01-01, value: "300000.00", reference: "art. 3", confidence: source}
"""


def loaded(tmp_path: Path, text: str) -> dict[str, tuple[parameters.Parameter, ...]]:
    (tmp_path / "act.yaml").write_text(text, encoding="utf-8")
    return parameters.load(tmp_path)


def test_every_value_of_the_law_has_an_act_and_a_reference() -> None:
    for name in parameters.names():
        for entry in parameters.history(name):
            assert entry.reference.strip()
            assert entry.act.title
            assert entry.act.url.startswith(("https://", "http://data.europa.eu/"))
            assert entry.confidence == "source" or entry.note


def test_a_value_is_that_of_its_day() -> None:
    found = parameters.value("sme.medium.turnover", on=date(2026, 6, 30))
    assert found.value == Decimal("50000000.00")
    assert "art. 2(1)" in found.reference
    assert found.act.id == "2003-361"
    assert found.valid_to is None


@pytest.mark.parametrize(
    ("name", "day"), [("sme.medium.turnover", date(2004, 12, 31)), ("no.such.thing", date(2026, 1, 1))]
)
def test_no_value_is_invented(name: str, day: date) -> None:
    with pytest.raises(parameters.Missing) as raised:
        parameters.value(name, on=day)
    assert (raised.value.name, raised.value.on) == (name, day)


def test_the_last_day_of_a_period_belongs_to_it(tmp_path: Path) -> None:
    old, new = loaded(tmp_path, GOOD)["a.ceiling"]
    assert [old.holds_on(date(2013, 12, 31)), old.holds_on(date(2014, 1, 1)), old.holds_on(date(2023, 12, 31))] == [
        False,
        True,
        True,
    ]
    assert [new.holds_on(date(2023, 12, 31)), new.holds_on(date(2024, 1, 1)), new.holds_on(date(2999, 1, 1))] == [
        False,
        True,
        True,
    ]


def test_what_a_decision_stores() -> None:
    (frozen,) = parameters.freeze(["sme.partner.share"], on=date(2026, 1, 1))
    assert frozen == {
        "name": "sme.partner.share",
        "value": "25",
        "reference": "Racc. 2003/361/CE, allegato, art. 3(2)",
        "valid_from": "2005-01-01",
        "valid_to": None,
        "confidence": "source",
        "note": "",
        "act": "2003-361",
    }
    assert parameters.freeze(["holidays.national.christmas"], on=date(2026, 1, 1))[0]["value"]["month"] == 12


def test_a_computation_tells_the_parameters_it_used() -> None:
    with parameters.recording() as outer:
        end_of_term(date(2026, 12, 1), 1, kind="calendar")
        with parameters.recording() as inner:
            for _ in range(2):  # the second time the calendar comes from memory
                end_of_term(date(2027, 10, 1), 1, kind="working")
    assert [entry.name for entry in inner] == [
        "terms.first_day_counted",
        "terms.working.weekdays",
        "holidays.national.saint_francis",
    ]
    assert [entry.name for entry in outer][:1] == ["terms.first_day_counted"]
    assert {entry.name for entry in inner} <= {entry.name for entry in outer}
    parameters.value("sme.partner.share", on=date(2026, 1, 1))
    assert "sme.partner.share" not in [entry.name for entry in outer]


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("to: 2023-12-31", "to: 2024-01-01", "overlaps"),
        ("to: 2023-12-31, ", "", "overlaps"),
        ("to: 2023-12-31", "to: 2013-12-31", "before it begins"),
        ("to: 2023-12-31", "to: soon", "not a day"),
        ("from: 2024-01-01", "from: 2024-01-01 10:00:00", "not a day"),
        ('reference: "art. 3", confidence: source}', "confidence: source}", "'reference' is missing"),
        ('reference: "art. 3"', 'reference: ""', "never empty"),
        ("confidence: source", "confidence: certain", "confidence is one of"),
        ("confidence: source", "confidence: to_confirm", "what the doubt is"),
        ("confidence: source", "confidence: source, colour: red", "unknown field 'colour'"),
        ("confidence: source", "confidence: source, note: 1", "a note is a text"),
        ('value: "300000.00"', "value: 300000.50", "between quotes"),
        ('value: "300000.00", ', "", "'value' is missing"),
        ("a.ceiling:", "A Ceiling:", "not a dotted name"),
        ("parameters:", "values:", "exactly 'act' and 'parameters'"),
        ("id: test, ", "", "exactly id, title and url"),
        ('title: "A test act"', "title: 1", "exactly id, title and url"),
        ("act: {", "act: {id: again, ", "written twice"),
        ("act: {", "act: [", "not readable as YAML"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path, was: str, becomes: str, complaint: str) -> None:
    assert was in GOOD
    with pytest.raises(parameters.BadData, match=complaint):
        loaded(tmp_path, GOOD.replace(was, becomes, 1))


@pytest.mark.parametrize("body", ["[]", "{a.b: 1}", "{a.b: []}", "{a.b: [1]}", "{1: []}"])
def test_the_shape_of_the_parameters_is_checked(tmp_path: Path, body: str) -> None:
    with pytest.raises(parameters.BadData):
        loaded(tmp_path, f'act: {{id: t, title: "T", url: "https://example.org"}}\nparameters: {body}\n')


def test_two_acts_may_set_the_same_parameter_but_not_on_the_same_day(tmp_path: Path) -> None:
    first_period, _, _ = GOOD.replace("2014-01-01, to: 2023-12-31", "2007-01-01, to: 2013-12-31").partition(
        "    - {from: 2024"
    )
    (tmp_path / "other.yaml").write_text(first_period, encoding="utf-8")
    assert [entry.valid_from.year for entry in loaded(tmp_path, GOOD)["a.ceiling"]] == [2007, 2014, 2024]
    (tmp_path / "third.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(parameters.BadData, match="overlaps"):
        parameters.load(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "act.yaml").write_bytes(GOOD.replace("A test act", "Società").encode("latin-1"))
    with pytest.raises(parameters.BadData, match="not readable"):
        parameters.load(tmp_path)


# -- dates


def test_29_february_becomes_28() -> None:
    assert parameters.add_years(date(2024, 2, 29), -3) == date(2021, 2, 28)
    assert parameters.add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    with pytest.raises(OverflowError):
        parameters.add_years(date(9999, 1, 1), 1)


@given(st.dates(date(1000, 1, 1), date(8000, 1, 1)), st.integers(-900, 900))
def test_years_added_and_taken_away(day: date, years: int) -> None:
    there = parameters.add_years(day, years)
    assert there.year == day.year + years
    assert there.month == day.month
    assert day.day - there.day in (0, 1)
    assert abs((parameters.add_years(there, -years) - day).days) <= 1
