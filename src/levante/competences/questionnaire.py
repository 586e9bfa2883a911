"""Questionnaires are data: a file per version under ``programmes/*/questionnaires``, read and checked here.

A file: ``{code, version, from, title{it,en}, text{it,en}, dimensions[{code, name{it,en}}], questions[{code, dimension,
text{it,en}, help?{it,en}, options[{code, text{it,en}, points}]}], bands[{code, from, name{it,en}, text{it,en}}],
advice[{dimension, title{it,en}, text{it,en}, tied_to[calls|fairs|case]}]}``. ``bands.from`` is a percentage of the
most points. A version in force is never edited: a change is a new file with a higher version.
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from levante.kernel.pure import Bilingual

#: The option of who does not know.
UNKNOWN = "unknown"
TIES = ("calls", "fairs", "case")


class BadQuestionnaire(ValueError):
    """A file that is no questionnaire: the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: Bilingual
    points: int


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    dimension: str
    text: Bilingual
    help: Bilingual | None
    options: tuple[Option, ...]

    @property
    def most(self) -> int:
        return max(option.points for option in self.options)

    @property
    def as_listed(self) -> list["Option"]:
        """The options as they are read: from yes to no, and before the no who does not know."""
        rows = sorted((one for one in self.options if one.code != UNKNOWN), key=lambda one: -one.points)
        return [*rows[:-1], *(one for one in self.options if one.code == UNKNOWN), rows[-1]]


@dataclass(frozen=True, slots=True)
class Band:
    """``since`` is the least percentage of the points that belongs to it."""

    code: str
    since: int
    name: Bilingual
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a weak dimension, and to which open things it may be tied, in order of preference."""

    dimension: str
    title: Bilingual
    text: Bilingual
    tied_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    code: str
    version: int
    since: date
    title: Bilingual
    text: Bilingual
    dimensions: dict[str, Bilingual]
    questions: tuple[Question, ...]
    bands: tuple[Band, ...]
    advice: tuple[Advice, ...]
    checksum: str

    @property
    def most(self) -> int:
        return sum(question.most for question in self.questions)


def questionnaire_on(code: str, *, on: date) -> Questionnaire | None:
    """The version in force on a day: the highest of those already begun."""
    versions = [one for one in every_questionnaire() if one.code == code and one.since <= on]
    return max(versions, key=lambda one: one.version, default=None)


def questionnaire_version(code: str, version: int) -> Questionnaire | None:
    return next((one for one in every_questionnaire() if (one.code, one.version) == (code, version)), None)


def every_questionnaire() -> tuple[Questionnaire, ...]:
    """Every version of every questionnaire of the programmes; ``BadQuestionnaire`` when a file is wrong."""
    paths = sorted(Path(settings.PROGRAMMES).glob("*/questionnaires/*.yaml"))
    return _read_all(tuple((path, path.stat().st_mtime_ns) for path in paths))


@functools.lru_cache(maxsize=4)
def _read_all(paths: tuple[tuple[Path, int], ...]) -> tuple[Questionnaire, ...]:
    return tuple(read_questionnaire(path) for path, _ in paths)


def read_questionnaire(path: Path) -> Questionnaire:
    """One file, checked whole."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _build(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadQuestionnaire(f"{path.name}: {type(error).__name__}: {error}") from error


def _build(data: dict[str, Any]) -> Questionnaire:
    dimensions = {str(row["code"]): _both(row["name"]) for row in data["dimensions"]}
    questions = tuple(
        Question(
            str(row["code"]),
            str(row["dimension"]),
            _both(row["text"]),
            _both(row["help"]) if row.get("help") else None,
            tuple(Option(str(o["code"]), _both(o["text"]), int(o["points"])) for o in row["options"]),
        )
        for row in data["questions"]
    )
    bands = tuple(
        sorted(
            (Band(str(row["code"]), int(row["from"]), _both(row["name"]), _both(row["text"])) for row in data["bands"]),
            key=lambda band: band.since,
        )
    )
    advice = tuple(
        Advice(str(row["dimension"]), _both(row["title"]), _both(row["text"]), tuple(row["tied_to"]))
        for row in data["advice"]
    )
    made = Questionnaire(
        str(data["code"]),
        int(data["version"]),
        data["from"],
        _both(data["title"]),
        _both(data["text"]),
        dimensions,
        questions,
        bands,
        advice,
        hashlib.sha256(json.dumps(data, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest(),
    )
    _check(made)
    return made


def _check(made: Questionnaire) -> None:
    if not isinstance(made.since, date):
        raise ValueError("from is a date")
    if len({question.code for question in made.questions}) != len(made.questions) or not made.questions:
        raise ValueError("every question has a code of its own")
    for question in made.questions:
        if question.dimension not in made.dimensions:
            raise ValueError(f"question {question.code}: unknown dimension {question.dimension}")
        if len({option.code for option in question.options}) != len(question.options) or len(question.options) < 2:
            raise ValueError(f"question {question.code}: at least two options, each with a code of its own")
        if min(option.points for option in question.options) < 0 or question.most == 0:
            raise ValueError(f"question {question.code}: points are not negative and one option gives some")
    unused = set(made.dimensions) - {question.dimension for question in made.questions}
    if unused:
        raise ValueError(f"no question for {sorted(unused)}")
    if not made.bands or made.bands[0].since != 0 or len({band.since for band in made.bands}) != len(made.bands):
        raise ValueError("bands begin at 0 and each has a beginning of its own")
    if set(made.dimensions) - {row.dimension for row in made.advice}:
        raise ValueError("every dimension has some advice")
    if len(made.dimensions) < 3:
        raise ValueError("three actions need three dimensions at least")
    for row in made.advice:
        if row.dimension not in made.dimensions or not row.tied_to or set(row.tied_to) - set(TIES):
            raise ValueError(f"advice of {row.dimension}: tied_to among {', '.join(TIES)}")


def _both(value: dict[str, Any]) -> Bilingual:
    it, en = str(value["it"]).strip(), str(value["en"]).strip()
    if not it or not en:
        raise ValueError("a text is in both languages")
    return Bilingual(it, en)
