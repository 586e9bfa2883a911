"""Conditions and formulas written from menus: what is asked of what, how they hold together, and back from CEL to the menus.

What menus cannot say stays an expression: then reading gives ``None``. What they write reads back as it was.
"""

from levante.calls.building.menus import (
    ARITHMETIC,
    BARE,
    MANY,
    OPERATOR_WORDS,
    OPERATORS,
    Cases,
    Clause,
    Condition,
    NotWritten,
    Reckoning,
    Subject,
    Term,
    subjects_of,
)
from levante.calls.building.reading import cases_in, condition_in, reckoning_in
from levante.calls.building.writing import cases_written, number_of, reckoning_written, written

__all__ = [
    "ARITHMETIC",
    "BARE",
    "MANY",
    "OPERATORS",
    "OPERATOR_WORDS",
    "Cases",
    "Clause",
    "Condition",
    "NotWritten",
    "Reckoning",
    "Subject",
    "Term",
    "cases_in",
    "cases_written",
    "condition_in",
    "number_of",
    "reckoning_in",
    "reckoning_written",
    "subjects_of",
    "written",
]
