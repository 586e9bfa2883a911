"""The pieces of a form's definition: found by their id, moved, taken away, put in. The definition given is not touched."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any


class Pieces:
    """A copy of a definition to work on; ``definition`` is what comes of it."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition: dict[str, Any] = copy.deepcopy(dict(definition))
        self.definition.setdefault("sections", [])

    @property
    def sections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.definition["sections"]
        return found

    def ids(self) -> set[str]:
        return {one["id"] for holder in self._holders() for one in holder if "id" in one}

    def _holders(self) -> Iterator[list[dict[str, Any]]]:
        yield self.sections
        for section in self.sections:
            yield section.setdefault("fields", [])

    def find(self, piece: str) -> tuple[list[dict[str, Any]], int] | None:
        """The list that holds a section or a question, and its place there."""
        for holder in self._holders():
            for number, one in enumerate(holder):
                if one.get("id") == piece:
                    return holder, number
        return None

    def get(self, piece: str) -> dict[str, Any] | None:
        found = self.find(piece)
        return found[0][found[1]] if found else None

    def is_section(self, piece: str) -> bool:
        return any(one.get("id") == piece for one in self.sections)

    def path(self, piece: str) -> str:
        """Its place in the definition: ``sections.1.fields.0``."""
        for number, section in enumerate(self.sections):
            if section.get("id") == piece:
                return f"sections.{number}"
            for inner, field in enumerate(section.get("fields", [])):
                if field.get("id") == piece:
                    return f"sections.{number}.fields.{inner}"
        return ""

    def put(self, piece: str, entry: dict[str, Any]) -> None:
        found = self.find(piece)
        if found is not None:
            found[0][found[1]] = entry

    def add(self, entry: dict[str, Any], *, section: str = "", after: str = "") -> None:
        """Put a question in a section (after another, or last), or a section in the form."""
        holder = self.sections
        if section:
            held = self.get(section)
            if held is None:
                return
            holder = held.setdefault("fields", [])
        place = next((n + 1 for n, one in enumerate(holder) if one.get("id") == after), len(holder))
        holder.insert(place, entry)

    def remove(self, piece: str) -> str:
        found = self.find(piece)
        if found is None:
            return ""
        holder, number = found
        del holder[number]
        return str(holder[min(number, len(holder) - 1)]["id"]) if holder else ""

    def up(self, piece: str) -> str:
        """One place up; the first question of a section goes to the end of the section before."""
        found = self.find(piece)
        if found is None:
            return ""
        holder, number = found
        if number:
            holder[number - 1], holder[number] = holder[number], holder[number - 1]
        elif holder is not self.sections:
            self._to_section(holder, number, -1)
        return piece

    def down(self, piece: str) -> str:
        found = self.find(piece)
        if found is None:
            return ""
        holder, number = found
        if number < len(holder) - 1:
            holder[number + 1], holder[number] = holder[number], holder[number + 1]
        elif holder is not self.sections:
            self._to_section(holder, number, 1)
        return piece

    def _to_section(self, holder: list[dict[str, Any]], number: int, step: int) -> None:
        place = next(n for n, section in enumerate(self.sections) if section.get("fields") is holder) + step
        if 0 <= place < len(self.sections):
            other = self.sections[place].setdefault("fields", [])
            other.insert(len(other) if step < 0 else 0, holder.pop(number))

    def copy(self, piece: str) -> str:
        """The same question again, under another name."""
        found = self.find(piece)
        if found is None or found[0] is self.sections:
            return ""
        holder, number = found
        again, taken, count = copy.deepcopy(holder[number]), self.ids(), 2
        while f"{piece}_{count}" in taken:
            count += 1
        again["id"] = f"{piece}_{count}"
        holder.insert(number + 1, again)
        return str(again["id"])
