"""An expression as the designer shows it: told in words, built from menus that write CEL, or the CEL itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from levante.calls.api import building
from levante.kernel.pure import Bilingual
from levante.web.components.numbers import whole_number
from levante.web.desk.calls import numbers

#: How an expression is open: told in words alone, in menus, as text.
CLOSED, MENUS, TEXT = "closed", "menus", "text"


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression being edited. ``clauses`` and ``join`` are what the menus say; ``trouble`` what they do not say yet."""

    text: str = ""
    mode: str = CLOSED
    join: str = "all"
    clauses: tuple[building.Clause, ...] = ()
    trouble: Bilingual | None = field(default=None, compare=False)

    @property
    def is_blank(self) -> bool:
        return not self.text and not any(clause.subject for clause in self.clauses)


#: A clause nobody has chosen yet.
NOTHING = building.Clause("", "")


def read_asked(data: QueryDict, at: str, subjects: Mapping[str, building.Subject]) -> Asked | None:
    """The expression that a page sent at a place."""
    mode = data.get(f"{at}.__mode", CLOSED)
    text = str(data.get(at, "")).strip()
    if mode != MENUS:
        return Asked(text, mode) if text or mode == TEXT else None
    clauses = tuple(
        _clause(data, f"{at}.__c{row}", subjects) for row in data.getlist(f"{at}.__c") if whole_number(row) is not None
    )
    found = Asked("", MENUS, "any" if data.get(f"{at}.__join") == "any" else "all", clauses)
    return written(found, subjects)


def _clause(data: QueryDict, name: str, subjects: Mapping[str, building.Subject]) -> building.Clause:
    code = str(data.get(f"{name}.subject", ""))
    subject = subjects.get(code)
    if subject is None:
        return NOTHING
    operator = str(data.get(f"{name}.operator", ""))
    if operator not in subject.operators:
        operator = subject.operators[0]
    values = tuple(value.strip() for value in data.getlist(f"{name}.value") if value.strip())
    if operator in building.MANY and not subject.choices:
        values = tuple(one.strip() for value in values for one in value.split(",") if one.strip())
    if subject.kind == "number":
        values = tuple(numbers.kept(value) for value in values)
    return building.Clause(code, operator, values, str(data.get(f"{name}.other", "")))


def written(asked: Asked, subjects: Mapping[str, building.Subject]) -> Asked:
    """With the CEL that its menus say, or what they do not say yet."""
    if all(clause == NOTHING for clause in asked.clauses):
        return replace(asked, text="", trouble=None)
    try:
        chosen = tuple(clause for clause in asked.clauses if clause != NOTHING)
        text = building.written(building.Condition(asked.join, chosen), subjects)
    except building.NotWritten as wrong:
        return replace(asked, text="", trouble=wrong.words)
    return replace(asked, text=text, trouble=None)


def opened(asked: Any, subjects: Mapping[str, building.Subject], mode: str) -> Asked:
    """An expression opened in another way: in menus when they can say it, else as text."""
    text = asked.text if isinstance(asked, Asked) else str(asked or "")
    if mode != MENUS:
        return Asked(text, mode)
    if not text:
        return Asked("", MENUS, "all", (NOTHING,))
    condition = building.condition_in(text, subjects)
    if condition is None:
        return Asked(text, TEXT)
    return Asked(text, MENUS, condition.join, condition.clauses)


def changed(asked: Any, what: str, row: int, subjects: Mapping[str, building.Subject]) -> Asked:
    """With one clause more (``clause``) or one less (``unclause``)."""
    if not isinstance(asked, Asked) or asked.mode != MENUS:
        return opened(asked, subjects, MENUS)
    clauses = list(asked.clauses)
    if what == "clause":
        clauses.append(NOTHING)
    elif 0 <= row < len(clauses):
        del clauses[row]
    return written(replace(asked, clauses=tuple(clauses) or (NOTHING,)), subjects)
