"""Money, decisions and explanations: the part of the kernel that knows neither Django nor a database."""

from levante.kernel.pure.decision import Decision
from levante.kernel.pure.explanation import (
    Bilingual,
    Kept,
    Step,
    as_said,
    filled,
    in_both,
    joined,
    problems_as_json,
    step,
    steps_as_json,
    why_unreadable,
)
from levante.kernel.pure.languages import KNOWN, reads_english, said_in
from levante.kernel.pure.money import CENT, ZERO, apportion, euro, format_euro, money_text, round_euro, the_percent
from levante.kernel.pure.ticket import drawn
from levante.kernel.pure.typed import typed_number

__all__ = [
    "CENT",
    "KNOWN",
    "ZERO",
    "Bilingual",
    "Decision",
    "Kept",
    "Step",
    "apportion",
    "as_said",
    "drawn",
    "euro",
    "filled",
    "format_euro",
    "in_both",
    "joined",
    "money_text",
    "problems_as_json",
    "reads_english",
    "round_euro",
    "said_in",
    "step",
    "steps_as_json",
    "the_percent",
    "typed_number",
    "why_unreadable",
]
