"""An expression read back into the menus; ``None`` where they cannot say it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from levante.calls.building.menus import (
    ARITHMETIC,
    RELATIONS,
    Cases,
    Clause,
    Condition,
    NotWritten,
    Reckoning,
    Subject,
    Term,
)
from levante.calls.building.writing import reckoning_written
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
    name = next((one for one in subject.operators if RELATIONS.get(one) == operator), None)
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
