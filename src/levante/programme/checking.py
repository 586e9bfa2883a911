"""What a programme's folder must hold: what the columns accept, codes that are known, what can be true together."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, ManyToManyField
from django.utils import translation

from levante.identity.api import Office
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.programme import models
from levante.programme import vocabulary as words
from levante.programme.folder import Document, Location, Problem
from levante.programme.schema import LINKS, Both, Entry, MovementEntry, ProgrammeFile
from levante.programme.values import default_of

MODELS: dict[str, Any] = {
    "bodies": Office,
    "triennia": models.Triennium,
    "acts": models.Act,
    "strategies": models.Strategy,
    "values": models.ChosenValue,
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


def problem_at(document: Document, place: Location, text: Bilingual) -> Problem:
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    return Problem(document.name, document.line_of(place), name, text)


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


def check_fields(folder: Folder) -> list[Problem]:
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


def check_sense(folder: Folder) -> list[Problem]:
    """What cannot be true together."""
    problems: list[Problem] = []

    def wrong(section: str, code: str, name: str, it: str, en: str) -> None:
        problems.append(folder.problem(section, code, name, Bilingual(it, en)))

    for section in ("strategies", "values", "periods", "actions", "direction_actions", "indicators"):
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
            if isinstance(row, Entry):
                _check_certainty(section, code, row, wrong)
    for code, row in folder.rows["figures"].items():
        if not row.source and not row.demonstration:
            wrong("figures", code, "source", *_SOURCE_OR_DEMONSTRATION)
    _check_values(folder, wrong)
    _check_acts(folder, wrong)
    _check_indicators(folder, wrong)
    _check_money(folder, wrong)
    _check_overlaps(folder, "direction_actions", lambda row: (row.direction, row.action), wrong)
    _check_overlaps(folder, "indicators", lambda row: row.number, wrong)
    _check_overlaps(folder, "values", lambda row: row.parameter, wrong)
    return problems


_SOURCE_OR_DEMONSTRATION = (
    "un dato senza fonte va segnato demonstration: true.",
    "a figure without a source is marked demonstration: true.",
)
Wrong = Callable[[str, str, str, str, str], None]


def _check_certainty(section: str, code: str, row: Entry, wrong: Wrong) -> None:
    if (row.confidence == "invented") != row.demonstration:
        wrong(
            section, code, "confidence",
            "un dato dimostrativo è invented, e solo quello.", "demonstration data are invented, and only they.",
        )  # fmt: skip
    elif row.confidence == "sourced" and not row.source:
        wrong(section, code, "source", "un dato da fonte dice quale.", "what is from a source says which.")
    elif row.confidence in ("to_confirm", "assumption") and row.note is None and "confidence" in row.model_fields_set:
        wrong(section, code, "note", "un dato non certo dice perché.", "what is not certain says why.")


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


def _check_values(folder: Folder, wrong: Wrong) -> None:
    """Numbers within reach, one where the parameter is one, and a reminder that comes before the last day to answer."""
    rows = folder.rows["values"]
    for code, row in rows.items():
        kind = words.VALUES.get(row.parameter)
        if kind is None:  # said already: it is not one of those that can be chosen
            continue
        if not row.value or (len(row.value) > 1 and not kind.many):
            wrong(
                "values", code, "value",
                "vuole almeno un numero." if kind.many else "vuole un numero solo.",
                "wants at least a number." if kind.many else "wants one number.",
            )  # fmt: skip
        elif min(row.value) < kind.least or max(row.value) > kind.most:
            wrong(
                "values", code, "value",
                f"va da {kind.least} a {kind.most}.", f"goes from {kind.least} to {kind.most}.",
            )  # fmt: skip
        elif list(row.value) != sorted(set(row.value)):
            wrong(
                "values", code, "value",
                "i numeri vanno scritti una volta, dal più piccolo.", "numbers are written once, the least first.",
            )  # fmt: skip

    def on(parameter: str, day: date) -> tuple[int, ...]:
        mine = [row for row in rows.values() if row.parameter == parameter]
        chosen = [row.value for row in mine if row.since <= day and (row.until is None or day <= row.until)]
        try:
            return chosen[0] if chosen else default_of(parameter, day)
        except parameters.Missing:  # so early there is no default
            return ()

    both = (words.FOLLOW_UP_REMIND_DAYS, words.FOLLOW_UP_CLOSE_DAYS)
    for code, row in rows.items():
        edges = (row.since, row.until + timedelta(days=1)) if row.until is not None else (row.since,)
        pairs = [(on(both[0], day), on(both[1], day)) for day in edges if row.parameter in both]
        if any(remind and close and remind >= close for remind, close in pairs):
            wrong(
                "values", code, "value",
                "il sollecito verrebbe dopo l’ultimo giorno per rispondere.",
                "the reminder would come after the last day to answer.",
            )  # fmt: skip


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
        unknown = sorted({*row.initiative_kinds} - words.INITIATIVE_KINDS.keys())
        if unknown:
            told, listed = ", ".join(unknown), ", ".join(words.INITIATIVE_KINDS)
            wrong(
                "indicators", code, "initiative_kinds", f"“{told}” non è tra {listed}.", f"“{told}” is not one of {listed}."
            )  # fmt: skip
        if bool(row.initiative_kinds) != (row.counts in words.COUNT_INITIATIVES):
            wrong(
                "indicators", code, "initiative_kinds",
                "i tipi di iniziativa che sono un sostegno si scrivono dove counts è supported o non_financial, e solo lì.",
                "the kinds of initiative that are support are written where counts is supported or non_financial, and only there.",
            )  # fmt: skip


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
