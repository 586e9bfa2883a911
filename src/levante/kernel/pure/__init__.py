"""Money, decisions and explanations: the part of the kernel that knows neither Django nor a database."""

from levante.kernel.pure.decision import Decision
from levante.kernel.pure.explanation import (
    Bilingual,
    Step,
    as_said,
    in_both,
    problems_as_json,
    step,
    steps_as_json,
    why_unreadable,
)
from levante.kernel.pure.money import CENT, ZERO, apportion, euro, format_euro, money_text, round_euro, the_percent
from levante.kernel.pure.ticket import drawn
from levante.kernel.pure.typed import typed_number

__all__ = [
    "CENT",
    "ZERO",
    "Bilingual",
    "Decision",
    "Step",
    "apportion",
    "as_said",
    "drawn",
    "euro",
    "format_euro",
    "in_both",
    "money_text",
    "problems_as_json",
    "round_euro",
    "step",
    "steps_as_json",
    "the_percent",
    "typed_number",
    "why_unreadable",
]
