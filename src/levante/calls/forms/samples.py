"""Answers made up from a form: what a rehearsal fills it with. Pure: the same seed gives the same answers.

Each question gets something of its kind, within its limits; then the form is read, and what is missing or wrong is tried again,
with the numbers and codes that its conditions compare it with, and with larger amounts, until nothing is.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from levante.calls.expressions import Binary, ListOf, Literal, Member, Name, Node, NotCel, inside, names_of, parse
from levante.calls.forms.model import Field, Form
from levante.calls.forms.reading import Problem, Reading, read_answers

IBAN = "IT60X0542811101000000123456"
_COUNTRIES = ("DE", "FR", "US", "JP", "AE", "BR")
_TRIES = 60
#: A stored entry as an answer holds it: the rehearsal uploads the real one.
PLACEHOLDER = [{"id": 0, "name": "prova.pdf", "size": 1, "sha256": "0" * 64, "kind": "pdf", "expires_on": "2999-12-31"}]


class CannotFill(ValueError):
    """No answers were found that the form accepts: ``problems`` are those of the last try."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.sentence.it for problem in problems) or "what must hold does not")


@dataclass(frozen=True, slots=True)
class Sample:
    """Typed answers, and the fields whose documents are to be uploaded."""

    answers: dict[str, Any]
    files: tuple[str, ...]
    reading: Reading


@dataclass(slots=True)
class _Filler:
    form: Form
    facts: Mapping[str, Any]
    rng: random.Random
    on: date
    hints: dict[str, list[Any]] = field(default_factory=dict)
    scale: Decimal = Decimal(1)

    def value(self, item: Field, answers: Mapping[str, Any]) -> Any:
        """Something of the field's kind; a value that conditions compare it with, now and then."""
        hints = self.hints.get(item.id, ())
        if hints and self.rng.random() < 0.5:
            return self.as_stored(item, self.rng.choice(list(hints)))
        maker = _MAKERS.get(item.kind)
        return maker(self, item, answers) if maker is not None else None

    def as_stored(self, item: Field, value: Any) -> Any:
        if item.kind in ("money", "number", "percent"):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                return self.number(item, {})
            return self.text_of(item, Decimal(str(value)))
        if item.kind in ("yes_no", "declaration"):
            return bool(value)
        if item.kind == "multi_choice":
            return [str(value)]
        return str(value)

    def text_of(self, item: Field, number: Decimal) -> str:
        low = item.minimum if item.minimum is not None else Decimal(0)
        high = item.maximum if item.maximum is not None else Decimal(100) if item.kind == "percent" else None
        number = max(number, low)
        number = min(number, high) if high is not None else number
        if item.whole:
            number = max(number.to_integral_value(ROUND_FLOOR), low.to_integral_value(ROUND_CEILING))
        return f"{number:.2f}" if item.kind == "money" else format(number.quantize(Decimal("0.01")).normalize(), "f")

    def number(self, item: Field, _answers: Mapping[str, Any]) -> str:
        most = {"money": 8000, "number": 12, "percent": 100}[item.kind]
        number = Decimal(self.rng.randint(1, most)) * (self.scale if item.kind == "money" else 1)
        return self.text_of(item, number)

    def day(self, item: Field, answers: Mapping[str, Any]) -> str:
        start = self.on + timedelta(days=self.rng.randint(20, 120))
        others = [value for value in answers.values() if isinstance(value, str) and _is_day(value)]
        if others and self.rng.random() < 0.6:
            start = date.fromisoformat(self.rng.choice(others)) + timedelta(days=self.rng.randint(-3, 10))
        text = start.isoformat()
        text = max(text, item.not_before, self.on.isoformat() if item.not_past else "")
        return min(text, item.not_after) if item.not_after else text

    def words(self, item: Field, _answers: Mapping[str, Any]) -> str:
        text = f"Prova: {item.label.it}"
        return text[: item.max_length] if item.max_length else text[:200]

    def rows(self, item: Field, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
        count = self.rng.randint(max(item.min_rows, 1), max(min(item.max_rows, 4), item.min_rows, 1))
        asked = [column for column in item.fields if column.typed]
        return [{column.id: self.value(column, answers) for column in asked} for _ in range(count)]

    def codes(self, item: Field, _answers: Mapping[str, Any]) -> Any:
        return self.rng.choice([choice.code for choice in item.choices])


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text[:4].isdigit()


_MAKERS: dict[str, Callable[[_Filler, Field, Mapping[str, Any]], Any]] = {
    "text": _Filler.words,
    "long_text": _Filler.words,
    "number": _Filler.number,
    "money": _Filler.number,
    "percent": _Filler.number,
    "date": _Filler.day,
    "choice": _Filler.codes,
    "multi_choice": lambda filler, item, answers: [filler.codes(item, answers)],
    "yes_no": lambda filler, item, answers: filler.rng.random() < 0.5,
    "declaration": lambda filler, item, answers: True,
    "country": lambda filler, item, answers: filler.rng.choice(_COUNTRIES),
    "comune": lambda filler, item, answers: "072006",
    "email": lambda filler, item, answers: "prova@example.org",
    "iban": lambda filler, item, answers: IBAN,
    "file": lambda filler, item, answers: [dict(PLACEHOLDER[0])],
    "group": _Filler.rows,
}


def sample_answers(
    form: Form,
    *,
    facts: Mapping[str, Any],
    seed: int,
    on: date,
    given: Mapping[str, Any] | None = None,
    must_hold: Iterable[str] = (),
    good: Callable[[Reading], bool] = lambda reading: True,
) -> Sample:
    """Answers that the form accepts, with those ``given`` among them; ``must_hold`` are expressions that they make true, and
    ``good`` whatever else is wanted of the reading (an amount above zero). ``CannotFill`` when none is found."""
    conditions = [text for text in must_hold if text]
    filler = _Filler(form, facts, random.Random(seed), on)  # noqa: S311 - made-up answers, nothing to guess
    filler.hints = _hints(form, conditions)
    fixed = dict(given or {})
    answers: dict[str, Any] = {}
    reading = read_answers(form, fixed, facts)
    for attempt in range(_TRIES):
        filler.scale = Decimal(1) + Decimal(attempt * attempt) / 8
        for name in _to_fill(form, reading, answers, conditions, good, filler.rng):
            item = form.field(name)
            if item is not None and name not in fixed:
                answers[name] = filler.value(item, answers)
        reading = read_answers(form, {**answers, **fixed}, facts)
        if not _real(reading.problems) and _hold(conditions, reading) and good(reading):
            typed = {
                name: value
                for name, value in {**answers, **fixed}.items()
                if name in reading.visible
                and (item := form.field(name)) is not None
                and item.typed
                and value is not None
            }
            files = [item.id for _, item in form.fields() if item.kind == "file" and item.id in reading.visible]
            return Sample(typed, tuple(files), reading)
    raise CannotFill(_real(reading.problems))


def _real(problems: Iterable[Problem]) -> list[Problem]:
    """Problems but for signatures: a rehearsal signs nothing."""
    return [problem for problem in problems if "firmato digitalmente" not in problem.text.it]


def _hold(conditions: Iterable[str], reading: Reading) -> bool:
    from levante.calls import conditions as cel

    return all(cel.holds(text, reading.variables) is True for text in conditions)


def _to_fill(
    form: Form,
    reading: Reading,
    answers: Mapping[str, Any],
    conditions: Iterable[str],
    good: Callable[[Reading], bool],
    rng: random.Random,
) -> list[str]:
    """The questions to answer, or to answer otherwise: not answered yet, wrong, or looked at by what does not hold."""
    wanted = [item.id for _, item in form.fields() if item.id in reading.visible and item.id not in answers]
    wanted = [name for name in wanted if (item := form.field(name)) is not None and item.kind != "computed"]
    for problem in _real(reading.problems):
        item = form.field(problem.field)
        wanted += _behind(form, item) if item is not None else []
        if item is not None and item.must:
            wanted += [name for _, name in _named(item.must)]
    if not wanted:
        for text in conditions:
            if not _hold([text], reading):
                wanted += [name for root, name in _named(text) if root == "answers"]
    if not wanted and not good(reading):
        money = [
            item.id
            for _, item in form.fields()
            if item.id in reading.visible and item.kind in ("money", "group", "choice")
        ]
        wanted += money
    found: list[str] = []
    for name in wanted:
        item = form.field(name)
        found += _behind(form, item) if item is not None else []
    unique = list(dict.fromkeys(found))
    order = {item.id: place for place, (_, item) in enumerate(form.fields())}
    return sorted((name for name in unique if name in order), key=lambda name: order[name])


def _behind(form: Form, item: Field, depth: int = 0) -> list[str]:
    """The questions that an answer depends on: itself, or what its formula looks at."""
    if item.kind != "computed":
        return [item.id]
    if depth > 5:
        return []
    found = []
    for root, name in _named(item.formula):
        other = form.field(name) if root == "answers" else None
        found += _behind(form, other, depth + 1) if other is not None else []
    return found


def _named(expression: str) -> list[tuple[str, str]]:
    try:
        return sorted(names_of(expression))
    except NotCel:
        return []


def _hints(form: Form, conditions: Iterable[str]) -> dict[str, list[Any]]:
    """The values that conditions compare each answer with, and their neighbours."""
    texts = [*conditions]
    for section, item in form.fields():
        texts += [
            text for text in (section.show_if, item.show_if, item.must, item.required) if text not in ("", "true")
        ]
    found: dict[str, list[Any]] = {}
    for text in texts:
        try:
            tree = parse(text)
        except NotCel:
            continue
        for node in inside(tree):
            if isinstance(node, Binary):
                for name, value in _compared(node):
                    found.setdefault(name, []).extend(_near(value))
    return found


def _compared(node: Binary) -> Iterable[tuple[str, Any]]:
    for one, other in ((node.left, node.right), (node.right, node.left)):
        name = _answer(one)
        if name is None:
            continue
        if isinstance(other, Literal):
            yield name, other.value
        elif isinstance(other, ListOf):
            yield from ((name, item.value) for item in other.items if isinstance(item, Literal))


def _answer(node: Node) -> str | None:
    """The answer that a node is, or the column of a row."""
    if isinstance(node, Member) and isinstance(node.of, Name) and node.of.name not in ("facts", "lists"):
        return node.name
    return None


def _near(value: Any) -> list[Any]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return [value]
    return [value, value + 1, value * 2]
