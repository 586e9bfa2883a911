"""From a call's file to a call ready to load: every value checked, every problem with its file, line and field."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from levante.calls.checker import Finding, Surroundings, check_call
from levante.calls.document import plain
from levante.calls.forms.model import DefinitionError, Form
from levante.calls.forms.parsing import read_form
from levante.calls.schema import CallEntry
from levante.kernel.pure import Bilingual
from levante.programme.api import Document, Problem, Unreadable, read_document


@dataclass(frozen=True, slots=True)
class CallFile:
    """A call as its file says it, with the form it describes: its shape is right, whether its parts agree is ``findings``."""

    document: Document
    entry: CallEntry
    form: Form

    def findings(self, *, on: date, fund_kind: str = "") -> list[Finding]:
        """What the checker says of it on a day."""
        return check_call(self.entry, on=on, around=Surroundings(fund_kind))

    def problem(self, field: str, it: str, en: str) -> Problem:
        return _problem(self.document, tuple(_keys(field)), Bilingual(it, en))


def read_calls(folder: Path) -> list[CallFile]:
    """The calls of a folder, one file each, in order of name. ``Unreadable`` with every problem of every file."""
    if not folder.is_dir():
        raise Unreadable([Problem(str(folder), 0, "", Bilingual("non è una cartella.", "is not a folder."))])
    files, problems = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            files.append(read_call(path))
        except Unreadable as error:
            problems += error.problems
    codes: dict[str, str] = {}
    for file in files:
        first = codes.setdefault(file.entry.code, file.document.name)
        if first != file.document.name:
            problems.append(file.problem("code", f"è già in {first}.", f"is already in {first}."))
    if problems:
        raise Unreadable(problems)
    return files


def read_call(path: Path) -> CallFile:
    """One call; ``Unreadable`` with every problem of its shape."""
    return call_of(read_document(path))


def call_of(document: Document) -> CallFile:
    """The call of a document read from a file or from what somebody uploaded."""
    try:
        entry = CallEntry.model_validate(document.data)
    except ValidationError as error:
        raise Unreadable([_shape_problem(document, item) for item in error.errors()]) from error
    try:
        form = read_form(plain(entry.form)) if entry.form else Form(())
    except DefinitionError as error:
        place = ("form", *_keys(error.path))
        raise Unreadable([_problem(document, place, error.words)]) from error
    return CallFile(document, entry, form)


def _keys(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in path.split(".") if part]


def _problem(document: Document, place: tuple[str | int, ...], text: Bilingual) -> Problem:
    return Problem(document.name, document.line_of(place), ".".join(map(str, place)), text)


_SHAPES = {
    "missing": Bilingual("manca.", "is missing."),
    "extra_forbidden": Bilingual("è una chiave sconosciuta.", "is an unknown key."),
    "string_type": Bilingual("deve essere un testo.", "must be a text."),
    "literal_error": Bilingual("non è uno dei valori ammessi.", "is not one of the accepted values."),
    "date_type": Bilingual("deve essere una data, come 2018-06-01.", "must be a date, as 2018-06-01."),
    "bool_type": Bilingual("deve essere true o false.", "must be true or false."),
    "int_type": Bilingual("deve essere un numero intero.", "must be a whole number."),
    "greater_than": Bilingual("è troppo piccolo.", "is too small."),
    "greater_than_equal": Bilingual("è troppo piccolo.", "is too small."),
    "less_than_equal": Bilingual("è troppo grande.", "is too large."),
    "string_too_short": Bilingual("non può essere vuoto.", "cannot be empty."),
    "string_too_long": Bilingual("è troppo lungo.", "is too long."),
    "string_pattern_mismatch": Bilingual("non ha la forma di un codice.", "does not have the form of a code."),
    "too_short": Bilingual("non può essere vuoto.", "cannot be empty."),
    "model_type": Bilingual("deve contenere campi con un nome.", "must hold named fields."),
    "union_tag_invalid": Bilingual(
        "il genere (kind) non è tra quelli ammessi.", "its kind is not one of the accepted ones."
    ),
    "union_tag_not_found": Bilingual("manca il genere (kind).", "its kind is missing."),
    "list_type": Bilingual("deve essere un elenco.", "must be a list."),
}


#: Unions tell their kind in the path of an error; the file does not.
_UNIONS = {"money", "basis"}


def place_of(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place in the document that pydantic's path of an error means."""
    found: list[str | int] = []
    skip = False
    for part in loc:
        if skip:
            skip = False
            continue
        found.append(part)
        skip = part in _UNIONS
    return tuple(found)


def words_of(item: Any) -> Bilingual:
    """What pydantic says of a shape, in both languages."""
    if item["type"] == "said":
        return Bilingual(item["ctx"]["it"], item["ctx"]["en"])
    said = str(item["msg"])
    return _SHAPES.get(item["type"], Bilingual(said, said))


def _shape_problem(document: Document, item: Any) -> Problem:
    return _problem(document, place_of(item["loc"]), words_of(item))
