"""Texts of a call that have no English of their own yet: they say the Italian."""

import re
from collections.abc import Iterator, Mapping
from typing import Any


def unwritten_in(document: Any, path: str = "") -> list[tuple[str, str]]:
    """``[(place, Italian)]``: where both languages say the same words. Numbers, codes and single short words may."""
    return list(_walk(document, path))


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        it, en = value.get("it"), value.get("en")
        if isinstance(it, str) and it == en and is_unwritten(it):
            yield path, it
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, f"{path}.{number}")


def is_unwritten(text: str) -> bool:
    """Words that would be others in English: a name, an acronym, a number may be the same."""
    return len(re.findall(r"[^\W\d_]+", text)) > 1 and not text.isupper()
