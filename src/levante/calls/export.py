"""A call as the text of its file: what ``levante calls export`` prints, and loading it changes nothing.

What has its default is left out; the order is that of the document. Comments of the file it was loaded from are lost.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import yaml

from levante.calls.document import entry_of
from levante.calls.models import Call
from levante.calls.procedures import PROCEDURES
from levante.calls.schema import CallEntry
from levante.kernel.api import ROME

#: Where the document holds instants and days, as keys.
_INSTANTS = frozenset({"published_at", "opens_at", "closes_at"})
_DAYS = frozenset({"opens_on", "closes_on", "on", "until", "spending_from"})


class _Dumper(yaml.SafeDumper):
    """Short mappings and lists on one line, lists under their key, never an alias."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def _mapping(self, data: dict[str, Any]) -> yaml.Node:
        return self.represent_mapping(
            "tag:yaml.org,2002:map", data.items(), flow_style=_fits(data.values(), data.keys())
        )

    def _text(self, data: str) -> yaml.Node:
        """Line ends that are not ``\\n`` are kept by no other style."""
        style = '"' if any(char in data for char in "\r\x85\u2028\u2029") else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def _list(self, data: list[Any]) -> yaml.Node:
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=_fits(data))


def _fits(values: Iterable[Any], keys: Iterable[Any] = ()) -> bool:
    """Does it stay on one line: short, and nothing inside but texts and numbers (or one such mapping)?"""
    found = list(values)
    if any(isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value) for value in found):
        return False
    if any(isinstance(value, dict) and any(isinstance(one, (dict, list)) for one in value.values()) for value in found):
        return False
    return len(str(found)) + sum(len(str(key)) + 2 for key in keys) <= _WIDTH - 20


_WIDTH = 150
_Dumper.add_representer(dict, _Dumper._mapping)
_Dumper.add_representer(list, _Dumper._list)
_Dumper.add_representer(str, _Dumper._text)


def as_yaml(call: Call) -> str:
    """The text of the call's file."""
    return entry_as_yaml(entry_of(call))


def entry_as_yaml(entry: CallEntry) -> str:
    values = entry.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    if values.get("when_short") == PROCEDURES[entry.procedure].when_short and entry.partial is None:
        values.pop("when_short")
    form = values.pop("form", None)
    readable = _readable(values)
    if form:
        readable["form"] = form
    text: str = yaml.dump(readable, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text


def _readable(value: Any, key: str = "") -> Any:
    """Instants as the clock of Italy showed them, days as days: what a file says and a JSON document cannot."""
    if isinstance(value, Mapping):
        return {name: _readable(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if key in _INSTANTS:
        return _wall(datetime.fromisoformat(value))
    if key in _DAYS and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _wall(instant: datetime) -> str:
    """``2018-09-17T10:00``; with its offset when Italy had that time twice."""
    local = instant.astimezone(ROME)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    text = local.isoformat() if twice else local.replace(tzinfo=None).isoformat()
    return text.removesuffix(":00") if not twice and text.count(":") == 2 and "." not in text else text
