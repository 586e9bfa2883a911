"""What a call is made of. Everything an office decides about a call is a row or a value here, never code."""

from levante.calls.models_call import (
    Call,
    CallBudgetLine,
    CallEvent,
    CallQuerySet,
    CallRevision,
    Criterion,
    FormVersion,
)
from levante.calls.models_opening import Opening, OpeningLine, OpeningQuerySet

__all__ = [
    "Call",
    "CallBudgetLine",
    "CallEvent",
    "CallQuerySet",
    "CallRevision",
    "Criterion",
    "FormVersion",
    "Opening",
    "OpeningLine",
    "OpeningQuerySet",
]
