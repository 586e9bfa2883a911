"""What a page of the designer sent, read back as the document's values. Names of inputs are places: ``money.items.0.ceiling``.

Nothing typed is lost: what is not an amount or a day stays as it was typed, and the contract says what is wrong with it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from levante.calls.api import building, form_kinds, new_code
from levante.kernel.api import ROME
from levante.kernel.pure import Bilingual, money_text
from levante.web.components.numbers import whole_number
from levante.web.desk.calls import numbers
from levante.web.desk.calls.asking import Asked, read_asked
from levante.web.desk.calls.shapes import Shape

#: The key under which an entry of a map is posted.
KEY = "__key"
#: The entries of a list that the page showed, in the order in which they were left.
ROWS = "__row"


@dataclass(frozen=True, slots=True)
class Reader:
    """A page sent: its data, and what its expressions may ask about. ``keep`` keeps entries not filled in yet."""

    data: QueryDict
    subjects: Mapping[str, building.Subject]
    facts: Mapping[str, building.Subject]
    keep: bool = False

    def read(self, shape: Shape, at: str) -> Any:
        """The value at a place; ``None`` when nothing was written there."""
        return _READERS[shape.kind](self, shape, at)

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).replace("\x00", "").replace("\r\n", "\n").strip()


def joined(at: str, name: str) -> str:
    return f"{at}.{name}" if at and name else at or name


def is_blank(value: Any, shape: Shape) -> bool:
    """Nobody wrote anything in it: choices and boxes as they open do not count."""
    if shape.kind == "group":
        return all(is_blank(_inside(value, name), part) for name, part in shape.parts)
    if shape.kind in ("list", "map"):
        return not value
    if isinstance(value, Asked):
        return value.is_blank
    if shape.kind in ("yes_no", "choice", "union", "share"):
        return value in (None, False, "", shape.default) or (shape.required and bool(shape.options))
    return value in (None, "", [], {})


def pruned(value: Any, shape: Shape) -> Any:
    """The value without what nobody filled in yet: what it says as it is now."""
    if isinstance(value, Mapping) and shape.kind in ("group", "union"):
        case = dict(shape.cases).get(str(value.get("kind"))) if shape.kind == "union" else shape
        if shape.kind == "group" and not shape.required and shape.default is None and is_blank(value, shape):
            return None
        known = dict(case.parts) if case is not None else {}
        found = {name: pruned(one, known[name]) if name in known else one for name, one in value.items()}
        return {name: one for name, one in found.items() if one is not None}
    if shape.item is not None and isinstance(value, list):
        item = _always(shape.item)
        return [pruned(one, item) for one in value if not is_blank(one, shape.item)]
    if shape.item is not None and isinstance(value, Mapping):
        return {name: pruned(one, _always(shape.item)) for name, one in value.items() if name}
    return value


def _inside(value: Any, name: str) -> Any:
    return value.get(name) if name and isinstance(value, Mapping) else value if not name and _has_words(value) else None


def _has_words(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.get("it") or value.get("en"))


# -- one reader for each kind


def _text(reader: Reader, shape: Shape, at: str) -> Any:
    return reader.text(at) or None


def _pair(reader: Reader, shape: Shape, at: str) -> Any:
    """Both languages; where one is missing it says what the other does, and the page marks it as missing."""
    it, en = reader.text(f"{at}.it"), reader.text(f"{at}.en")
    return {"it": it or en, "en": en or it} if it or en else None


def _amount(reader: Reader, shape: Shape, at: str) -> Any:
    text = reader.text(at)
    number = numbers.typed(text) if text else None
    if number is None:
        return text or None
    return money_text(number) if number == round(number, 2) else text


def _number(reader: Reader, shape: Shape, at: str) -> Any:
    text = reader.text(at)
    return numbers.kept(text) if text else None


def _whole(reader: Reader, shape: Shape, at: str) -> Any:
    text = reader.text(at)
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text or None


def _yes_no(reader: Reader, shape: Shape, at: str) -> Any:
    return at in reader.data


def _choice(reader: Reader, shape: Shape, at: str) -> Any:
    return reader.text(at) or None


def _day(reader: Reader, shape: Shape, at: str) -> Any:
    text = reader.text(at)
    day = form_kinds.read_day(text) if text else None
    return day if isinstance(day, str) else text or None


def _many(reader: Reader, shape: Shape, at: str) -> Any:
    return [one for one in reader.data.getlist(at) if one]


def _lines(reader: Reader, shape: Shape, at: str) -> Any:
    return [line.strip() for line in reader.text(at).splitlines() if line.strip()]


def _share(reader: Reader, shape: Shape, at: str) -> Any:
    return [one for one in reader.data.getlist(at) if one] or shape.options[0]


def _expression(reader: Reader, shape: Shape, at: str) -> Any:
    subjects = reader.facts if ".member_rules." in at else reader.subjects
    return read_asked(reader.data, at, subjects)


def _group(reader: Reader, shape: Shape, at: str) -> Any:
    found: dict[str, Any] = {}
    for name, part in shape.parts:
        value = reader.read(part, joined(at, name))
        if name:
            found[name] = value
        else:
            found.update(value or {})
    if not reader.keep and not shape.required and shape.default is None and is_blank(found, shape):
        return None
    _give_code(found, shape)
    return {name: value for name, value in found.items() if value is not None}


def _give_code(found: dict[str, Any], shape: Shape) -> None:
    """A code from the words, for who does not care for codes."""
    names = dict(shape.parts)
    if "code" not in names or names["code"].kind != "text" or found.get("code"):
        return
    words = found.get("it") or (found.get("name") or {}).get("it")
    if words:
        found["code"] = new_code(words)[:60].strip("-") or None


def _union(reader: Reader, shape: Shape, at: str) -> Any:
    kind = reader.text(f"{at}.kind") or (shape.default or {}).get("kind")
    case = dict(shape.cases).get(kind)
    return {"kind": kind, **(_group(reader, _always(case), at) or {})} if case is not None else None


def _always(shape: Shape) -> Shape:
    return replace(shape, required=True)


def _rows(reader: Reader, at: str) -> list[str]:
    return [row for row in reader.data.getlist(joined(at, ROWS)) if whole_number(row) is not None][:500]


def _list(reader: Reader, shape: Shape, at: str) -> Any:
    assert shape.item is not None
    found: list[Any] = []
    for row in _rows(reader, at):
        value = reader.read(_always(shape.item), joined(at, row))
        if value is None and reader.keep:
            value = {} if shape.item.kind == "group" else {"it": "", "en": ""}
        if reader.keep or not is_blank(value, shape.item):
            found.append(value)
    _tell_apart(found)
    return found


def _tell_apart(entries: list[Any]) -> None:
    """Codes made of the same words get a number."""
    seen: set[str] = set()
    for entry in entries:
        code = entry.get("code") if isinstance(entry, dict) else None
        if isinstance(code, str) and code in seen:
            number = 2
            while f"{code}-{number}" in seen:
                number += 1
            entry["code"] = code = f"{code}-{number}"
        if isinstance(code, str):
            seen.add(code)


def _map(reader: Reader, shape: Shape, at: str) -> Any:
    assert shape.item is not None
    found: dict[str, Any] = {}
    for row in _rows(reader, at):
        place = joined(at, row)
        key, value = reader.text(f"{place}.{KEY}"), reader.read(_always(shape.item), place)
        if reader.keep or key or not is_blank(value, shape.item):
            found[key] = value if value is not None else {}
    return found


_READERS = {
    "text": _text, "long": _text, "pair": _pair, "long_pair": _pair, "amount": _amount, "number": _number, "whole": _whole,
    "yes_no": _yes_no, "choice": _choice, "day": _day, "instant": _text, "many": _many, "lines": _lines, "share": _share,
    "expression": _expression, "group": _group, "union": _union, "list": _list, "map": _map,
}  # fmt: skip


# -- as they are shown


def as_typed(kind: str, value: Any) -> str:
    """A value as an input shows it."""
    if value is None:
        return ""
    if kind in ("amount", "number") and isinstance(value, (str, int, Decimal)):
        return numbers.shown(str(value), grouped=kind == "amount")
    if kind == "instant":
        return wall(str(value))
    return str(value)


def wall(text: str) -> str:
    """An instant as the clock of Italy shows it; with its offset when Italy had that time twice."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    if instant.tzinfo is None:
        return text
    local = instant.astimezone(ROME)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    shown = local.isoformat() if twice else local.replace(tzinfo=None).isoformat()
    return shown.removesuffix(":00") if not twice and shown.count(":") == 2 and "." not in shown else shown


# -- what the buttons of a page do to what was typed


def at_place(values: Any, place: str) -> Any:
    """What stands at a place of the values."""
    for name in place.split(".") if place else []:
        if isinstance(values, list):
            values = values[int(name)]
        elif name in values or whole_number(name) is None:
            values = values[name]
        else:  # an entry of a map, by its place on the page
            values = list(values.values())[int(name)]
    return values


def apply(values: dict[str, Any], what: str, place: str, blank: Any) -> None:
    """Add an entry at a place, take one away, move it up or down."""
    if what == "add":
        held = at_place(values, place)
        if isinstance(held, dict):
            held.setdefault("", blank)
        else:
            held.append(blank)
        return
    whole, _, name = place.rpartition(".")
    held = at_place(values, whole)
    number = int(name)
    if isinstance(held, dict):
        names = list(held)
        if what == "remove" and 0 <= number < len(names):
            del held[names[number]]
        return
    if what == "remove" and 0 <= number < len(held):
        del held[number]
    elif what == "up" and 0 < number < len(held):
        held[number - 1], held[number] = held[number], held[number - 1]
    elif what == "down" and 0 <= number < len(held) - 1:
        held[number + 1], held[number] = held[number], held[number + 1]


# -- settled: no menu half chosen


@dataclass(frozen=True, slots=True)
class Trouble:
    path: str
    text: Bilingual


def settled(value: Any, path: str, troubles: list[Trouble]) -> Any:
    """The value as JSON: what menus say becomes its expression, and what they do not say yet is told."""
    if isinstance(value, Asked):
        if value.trouble is not None:
            troubles.append(Trouble(path, value.trouble))
        return value.text or None
    if isinstance(value, Mapping):
        found = {name: settled(one, joined(path, str(name)), troubles) for name, one in value.items()}
        return {name: one for name, one in found.items() if one is not None}
    if isinstance(value, list):
        return [settled(one, joined(path, str(number)), troubles) for number, one in enumerate(value)]
    return value
