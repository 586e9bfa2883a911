"""From a folder to a programme ready to load: every entry read, every problem with its file, line and field."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic import ValidationError as ShapeError

from levante.kernel.pure import Bilingual
from levante.programme import models
from levante.programme.checking import Folder, check_fields, check_links, check_movement, check_sense, problem_at
from levante.programme.folder import Document, Location, Problem, Unreadable, read_document, read_folder, read_text
from levante.programme.schema import SECTIONS, MovementEntry, ProgrammeFile, Strict

#: Shape errors in words. What is not here is said by the checker itself, in English.
SHAPES: dict[str, tuple[str, str]] = {
    "missing": ("manca.", "is missing."),
    "extra_forbidden": ("è una chiave sconosciuta.", "is an unknown key."),
    "string_type": (
        "deve essere un testo (se è un numero o una data, mettilo tra virgolette).",
        "must be a text (quote it).",
    ),
    "string_too_short": ("non può essere vuoto.", "cannot be empty."),
    "string_pattern_mismatch": ("non ha la forma giusta.", "does not have the right form."),
    "date_type": ("deve essere una data esistente, come 2023-08-08.", "must be a date that exists, as 2023-08-08."),
    "int_type": ("deve essere un numero intero.", "must be a whole number."),
    "bool_type": ("deve essere true o false.", "must be true or false."),
    "day_outside": ("deve essere una data dal 1900 al 2199.", "must be a day from 1900 to 2199."),
    "greater_than": ("deve essere maggiore di zero.", "must be above zero."),
    "greater_than_equal": ("è troppo piccolo.", "is too small."),
    "less_than_equal": ("è troppo grande.", "is too large."),
    "tuple_type": ("deve essere un elenco.", "must be a list."),
    "literal_error": ("non è uno dei valori ammessi.", "is not one of the accepted values."),
    "model_type": ("deve contenere campi con un nome.", "must hold named fields."),
    "value_error": ("non è un valore valido.", "is not a valid value."),
}


def read_programme(path: Path) -> Folder:
    """The programme of a folder; ``Unreadable`` with every problem found."""
    documents = read_folder(path)
    problems: list[Problem] = []
    head: ProgrammeFile | None = None
    rows: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    places: dict[tuple[str, str], tuple[Document, Location]] = {}
    texts: dict[str, str] = {}
    for document in documents:
        for name, value in document.data.items():
            if name == "programme":
                if head is not None:
                    problems.append(problem_at(document, (name,), _TWICE))
                    continue
                entry = parse(document, (name,), value, ProgrammeFile, problems)
                head = entry if isinstance(entry, ProgrammeFile) else None
                if head is not None:
                    texts = _texts(path, document, head, problems)
            elif name in SECTIONS:
                read_section(document, name, value, rows[name], places, problems)
            else:
                problems.append(
                    problem_at(document, (name,), Bilingual("è una sezione sconosciuta.", "is an unknown section."))
                )
    if head is None and not any(problem.field.startswith("programme") for problem in problems):
        nobody = Bilingual("manca la sezione “programme”.", "the section “programme” is missing.")
        problems.append(Problem(str(path), 0, "", nobody))
    if head is None or problems:  # an entry that is missing would make a false problem of every code that names it
        raise Unreadable(problems)
    folder = Folder(head, texts, rows, places)
    problems = [*check_fields(folder), *check_links(folder, folder.rows), *check_sense(folder)]
    if problems:
        raise Unreadable(problems)
    return folder


_TWICE = Bilingual("è scritto in più di un file.", "is written in more than one file.")


def parse(
    document: Document, place: Location, value: Any, schema: type[Strict], problems: list[Problem]
) -> BaseModel | None:
    """One entry, or its problems added to the list."""
    try:
        return schema.model_validate(value)
    except ShapeError as error:
        for found in error.errors(include_url=False):
            words = SHAPES.get(found["type"], (found["msg"], found["msg"]))
            problems.append(problem_at(document, (*place, *found["loc"]), Bilingual(*words)))
        return None


def read_section(
    document: Document,
    name: str,
    value: Any,
    rows: dict[str, Any],
    places: dict[tuple[str, str], tuple[Document, Location]],
    problems: list[Problem],
) -> None:
    """Every entry of one section of one file, by code; a code written twice is a problem."""
    if value is None:
        return
    if not isinstance(value, list):
        problems.append(problem_at(document, (name,), Bilingual(*SHAPES["tuple_type"])))
        return
    for index, item in enumerate(value):
        entry: Any = parse(document, (name, index), item, SECTIONS[name], problems)
        if entry is None:
            continue
        if entry.code in rows:
            first, where = places[name, entry.code]
            at = f"{first.name}:{first.line_of(where)}"
            problems.append(
                problem_at(
                    document,
                    (name, index, "code"),
                    Bilingual(f"“{entry.code}” è già scritto in {at}.", f"“{entry.code}” is already written in {at}."),
                )
            )
            continue
        rows[entry.code] = entry
        places[name, entry.code] = (document, (name, index))


def read_movements(path: Path, programme: models.Programme) -> list[MovementEntry]:
    """The movements of one file beside a loaded programme (the demonstration's); ``Unreadable`` with every problem found."""
    document = read_document(path)
    problems: list[Problem] = []
    rows: dict[str, Any] = {}
    places: dict[tuple[str, str], tuple[Document, Location]] = {}
    for name, value in document.data.items():
        if name == "movements":
            read_section(document, name, value, rows, places, problems)
        else:
            text = Bilingual("è una sezione sconosciuta.", "is an unknown section.")
            problems.append(problem_at(document, (name,), text))
    lines = {row.code: row for row in models.BudgetLine.objects.of(programme).select_related("triennium")}
    acts = {row.code: row for row in models.Act.objects.of(programme).select_related("triennium")}
    for code, row in rows.items():

        def wrong(name: str, it: str, en: str, code: str = code) -> None:
            where, place = places["movements", code]
            problems.append(problem_at(where, (*place, name), Bilingual(it, en)))

        for name, known in (("line", lines), ("to", lines), ("act", acts), ("to_act", acts)):
            value = getattr(row, name)
            if value is not None and value not in known:
                wrong(name, f"“{value}” non è nel programma.", f"“{value}” is not in the programme.")
        check_movement(row, lines.get(row.line), acts.get(row.act), wrong)
    if problems:
        raise Unreadable(problems)
    return list(rows.values())


def _texts(path: Path, document: Document, head: ProgrammeFile, problems: list[Problem]) -> dict[str, str]:
    if head.description is None:
        return {"it": "", "en": ""}
    found = {}
    for language, file in (("it", head.description.it), ("en", head.description.en)):
        where: Location = ("programme", "description", language)
        if Path(file).name != file:
            inside = Bilingual("deve essere un file di questa cartella.", "must be a file of this folder.")
            problems.append(problem_at(document, where, inside))
            continue
        try:
            found[language] = read_text(path / file)
        except Unreadable as error:
            problems += [problem_at(document, where, problem.text) for problem in error.problems]
    return found
