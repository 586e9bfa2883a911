"""From a call's file to a call ready to load: every value checked, every problem with its file, line and field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from levante.calls.forms.model import DefinitionError, Form, read_form
from levante.calls.schema import CallEntry
from levante.kernel.pure import Bilingual
from levante.programme.api import Document, Problem, Unreadable, read_document


@dataclass(frozen=True, slots=True)
class CallFile:
    """A call as its file says it, with the form it describes."""

    document: Document
    entry: CallEntry
    form: Form

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
    """One call; ``Unreadable`` with every problem found in it."""
    document = read_document(path)
    try:
        entry = CallEntry.model_validate(document.data)
    except ValidationError as error:
        raise Unreadable([_shape_problem(document, item) for item in error.errors()]) from error
    try:
        form = read_form(plain(entry.form))
    except DefinitionError as error:
        place = ("form", *_keys(error.path))
        raise Unreadable([_problem(document, place, Bilingual(error.message, error.message))]) from error
    file = CallFile(document, entry, form)
    problems = list(_sense(file))
    if problems:
        raise Unreadable(problems)
    return file


def plain(value: Any) -> Any:
    """YAML's values as JSON holds them: decimals and days as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


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
    "greater_than": Bilingual("deve essere maggiore di zero.", "must be above zero."),
    "list_type": Bilingual("deve essere un elenco.", "must be a list."),
}


def _shape_problem(document: Document, item: Any) -> Problem:
    known = _SHAPES.get(item["type"])
    said = str(item["msg"]).removeprefix("Value error, ")
    # A union's own tag (fixed, percentage) is in the path but not in the file.
    place = tuple(part for part in item["loc"] if part not in {"fixed", "percentage"})
    return _problem(document, place, known or Bilingual(said, said))


def _sense(file: CallFile) -> Any:
    """What cannot be true together."""
    entry, form = file.entry, file.form
    money = entry.money
    if money.by is not None:
        chooser = form.field(money.by)
        if chooser is None or chooser.kind not in {"choice", "computed", "yes_no", "country"}:
            yield file.problem("money.by", "non è un campo a scelta del modulo.", "is not a choice field of the form.")
    if money.kind == "percentage":
        base = form.field(money.base)
        if base is None or (base.kind != "money" and base.result != "money"):
            yield file.problem("money.base", "non è un importo del modulo.", "is not an amount of the form.")
        if money.floor and money.cap and money.floor > money.cap:
            yield file.problem("money.floor", "supera il massimo.", "is above the cap.")
        if bool(money.caps) != (money.by is not None):
            yield file.problem("money.caps", "vanno insieme a “by”.", "go together with “by”.")
    if entry.procedure == "ranking" and not entry.criteria:
        yield file.problem("criteria", "una graduatoria ha bisogno di criteri.", "a ranking needs criteria.")
    if entry.procedure == "ranking" and any(opening.closes_at is None for opening in entry.openings):
        yield file.problem("openings", "una graduatoria ha una chiusura.", "a ranking has a closing.")
    for number, criterion in enumerate(entry.criteria):
        if (criterion.kind == "automatic") != (criterion.expression is not None):
            yield file.problem(
                f"criteria.{number}.expression",
                "serve ai criteri automatici, e solo a quelli.",
                "belongs to automatic criteria, and only to them.",
            )
    for number, rule in enumerate(entry.eligibility):
        if rule.expression is None and rule.ask is None:
            yield file.problem(
                f"eligibility.{number}", "serve un’espressione o una domanda.", "needs an expression or a question."
            )
    if entry.state != "draft" and entry.act is None:
        yield file.problem("act", "un bando approvato ha un atto.", "an approved call has an act.")
    if entry.state == "published" and entry.published_at is None:
        yield file.problem("published_at", "manca.", "is missing.")
    for number, opening in enumerate(entry.openings):
        place = f"openings.{number}"
        if opening.closes_at is not None and opening.closes_at <= opening.opens_at:
            yield file.problem(f"{place}.closes_at", "viene prima dell’apertura.", "comes before the opening.")
        if entry.published_at is not None and opening.opens_at < entry.published_at:
            yield file.problem(f"{place}.opens_at", "viene prima della pubblicazione.", "comes before publication.")
        if sum(line.budget for line in opening.lines) > opening.budget:
            yield file.problem(f"{place}.lines", "superano la dotazione.", "are above the budget.")
        if bool(opening.lines) != (opening.line_by is not None):
            yield file.problem(f"{place}.line_by", "va insieme alle linee.", "goes together with the lines.")
