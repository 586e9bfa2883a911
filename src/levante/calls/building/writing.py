"""What the menus say, written as an expression."""

import re
from collections.abc import Mapping
from decimal import Decimal

from levante.calls.building.menus import (
    ARITHMETIC,
    BARE,
    MANY,
    RELATIONS,
    Cases,
    Clause,
    Condition,
    NotWritten,
    Reckoning,
    Subject,
)


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
    if operator in RELATIONS and clause.other:
        other = subjects.get(clause.other)
        if other is None or other.row is not None:
            raise NotWritten("Scegli con che cosa si confronta.", "Choose what it is compared with.")
        return f"{code} {RELATIONS[operator]} {clause.other}"
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
    return f"{code} {RELATIONS[operator]} {_literal(subject, values[0])}"


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
