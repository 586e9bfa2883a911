"""Two edits of one document put together: each keeps what it changed since the version both began from.

A document is JSON. Entries of a list are the same entry when they have the same id, code or line, wherever they stand; entries
without any are the same when they say the same. What both changed differently is a conflict, and the places are told.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: What names an entry of a list.
NAMES = ("id", "code", "line")


class _Absent:
    """Something that is not there."""


_ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Merged:
    """``value`` holds both edits, and mine where they conflict; ``conflicts`` are the places where they do."""

    value: Any
    conflicts: tuple[str, ...] = ()


def merge(base: Any, mine: Any, theirs: Any) -> Merged:
    """My edit of ``base`` and theirs, together."""
    conflicts: list[str] = []
    value = _merge(base, mine, theirs, "", conflicts)
    return Merged(None if value is _ABSENT else value, tuple(conflicts))


def _merge(base: Any, mine: Any, theirs: Any, place: str, conflicts: list[str]) -> Any:
    if _same(mine, base):
        return theirs
    if _same(theirs, base) or _same(mine, theirs):
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        whole = base if isinstance(base, dict) else {}
        if mine.get("kind") == theirs.get("kind") and (base is _ABSENT or mine.get("kind") == whole.get("kind")):
            return _fields(whole, mine, theirs, place, conflicts)
    if isinstance(mine, list) and isinstance(theirs, list):
        found = _entries(base if isinstance(base, list) else [], mine, theirs, place, conflicts)
        if found is not None:
            return found
    conflicts.append(place)
    return mine


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not one."""
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return type(one) is type(other) and bool(one == other) and _key(one) == _key(other)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _fields(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], place: str, conflicts: list[str]
) -> dict[str, Any]:
    found = {}
    for name in dict.fromkeys([*theirs, *mine]):
        value = _merge(
            base.get(name, _ABSENT), mine.get(name, _ABSENT), theirs.get(name, _ABSENT), _at(place, name), conflicts
        )
        if value is not _ABSENT:
            found[name] = value
    return found


def _entries(base: list[Any], mine: list[Any], theirs: list[Any], place: str, conflicts: list[str]) -> list[Any] | None:
    """The entries of a list; ``None`` when they cannot be told apart."""
    named = _by_name([base, mine, theirs])
    if named is None:
        named = _by_words(base, mine, theirs)
    if named is None:
        return None
    was, my, their = named
    merged: dict[str, Any] = {}
    for name in dict.fromkeys([*my, *their]):
        value = _merge(
            was.get(name, _ABSENT), my.get(name, _ABSENT), their.get(name, _ABSENT), _at(place, name), conflicts
        )
        if value is not _ABSENT:
            merged[name] = value
    return [merged[name] for name in _order(list(was), list(my), list(their), merged, place, conflicts)]


def _by_name(lists: Sequence[list[Any]]) -> list[dict[str, Any]] | None:
    """The entries by what names them, when all have the same kind of name and no two the same."""
    for key in NAMES:
        found = []
        for one in lists:
            if not all(isinstance(item, dict) and isinstance(item.get(key), str) for item in one):
                break
            rows = {item[key]: item for item in one}
            if len(rows) != len(one):
                break
            found.append(rows)
        else:
            return found
    return None


def _by_words(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[dict[str, Any]] | None:
    """The entries by what they say. Not when both took something away: it may be the same entry said in two ways."""
    found = [{_key(item): item for item in one} for one in (base, mine, theirs)]
    if any(len(rows) != len(one) for rows, one in zip(found, (base, mine, theirs), strict=True)):
        return None
    was, my, their = found
    return None if was.keys() - my.keys() and was.keys() - their.keys() else found


def _order(
    was: list[str], my: list[str], their: list[str], merged: dict[str, Any], place: str, conflicts: list[str]
) -> list[str]:
    """The order of whom moved the entries that both have, with the other's new entries after what they were put after."""
    both = [name for name in my if name in set(was) & set(their)]
    before = [name for name in was if name in set(both)]
    after = [name for name in their if name in set(both)]
    if both not in (before, after) and before != after:
        conflicts.append(place)
    first, second = (my, their) if both != before else (their, my)
    order = [name for name in first if name in merged]
    for number, name in enumerate(second):
        if name in merged and name not in order:
            previous = next((one for one in reversed(second[:number]) if one in order), None)
            order.insert(order.index(previous) + 1 if previous is not None else 0, name)
    return order
