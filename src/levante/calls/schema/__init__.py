"""The shape of a call's document. ``docs/how-to/write-a-call.md`` explains it to who writes one.

A document has the right shape or it does not (types, codes, expressions that compile, what one value alone forbids); whether
its parts agree is for ``calls.checker``. A draft may lack parts; it always has the right shape.
"""

from levante.calls.schema.basics import Both, Coded, Strict
from levante.calls.schema.frame import (
    BudgetLineEntry,
    CallEntry,
    CommitteeMember,
    Faq,
    LegalBasis,
    LineEntry,
    OpeningEntry,
    Partial,
    Planned,
    ReserveEntry,
)
from levante.calls.schema.judging import (
    CheckItem,
    Checklists,
    CriterionEntry,
    Judgement,
    Letter,
    ResultEntry,
    Templates,
    Terms,
    TieBreak,
)
from levante.calls.schema.money import (
    CostItem,
    FixedMoney,
    ItemsMoney,
    LumpSumMoney,
    Payment,
    PercentageMoney,
    Premium,
)
from levante.calls.schema.who import Applicants, Delivery, Limit, Rule

__all__ = [
    "Applicants",
    "Both",
    "BudgetLineEntry",
    "CallEntry",
    "CheckItem",
    "Checklists",
    "Coded",
    "CommitteeMember",
    "CostItem",
    "CriterionEntry",
    "Delivery",
    "Faq",
    "FixedMoney",
    "ItemsMoney",
    "Judgement",
    "LegalBasis",
    "Letter",
    "Limit",
    "LineEntry",
    "LumpSumMoney",
    "OpeningEntry",
    "Partial",
    "Payment",
    "PercentageMoney",
    "Planned",
    "Premium",
    "ReserveEntry",
    "ResultEntry",
    "Rule",
    "Strict",
    "Templates",
    "Terms",
    "TieBreak",
]
