"""Reading a programme's folder: YAML files with the line of every value, and nothing that could hurt the reader.

A programme file is plain data: mappings, lists, texts, numbers, dates, true and false. Aliases, tags and more than one document
are refused (an alias can make a small file enormous), so are files that are too large or not UTF-8.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from levante.kernel.pure import Bilingual

LARGEST_FILE = 1024 * 1024
MOST_FILES = 100
DEEPEST = 20

#: Files of the folder that are not the programme: how the portal presents itself.
OTHERS = {"site.yaml"}

Location = tuple[str | int, ...]

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?\d{1,18}\.\d{1,18}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file, at a line (from 1; 0 when it is the file as a whole) and at a field."""

    file: str
    line: int
    field: str
    text: Bilingual

    def sentence(self, language: str = "it") -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field + ': ' if self.field else ''}{self.text.in_language(language)}"


class Unreadable(Exception):
    """The folder or file cannot be used; ``problems`` says why, all of them at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.sentence() for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Document:
    """One file: its name, its data, and the line of every value by its place in the data."""

    name: str
    data: dict[str, Any]
    lines: dict[Location, int] = field(default_factory=dict)

    def line_of(self, place: Location) -> int:
        """The line of a value; of what holds it when it is not there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_folder(folder: Path) -> list[Document]:
    """Every ``*.yaml`` file of the folder itself (not of the folders in it), in order of name. ``Unreadable`` when one is not."""
    if not folder.is_dir():
        raise Unreadable([_whole(str(folder), "non è una cartella.", "is not a folder.")])
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"} and path.name not in OTHERS)
    if not paths:
        raise Unreadable([_whole(str(folder), "non contiene file .yaml.", "has no .yaml file in it.")])
    if len(paths) > MOST_FILES:
        raise Unreadable(
            [_whole(str(folder), f"contiene più di {MOST_FILES} file.", f"has more than {MOST_FILES} files.")]
        )
    documents, problems = [], []
    for path in paths:
        try:
            documents.append(read_document(path))
        except Unreadable as error:
            problems += error.problems
    if problems:
        raise Unreadable(problems)
    return documents


def read_text(path: Path) -> str:
    """The text of a small UTF-8 file; ``Unreadable`` when it is not one."""
    name = str(path)
    try:
        if not path.is_file():
            raise Unreadable([_whole(name, "non è un file.", "is not a file.")])
        with path.open("rb") as source:
            raw = source.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreadable([_whole(name, f"non si può leggere ({reason}).", f"cannot be read ({reason}).")]) from error
    return _decoded(name, raw)


def _decoded(name: str, raw: bytes) -> str:
    if len(raw) > LARGEST_FILE:
        raise Unreadable([_whole(name, "è più grande di 1 MB.", "is larger than 1 MB.")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        text_it, text_en = "non è testo UTF-8 (salvalo come UTF-8).", "is not UTF-8 text (save it as UTF-8)."
        raise Unreadable([Problem(name, line, "", Bilingual(text_it, text_en))]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Unreadable([Problem(name, line, "", Bilingual("contiene un byte nullo.", "holds a null byte."))])
    return text


def read_document(path: Path) -> Document:
    """One YAML file as data with lines; ``Unreadable`` with the line otherwise."""
    return _parsed(str(path), read_text(path))


def document_in(name: str, raw: bytes) -> Document:
    """The same from what somebody sent under a name."""
    return _parsed(name, _decoded(name, raw))


def _parsed(name: str, text: str) -> Document:
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_Parser):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "YAML"
        line = mark.line + 1 if mark is not None else 0
        raise Unreadable(
            [Problem(name, line, "", Bilingual(f"il YAML non è ben scritto: {reason}.", f"malformed YAML: {reason}."))]
        ) from error
    data = builder.result if builder.result is not None else {}
    if not isinstance(data, dict):
        raise Unreadable(
            [Problem(name, 1, "", Bilingual("in cima servono nomi di sezioni.", "the top must be names of sections."))]
        )
    return Document(name, data, builder.lines)


def _whole(name: str, it: str, en: str) -> Problem:
    return Problem(name, 0, "", Bilingual(it, en))


_UNSET = object()


class _Level:
    """A mapping or a list being built, and the key that waits for its value."""

    __slots__ = ("key", "place", "value")

    def __init__(self, value: dict[str, Any] | list[Any], place: Location) -> None:
        self.value, self.place = value, place
        self.key: Any = _UNSET


class _Builder:
    """Builds data from YAML events, one at a time, without recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.result: Any = None
        self.lines: dict[Location, int] = {}
        self.levels: list[_Level] = []
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, "gli alias (*) non sono ammessi.", "aliases (*) are not accepted.")
        if getattr(event, "tag", None) is not None:
            self.refuse(event, f"i tag ({event.tag}) non sono ammessi.", f"tags ({event.tag}) are not accepted.")
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(event, "un file contiene un solo documento.", "a file holds one document.")
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self.open(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self.open(event, [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.levels.pop()

    def refuse(self, event: yaml.Event, it: str, en: str) -> None:
        where = ".".join(map(str, self.levels[-1].place)) if self.levels else ""
        raise Unreadable([Problem(self.name, event.start_mark.line + 1, where, Bilingual(it, en))])

    def open(self, event: yaml.Event, value: dict[str, Any] | list[Any]) -> None:
        if len(self.levels) >= DEEPEST:
            self.refuse(event, f"più di {DEEPEST} livelli.", f"more than {DEEPEST} levels.")
        if self.levels and isinstance(self.levels[-1].value, dict) and self.levels[-1].key is _UNSET:
            self.refuse(event, "una chiave deve essere un testo.", "a key must be a text.")
        place = self.place(event, value)
        self.levels.append(_Level(value, place))

    def scalar(self, event: yaml.ScalarEvent) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.value, dict) and level.key is _UNSET:
            if event.value in level.value:
                self.refuse(event, f"“{event.value}” è scritto due volte.", f"“{event.value}” is written twice.")
            level.key = event.value
            self.lines[(*level.place, event.value)] = event.start_mark.line + 1
            return
        self.place(event, _plain(event.value) if event.implicit[0] else event.value)

    def place(self, event: yaml.Event, value: Any) -> Location:
        """Put a value where it belongs and return its place."""
        if not self.levels:
            self.result = value
            self.lines[()] = event.start_mark.line + 1
            return ()
        level = self.levels[-1]
        if isinstance(level.value, list):
            where: Location = (*level.place, len(level.value))
            level.value.append(value)
            self.lines[where] = event.start_mark.line + 1
            return where
        where = (*level.place, level.key)
        level.value[level.key] = value
        level.key = _UNSET
        return where


def _plain(text: str) -> Any:
    """The value of an unquoted word. ``no``, ``on``, ``010`` and ``1:30`` are texts: only true and false are truth values."""
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def sections(documents: list[Document]) -> Iterator[tuple[Document, str, Any]]:
    """Every section of every file."""
    for document in documents:
        for name, value in document.data.items():
            yield document, name, value
