"""Terms: against the text of the norms, and against a calendar written in another way."""

import json
from datetime import date, timedelta

import dateutil.easter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.law import doors, parameters
from levante.law.holidays import easter, is_holiday, national_holidays
from levante.law.terms import TooLong, end_of_term, is_working_day

DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2098, 12, 31))


def answer(**case: object) -> dict:
    code, text = doors.run("terms", json.dumps(case).encode())
    assert code == 0, text
    return json.loads(text)


def refusal(**case: object) -> dict:
    code, text = doors.run("terms", json.dumps(case).encode())
    assert code == 2, text
    return json.loads(text)["error"]


# -- the calendar


def test_easter_agrees_with_dateutil() -> None:
    assert [easter(year) for year in range(1583, 2300)] == [dateutil.easter.easter(year) for year in range(1583, 2300)]


def test_the_holidays_of_2026() -> None:
    assert sorted(national_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 6),
        date(2026, 4, 25),
        date(2026, 5, 1),
        date(2026, 6, 2),
        date(2026, 8, 15),
        date(2026, 10, 4),
        date(2026, 11, 1),
        date(2026, 12, 8),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-10-04", False),  # a Friday, before L. 151/2025
        ("2025-10-04", False),  # a Saturday
        ("2027-10-04", True),  # a Monday
        ("2000-06-02", False),  # a Friday, before L. 336/2000
        ("2003-06-02", True),
        ("2011-03-17", True),  # once only
        ("2010-03-17", False),
        ("2024-03-31", True),  # Easter
        ("2024-04-01", True),
        ("2011-04-25", True),  # Easter Monday and 25 April at once
        ("2024-11-04", False),  # suppressed by L. 54/1977
        ("2024-05-08", False),  # Saint Nicholas of Bari is no national holiday
    ],
)
def test_what_is_a_holiday(day: str, expected: bool) -> None:
    assert is_holiday(date.fromisoformat(day)) is expected


def test_before_the_list_begins_no_calendar_is_invented() -> None:
    with pytest.raises(parameters.Missing):
        national_holidays(1985)


# -- worked cases


@pytest.mark.parametrize(
    ("case", "due"),
    [
        # art. 2963(2): the first day is not counted
        ({"from": "2026-03-02", "days": 1, "kind": "calendar"}, "2026-03-03"),
        ({"from": "2026-03-02", "days": 30, "kind": "calendar"}, "2026-04-01"),
        ({"from": "2024-02-28", "days": 1, "kind": "calendar"}, "2024-02-29"),
        ({"from": "2023-12-31", "days": 366, "kind": "calendar"}, "2024-12-31"),
        # without the roll a term ends on Sunday and on Christmas
        ({"from": "2026-03-05", "days": 10, "kind": "calendar"}, "2026-03-15"),
        ({"from": "2026-12-15", "days": 10, "kind": "calendar"}, "2026-12-25"),
        # with it, on the first day that is not a holiday: Saturday is not one
        ({"from": "2026-03-05", "days": 10, "kind": "calendar", "roll": True}, "2026-03-16"),
        ({"from": "2026-03-04", "days": 10, "kind": "calendar", "roll": True}, "2026-03-14"),
        ({"from": "2026-12-15", "days": 10, "kind": "calendar", "roll": True}, "2026-12-28"),
        ({"from": "2026-04-21", "days": 10, "kind": "calendar", "roll": True}, "2026-05-02"),
        # Easter Monday and 25 April
        ({"from": "2026-04-01", "days": 4, "kind": "calendar", "roll": True}, "2026-04-07"),
        # working days: Friday to Monday
        ({"from": "2026-03-06", "days": 1, "kind": "working"}, "2026-03-09"),
        ({"from": "2026-03-07", "days": 1, "kind": "working"}, "2026-03-09"),
        ({"from": "2026-12-23", "days": 3, "kind": "working"}, "2026-12-29"),
        # 4 October counts as a holiday from 2026 only (Monday 4 October 2027, Friday 4 October 2024)
        ({"from": "2027-10-01", "days": 1, "kind": "working"}, "2027-10-05"),
        ({"from": "2024-10-03", "days": 1, "kind": "working"}, "2024-10-04"),
        ({"from": "2026-10-01", "days": 3, "kind": "calendar", "roll": True}, "2026-10-05"),
        # 20 working days from a grant of 1 December 2026
        ({"from": "2026-12-01", "days": 20, "kind": "working"}, "2026-12-31"),
    ],
)
def test_worked_cases(case: dict, due: str) -> None:
    assert answer(**case)["due"] == due


@pytest.mark.parametrize(
    ("suspensions", "due"),
    [
        ([], "2026-03-12"),
        ([{"from": "2026-03-05", "to": "2026-03-05"}], "2026-03-13"),  # one day: both ends included
        ([{"from": "2026-03-05", "to": "2026-03-09"}], "2026-03-17"),
        ([{"from": "2026-03-12", "to": "2026-03-20"}], "2026-03-21"),  # over the day it would end
        ([{"from": "2026-03-13", "to": "2026-03-20"}], "2026-03-12"),  # after the end
        ([{"from": "2026-02-01", "to": "2026-03-02"}], "2026-03-12"),  # before the first counted day
        ([{"from": "2026-02-01", "to": "2026-03-03"}], "2026-03-13"),
        # overlapping, nested, touching, in any order: a day is suspended once
        ([{"from": "2026-03-05", "to": "2026-03-08"}, {"from": "2026-03-07", "to": "2026-03-09"}], "2026-03-17"),
        ([{"from": "2026-03-06", "to": "2026-03-07"}, {"from": "2026-03-05", "to": "2026-03-09"}], "2026-03-17"),
        ([{"from": "2026-03-08", "to": "2026-03-09"}, {"from": "2026-03-05", "to": "2026-03-07"}], "2026-03-17"),
    ],
)
def test_suspended_days_do_not_count(suspensions: list, due: str) -> None:
    assert answer(**{"from": "2026-03-02", "days": 10, "kind": "calendar", "suspensions": suspensions})["due"] == due


def test_the_roll_does_not_stop_on_a_suspended_day() -> None:
    suspended = [{"from": "2026-03-16", "to": "2026-03-18"}]
    case = {"from": "2026-03-05", "days": 10, "kind": "calendar", "roll": True, "suspensions": suspended}
    assert answer(**case)["due"] == "2026-03-19"


def test_a_local_holiday_counts_only_when_passed() -> None:
    case = {"from": "2026-05-07", "days": 1, "kind": "working"}
    assert answer(**case)["due"] == "2026-05-08"
    assert answer(**case, local_holidays=["2026-05-08"])["due"] == "2026-05-11"
    rolling = {"from": "2026-05-07", "days": 1, "kind": "calendar", "roll": True, "local_holidays": ["2026-05-08"]}
    assert answer(**rolling)["due"] == "2026-05-09"


def test_the_steps_name_the_norm_and_end_with_the_day() -> None:
    steps = answer(**{"from": "2027-10-01", "days": 1, "kind": "working"})["steps"]
    assert [set(line) for line in steps] == [{"text", "text_en", "reference", "value"}] * len(steps)
    assert any("L. 151/2025" in line["reference"] and line["value"] == "2027-10-04" for line in steps)
    assert steps[-1]["value"] == "2027-10-05"


@given(
    start=DAYS,
    kind=st.sampled_from(["calendar", "working"]),
    roll=st.booleans(),
    pause=st.lists(st.just({"from": "2026-03-03", "to": "2026-03-30"}), max_size=1),
)
def test_every_step_is_in_both_languages_with_its_ground(start: date, kind: str, roll: bool, pause: list) -> None:
    case = {"from": start.isoformat(), "days": 30, "kind": kind, "roll": roll, "suspensions": pause}
    local = [(start + timedelta(days=n)).isoformat() for n in (5, 30)]
    for line in answer(**case, local_holidays=local)["steps"]:
        assert line["text"]
        assert line["text_en"]
        assert line["reference"]
        assert line["value"]


# -- properties


@given(DAYS, st.integers(1, 400))
def test_calendar_days_are_plain_arithmetic(start: date, days: int) -> None:
    assert end_of_term(start, days, kind="calendar").due == start + timedelta(days=days)


def fixed_holidays(day: date) -> bool:
    """Another way of writing the calendar: strings and dateutil, no data file."""
    days = ["01-01", "01-06", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26"]
    if day.year >= 2026:
        days.append("10-04")
    monday = dateutil.easter.easter(day.year) + timedelta(days=1)
    return day.strftime("%m-%d") in days or day == monday or day == date(2011, 3, 17)


@given(
    start=DAYS,
    days=st.integers(1, 60),
    kind=st.sampled_from(["calendar", "working"]),
    roll=st.booleans(),
    pauses=st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 20)), max_size=4),
)
def test_against_a_naive_count(start: date, days: int, kind: str, roll: bool, pauses: list) -> None:
    periods = [(start + timedelta(days=at), start + timedelta(days=at + length)) for at, length in pauses]
    suspended = {first + timedelta(days=n) for first, last in periods for n in range((last - first).days + 1)}
    day, counted = start, 0
    while counted < days:
        day += timedelta(days=1)
        off = kind == "working" and (day.weekday() >= 5 or fixed_holidays(day))
        counted += not off and day not in suspended
    if roll and (day.weekday() == 6 or fixed_holidays(day)):
        while day.weekday() == 6 or fixed_holidays(day) or day in suspended:
            day += timedelta(days=1)
    assert end_of_term(start, days, kind=kind, suspensions=periods, roll=roll).due == day  # type: ignore[arg-type]


@given(DAYS, st.integers(1, 250))
def test_a_term_in_working_days_ends_on_one_and_one_day_more_ends_later(start: date, days: int) -> None:
    due = end_of_term(start, days, kind="working").due
    assert is_working_day(due)
    assert end_of_term(start, days + 1, kind="working").due > due
    assert end_of_term(start, days, kind="working", roll=True).due == due


def test_one_day_skipped_is_not_many() -> None:
    texts = [line.text.it for line in end_of_term(date(2026, 3, 6), 1, kind="working").steps]
    assert any("(giorni saltati: " in text for text in texts)


# -- bad cases

GOOD = {"from": "2026-03-02", "days": 10, "kind": "calendar"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": -1}, "days"),
        ({"days": "10"}, "days"),
        ({"days": True}, "days"),
        ({"days": 1.5}, "days"),
        ({"days": 100_001}, "days"),
        ({"days": 99_999}, "days"),
        ({"kind": "business"}, "kind"),
        ({"kind": None}, "kind"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "02/03/2026"}, "from"),
        ({"from": "2026-3-2"}, "from"),
        ({"from": "20260302"}, "from"),
        ({"from": "2026-03-02T00:00:00"}, "from"),
        ({"from": "9999-12-31"}, "from"),
        ({"from": "1985-12-31", "kind": "working", "days": 1}, None),
        ({"from": "1960-01-01", "kind": "working"}, "from"),
        ({"from": "1980-01-01", "kind": "working"}, "from"),
        ({"roll": "yes"}, "roll"),
        ({"roll": 1}, "roll"),
        ({"suspensions": {}}, "suspensions"),
        ({"suspensions": ["2026-03-03"]}, "suspensions[0]"),
        ({"suspensions": [{"from": "2026-03-03"}]}, "suspensions[0].to"),
        ({"suspensions": [{"from": "2026-03-03", "to": "2026-03-02"}]}, "suspensions[0].to"),
        ({"suspensions": [{"from": "2026-03-03", "to": "2026-03-04", "why": "x"}]}, "suspensions[0].why"),
        ({"suspensions": [{"from": "2026-03-03", "to": "9999-12-31"}]}, "suspensions"),
        ({"local_holidays": ["8 maggio"]}, "local_holidays[0]"),
        ({"until": "2026-03-03"}, "until"),
    ],
)
def test_a_bad_case_names_its_field(change: dict, field: str | None) -> None:
    if field is None:
        assert answer(**(GOOD | change))["due"] == "1986-01-02"
    else:
        assert refusal(**(GOOD | change))["field"] == field


def test_the_function_refuses_what_it_cannot_answer() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        end_of_term(date(2026, 3, 2), 0, kind="calendar")
    with pytest.raises(ValueError, match="before it begins"):
        end_of_term(date(2026, 3, 2), 1, kind="calendar", suspensions=[(date(2026, 3, 4), date(2026, 3, 3))])
    with pytest.raises(TooLong):
        end_of_term(date(2026, 3, 2), 100_000, kind="calendar")


def test_a_day_no_act_covers_is_refused_for_the_right_reason() -> None:
    before = refusal(**{"from": "1900-01-01", "days": 10, "kind": "calendar"})
    assert before["field"] == "from"
    assert "festività" not in before["message"]
    assert "holidays" not in before["message_en"]
    assert "festività" in refusal(**{"from": "1980-01-01", "days": 10, "kind": "working"})["message"]
