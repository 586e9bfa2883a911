"""Expressions: everything they name exists, is known when they ask for it, and is compared with what it can be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from levante.calls.checker.finding import Finding, View, error, warning
from levante.calls.expressions import (
    Binary,
    Call,
    Conditional,
    Index,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    NotCel,
    Unary,
    inside,
    names_of,
    parse,
)
from levante.calls.facts import FACTS
from levante.calls.forms.model import Field

_WHOLE_FACTS = frozenset({"age_years", "accounts"})
_NUMBERS = frozenset({"money", "number", "percent"})


@dataclass(frozen=True, slots=True)
class Place:
    """An expression at its place. ``before`` are the answers it may look at (all, when ``None``); ``wants`` is what it gives:
    a condition, a number, or anything."""

    path: str
    expression: str
    wants: str = "condition"
    before: frozenset[str] | None = None
    facts_only: bool = False
    most: Any = None
    row: Mapping[str, Field] = field(default_factory=dict)


def places(view: View) -> Iterator[Place]:
    """Every expression of a call."""
    entry = view.entry
    for number, rule in enumerate(entry.eligibility):
        if rule.expression:
            yield Place(f"eligibility.{number}.expression", rule.expression)
    for number, rule in enumerate(entry.applicants.member_rules):
        if rule.expression:
            yield Place(f"applicants.member_rules.{number}.expression", rule.expression, facts_only=True)
    for number, item in enumerate(entry.criteria):
        if item.expression:
            most = item.automatic_points or item.max_points
            yield Place(f"criteria.{number}.expression", item.expression, "number", most=most)
    for number, link in enumerate(entry.tie_breaks):
        yield Place(f"tie_breaks.{number}.expression", link.expression, "number")
    for number, opening in enumerate(entry.openings):
        for place, reserve in enumerate(opening.reserves):
            yield Place(f"openings.{number}.reserves.{place}.when", reserve.when)
    money = entry.money
    for name in ("rates", "premiums", "steps"):
        for number, row in enumerate(getattr(money, name, None) or ()):
            if row.when:
                yield Place(f"money.{name}.{number}.when", row.when)
    yield from _of_form(view)


def _of_form(view: View) -> Iterator[Place]:
    seen: set[str] = set()
    for place, section in enumerate(view.form.sections):
        path = f"form.sections.{place}"
        if section.show_if:
            yield Place(f"{path}.show_if", section.show_if, before=frozenset(seen))
        for number, item in enumerate(section.fields):
            where = f"{path}.fields.{number}"
            if item.show_if:
                yield Place(f"{where}.show_if", item.show_if, before=frozenset(seen))
            if item.formula:
                yield Place(f"{where}.formula", item.formula, "anything", before=frozenset(seen))
            seen.add(item.id)
            for name in ("required", "must", "signed"):
                if getattr(item, name) not in ("", "true"):
                    yield Place(f"{where}.{name}", getattr(item, name))
            row = {column.id: column for column in item.fields}
            for place_in_row, column in enumerate(item.fields):
                there = f"{where}.fields.{place_in_row}"
                for name in ("required", "must"):
                    if getattr(column, name) not in ("", "true"):
                        yield Place(f"{there}.{name}", getattr(column, name), row=row)
                if column.formula:  # it sees what is typed in its row, and what is reckoned before it
                    known = {one.id: one for one in item.fields if one.typed} | {
                        one.id: one for one in item.fields[:place_in_row]
                    }
                    yield Place(
                        f"{there}.formula", column.formula, "anything", before=frozenset(seen - {item.id}), row=known
                    )


def check(view: View) -> Iterator[Finding]:
    for place in places(view):
        try:
            tree = parse(place.expression)
        except NotCel:
            continue  # it compiles, or the shape would have refused it: what we cannot read we do not judge
        yield from said_of(view, place, tree)
    yield from _formulas(view)


def said_of(view: View, place: Place, tree: Node) -> Iterator[Finding]:
    """What is wrong with one expression at its place: names, then kinds."""
    yield from _names(view, place)
    yield from _kinds(view, place, tree)


def _names(view: View, place: Place) -> Iterator[Finding]:
    for root, name in sorted(names_of(place.expression)):
        if root == "facts" and name not in FACTS:
            yield error(
                place.path, f"«{name}» non è un dato dell’impresa.", f"“{name}” is not a fact of the enterprise."
            )
        if root == "lists" and view.form.sections and name not in view.form.lists:
            yield error(place.path, f"«{name}» non è un elenco del modulo.", f"“{name}” is not a list of the form.")
        if root == "row" and name not in place.row:
            yield error(place.path, f"«{name}» non è una colonna.", f"“{name}” is not a column.")
        if root != "answers":
            continue
        if place.facts_only:
            yield error(
                place.path,
                "un’impresa del gruppo si giudica sui suoi dati, non sulle risposte.",
                "a member is judged on its facts, not on the answers.",
            )
        elif view.form.sections and name not in view.fields:
            yield error(place.path, f"«{name}» non è un campo del modulo.", f"“{name}” is not a field of the form.")
        elif place.before is not None and name not in place.before and view.form.sections:
            yield error(
                place.path,
                f"«{name}» si chiede dopo: qui non c’è ancora una risposta.",
                f"“{name}” is asked later: there is no answer here yet.",
            )


# -- kinds of values


@dataclass(frozen=True, slots=True)
class _Kind:
    """``name`` is double, int, text, yes_no, list, date or empty (unknown); ``codes`` what a text can be."""

    name: str = ""
    codes: frozenset[str] | None = None


def _of_field(item: Field) -> _Kind:
    kind = item.result if item.kind == "computed" else item.kind
    if kind in _NUMBERS:
        return _Kind("double")
    if kind in ("yes_no", "declaration"):
        return _Kind("yes_no")
    if kind == "choice":
        return _Kind("text", frozenset(choice.code for choice in item.choices) or None)
    if kind == "multi_choice":
        return _Kind("list", frozenset(choice.code for choice in item.choices) or None)
    return _Kind({"group": "list", "file": "list"}.get(kind, "text"))


def _kind(view: View, node: Node) -> _Kind:
    match node:
        case Literal(value=bool()):
            return _Kind("yes_no")
        case Literal(value=int()):
            return _Kind("int")
        case Literal(value=float()):
            return _Kind("double")
        case Literal(value=str()):
            return _Kind("text")
        case Member(of=Name(name="answers"), name=name):
            item = view.fields.get(name)
            return _of_field(item) if item is not None else _Kind()
        case Member(of=Name(name="facts"), name=name) if name in FACTS:
            if name == "size":
                return _Kind("text", frozenset({"micro", "small", "medium", "large"}))
            kind = FACTS[name].kind
            if kind in _NUMBERS:
                return _Kind("int" if name in _WHOLE_FACTS else "double")
            return _Kind({"yes_no": "yes_no", "list": "list"}.get(kind, "text"))
        case Member(of=Name(name="lists")) | ListOf():
            return _Kind("list")
        case Call(of=None, name="total"):
            return _Kind("double")
        case Call(name="count" | "size"):
            return _Kind("int")
        case Unary(operator="-", operand=operand):
            return _Kind(_kind(view, operand).name)
        case Unary() | Binary(operator="&&" | "||" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in"):
            return _Kind("yes_no")
        case Binary(left=left, right=right):
            one, other = _kind(view, left).name, _kind(view, right).name
            return _Kind(one if one == other else "")
        case Conditional(yes=yes, no=no):
            one, other = _kind(view, yes), _kind(view, no)
            return (
                one
                if one.name == other.name
                else _Kind("double" if {one.name, other.name} == {"int", "double"} else "")
            )
    return _Kind()


def _kinds(view: View, place: Place, tree: Node) -> Iterator[Finding]:
    for node in inside(tree):
        if isinstance(node, Binary):
            yield from _binary(view, place, node)
    given = _kind(view, tree).name
    if place.wants == "condition" and given not in ("yes_no", ""):
        yield error(place.path, "non dà un sì o un no.", "does not give a yes or a no.")
    if place.wants == "number" and given not in ("int", "double", ""):
        yield error(place.path, "non dà un numero.", "does not give a number.")
    if isinstance(tree, Literal) and isinstance(tree.value, bool):
        words = ("è sempre vera", "always holds") if tree.value else ("non è mai vera", "never holds")
        yield warning(place.path, f"{words[0]}.", f"{words[1]}.")
    if place.most is not None:
        top = max((node.value for node in _leaves(tree) if _is_number(node.value)), default=None)
        if top is not None and top > place.most:
            yield warning(
                place.path,
                f"dà fino a {top} punti: oltre {place.most.normalize():f} non contano.",
                f"gives up to {top} points: above {place.most.normalize():f} they do not count.",
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _leaves(node: Node) -> Iterator[Literal]:
    """The literals that an expression can give as its value."""
    if isinstance(node, Conditional):
        yield from _leaves(node.yes)
        yield from _leaves(node.no)
    elif isinstance(node, Literal):
        yield node


_ARITHMETIC = ("+", "-", "*", "/", "%")


def _binary(view: View, place: Place, node: Binary) -> Iterator[Finding]:
    left, right = _kind(view, node.left), _kind(view, node.right)
    if node.operator in _ARITHMETIC and {left.name, right.name} == {"int", "double"}:
        yield error(
            place.path,
            "mescola numeri interi e decimali: scrivi gli interi come 100.0.",
            "mixes whole and decimal numbers: write whole ones as 100.0.",
        )
    elif node.operator in _ARITHMETIC and "yes_no" in (left.name, right.name):
        yield error(place.path, "fa un conto con un sì o un no.", "reckons with a yes or a no.")
    elif node.operator in ("==", "!=", "<", "<=", ">", ">="):
        if left.name and right.name and _family(left.name) != _family(right.name):
            yield error(
                place.path,
                "confronta cose diverse: non sarà mai vero.",
                "compares different things: it will never hold.",
            )
        for kind, other in ((left, node.right), (right, node.left)):
            if (
                kind.codes is not None
                and isinstance(other, Literal)
                and isinstance(other.value, str)
                and kind.name == "text"
                and other.value not in kind.codes
            ):
                yield error(
                    place.path,
                    f"«{other.value}» non è una delle risposte possibili.",
                    f"“{other.value}” is not one of the possible answers.",
                )
    elif node.operator == "in":
        yield from _membership(view, place, node)


def _family(name: str) -> str:
    return "number" if name in ("int", "double") else name


def _membership(view: View, place: Place, node: Binary) -> Iterator[Finding]:
    left, right = _kind(view, node.left), _kind(view, node.right)
    if isinstance(node.right, ListOf) and left.codes is not None and left.name == "text":
        for item in node.right.items:
            if isinstance(item, Literal) and item.value not in left.codes:
                yield error(
                    place.path,
                    f"«{item.value}» non è una delle risposte possibili.",
                    f"“{item.value}” is not one of the possible answers.",
                )
    if (
        isinstance(node.left, Literal)
        and right.codes is not None
        and right.name == "list"
        and node.left.value not in right.codes
    ):
        yield error(
            place.path,
            f"«{node.left.value}» non è una delle risposte possibili.",
            f"“{node.left.value}” is not one of the possible answers.",
        )
    if right.name not in ("list", "") and not isinstance(node.right, Index):
        yield error(
            place.path, "cerca dentro qualcosa che non è un elenco.", "looks inside something that is not a list."
        )


def _formulas(view: View) -> Iterator[Finding]:
    """A computed choice gives only codes that it has."""
    for place, section in enumerate(view.form.sections):
        for number, item in enumerate(section.fields):
            codes: Mapping[str, Any] = {choice.code: choice for choice in item.choices}
            if item.kind != "computed" or not codes:
                continue
            try:
                leaves = [leaf.value for leaf in _leaves(parse(item.formula))]
            except NotCel:
                continue
            for value in leaves:
                if isinstance(value, str) and value not in codes:
                    yield error(
                        f"form.sections.{place}.fields.{number}.formula",
                        f"dà «{value}», che non è tra le sue voci.",
                        f"gives “{value}”, which is not among its entries.",
                    )
