"""Expressions that reckon, in exact decimals: ``answers.stand + answers.trips <= 1000.30`` holds when it does on paper.

The CEL library reckons in binary doubles and has no way in for another arithmetic. So an expression with ``+ - * / %`` in it
is evaluated here, on the tree of ``expressions``: numbers, comparisons, the conditional, ``&&``, ``||`` and the macros are
ours, with the library's meaning (a property test compares the two); every other operator and function is asked to the
library, one at a time. An expression that does not reckon never comes here: doubles compare as the decimals they were read
from, up to the 15 digits that the largest amount has.

Decimals have 34 significant digits; only a division, or a product longer than that, is rounded, half up. Whole numbers are
those of CEL: 64 bits, division without the remainder, never mixed with decimals in arithmetic.
"""

import functools
import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from levante.calls.engine import cel
from levante.calls.expressions import (
    Binary,
    Call,
    Conditional,
    Index,
    ListOf,
    Literal,
    MapOf,
    Member,
    Name,
    Node,
    Unary,
    inside,
)

#: What goes wrong in an evaluation: something absent, kinds that do not go together, a number too large, a zero to divide by.
ERRORS = (LookupError, AttributeError, TypeError, RuntimeError, ArithmeticError, ValueError)
_DECIMALS = Context(
    prec=34, rounding=ROUND_HALF_UP, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})
_LARGEST_WHOLE = 2**63
_MACROS = {"all": (2,), "exists": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}

#: The variables in, the value out; raises one of ``ERRORS``.
Program = Callable[[Mapping[str, Any]], Any]


class Beyond(Exception):
    """A form of the language that is not evaluated here."""


def reckons(node: Node) -> bool:
    """Whether there is arithmetic in an expression."""
    return any(isinstance(part, Binary) and part.operator in _ARITHMETIC for part in inside(node))


def total(rows: Any, column: str) -> Decimal:
    """The sum of a column of a repeated group; an empty cell adds nothing."""
    cells = (_decimal(row[column]) for row in rows or [] if row.get(column) is not None)
    return functools.reduce(_DECIMALS.add, cells, Decimal(0))


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _exact(value: Any) -> Any:
    """A double as the decimal it is written as; anything else as it is."""
    return Decimal(repr(value)) if type(value) is float else value


_compiled = functools.lru_cache(maxsize=512)(cel.compile)


def _asked(text: str, **values: Any) -> Any:
    """The library's answer on plain values (it takes decimals as doubles)."""
    return _exact(_compiled(text).execute(cel.Context(values)))


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is Decimal


# -- operators


def _whole(value: int) -> int:
    if not -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
        raise OverflowError("a whole number over 64 bits")
    return value


def _quotient(one: int, other: int) -> int:
    found = abs(one) // abs(other)
    return found if (one < 0) == (other < 0) else -found


_ON_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _quotient,
    "%": lambda one, other: one - other * _quotient(one, other),
}  # fmt: skip
_ON_DECIMALS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _DECIMALS.add, "-": _DECIMALS.subtract, "*": _DECIMALS.multiply, "/": _DECIMALS.divide,
}  # fmt: skip
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _arithmetic(sign: str, left: Program, right: Program) -> Program:
    on_whole, on_decimals, text = _ON_WHOLE[sign], _ON_DECIMALS.get(sign), f"a {sign} b"

    def run(seen: Mapping[str, Any]) -> Any:
        one, other = left(seen), right(seen)
        if type(one) is Decimal and type(other) is Decimal and on_decimals is not None:
            return on_decimals(one, other)
        if type(one) is int and type(other) is int:
            return _whole(on_whole(one, other))
        if sign == "+" and type(one) is list and type(other) is list:
            return one + other
        return _asked(text, a=one, b=other)

    return run


def _ordered(sign: str, left: Program, right: Program) -> Program:
    compare, text = _ORDER[sign], f"a {sign} b"

    def run(seen: Mapping[str, Any]) -> Any:
        one, other = left(seen), right(seen)
        if _is_number(one) and _is_number(other):
            return compare(one, other)
        return _asked(text, a=one, b=other)

    return run


def _same(one: Any, other: Any) -> bool:
    """Equality of CEL: numbers by their value, a yes is no number, lists and maps item by item."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(_exact(one) == _exact(other))


def _in(left: Program, right: Program) -> Program:
    def run(seen: Mapping[str, Any]) -> bool:
        one, among = left(seen), right(seen)
        if not isinstance(among, (list, dict)):
            raise TypeError("“in” looks inside a list or a map")
        return any(_same(one, item) for item in among)

    return run


def _yes(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise TypeError("neither a yes nor a no")


def _joined(values: Iterator[Callable[[], Any]], *, decides: bool) -> bool:
    """``||`` (a yes decides) or ``&&`` (a no does): one that decides is enough, whatever went wrong in the others."""
    wrong: Exception | None = None
    for value in values:
        try:
            if _yes(value()) is decides:
                return decides
        except ERRORS as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    return not decides


# -- the tree as a program


def program_of(node: Node) -> Program:
    """What evaluates a tree; ``Beyond`` when something in it is not ours to evaluate."""
    match node:
        case Literal(value=value):
            fixed = _exact(value)
            return lambda _seen: fixed
        case Name(name=name):
            return lambda seen: _exact(seen[name])
        case Member(of=of, name=name):
            whole = program_of(of)
            return lambda seen: _exact(_part(whole(seen), name))
        case Index(of=of, key=key):
            whole, place = program_of(of), program_of(key)
            return lambda seen: _exact(_at(whole(seen), place(seen)))
        case ListOf(items=items):
            programs = [program_of(item) for item in items]
            return lambda seen: [program(seen) for program in programs]
        case MapOf(items=items):
            pairs = [(program_of(key), program_of(value)) for key, value in items]
            return lambda seen: {key(seen): value(seen) for key, value in pairs}
        case Unary(operator=sign, operand=operand):
            return _unary(sign, program_of(operand))
        case Binary(operator=sign, left=left, right=right):
            return _binary(sign, program_of(left), program_of(right))
        case Conditional(when=when, yes=yes, no=no):
            asked, one, other = program_of(when), program_of(yes), program_of(no)
            return lambda seen: one(seen) if _yes(asked(seen)) else other(seen)
        case Call():
            return _call(node)
    raise Beyond(type(node).__name__)


def _part(of: Any, name: str) -> Any:
    if not isinstance(of, dict):
        raise TypeError(f"“.{name}” of what has no parts")
    return of[name]


def _at(of: Any, key: Any) -> Any:
    if isinstance(of, list) and type(key) is int:
        if key < 0:
            raise IndexError(key)
        return of[key]
    if isinstance(of, dict) and isinstance(key, (str, int)):
        return of[key]
    raise TypeError("an index of the wrong kind")


def _unary(sign: str, operand: Program) -> Program:
    if sign == "!":
        return lambda seen: not _yes(operand(seen))

    def minus(seen: Mapping[str, Any]) -> Any:
        value = operand(seen)
        if type(value) is Decimal:
            return value.copy_negate()
        return _whole(-value) if type(value) is int else _asked("-a", a=value)

    return minus


def _binary(sign: str, left: Program, right: Program) -> Program:
    if sign in ("&&", "||"):
        decides = sign == "||"
        return lambda seen: _joined(
            (lambda program=program: program(seen) for program in (left, right)),  # type: ignore[misc]
            decides=decides,
        )
    if sign in ("==", "!="):
        return lambda seen: _same(left(seen), right(seen)) is (sign == "==")
    if sign == "in":
        return _in(left, right)
    return _ordered(sign, left, right) if sign in _ORDER else _arithmetic(sign, left, right)


def _call(node: Call) -> Program:
    if node.of is not None and node.name in _MACROS:
        return _macro(node)
    if node.of is None and node.name == "has":
        return _has(node)
    of = [] if node.of is None else [node.of]
    programs = [program_of(part) for part in (*of, *node.arguments)]
    if node.name in _OF_CALLS or (node.of is None and node.name in _CONVERSIONS):
        function = {**_OF_CALLS, **_CONVERSIONS}[node.name]
        return lambda seen: function(*(program(seen) for program in programs))
    names = [f"a{number}" for number in range(len(programs))]
    named = f"{names[0]}.{node.name}({', '.join(names[1:])})" if of else f"{node.name}({', '.join(names)})"
    return lambda seen: _asked(named, **{name: program(seen) for name, program in zip(names, programs, strict=True)})


def _has(node: Call) -> Program:
    if len(node.arguments) != 1 or not isinstance(node.arguments[0], Member):
        raise Beyond("has")
    whole, name = program_of(node.arguments[0].of), node.arguments[0].name

    def run(seen: Mapping[str, Any]) -> bool:
        of = whole(seen)
        if not isinstance(of, dict):
            raise TypeError(f"“.{name}” of what has no parts")
        return name in of

    return run


def _to_whole(value: Any) -> Any:
    """``int(x)``: a decimal loses what is after the point."""
    return _whole(int(value.to_integral_value(ROUND_DOWN))) if type(value) is Decimal else _asked("int(a)", a=value)


def _least(*values: Any) -> Any:
    return min(_exact(value) for value in (values[0] if len(values) == 1 else values))


#: The functions that calls add to the language; the library lets them stand after a point too, ``rows.total('column')``.
_OF_CALLS: dict[str, Callable[..., Any]] = {"total": total, "count": len, "least": _least}
_CONVERSIONS: dict[str, Callable[..., Any]] = {
    "double": lambda value: value if type(value) is Decimal else _asked("double(a)", a=value),
    "int": _to_whole,
}


def _macro(node: Call) -> Program:
    if node.of is None or len(node.arguments) not in _MACROS[node.name] or not isinstance(node.arguments[0], Name):
        raise Beyond(node.name)
    whole, variable = program_of(node.of), node.arguments[0].name
    first, *others = [program_of(part) for part in node.arguments[1:]]

    def each(seen: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        items = whole(seen)
        if not isinstance(items, (list, dict)):
            raise TypeError(f"“{node.name}” of what is no list")
        return ({**seen, variable: item} for item in items)

    def judged(seen: Mapping[str, Any]) -> Iterator[Callable[[], Any]]:
        return (lambda row=row: first(row) for row in each(seen))  # type: ignore[misc]

    match node.name, others:
        case "all" | "exists", _:
            decides = node.name == "exists"
            return lambda seen: _joined(judged(seen), decides=decides)
        case "exists_one", _:
            return lambda seen: sum(_yes(first(row)) for row in each(seen)) == 1
        case "filter", _:
            return lambda seen: [row[variable] for row in each(seen) if _yes(first(row))]
        case _, [result]:
            return lambda seen: [result(row) for row in each(seen) if _yes(first(row))]
    return lambda seen: [first(row) for row in each(seen)]
