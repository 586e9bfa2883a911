"""What an officer could get wrong in a call: contradictions are errors, doubts are warnings, each with its place and words.

Pure: a document, the day of the question, what the programme says around it. The same findings stop approving and
publishing, are printed by ``levante calls check`` and shown by the designer. What one value alone forbids is in the shape
(``calls.schema``); what a form forbids by itself is in ``calls.forms.parsing``.
"""

from collections.abc import Iterator
from datetime import date

from levante.calls.checker import expressions, form, frame, judging, money, openings, who
from levante.calls.checker.finding import ERROR, WARNING, Finding, Surroundings, View, view_of
from levante.calls.schema import CallEntry

__all__ = ["ERROR", "WARNING", "Finding", "Surroundings", "check_call", "errors_of"]

_PARTS = (frame, openings, who, money, judging, form, expressions)


def check_call(entry: CallEntry, *, on: date, around: Surroundings | None = None) -> list[Finding]:
    """Everything that is wrong (errors first) or doubtful in a call, in the order of its document."""
    view = view_of(entry, on=on, around=around or Surroundings())
    found = list(_all(view))
    return sorted(found, key=lambda finding: finding.level != ERROR)


def _all(view: View) -> Iterator[Finding]:
    for part in _PARTS:
        yield from part.check(view)


def errors_of(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == ERROR]
