"""Conditions and formulas of calls, in CEL (Common Expression Language): bounded, without side effects, compiled once.

What an expression sees: ``answers`` (of the form: numbers as doubles, dates as ISO text, choices as codes), ``facts`` (of the
enterprise's file), ``lists`` (named lists of the form) and, in a column of a repeated group, ``row`` (its own row).
One that reckons does it in exact decimals (``exact``). What is not
known is absent, so ``has(facts.turnover)`` asks for it and an expression that needs it is *unknown*. Functions:
``total(rows, 'column')`` adds a column of a repeated group exactly; ``count(rows)``; ``least(a, b)``.
"""

import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from levante.calls import exact
from levante.calls.engine import cel
from levante.calls.expressions import NotCel, parse

#: What an expression may name.
ROOTS = frozenset({"answers", "facts", "lists"})
#: What an expression of a column may name: its own row too.
IN_A_ROW = ROOTS | {"row"}
_FUNCTIONS = {"total", "count", "least"}
_LONGEST = 2000


class BadExpression(ValueError):
    """An expression that does not compile or names what does not exist."""


class Unknown(Exception):
    """The expression needs something nobody has said yet."""


@functools.lru_cache(maxsize=4096)
def compiled(expression: str) -> Any:
    """The program of an expression; ``BadExpression`` with the compiler's own words."""
    if len(expression) > _LONGEST:
        raise BadExpression(f"longer than {_LONGEST} characters")
    try:
        return cel.compile(expression)
    except ValueError as error:
        raise BadExpression(str(error).splitlines()[0]) from error


@functools.lru_cache(maxsize=4096)
def _exactly(expression: str) -> exact.Program | None:
    """What evaluates an expression that reckons; ``None`` for the others, and for what only the library reads."""
    try:
        tree = parse(expression)
        return exact.program_of(tree) if exact.reckons(tree) else None
    except (NotCel, exact.Beyond):
        return None


def check(expression: str, *, names: frozenset[str] = ROOTS) -> None:
    """Refuse an expression that names something else than answers, facts and lists (or a macro's own variable)."""
    program = compiled(expression)
    unknown = [name for name in program.variables() if name not in names and len(name) > 1]
    if unknown:
        raise BadExpression(
            f"names {', '.join(sorted(unknown))}: only {', '.join(sorted(names))} and one-letter variables"
        )


def roots_of(expression: str) -> set[str]:
    """Which of answers, facts and lists an expression looks at."""
    return set(compiled(expression).variables()) & ROOTS


def _total(rows: Any, column: str) -> float:
    return float(exact.total(rows, column))


def context_of(
    answers: Mapping[str, Any], facts: Mapping[str, Any], lists: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The variables of a batch of evaluations; what is ``None`` is left out."""
    return {
        "answers": {key: value for key, value in answers.items() if value is not None},
        "facts": {key: _plain(value) for key, value in facts.items() if value is not None},
        "lists": dict(lists or {}),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The value of an expression, a ``Decimal`` when it reckons in decimals; ``Unknown`` when it needs what is absent, mixes
    kinds because of it, or divides by zero."""
    program = compiled(expression)
    try:
        exactly = _exactly(expression)
        if exactly is not None:
            return exactly(variables)
        return program.execute(cel.Context(dict(variables), {"total": _total, "count": len, "least": min}))
    except exact.ERRORS as error:
        raise Unknown(str(error)[:200]) from error


def holds(expression: str, variables: Mapping[str, Any]) -> bool | None:
    """Yes, no, or ``None`` when it cannot be known yet."""
    try:
        value = evaluate(expression, variables)
    except Unknown:
        return None
    return value if isinstance(value, bool) else None
