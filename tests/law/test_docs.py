"""The worked cases of ``docs/algorithms`` are run: what the pages say is what the doors answer."""

import json
import re
from typing import Any

import pytest
from tests.law.worked_cases import CASES, PAGES

from levante.law import doors, parameters
from levante.law.wording import value_text

DOUBTS = PAGES[0].parent / "to-confirm.md"


def missing_from(answer: Any, expected: Any, path: str = "$") -> list[str]:
    """Where the answer does not contain what the page says: dictionaries may have more, lists may not."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return [
            complaint
            for key, value in expected.items()
            for complaint in (
                missing_from(answer[key], value, f"{path}.{key}") if key in answer else [f"{path}.{key}: not there"]
            )
        ]
    if isinstance(expected, list) and isinstance(answer, list):
        if len(expected) != len(answer):
            return [f"{path}: {len(answer)} items, the page says {len(expected)}"]
        return [
            complaint
            for index, (given, value) in enumerate(zip(answer, expected, strict=True))
            for complaint in missing_from(given, value, f"{path}[{index}]")
        ]
    return [] if answer == expected else [f"{path}: {answer!r}, the page says {expected!r}"]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_worked_cases_are_true(case: Any) -> None:
    code, text = doors.run(case.door, case.given.encode())
    assert code == (2 if case.refused else 0), text
    assert missing_from(json.loads(text), json.loads(case.expected)) == []


def test_every_door_has_a_worked_case() -> None:
    assert {case.door for case in CASES} == set(doors.DOORS)


def test_every_json_block_is_part_of_a_case() -> None:
    """A block nobody runs can lie."""
    for page in PAGES:
        blocks = page.read_text(encoding="utf-8").count("```json")
        assert blocks == 2 * sum(case.page == page for case in CASES), page.name


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=lambda case: case.name)
def test_every_line_of_an_explanation_is_in_both_languages_and_names_its_norm(case: Any) -> None:
    for line in json.loads(doors.run(case.door, case.given.encode())[1]).get("steps", []):
        assert set(line) == {"text", "text_en", "reference", "value"}
        assert all(line[name] for name in ("text", "text_en", "reference")), line
        assert line["text"] != line["text_en"]


def doubts() -> list[str]:
    """The rows of ``to-confirm.md``, from the data: what holds, since when, by which norm, and the doubt in words."""
    rows = []
    for name in parameters.names():
        for entry in parameters.history(name):
            if entry.confidence == "to_confirm":
                until = f" to {entry.valid_to.isoformat()}" if entry.valid_to else ""
                held = f"{entry.valid_from.isoformat()}{until}"
                rows.append(f"| `{name}` | {held} | {entry.reference} | {' '.join(entry.note.split())} |")
    return rows


def test_every_doubt_is_told_in_words() -> None:
    """When this fails, the table of the page is to be these rows."""
    written = [line for line in DOUBTS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert written == doubts()
    assert all(not line.endswith("|  |") for line in written), "a doubt without words"


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=lambda case: case.name)
def test_people_read_no_key_of_the_answer_s_shape(case):
    """A size, a regime, a period, the key of a decision: each has its words; what is left is a figure, a day or a name."""
    keys = {"micro", "small", "medium", "large", "general", "agriculture", "fishery", "sgei", "other"}
    for line in json.loads(doors.run(case.door, case.given.encode())[1]).get("steps", []):
        words = value_text(str(line.get("value", "")))
        assert words.it not in keys - {"micro"}, line
        assert "/" not in words.en, line
        assert "joint-majority" not in words.it, line
        assert not re.search(r"\((other|sgei|general|agriculture|fishery)\)", line["text"]), line
