"""A part of a call as a page draws it: a tree of controls, each with its place, its words and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from levante.calls.api import building, in_words
from levante.kernel.pure import Bilingual
from levante.web.desk.calls import form_shapes, numbers, words
from levante.web.desk.calls.asking import CLOSED, MENUS, Asked
from levante.web.desk.calls.scene import Options, Scene
from levante.web.desk.calls.shapes import Shape
from levante.web.desk.calls.values import as_typed, joined


@dataclass(slots=True)
class Control:
    """What a page draws. ``name`` is the name of its input, ``path`` its place in the document."""

    name: str
    path: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    value: str = ""
    other: str = ""
    checked: bool = False
    missing: str = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    inside: list["Control"] = field(default_factory=list)
    rows: list["Control"] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    key: "Control | None" = None
    said: str = ""
    asked: "AskedView | None" = None
    title: str = ""
    number: int = 0
    last: bool = False
    is_open: bool = False

    @property
    def id(self) -> str:
        return "c-" + self.name.replace(".", "-")

    @property
    def row_id(self) -> str:
        """The id of an entry of a list, which takes the focus when it is added or moved."""
        return "row-" + self.name.replace(".", "-")

    @property
    def add_id(self) -> str:
        return "add-" + self.name.replace(".", "-")

    @property
    def described_by(self) -> str:
        return " ".join(f"{self.id}-{part}" for part, there in (("help", self.help), ("error", self.errors)) if there)

    @property
    def rows_high(self) -> int:
        longest = max(len(self.value), len(self.other))
        across = 34 if self.kind.endswith("pair") else 60  # the two languages stand side by side
        return min(14, max(3 if self.kind.startswith("long") or self.kind == "lines" else 1, longest // across + 1))


@dataclass(slots=True)
class ClauseView:
    """A line of the menus: what is asked, how, with what."""

    name: str
    number: int
    subjects: list[tuple[str, Options]]
    chosen: str
    operators: Options
    operator: str
    choices: Options
    values: tuple[str, ...]
    kind: str
    bare: bool
    many: bool
    others: Options
    other: str


@dataclass(slots=True)
class AskedView:
    mode: str
    join: str
    clauses: list[ClauseView]


#: The groups of the menu of subjects.
GROUPS = {
    "facts": Bilingual("Dati dell’impresa", "Facts of the enterprise"),
    "answers": Bilingual("Risposte del modulo", "Answers of the form"),
}


@dataclass(frozen=True, slots=True)
class Draughtsman:
    """Draws the parts of a call; ``problems`` are texts by place of the document, ``opened`` the entries that were open."""

    scene: Scene
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()

    def control(self, shape: Shape, value: Any, name: str, path: str = "") -> Control:
        path = path or name
        made = Control(
            name=name,
            path=path,
            kind=shape.kind,
            label=shape.label.in_language(self.scene.language),
            help=shape.help.in_language(self.scene.language) if shape.help else "",
            required=shape.required,
            errors=list(self.problems.get(path, ())),
        )
        draw = getattr(self, f"_{_DRAWN.get(shape.kind, 'plain')}")
        draw(made, shape, value)
        return made

    def _plain(self, made: Control, shape: Shape, value: Any) -> None:
        made.value = as_typed(shape.kind, value)

    def _box(self, made: Control, shape: Shape, value: Any) -> None:
        made.checked = bool(shape.default if value is None else value)

    def _pair(self, made: Control, shape: Shape, value: Any) -> None:
        held = value if isinstance(value, Mapping) else {}
        made.value, made.other = str(held.get("it") or ""), str(held.get("en") or "")
        made.errors += [text for key in ("it", "en") for text in self.problems.get(joined(made.path, key), ())]
        if made.value and made.value == made.other and not made.value.isupper():
            made.missing = "en"

    def _choice(self, made: Control, shape: Shape, value: Any) -> None:
        held = str(value if value is not None else shape.default or "")
        made.options = self._marked(self._choices(shape, made.path), [held])
        made.value = held

    def _many(self, made: Control, shape: Shape, value: Any) -> None:
        held = [] if value in (None, "total") else [str(one) for one in value]
        made.kind = "many"
        options = self._marked(self._choices(shape, made.path), held)
        # Those chosen come first, in the order in which they were: the document keeps it.
        made.options = sorted(options, key=lambda one: held.index(one[0]) if one[2] else len(held))

    def _lines(self, made: Control, shape: Shape, value: Any) -> None:
        made.value = "\n".join(str(one) for one in value or ())

    def _choices(self, shape: Shape, path: str) -> Options:
        if shape.source:
            return self.scene.options(shape.source, path)
        return [(code, _choice_words(shape.owner, code).in_language(self.scene.language)) for code in shape.options]

    def _marked(self, options: Options, held: list[str]) -> list[tuple[str, str, bool]]:
        """The choices; what is held and no longer among them stays, by its code."""
        known = {code for code, _ in options}
        gone = [(code, code) for code in held if code and code not in known]
        return [(code, label, code in held) for code, label in [*options, *gone]]

    def _group(self, made: Control, shape: Shape, value: Any) -> None:
        held = value if isinstance(value, Mapping) else {}
        for name, part in _first_words(shape.parts):
            inner = {key: held.get(key) for key in ("it", "en")} if not name else held.get(name)
            made.inside.append(self.control(part, inner, joined(made.name, name), joined(made.path, name)))

    def _union(self, made: Control, shape: Shape, value: Any) -> None:
        kind = (value or shape.default or {}).get("kind", "")
        made.options = [
            (code, _choice_words(shape.owner, code).in_language(self.scene.language), code == kind)
            for code, _ in shape.cases
        ]
        made.value = kind
        case = dict(shape.cases).get(kind)
        if case is not None:
            self._group(made, case, value)

    def _list(self, made: Control, shape: Shape, value: Any) -> None:
        assert shape.item is not None
        rows = list(value or ())
        for number, one in enumerate(rows):
            row = self.control(shape.item, one, joined(made.name, str(number)), joined(made.path, str(number)))
            row.number, row.last, row.title = number, number == len(rows) - 1, self._title(one)
            row.is_open = self._is_open(row, len(rows))
            made.rows.append(row)

    def _map(self, made: Control, shape: Shape, value: Any) -> None:
        assert shape.item is not None
        for number, (key, one) in enumerate((value or {}).items()):
            name = joined(made.name, str(number))
            row = self.control(shape.item, one, name, joined(made.path, key or str(number)))
            options = self._marked(self.scene.options(shape.source), [key])
            row.key = Control(f"{name}.__key", row.path, "choice", made.label, options=options, value=key)
            row.number, row.title = number, dict(self.scene.options(shape.source)).get(key, key)
            row.is_open = self._is_open(row, len(value))
            made.rows.append(row)

    def _is_open(self, row: Control, many: int) -> bool:
        """An entry is open when it is alone, new, wrong inside, or was left open."""
        wrong = any(path == row.path or path.startswith(f"{row.path}.") for path in self.problems)
        return many == 1 or not row.title or wrong or row.name in self.opened

    def _title(self, value: Any) -> str:
        """What an entry is called in the list it is of."""
        if not isinstance(value, Mapping):
            return ""
        for held in (value, value.get("name"), value.get("question"), value.get("label")):
            if isinstance(held, Mapping) and held.get("it"):
                return str(held.get(self.scene.language[:2]) or held["it"])
        return str(value.get("code") or value.get("line") or "")

    def _expression(self, made: Control, shape: Shape, value: Any) -> None:
        asked = value if isinstance(value, Asked) else Asked(str(value or ""))
        made.value = asked.text
        if asked.text:
            made.said = in_words(asked.text, self.scene.form).in_language(self.scene.language)
        if asked.trouble is not None and not made.errors:
            made.errors = [asked.trouble.in_language(self.scene.language)]
        subjects = self.scene.subjects_at(made.path)
        mode = asked.mode
        if mode == CLOSED and not asked.text and shape.wants != "condition":
            mode = "text"
        clauses = (
            [self._clause(f"{made.name}.__c{n}", n, clause, subjects) for n, clause in enumerate(asked.clauses)]
            if mode == MENUS
            else []
        )
        made.asked = AskedView(mode, asked.join, clauses)

    def _clause(
        self, name: str, number: int, clause: building.Clause, subjects: Mapping[str, building.Subject]
    ) -> ClauseView:
        language = self.scene.language
        subject = subjects.get(clause.subject)
        menu = [
            (
                label.in_language(language),
                [(one.code, one.label.in_language(language)) for one in subjects.values() if one.group == group],
            )
            for group, label in GROUPS.items()
        ]
        operators = subject.operators if subject is not None else ()
        choices = [(code, label.in_language(language)) for code, label in subject.choices] if subject else []
        others = _comparable(subject, subjects, language) if subject and subject.kind in ("number", "date") else []
        return ClauseView(
            name=name,
            number=number,
            subjects=menu,
            chosen=clause.subject,
            operators=[(one, building.OPERATOR_WORDS[one].in_language(language)) for one in operators],
            operator=clause.operator,
            choices=choices,
            values=tuple(map(numbers.shown, clause.values)) if subject and subject.kind == "number" else clause.values,
            kind=subject.kind if subject else "",
            bare=clause.operator in building.BARE or subject is None,
            many=clause.operator in building.MANY,
            others=others,
            other=clause.other,
        )


def opened_in(request: HttpRequest) -> frozenset[str]:
    """The entries that were open on the page that was sent, and those around the button that was pressed."""
    place = request.POST.get("do", "").partition(" ")[2].partition(" ")[0]
    names = place.split(".")
    around = {".".join(names[: number + 1]) for number in range(len(names))}
    return frozenset(request.POST.getlist("__open")) | around


def _choice_words(owner: str, code: str) -> Bilingual:
    """The words of a choice, of the contract or of the form."""
    model, _, name = owner.partition(".")
    if model != "Form":
        return words.of_choice(owner, code)
    if name == "kind":
        return Bilingual(*form_shapes.KIND_WORDS[code])
    return form_shapes.words_of_choice(name, code) or Bilingual(code, code)


def _comparable(subject: building.Subject, subjects: Mapping[str, building.Subject], language: str) -> Options:
    return [
        (one.code, one.label.in_language(language))
        for one in subjects.values()
        if one.kind == subject.kind and one.code != subject.code and one.row is None and subject.row is None
    ]


def _first_words(parts: tuple[tuple[str, Shape], ...]) -> list[tuple[str, Shape]]:
    """Words come first, codes last: an officer thinks of what things are, not of what they are called inside."""

    def rank(part: tuple[str, Shape]) -> int:
        name, shape = part
        if shape.kind in ("pair", "long_pair") and name in ("", "name"):
            return 0
        return 2 if name == "code" and shape.kind == "text" else 1

    return sorted(parts, key=rank)


_DRAWN = {
    "yes_no": "box", "pair": "pair", "long_pair": "pair", "choice": "choice", "many": "many", "share": "many", "lines": "lines",
    "group": "group", "union": "union", "list": "list", "map": "map", "expression": "expression",
}  # fmt: skip
