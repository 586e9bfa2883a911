"""The numbers of the law, as dated data: one YAML file per act in ``law/data``, a reference for every value.

A file says which act it comes from and, for every parameter, the periods in which each value holds::

    act: {id: 2003-361, title: "Raccomandazione 2003/361/CE …", url: "https://eur-lex.europa.eu/…"}
    parameters:
      sme.micro.headcount:
        - {from: 2005-01-01, value: 10, reference: "Racc. 2003/361/CE, allegato, art. 2(3)", confidence: source}

``from`` and ``to`` are days, both included; without ``to`` the value holds until further notice. An amount or a ratio
is a quoted number and is read as ``Decimal``; the rest stays what YAML says (integer, boolean, text, list, mapping).
``confidence`` is ``source`` (read in the act or in a source that quotes it) or ``to_confirm`` (a legal officer must
confirm it; ``note`` says what the doubt is). The same parameter may be in several files, one per act that set it.

Nothing here knows what day it is: every question carries its date.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
CONFIDENCES = ("source", "to_confirm")

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_ENTRY_FIELDS = {"from", "to", "value", "reference", "confidence", "note"}


class Missing(LookupError):
    """No act gives this parameter a value on that day."""

    def __init__(self, name: str, on: date) -> None:
        super().__init__(f"no value of {name!r} on {on.isoformat()}")
        self.name = name
        self.on = on


class BadData(ValueError):
    """A file of parameters that cannot be trusted: it names the file, the parameter and what is wrong."""


@dataclass(frozen=True, slots=True)
class Act:
    """The act a file of parameters was read from."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one parameter in one period (both ends included; no end = until further notice)."""

    name: str
    value: Any
    reference: str
    valid_from: date
    valid_to: date | None
    confidence: str
    note: str
    act: Act

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def as_json(self) -> dict[str, Any]:
        """What a decision stores of the parameters it used."""
        return {
            "name": self.name,
            "value": _plain(self.value),
            "reference": self.reference,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "confidence": self.confidence,
            "note": self.note,
            "act": self.act.id,
        }


def value(name: str, *, on: date) -> Parameter:
    """The parameter as it holds on a day. ``Missing`` when no act covers that day (or the name is unknown)."""
    for entry in _everything().get(name, ()):
        if entry.holds_on(on):
            note_use(entry)
            return entry
    raise Missing(name, on)


def history(name: str) -> tuple[Parameter, ...]:
    """All the values a parameter has had, oldest first; empty when the name is unknown."""
    return _everything().get(name, ())


def names() -> list[str]:
    """Every parameter known, in alphabetical order."""
    return sorted(_everything())


def freeze(wanted: Iterable[str], *, on: date) -> list[dict[str, Any]]:
    """The parameters a decision used, as JSON to be stored with it (see ``Parameter.as_json``)."""
    return [value(name, on=on).as_json() for name in wanted]


@contextmanager
def recording() -> Iterator[list[Parameter]]:
    """Collect the parameters that a computation uses, each once, in the order of first use.

    ::

        with parameters.recording() as used:
            result = sme_size(...)
        decision.parameters = [entry.as_json() for entry in used]

    Recordings nest: the inner one's parameters belong to the outer one too.
    """
    used: list[Parameter] = []
    token = _recordings.set((*_recordings.get(), used))
    try:
        yield used
    finally:
        _recordings.reset(token)


def note_use(entry: Parameter) -> None:
    """Tell the recordings in progress that a parameter was used (for what keeps values read earlier)."""
    for used in _recordings.get():
        if not any(entry is other for other in used):
            used.append(entry)


_recordings: ContextVar[tuple[list[Parameter], ...]] = ContextVar("recordings", default=())


@cache
def _everything() -> Mapping[str, tuple[Parameter, ...]]:
    return load(DATA)


def load(folder: Path) -> dict[str, tuple[Parameter, ...]]:
    """Read and check every ``*.yaml`` of a folder: ``{name: values, oldest first}``. ``BadData`` says what is wrong."""
    found: dict[str, list[Parameter]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in _read_file(path):
            found.setdefault(entry.name, []).append(entry)
    for name, entries in found.items():
        entries.sort(key=lambda entry: entry.valid_from)
        for earlier, later in pairwise(entries):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise BadData(f"{name}: the period from {earlier.valid_from} overlaps the one from {later.valid_from}")
    return {name: tuple(entries) for name, entries in found.items()}


def _read_file(path: Path) -> list[Parameter]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506  (a safe loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadData(f"{path.name}: not readable as YAML: {error}") from error
    if not isinstance(document, dict) or set(document) != {"act", "parameters"}:
        raise BadData(f"{path.name}: a file has exactly 'act' and 'parameters'")
    act = document["act"]
    if not isinstance(act, dict) or set(act) != {"id", "title", "url"} or not all(_is_text(act[key]) for key in act):
        raise BadData(f"{path.name}: 'act' has exactly id, title and url, all text")
    source = Act(act["id"], act["title"], act["url"])
    if not isinstance(document["parameters"], dict):
        raise BadData(f"{path.name}: 'parameters' is a mapping from names to lists of periods")
    entries = []
    for name, periods in document["parameters"].items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BadData(f"{path.name}: {name!r} is not a dotted name")
        if not isinstance(periods, list) or not periods:
            raise BadData(f"{path.name}: {name}: a list of periods is needed")
        entries += [_read_entry(f"{path.name}: {name}", name, period, source) for period in periods]
    return entries


def _read_entry(where: str, name: str, period: object, act: Act) -> Parameter:
    if not isinstance(period, dict):
        raise BadData(f"{where}: a period is a mapping")
    unknown = set(period) - _ENTRY_FIELDS
    if unknown:
        raise BadData(f"{where}: unknown field {sorted(map(str, unknown))[0]!r}")
    for field in ("from", "value", "reference", "confidence"):
        if period.get(field) is None:
            raise BadData(f"{where}: {field!r} is missing")
    start, end = period["from"], period.get("to")
    for day in (start, end):
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            raise BadData(f"{where}: {day!r} is not a day")
    if end is not None and end < start:
        raise BadData(f"{where}: the period ends on {end}, before it begins on {start}")
    if not _is_text(period["reference"]):
        raise BadData(f"{where}: a reference is a text and is never empty")
    if period["confidence"] not in CONFIDENCES:
        raise BadData(f"{where}: confidence is one of {', '.join(CONFIDENCES)}")
    note = period.get("note", "")
    if not isinstance(note, str):
        raise BadData(f"{where}: a note is a text")
    if period["confidence"] == "to_confirm" and not note.strip():
        raise BadData(f"{where}: a value to confirm says in its note what the doubt is")
    return Parameter(
        name, _typed(where, period["value"]), period["reference"], start, end, period["confidence"], note, act
    )


def _typed(where: str, raw: Any) -> Any:
    if isinstance(raw, float):
        raise BadData(f"{where}: write {raw!r} between quotes: a binary fraction is not exact")
    if isinstance(raw, str) and _NUMBER.fullmatch(raw):
        return Decimal(raw)
    if isinstance(raw, list):
        return tuple(_typed(where, item) for item in raw)
    if isinstance(raw, dict):
        return {key: _typed(where, item) for key, item in raw.items()}
    return raw


def _plain(item: Any) -> Any:
    if isinstance(item, Decimal):
        return str(item)
    if isinstance(item, date):
        return item.isoformat()
    if isinstance(item, tuple):
        return [_plain(part) for part in item]
    if isinstance(item, dict):
        return {key: _plain(part) for key, part in item.items()}
    return item


def _is_text(item: object) -> bool:
    return isinstance(item, str) and bool(item.strip())


def add_years(day: date, years: int) -> date:
    """The same day some years later (or earlier); 29 February becomes 28 February in a common year.

    Raises ``OverflowError`` outside the years 1-9999.
    """
    year = day.year + years
    if not 1 <= year <= 9999:
        raise OverflowError(f"{day} and {years} years: out of the calendar")
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


class _StrictLoader(yaml.SafeLoader):
    """YAML that refuses the same key twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is written twice", node.start_mark
                )
        return super().construct_mapping(node, deep=deep)
