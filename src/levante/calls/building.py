"""Conditions and formulas written from menus: what is asked of what, how they hold together, and back from CEL to the menus.

What menus cannot say stays an expression: then reading gives ``None``. What they write reads back as it was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from levante.calls.expressions import (
    Binary,
    Call,
    Conditional,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    NotCel,
    Unary,
    parse,
)
from levante.calls.facts import FACTS, SIZES
from levante.calls.forms.model import Field, Form
from levante.kernel.pure import Bilingual

#: The operators that each kind of thing has, in the order of the menu.
OPERATORS: dict[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no"),
    "choice": ("is", "is_not", "one_of", "none_of", "known", "unknown"),
    "text": ("is", "is_not", "one_of", "none_of", "starts", "in_list", "out_of_list", "known", "unknown"),
    "list": ("has", "lacks", "known", "unknown"),
    "number": ("at_least", "at_most", "more", "less", "is", "is_not", "known", "unknown"),
    "date": ("from", "until", "after", "before", "is", "known", "unknown"),
    "file": ("known", "unknown"),
}
OPERATOR_WORDS: dict[str, Bilingual] = {
    "yes": Bilingual("sì", "yes"),
    "no": Bilingual("no", "no"),
    "is": Bilingual("è", "is"),
    "is_not": Bilingual("non è", "is not"),
    "one_of": Bilingual("è uno tra", "is one of"),
    "none_of": Bilingual("non è nessuno tra", "is none of"),
    "starts": Bilingual("comincia con", "starts with"),
    "in_list": Bilingual("è nell’elenco", "is in the list"),
    "out_of_list": Bilingual("non è nell’elenco", "is not in the list"),
    "has": Bilingual("comprende", "includes"),
    "lacks": Bilingual("non comprende", "does not include"),
    "at_least": Bilingual("è almeno", "is at least"),
    "at_most": Bilingual("è al massimo", "is at most"),
    "more": Bilingual("è più di", "is more than"),
    "less": Bilingual("è meno di", "is less than"),
    "from": Bilingual("è dal", "is on or after"),
    "until": Bilingual("è fino al", "is on or before"),
    "after": Bilingual("è dopo il", "is after"),
    "before": Bilingual("è prima del", "is before"),
    "known": Bilingual("c’è", "is there"),
    "unknown": Bilingual("non c’è", "is not there"),
}
_RELATIONS = {
    "is": "==", "is_not": "!=", "at_least": ">=", "at_most": "<=", "more": ">", "less": "<",
    "from": ">=", "until": "<=", "after": ">", "before": "<",
}  # fmt: skip
#: The operators whose value is not asked, and those that take more than one.
BARE = frozenset({"yes", "no", "known", "unknown"})
MANY = frozenset({"one_of", "none_of"})
ARITHMETIC = ("+", "-", "*", "/")


class NotWritten(ValueError):
    """Menus that say no expression yet; ``words`` are for who is choosing."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.words = Bilingual(it, en)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something an expression may ask about. ``code`` is its CEL (of a column of rows, its name here); ``group`` says whose
    it is; ``whole`` numbers have no decimals; ``choices`` are its codes with their words; ``row`` are the rows and the column
    of what is asked of at least one row."""

    code: str
    label: Bilingual
    kind: str
    group: str
    choices: tuple[tuple[str, Bilingual], ...] = ()
    whole: bool = False
    row: tuple[str, str] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """What may be asked of it: what is reckoned from rows is always there."""
        return tuple(one for one in OPERATORS[self.kind] if "(" not in self.code or one not in ("known", "unknown"))


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked: ``other`` is the code of another subject, in the place of ``values``."""

    subject: str
    operator: str
    values: tuple[str, ...] = ()
    other: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """``join`` is ``all`` or ``any``."""

    join: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """A value by case: the first condition that holds gives it, else ``otherwise``. Values are numbers or codes, as text."""

    rows: tuple[tuple[Condition, str], ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a reckoning: a subject, or a number as text."""

    subject: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Terms with the signs between them, reckoned as one does on paper (times and divided first)."""

    terms: tuple[Term, ...]
    signs: tuple[str, ...]


# -- what may be asked about


_KINDS = {
    "money": "number", "number": "number", "percent": "number", "choice": "choice", "multi_choice": "list",
    "yes_no": "yes_no", "declaration": "yes_no", "date": "date", "country": "text", "comune": "text", "text": "text",
    "email": "text", "file": "file",
}  # fmt: skip


def subjects_of(form: Form, *, before: str = "", facts_only: bool = False) -> list[Subject]:
    """What an expression may ask about: the facts of the enterprise and the answers of the form (those asked before the
    field or section ``before``, when it is named)."""
    found = [_of_fact(name) for name in FACTS]
    if facts_only:
        return found
    for section in form.sections:
        if before and section.id == before:
            return found
        for item in section.fields:
            if before and item.id == before:
                return found
            found += _of_field(item)
    return found


def _of_fact(name: str) -> Subject:
    fact = FACTS[name]
    kind = {"yes_no": "yes_no", "list": "list", "date": "date", "text": "text"}.get(fact.kind, "number")
    sizes = tuple(SIZES.items()) if name == "size" else ()
    whole = name in ("age_years", "accounts")
    return Subject(f"facts.{name}", fact.label, "choice" if sizes else kind, "facts", sizes, whole)


def _of_field(item: Field) -> Iterable[Subject]:
    code = f"answers.{item.id}"
    if item.kind == "group":
        many = Bilingual(f"quante righe in «{item.label.it}»", f"how many rows in “{item.label.en}”")
        yield Subject(f"count({code})", many, "number", "answers", whole=True)
        for column in item.fields:
            kind = column.result if column.kind == "computed" else column.kind
            if kind in ("money", "number"):
                total = Bilingual(
                    f"somma di «{column.label.it}» in «{item.label.it}»",
                    f"sum of “{column.label.en}” in “{item.label.en}”",
                )
                yield Subject(f"total({code}, '{column.id}')", total, "number", "answers")
            if kind in _KINDS:
                any_row = Bilingual(
                    f"«{column.label.it}» in almeno una riga di «{item.label.it}»",
                    f"“{column.label.en}” in at least one row of “{item.label.en}”",
                )
                choices = tuple((choice.code, choice.label) for choice in column.choices)
                yield Subject(
                    f"{code}.any.{column.id}", any_row, _KINDS[kind], "answers", choices, row=(code, column.id)
                )
        return
    kind = item.result if item.kind == "computed" else item.kind
    if kind in _KINDS:
        choices = tuple((choice.code, choice.label) for choice in item.choices)
        yield Subject(code, item.label, _KINDS[kind], "answers", choices)


# -- writing


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def number_of(text: str) -> Decimal | None:
    """A number as documents write it (``1234.5``): how people write it is the page's affair."""
    return Decimal(text) if re.fullmatch(r"-?\d{1,25}(\.\d{1,25})?", text) else None


def _number(text: str, *, whole: bool = False) -> str:
    number = number_of(text)
    if number is None:
        raise NotWritten(f"«{text}» non è un numero.", f"“{text}” is not a number.")
    if whole:
        if number != number.to_integral_value():
            raise NotWritten(f"«{text}»: serve un numero intero.", f"“{text}”: a whole number is needed.")
        return str(int(number))
    plain = format(number.normalize(), "f")
    return plain if "." in plain else f"{plain}.0"


def _literal(subject: Subject, text: str) -> str:
    if subject.kind == "number":
        return _number(text, whole=subject.whole)
    if subject.kind == "date":
        from levante.calls.forms.kinds import read_day

        day = read_day(text)
        if not isinstance(day, str):
            raise NotWritten(f"«{text}» non è una data.", f"“{text}” is not a date.")
        return _text(day)
    return _text(text)


def written(condition: Condition, subjects: Mapping[str, Subject]) -> str:
    """The condition in CEL. ``NotWritten`` when a menu still has to be chosen."""
    if not condition.clauses:
        raise NotWritten("Scegli almeno una condizione.", "Choose at least one condition.")
    join = " && " if condition.join == "all" else " || "
    return join.join(_clause(clause, subjects) for clause in condition.clauses)


def _clause(clause: Clause, subjects: Mapping[str, Subject]) -> str:
    subject = subjects.get(clause.subject)
    if subject is None:
        raise NotWritten("Scegli di che cosa si chiede.", "Choose what is asked about.")
    if clause.operator not in subject.operators:
        raise NotWritten("Scegli come si confronta.", "Choose how it is compared.")
    if subject.row is None:
        return _asked(subject, subject.code, clause, subjects)
    if clause.other:
        raise NotWritten("Una riga si confronta con un valore.", "A row is compared with a value.")
    return f"{subject.row[0]}.exists(r, {_asked(subject, f'r.{subject.row[1]}', clause, subjects)})"


def _asked(subject: Subject, code: str, clause: Clause, subjects: Mapping[str, Subject]) -> str:
    operator = clause.operator
    if operator in BARE:
        return {"yes": code, "no": f"!{code}", "known": _known(code), "unknown": f"!{_known(code)}"}[operator]
    if operator in _RELATIONS and clause.other:
        other = subjects.get(clause.other)
        if other is None or other.row is not None:
            raise NotWritten("Scegli con che cosa si confronta.", "Choose what it is compared with.")
        return f"{code} {_RELATIONS[operator]} {clause.other}"
    values = [value for value in clause.values if value.strip()]
    if not values:
        raise NotWritten("Scegli o scrivi un valore.", "Choose or write a value.")
    if operator in MANY:
        listed = f"{code} in [{', '.join(_literal(subject, value) for value in values)}]"
        return listed if operator == "one_of" else f"!({listed})"
    if operator in ("in_list", "out_of_list"):
        listed = f"{code} in lists.{values[0]}"
        return listed if operator == "in_list" else f"!({listed})"
    if operator in ("has", "lacks"):
        inside = f"{_text(values[0])} in {code}"
        return inside if operator == "has" else f"!({inside})"
    if operator == "starts":
        return f"{code}.startsWith({_text(values[0])})"
    return f"{code} {_RELATIONS[operator]} {_literal(subject, values[0])}"


def _known(code: str) -> str:
    return f"has({code})"


def cases_written(cases: Cases, subjects: Mapping[str, Subject], *, numbers: bool) -> str:
    """A value by case in CEL: numbers, or codes."""
    value = _number if numbers else _text
    if not numbers and not all([*(row[1] for row in cases.rows), cases.otherwise]):
        raise NotWritten("Scegli il valore di ogni caso.", "Choose the value of every case.")
    found = "".join(f"{_in_case(condition, subjects)} ? {value(given)} : " for condition, given in cases.rows)
    return found + value(cases.otherwise)


def _in_case(condition: Condition, subjects: Mapping[str, Subject]) -> str:
    text = written(condition, subjects)
    return f"({text})" if len(condition.clauses) > 1 else text


def reckoning_written(reckoning: Reckoning, subjects: Mapping[str, Subject]) -> str:
    """A reckoning in CEL; whole numbers become decimals, so that kinds do not mix."""
    if not reckoning.terms or len(reckoning.signs) != len(reckoning.terms) - 1:
        raise NotWritten("Scegli che cosa si calcola.", "Choose what is reckoned.")
    found = []
    for number, term in enumerate(reckoning.terms):
        if number:
            if reckoning.signs[number - 1] not in ARITHMETIC:
                raise NotWritten("Scegli il segno.", "Choose the sign.")
            found.append(reckoning.signs[number - 1])
        if term.number:
            found.append(_number(term.number))
            continue
        subject = subjects.get(term.subject)
        if subject is None or subject.kind != "number" or subject.row is not None:
            raise NotWritten(
                "Scegli un numero o una risposta con un numero.", "Choose a number, or an answer that is one."
            )
        found.append(f"double({subject.code})" if subject.whole else subject.code)
    return " ".join(found)


# -- reading back


def condition_in(expression: str, subjects: Mapping[str, Subject]) -> Condition | None:
    """The condition that menus would show for an expression; ``None`` when they cannot."""
    tree = _tree(expression)
    return _condition(tree, subjects) if tree is not None else None


def cases_in(expression: str, subjects: Mapping[str, Subject]) -> Cases | None:
    """The value by case that an expression gives; ``None`` when it is nothing of the kind."""
    tree = _tree(expression)
    rows: list[tuple[Condition, str]] = []
    while isinstance(tree, Conditional):
        condition, value = _condition(tree.when, subjects), _plain(tree.yes)
        if condition is None or value is None:
            return None
        rows.append((condition, value))
        tree = tree.no
    otherwise = _plain(tree) if tree is not None else None
    return Cases(tuple(rows), otherwise) if rows and otherwise is not None else None


def reckoning_in(expression: str, subjects: Mapping[str, Subject]) -> Reckoning | None:
    """The reckoning that an expression is; ``None`` when it has parentheses, or is nothing of the kind."""
    tree = _tree(expression)
    if tree is None:
        return None
    terms: list[Term] = []
    signs: list[str] = []
    if not _flat(tree, subjects, terms, signs):
        return None
    found = Reckoning(tuple(terms), tuple(signs))
    try:
        return found if parse(reckoning_written(found, subjects)) == tree else None
    except (NotWritten, NotCel):
        return None


def _tree(expression: str) -> Node | None:
    try:
        return parse(expression)
    except NotCel:
        return None


def _plain(node: Node) -> str | None:
    match node:
        case Literal(value=bool()) | Literal(value=None):
            return None
        case Literal(value=int() | float() | str() as value):
            return value if isinstance(value, str) else format(Decimal(str(value)).normalize(), "f")
        case Unary(operator="-", operand=Literal(value=int() | float() as value)) if not isinstance(value, bool):
            return format(-Decimal(str(value)).normalize(), "f")
    return None


def _flat(node: Node, subjects: Mapping[str, Subject], terms: list[Term], signs: list[str]) -> bool:
    if isinstance(node, Binary) and node.operator in ARITHMETIC:
        if not _flat(node.left, subjects, terms, signs):
            return False
        signs.append(node.operator)
        return _flat(node.right, subjects, terms, signs)
    if isinstance(node, Literal) and isinstance(node.value, float):
        terms.append(Term(number=format(Decimal(str(node.value)).normalize(), "f")))
        return True
    inner = node.arguments[0] if isinstance(node, Call) and node.name == "double" and len(node.arguments) == 1 else node
    code = _code(inner)
    if code is None or code not in subjects or subjects[code].row is not None:
        return False
    terms.append(Term(subject=code))
    return True


def _condition(node: Node, subjects: Mapping[str, Subject]) -> Condition | None:
    operator = node.operator if isinstance(node, Binary) and node.operator in ("&&", "||") else ""
    found = []
    for part in _parts(node, operator) if operator else [node]:
        clause = _clause_in(part, subjects)
        if clause is None:
            return None
        found.append(clause)
    return Condition("any" if operator == "||" else "all", tuple(found))


def _parts(node: Node, operator: str) -> list[Node]:
    if isinstance(node, Binary) and node.operator == operator:
        return [*_parts(node.left, operator), *_parts(node.right, operator)]
    return [node]


def _code(node: Node) -> str | None:
    """The CEL of a subject, when a node is one."""
    match node:
        case Member(of=Name(name=root), name=name):
            return f"{root}.{name}"
        case Call(of=None, name="count", arguments=(Member(of=Name(name="answers"), name=name),)):
            return f"count(answers.{name})"
        case Call(
            of=None,
            name="total",
            arguments=(Member(of=Name(name="answers"), name=name), Literal(value=str() as column)),
        ):
            return f"total(answers.{name}, '{column}')"
    return None


def _value(subject: Subject, node: Node) -> str | None:
    text = _plain(node)
    if text is None:
        return None
    is_text = isinstance(node, Literal) and isinstance(node.value, str)
    return text if is_text == (subject.kind != "number") else None


def _clause_in(node: Node, subjects: Mapping[str, Subject]) -> Clause | None:
    match node:
        case Unary(operator="!", operand=operand):
            of_row = isinstance(operand, Call) and operand.name == "exists"  # no row has it is not: a row has it not
            return _denied(_clause_in(operand, subjects), of_row=of_row)
        case Call(of=of, name="exists", arguments=(Name(name=row), inner)) if of is not None:
            rows = [one for one in subjects.values() if one.row is not None and one.row[0] == _code(of)]
            return _clause_in(inner, {f"{row}.{one.row[1]}": one for one in rows if one.row is not None})
        case Call(of=None, name="has", arguments=(inner,)):
            return _made(subjects, inner, "known")
        case Call(of=of, name="startsWith", arguments=(Literal(value=str() as text),)) if of is not None:
            return _made(subjects, of, "starts", (text,))
        case Binary(operator="in", left=left, right=ListOf(items=items)):
            subject = subjects.get(_code(left) or "")
            values = tuple(_value(subject, item) for item in items) if subject is not None else ()
            if not values or None in values:
                return None
            return _made(subjects, left, "one_of", tuple(value for value in values if value is not None))
        case Binary(operator="in", left=left, right=Member(of=Name(name="lists"), name=name)):
            return _made(subjects, left, "in_list", (name,))
        case Binary(operator="in", left=Literal(value=str() as text), right=right):
            return _made(subjects, right, "has", (text,))
        case Binary(operator=operator, left=left, right=right):
            return _relation(operator, left, right, subjects)
        case _ if (code := _code(node)) in subjects and code is not None and subjects[code].kind == "yes_no":
            return Clause(subjects[code].code, "yes")
    return None


def _relation(operator: str, left: Node, right: Node, subjects: Mapping[str, Subject]) -> Clause | None:
    subject = subjects.get(_code(left) or "")
    if subject is None:
        return None
    if (
        subject.kind == "yes_no"
        and isinstance(right, Literal)
        and isinstance(right.value, bool)
        and operator in ("==", "!=")
    ):
        return Clause(subject.code, "yes" if right.value == (operator == "==") else "no")
    name = next((one for one in subject.operators if _RELATIONS.get(one) == operator), None)
    if name is None:
        return None
    other = _code(right)
    if other is not None:
        return Clause(subject.code, name, other=other) if other in subjects and subject.row is None else None
    value = _value(subject, right)
    return Clause(subject.code, name, (value,)) if value is not None else None


_DENIED = {"yes": "no", "known": "unknown", "one_of": "none_of", "in_list": "out_of_list", "has": "lacks"}


def _denied(clause: Clause | None, *, of_row: bool = False) -> Clause | None:
    if clause is None or clause.operator not in _DENIED or of_row:
        return None
    return Clause(clause.subject, _DENIED[clause.operator], clause.values)


def _made(subjects: Mapping[str, Subject], node: Node, operator: str, values: Sequence[str] = ()) -> Clause | None:
    subject = subjects.get(_code(node) or "")
    if subject is None or operator not in subject.operators:
        return None
    return Clause(subject.code, operator, tuple(values))
