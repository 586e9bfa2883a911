"""A JSON document read field by field: what is wrong is told with the full path of the field, in both languages."""

import json
import math
from collections.abc import Iterator
from typing import Any

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest document that is read: an event of several thousand people is a tenth of it."""

WHOLE = "$"
"""The ``field`` of an error that concerns the document and not one of its fields."""

_LONGEST_ID = 200
_MOST = 10**9


class Bad(ValueError):
    """A document that cannot be used: which field, and why, in both languages; ``document`` says which of several, where there are."""

    def __init__(self, field: str, message_it: str, message_en: str) -> None:
        super().__init__(f"{field}: {message_en}")
        self.field = field
        self.message_it = message_it
        self.message_en = message_en
        self.document = ""

    def as_json(self) -> dict[str, Any]:
        where = {"document": self.document} if self.document else {}
        return {"error": {**where, "field": self.field, "message": self.message_it, "message_en": self.message_en}}


def parse(text: bytes, *, largest: int = LARGEST) -> dict[str, Any]:
    """The one JSON object a document is (UTF-8, no name twice, at most ``largest`` bytes); ``Bad`` otherwise."""
    if len(text) > largest:
        mega = largest // (1024 * 1024)
        raise Bad(WHOLE, f"il documento supera {mega} MB", f"the document is over {mega} MB")
    twice: list[tuple[dict[str, Any], str]] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = [name for name, _ in pairs]
            twice.append((fields, next(name for name in names if names.count(name) > 1)))
        return fields

    try:
        document = json.loads(text.decode("utf-8-sig"), object_pairs_hook=once)
    except UnicodeDecodeError as error:
        raise Bad(WHOLE, f"il testo non è in UTF-8 (byte {error.start})", f"not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise Bad(
            WHOLE,
            f"non è JSON valido: riga {error.lineno}, colonna {error.colno}",
            f"not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}",
        ) from error
    except RecursionError as error:
        raise Bad(WHOLE, "troppi livelli di annidamento", "nested too deeply") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise Bad(WHOLE, "un numero fuori misura", "a number out of measure") from error
    if twice:
        raise Bad(_path_of(document, twice), "campo scritto due volte", "a field written twice")
    if not isinstance(document, dict):
        raise Bad(WHOLE, "deve essere un oggetto JSON", "must be a JSON object")
    return document


def _path_of(document: Any, twice: list[tuple[dict[str, Any], str]]) -> str:
    """The path of the first field that is written twice in its object; what is within one of them that another took the place of is in
    no document, but the object around it is."""
    names = {id(fields): name for fields, name in twice}
    left: list[tuple[Any, str]] = [(document, "")]
    while left:
        value, path = left.pop()
        if isinstance(value, dict):
            if id(value) in names:
                return _said(f"{path}.{names[id(value)]}" if path else names[id(value)])
            left += [(item, f"{path}.{name}" if path else name) for name, item in reversed(value.items())]
        elif isinstance(value, list):
            left += [(item, f"{path}[{index}]") for index, item in reversed(list(enumerate(value)))]
    return _said(twice[-1][1])


def _said(path: str) -> str:
    """A path that can be written, whatever halves of characters its names have."""
    return path.encode("utf-8", "replace").decode()


class Fields:
    """The fields of one JSON object, each read with its type; ``end`` refuses those that nobody asked for."""

    __slots__ = ("_asked", "_fields", "path")

    def __init__(self, fields: Any, path: str = "") -> None:
        if not isinstance(fields, dict):
            raise Bad(path or WHOLE, "deve essere un oggetto JSON", "must be a JSON object")
        self.path = path
        self._fields = fields
        self._asked: set[str] = set()

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def bad(self, name: str, it: str, en: str) -> Bad:
        return Bad(self.at(name), it, en)

    def has(self, name: str) -> bool:
        """Whether the field is there and is not ``null``."""
        self._asked.add(name)
        return self._fields.get(name) is not None

    def raw(self, name: str) -> Any:
        if not self.has(name):
            raise self.bad(name, "campo obbligatorio mancante", "a required field is missing")
        return self._fields[name]

    def words(self, name: str) -> None:
        """A text for people, kept by nobody; absent or empty as one likes."""
        if self.has(name) and not isinstance(self._fields[name], str):
            raise self.bad(name, "deve essere un testo", "must be a text")

    def id(self, name: str) -> str:
        """An identifier: a text that is not blank, of at most 200 characters."""
        return identifier(self.raw(name), self.at(name))

    def optional_id(self, name: str) -> str | None:
        return self.id(name) if self.has(name) else None

    def integer(self, name: str, *, least: int = 0, most: int = _MOST) -> int:
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.bad(name, "deve essere un numero intero", "must be a whole number")
        if value < least:
            raise self.bad(name, f"deve essere almeno {least}", f"must be at least {least}")
        if value > most:
            raise self.bad(name, f"deve essere al più {most}", f"must be at most {most}")
        return value

    def optional_integer(self, name: str, *, least: int = 0, most: int = _MOST) -> int | None:
        return self.integer(name, least=least, most=most) if self.has(name) else None

    def number(self, name: str) -> float:
        """A number, not negative and finite."""
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.bad(name, "deve essere un numero", "must be a number")
        if not (isinstance(value, int) or math.isfinite(value)):
            raise self.bad(name, "deve essere un numero finito", "must be a finite number")
        if value < 0:
            raise self.bad(name, "non può essere negativo", "cannot be negative")
        if value > _MOST:
            raise self.bad(name, f"deve essere al più {_MOST}", f"must be at most {_MOST}")
        return float(value)

    def boolean(self, name: str) -> bool:
        """True or false; false when absent."""
        if not self.has(name):
            return False
        value = self._fields[name]
        if not isinstance(value, bool):
            raise self.bad(name, "deve essere true o false", "must be true or false")
        return value

    def items(self, name: str, *, required: bool = False) -> list[Any]:
        """The values of a list; empty when absent, unless ``required``."""
        if not required and not self.has(name):
            return []
        value = self.raw(name)
        if not isinstance(value, list):
            raise self.bad(name, "deve essere un elenco", "must be a list")
        return value

    def objects(self, name: str, *, required: bool = False) -> Iterator["Fields"]:
        for index, item in enumerate(self.items(name, required=required)):
            yield Fields(item, f"{self.at(name)}[{index}]")

    def ids(self, name: str, *, required: bool = False) -> list[str]:
        """The identifiers of a list, none of them twice."""
        found = self.items(name, required=required)
        seen: set[str] = set()
        for index, item in enumerate(found):
            if identifier(item, f"{self.at(name)}[{index}]") in seen:
                raise Bad(f"{self.at(name)}[{index}]", f"ripetuto: {item}", f"repeated: {item}")
            seen.add(item)
        return found

    def mapping(self, name: str) -> dict[str, Any]:
        """A JSON object whose names are identifiers; empty when absent."""
        if not self.has(name):
            return {}
        value = self._fields[name]
        if not isinstance(value, dict):
            raise self.bad(name, "deve essere un oggetto JSON", "must be a JSON object")
        for key in value:
            identifier(key, self.at(name))
        return value

    def end(self) -> None:
        if len(self._fields) > len(self._asked) or not self._asked.issuperset(self._fields):
            for name in self._fields:
                if name not in self._asked:
                    raise self.bad(_said(name), "campo sconosciuto", "unknown field")


def identifier(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise Bad(path, "deve essere un testo", "must be a text")
    if not value.strip():
        raise Bad(path, "non può essere vuoto", "cannot be empty")
    if len(value) > _LONGEST_ID:
        raise Bad(path, f"ha più di {_LONGEST_ID} caratteri", f"has more than {_LONGEST_ID} characters")
    if not value.isprintable():  # control characters, half characters
        raise Bad(path, "contiene caratteri che non si possono scrivere", "contains characters that cannot be written")
    return value
