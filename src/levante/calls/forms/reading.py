"""What a form says of a set of answers: what is shown, what is computed, what is missing and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from levante.calls import conditions
from levante.calls.forms import files, kinds
from levante.calls.forms.model import Field, Form, Section
from levante.kernel.pure import Bilingual, money_text, round_euro

MISSING, WRONG = "missing", "wrong"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to fill or to mend: where it is and what to do. ``row`` counts from 0 inside a repeated group."""

    kind: str
    section: str
    field: str
    label: Bilingual
    text: Bilingual
    row: int | None = None
    inner: str = ""

    @property
    def anchor(self) -> str:
        return f"f-{self.field}" if self.row is None else f"f-{self.field}-{self.row}-{self.inner}"

    @property
    def sentence(self) -> Bilingual:
        return Bilingual(f"{self.label.it}: {self.text.it}", f"{self.label.en}: {self.text.en}")


@dataclass(slots=True)
class Reading:
    """A form read with some answers. ``answers`` are the visible ones with the computed values among them: what is
    submitted. ``variables`` are what expressions see."""

    form: Form
    answers: dict[str, Any] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)
    sections: list[Section] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def problems_of(self, section_id: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.section == section_id]

    def is_started(self, section: Section) -> bool:
        return any(item.typed and item.id in self.answers for item in section.fields) or any(
            item.kind == "file" and self.answers.get(item.id) for item in section.fields
        )


def read_answers(
    form: Form,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    on: date | None = None,
    computed: Mapping[str, Any] | None = None,
) -> Reading:
    """Read ``answers`` (stored ones, by field id) with the enterprise's ``facts``; on the day ``on`` documents must hold.
    ``computed`` are the values of the computed fields where they were frozen: nothing is reckoned again.

    Fields are taken in order: a condition sees the answers before it that are themselves shown, so what was typed in a
    branch no longer shown counts for nothing. Unknown conditions hide; unknown requirements ask for nothing.
    """
    reading = Reading(form, variables=conditions.context_of({}, facts, {k: list(v) for k, v in form.lists.items()}))
    seen = reading.variables["answers"]
    for section in form.sections:
        if section.show_if and conditions.holds(section.show_if, reading.variables) is not True:
            continue
        reading.sections.append(section)
        for item in section.fields:
            if item.show_if and conditions.holds(item.show_if, reading.variables) is not True:
                continue
            reading.visible.add(item.id)
            if item.kind != "computed":
                value = answers.get(item.id)
            else:
                value = _computed(item, reading.variables) if computed is None else computed.get(item.id)
            if item.kind == "group" and computed is None and isinstance(value, list):
                value = _with_computed(item, value, reading.variables)
            if value is not None and value != "":
                reading.answers[item.id] = value
                for_expressions = kinds.for_expressions(item, value)
                if for_expressions is not None:
                    seen[item.id] = for_expressions
    for section in reading.sections:
        for item in section.fields:
            if item.id in reading.visible:
                _judge(reading, section, item, on)
    return reading


def _with_computed(item: Field, rows: list[dict[str, Any]], variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows with their computed columns, each seeing those before it."""
    columns = [inner for inner in item.fields if inner.kind == "computed"]
    if not columns:
        return rows
    made = []
    for given in rows:
        row = {name: value for name, value in given.items() if all(name != column.id for column in columns)}
        for column in columns:
            value = _computed(column, {**variables, "row": _row(item, row)})
            if value is not None:
                row[column.id] = value
        made.append(row)
    return made


def _row(item: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the expressions of the columns see of their own row: what is answered and can be read."""
    pairs = ((inner.id, kinds.for_expressions(inner, row.get(inner.id))) for inner in item.fields)
    return {name: value for name, value in pairs if value is not None}


def _computed(item: Field, variables: Mapping[str, Any]) -> Any:
    try:
        value = conditions.evaluate(item.formula, variables)
        if item.result in {"money", "number", "percent"}:
            value = round_euro(Decimal(str(value)))
    except (conditions.Unknown, ArithmeticError):  # what is no number, or has more digits than any amount, has no value
        return None
    if item.result == "money":
        return money_text(value)
    if item.result in {"number", "percent"}:
        return format(value.normalize(), "f")
    if item.result == "yes_no":
        return bool(value)
    return str(float(value) if isinstance(value, Decimal) else value)


_FILL = {
    "file": files.MISSING,
    "declaration": Bilingual("manca la dichiarazione", "the declaration is missing"),
    "choice": Bilingual("scegli una risposta", "choose an answer"),
    "yes_no": Bilingual("rispondi sì o no", "answer yes or no"),
    "country": Bilingual("scegli un Paese", "choose a country"),
    "group": Bilingual("aggiungi almeno una riga", "add at least one row"),
}
_ANSWER = Bilingual("manca la risposta", "the answer is missing")


def _judge(reading: Reading, section: Section, item: Field, on: date | None) -> None:
    value = reading.answers.get(item.id)
    needed = bool(item.required) and conditions.holds(item.required, reading.variables) is True

    def add(kind: str, text: Bilingual, row: int | None = None, inner: Field | None = None) -> None:
        label = (
            item.label
            if inner is None
            else Bilingual(
                f"{item.label.it}, riga {(row or 0) + 1}, {inner.label.it}",
                f"{item.label.en}, row {(row or 0) + 1}, {inner.label.en}",
            )
        )
        reading.problems.append(Problem(kind, section.id, item.id, label, text, row, inner.id if inner else ""))

    if item.kind == "computed":
        pass
    elif value is None or value == []:
        if needed or item.min_rows:
            add(MISSING, _FILL.get(item.kind, _ANSWER))
        return
    elif item.kind == "group":
        if len(value) < item.min_rows:
            add(
                MISSING, Bilingual(f"servono almeno {item.min_rows} righe", f"at least {item.min_rows} rows are needed")
            )
        for number, row in enumerate(value):
            seen = reading.variables | {"row": _row(item, row)}
            for inner in item.fields:
                answer = row.get(inner.id)
                if inner.kind == "computed":
                    continue
                if answer is None:
                    if inner.required and conditions.holds(inner.required, seen) is True:
                        add(MISSING, _FILL.get(inner.kind, _ANSWER), number, inner)
                elif (wrong := kinds.problem(inner, answer, on)) is not None:
                    add(WRONG, wrong, number, inner)
                elif inner.must and inner.must_text and conditions.holds(inner.must, seen) is False:
                    add(WRONG, inner.must_text, number, inner)
    elif item.kind == "file":
        for kind, text in files.problems(item, value, reading.variables, on=on):
            add(kind, text)
    elif (wrong := kinds.problem(item, value, on)) is not None:
        add(WRONG, wrong)
        return
    if item.must and item.must_text and conditions.holds(item.must, reading.variables) is False:
        add(WRONG, item.must_text)
