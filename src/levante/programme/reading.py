"""From a folder to a programme ready to load: every entry checked, every code known, every problem with its file, line and field."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, ManyToManyField
from django.utils import translation
from pydantic import BaseModel
from pydantic import ValidationError as ShapeError

from levante.identity.api import Office
from levante.kernel.pure import Bilingual
from levante.programme import models
from levante.programme.folder import Document, Location, Problem, Unreadable, read_document, read_folder, read_text
from levante.programme.schema import LINKS, SECTIONS, Both, Entry, MovementEntry, ProgrammeFile, Strict

MODELS: dict[str, Any] = {
    "bodies": Office,
    "triennia": models.Triennium,
    "acts": models.Act,
    "strategies": models.Strategy,
    "periods": models.ProgrammingPeriod,
    "funds": models.Fund,
    "actions": models.Action,
    "directions": models.Direction,
    "direction_actions": models.DirectionAction,
    "sectors": models.Sector,
    "indicators": models.Indicator,
    "figures": models.Figure,
    "interventions": models.Intervention,
    "initiatives": models.PlannedInitiative,
    "measures": models.ParallelMeasure,
    "lines": models.BudgetLine,
}

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
    "greater_than": ("deve essere maggiore di zero.", "must be above zero."),
    "greater_than_equal": ("è troppo piccolo.", "is too small."),
    "less_than_equal": ("è troppo grande.", "is too large."),
    "tuple_type": ("deve essere un elenco.", "must be a list."),
    "literal_error": ("non è uno dei valori ammessi.", "is not one of the accepted values."),
    "model_type": ("deve contenere campi con un nome.", "must hold named fields."),
    "value_error": ("non è un valore valido.", "is not a valid value."),
}


@dataclass(slots=True)
class Folder:
    """A programme as its folder says it. ``rows[section][code]`` is an entry; ``places`` says where each was written."""

    programme: ProgrammeFile
    texts: dict[str, str]
    rows: dict[str, dict[str, Any]]
    places: dict[tuple[str, str], tuple[Document, Location]] = field(default_factory=dict)

    def problem(self, section: str, code: str, name: str, text: Bilingual) -> Problem:
        document, place = self.places[section, code]
        return problem_at(document, (*place, name) if name else place, text)


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
    problems = [*_check_fields(folder), *check_links(folder, folder.rows), *_check_sense(folder)]
    if problems:
        raise Unreadable(problems)
    return folder


_TWICE = Bilingual("è scritto in più di un file.", "is written in more than one file.")


def problem_at(document: Document, place: Location, text: Bilingual) -> Problem:
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    return Problem(document.name, document.line_of(place), name, text)


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


def attributes(section: str, entry: Any) -> dict[str, Any]:
    """An entry as the attributes of its model: both languages apart, links and lists as codes."""
    model = MODELS[section]
    found: dict[str, Any] = {}
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if _is_bilingual(model, name):
            found[f"{name}_it"] = value.it if isinstance(value, Both) else ""
            found[f"{name}_en"] = value.en if isinstance(value, Both) else ""
        elif isinstance(value, tuple):
            found[name] = tuple(sorted(value)) if name in LINKS.get(section, {}) else value
        else:
            found[name] = value
    return found


def _is_bilingual(model: Any, name: str) -> bool:
    return any(each.name == f"{name}_it" for each in model._meta.fields)


def _check_fields(folder: Folder) -> list[Problem]:
    """What the columns accept: lengths, listed values, addresses."""
    problems = []
    with translation.override("it"):
        for section, model in MODELS.items():
            fields: dict[str, Field[Any, Any]] = {
                each.name: each for each in model._meta.get_fields() if isinstance(each, Field)
            }
            links = LINKS.get(section, {})
            for code, entry in folder.rows[section].items():
                for name, value in attributes(section, entry).items():
                    known = fields[name]
                    if name in links or isinstance(known, ManyToManyField) or value in (None, ()):
                        continue
                    listed = [str(key) for key, _ in known.flatchoices] if known.choices else []
                    if listed and value not in listed and not (known.blank and value == ""):
                        values = ", ".join(listed)
                        text = Bilingual(f"“{value}” non è tra {values}.", f"“{value}” is not one of {values}.")
                        problems.append(folder.problem(section, code, name, text))
                        continue
                    try:
                        known.clean(list(value) if isinstance(value, tuple) else value, None)
                    except ValidationError as error:
                        written = name.removesuffix("_it").removesuffix("_en")
                        said = " ".join(error.messages)
                        problems.append(folder.problem(section, code, written, Bilingual(said, said)))
    return problems


def check_links(folder: Folder, known: dict[str, dict[str, Any]]) -> list[Problem]:
    """Codes that nobody wrote, and chains that come back to where they start."""
    problems = []
    for section, links in LINKS.items():
        for code, entry in folder.rows[section].items():
            for name, target in links.items():
                value = getattr(entry, name)
                for each in value if isinstance(value, tuple) else [value] if value is not None else []:
                    if each not in known[target]:
                        text = Bilingual(f"“{each}” non è in {target}.", f"“{each}” is not in {target}.")
                        problems.append(folder.problem(section, code, name, text))
        for name, target in links.items():
            if target == section:
                problems += _circles(folder, section, name)
    for code, entry in folder.rows["movements"].items():
        for each in (entry.subject.sectors or ()) if entry.subject is not None else ():
            if each not in known["sectors"]:
                text = Bilingual(f"“{each}” non è in sectors.", f"“{each}” is not in sectors.")
                problems.append(folder.problem("movements", code, "subject", text))
    return problems


def _circles(folder: Folder, section: str, name: str) -> list[Problem]:
    rows, found = folder.rows[section], []
    for code in rows:
        seen, here = {code}, getattr(rows[code], name)
        while here in rows and here not in seen:
            seen.add(here)
            here = getattr(rows[here], name)
        if here == code:
            text = Bilingual("la catena torna al punto di partenza.", "the chain comes back to its start.")
            found.append(folder.problem(section, code, name, text))
    return found


def _check_sense(folder: Folder) -> list[Problem]:
    """What cannot be true together."""
    problems: list[Problem] = []

    def wrong(section: str, code: str, name: str, it: str, en: str) -> None:
        problems.append(folder.problem(section, code, name, Bilingual(it, en)))

    for section in ("strategies", "periods", "actions", "direction_actions", "indicators"):
        for code, row in folder.rows[section].items():
            if row.since and row.until and row.until < row.since:
                wrong(section, code, "until", "viene prima dell’inizio.", "comes before the start.")
    for code, row in folder.rows["initiatives"].items():
        if row.ends_on and (row.starts_on is None or row.ends_on < row.starts_on):
            wrong("initiatives", code, "ends_on", "viene prima dell’inizio.", "comes before the start.")
    for code, row in folder.rows["triennia"].items():
        if row.last_year < row.first_year:
            wrong("triennia", code, "last_year", "viene prima del primo anno.", "comes before the first year.")
    for section, rows in folder.rows.items():
        for code, row in rows.items():
            if isinstance(row, Entry) and row.confidence != "sourced" and row.note is None:
                wrong(section, code, "note", "un dato non certo dice perché.", "what is not certain says why.")
    for code, row in folder.rows["figures"].items():
        if not row.source and not row.demonstration:
            wrong("figures", code, "source", *_SOURCE_OR_DEMONSTRATION)
    _check_acts(folder, wrong)
    _check_indicators(folder, wrong)
    _check_money(folder, wrong)
    _check_overlaps(folder, "direction_actions", lambda row: (row.direction, row.action), wrong)
    _check_overlaps(folder, "indicators", lambda row: row.number, wrong)
    return problems


_SOURCE_OR_DEMONSTRATION = (
    "un dato senza fonte va segnato demonstration: true.",
    "a figure without a source is marked demonstration: true.",
)
Wrong = Callable[[str, str, str, str, str], None]


def _check_acts(folder: Folder, wrong: Wrong) -> None:
    approvals: dict[str, str] = {}
    for code, row in folder.rows["acts"].items():
        if row.confidence == "sourced" and not (row.number and row.adopted_on):
            wrong(
                "acts", code, "confidence",
                "un atto senza numero o data è to_confirm.", "an act without number or date is to_confirm.",
            )  # fmt: skip
        if row.role != "approval" or row.replaces is not None:
            continue
        if row.triennium is None:
            wrong("acts", code, "triennium", "quale triennio approva?", "which triennium does it approve?")
        elif row.triennium in approvals:
            first = approvals[row.triennium]
            wrong(
                "acts", code, "role",
                f"il triennio è già approvato da “{first}”.", f"“{first}” already approves the triennium.",
            )  # fmt: skip
        else:
            approvals[row.triennium] = code


def _check_indicators(folder: Folder, wrong: Wrong) -> None:
    for code, row in folder.rows["indicators"].items():
        if row.scope == "programme" and (row.fund or row.action):
            wrong(
                "indicators",
                code,
                "fund",
                "un indicatore del programma non ha fondo.",
                "one of the programme has no fund.",
            )
        if row.scope != "programme" and not row.fund:
            wrong("indicators", code, "fund", "di quale fondo è?", "of which fund is it?")


def _check_money(folder: Folder, wrong: Wrong) -> None:
    triennia, lines, acts = folder.rows["triennia"], folder.rows["lines"], folder.rows["acts"]
    for code, row in lines.items():
        triennium = triennia.get(row.triennium)
        if row.year and triennium and not triennium.first_year <= row.year <= triennium.last_year:
            wrong("lines", code, "year", "non è del triennio.", "is not of the triennium.")
    for code, row in folder.rows["movements"].items():
        check_movement(
            row, lines.get(row.line), acts.get(row.act), lambda *words, code=code: wrong("movements", code, *words)
        )


def check_movement(row: MovementEntry, line: Any, act: Any, wrong: Callable[[str, str, str], None]) -> None:
    """What a movement's entry must hold together, with the line and the act it names (an entry or a row)."""
    if not row.source and not row.demonstration:
        wrong("source", *_SOURCE_OR_DEMONSTRATION)
    if (row.kind == "reprogramming") != (row.to is not None):
        wrong("to", "serve a una riprogrammazione, e solo a quella.", "belongs to a reprogramming, and only to it.")
    if line is not None and act is not None and _code(act.triennium) != _code(line.triennium):
        wrong("act", "non è del triennio della linea.", "is not of the triennium of the line.")
    if act is not None and act.adopted_on and row.on < act.adopted_on:
        wrong("on", "viene prima del suo atto.", "comes before its act.")


def _code(value: Any) -> str | None:
    return getattr(value, "code", value)


def _check_overlaps(folder: Folder, section: str, key: Callable[[Any], Any], wrong: Wrong) -> None:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in folder.rows[section].values():
        groups[key(row)].append(row)
    for rows in groups.values():
        for before, after in overlapping(rows):
            wrong(
                section, after.code, "since",
                f"le date si sovrappongono a quelle di “{before.code}”.", f"the dates overlap those of “{before.code}”.",
            )  # fmt: skip


def overlapping(rows: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Neighbours in time whose days overlap."""
    ordered = sorted(rows, key=lambda row: row.since or date.min)
    return [
        (before, after)
        for before, after in pairwise(ordered)
        if before.until is None or after.since is None or after.since <= before.until
    ]
