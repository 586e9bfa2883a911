"""The whole document of a call, and its openings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from levante.calls.procedures import PROCEDURES
from levante.calls.schema.basics import (
    Amount,
    Both,
    Code,
    Coded,
    Days,
    Expression,
    Instant,
    Name,
    Named,
    OnlyOnce,
    Rate,
    Strict,
    wrong,
)
from levante.calls.schema.judging import Checklists, Criteria, Judgement, Results, Templates, Terms, Tie
from levante.calls.schema.money import Money, Payment
from levante.calls.schema.registers import Registers
from levante.calls.schema.who import Applicants, Delivery, Limits, Rules

Procedure = Literal[
    "first_come", "first_come_threshold", "ranking", "click_day", "draw", "window_ranking", "proportional"
]
Repeat = Literal["first_counts", "last_counts", "refused"]
WhenShort = Literal["stop", "partial", "skip"]


class LegalBasis(Both):
    """A norm or an act the call stands on; ``on`` is its date, ``until`` the last day it is in force."""

    reference: str = ""
    url: str = ""
    on: date | None = None
    until: date | None = None


class BudgetLineEntry(Strict):
    """A budget line of the programme that pays for the call, and how much of it, where that is decided."""

    line: Name
    amount: Amount | None = None


class Planned(Strict):
    """The entry of the public calendar of calls (art. 49(2) CPR); who may ask is the call's ``who``."""

    opens_on: date
    closes_on: date | None = None
    amount: Amount | None = None
    area: Both | None = None
    objective: Both | None = None
    note: Both | None = None

    @field_validator("closes_on")
    @classmethod
    def _after(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value is not None and "opens_on" in info.data and value < info.data["opens_on"]:
            raise wrong("viene prima dell’apertura.", "comes before the opening.")
        return value


class Partial(Strict):
    """Who is offered a part of what was asked must accept it within so many days."""

    acceptance_days: Days


class LineEntry(Strict):
    code: Annotated[Code, Field(max_length=40)]
    name: Named
    budget: Amount


class ReserveEntry(Coded):
    """Money kept for those of whom ``when`` holds (of one line, where ``line`` says so); what it leaves flows back, or stays."""

    amount: Amount | None = None
    percent: Rate | None = None
    when: Expression
    flows_back: bool = True
    line: Code | None = None

    @model_validator(mode="after")
    def _one(self) -> "ReserveEntry":
        if (self.amount is None) == (self.percent is None):
            raise wrong(
                "una riserva è un importo o una percentuale: uno dei due.",
                "a reserve is an amount or a percentage: one of the two.",
            )
        return self


class CommitteeMember(Both):
    """A seat of the committee: its role, the office it comes from; the person is named by an act, not by the call."""

    office: Code | None = None
    role: Literal["president", "member", "secretary"]


class OpeningEntry(Strict):
    code: Annotated[Code, Field(max_length=60)]
    name: Named | None = None
    opens_at: Instant
    closes_at: Instant | None = None
    budget: Amount
    lines: Annotated[list[LineEntry], OnlyOnce] = []
    line_by: Annotated[Name, Field(max_length=60)] | None = None
    reserves: Annotated[list[ReserveEntry], OnlyOnce] = []
    limits: Limits = []
    committee: list[CommitteeMember] = []
    seed: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    seed_source: Both | None = None
    demonstration: bool = False

    @field_validator("closes_at")
    @classmethod
    def _after(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        opens_at = info.data.get("opens_at")
        if value is not None and opens_at is not None and value <= opens_at:
            raise wrong("viene prima dell’apertura.", "comes before the opening.")
        return value


class Faq(Strict):
    question: Both
    answer: Both


class CallEntry(Strict):
    """A call as one document: what a file says, what the designer edits, what ``levante calls export`` writes."""

    code: Code
    state: Literal["draft", "approved", "published", "closed_out"] = "draft"
    published_at: Instant | None = None
    title: Named
    summary: Both | None = None
    who: Both | None = None
    what: Both | None = None
    act: str | None = None
    direction: str | None = None
    fund: str | None = None
    action: str | None = None
    budget_lines: list[BudgetLineEntry] = []
    sectors: list[str] = []
    strengthens: list[Code] = []
    office: Code
    managed_as: Literal["section", "intermediate", "in_house"] = "section"
    legal_basis: list[LegalBasis] = []
    planned: Planned | None = None
    procedure: Procedure = "first_come"
    repeat: Repeat = "refused"
    when_short: WhenShort | None = None
    partial: Partial | None = None
    regime: Annotated[str, Field(min_length=1, max_length=40)] = "de_minimis"
    applicants: Applicants = Applicants()
    limits: Limits = []
    eligibility: Rules = []
    exclusions: list[Code] = []
    money: Money | None = None
    trim_to_headroom: bool = False
    payment: Payment = Payment()
    registers: Registers = Registers()
    judgement: Judgement = Judgement()
    criteria: Criteria = []
    tie_breaks: Tie = []
    checklists: Checklists = Checklists()
    terms: Terms = Terms()
    templates: Templates = Templates()
    delivery: Delivery = Delivery()
    results: Results = []
    steps: list[Both] = []
    faq: list[Faq] = []
    sources: list[str] = []
    assumptions: list[Both] = []
    openings: Annotated[list[OpeningEntry], OnlyOnce] = []
    demonstration: bool = False
    form: dict[str, Any] = {}

    @field_validator("budget_lines")
    @classmethod
    def _lines_once(cls, value: list[BudgetLineEntry]) -> list[BudgetLineEntry]:
        if len({item.line for item in value}) != len(value):
            raise wrong("la stessa linea di bilancio è indicata due volte.", "the same budget line twice.")
        return value

    @model_validator(mode="after")
    def _part_is_given(self) -> "CallEntry":
        if self.partial is not None and self.short != "partial":
            raise wrong(
                "si accetta una parte (partial) solo dove si dà una parte: when_short: partial.",
                "a part is accepted (partial) only where a part is given: when_short: partial.",
            )
        return self

    @property
    def short(self) -> WhenShort:
        """What happens to a request that does not fit: what the call says, or what its procedure does."""
        return self.when_short or PROCEDURES[self.procedure].when_short

    @property
    def money_of_openings(self) -> Decimal:
        return sum((opening.budget for opening in self.openings), Decimal("0.00"))
