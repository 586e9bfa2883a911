"""What the allocation is told and what it answers: submissions, reserves, the terms of a call, the outcome."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from levante.calls.procedures import PROCEDURES, ProcedureRule
from levante.kernel.pure import Step, money_text

Procedure = Literal[
    "first_come", "first_come_threshold", "ranking", "click_day", "draw", "window_ranking", "proportional"
]
Repeat = Literal["first_counts", "last_counts", "refused"]
WhenShort = Literal["stop", "partial", "skip"]

REPEATS: tuple[Repeat, ...] = ("first_counts", "last_counts", "refused")
SHORTAGES: tuple[WhenShort, ...] = ("stop", "partial", "skip")

#: Why a submission counts for nothing.
EARLY, LATE, REPEATED, REFUSED, REPLACED = "early", "late", "repeated", "refused", "replaced"
#: A limit of the call that looks beyond one enterprise in one opening leaves it out: who held the names said so.
OVER_LIMIT = "over_limit"

ZERO = Decimal("0.00")
#: Before any instant: the opening of an order whose windows were judged at transmission.
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Submission:
    """What the log holds of an application. ``seq`` is its place in the log; ``tie_breaks`` want the higher first."""

    id: str
    enterprise: str
    received_at: datetime
    seq: int
    amount: Decimal
    score: Decimal | None = None
    tie_breaks: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserve:
    """Part of the budget kept for some of the applications; what they leave ``flows_back`` to everybody, or stays."""

    id: str
    amount: Decimal
    members: frozenset[str]
    flows_back: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """How the call gives its money; ``each`` is how many submissions of one enterprise count."""

    procedure: Procedure
    budget: Decimal
    opens_at: datetime
    closes_at: datetime | None
    repeat: Repeat
    when_short: WhenShort
    reserves: tuple[Reserve, ...] = ()
    threshold: Decimal | None = None
    seed: str = ""
    each: int = 1

    @classmethod
    def settled(cls, procedure: Procedure, budget: Decimal, when_short: WhenShort, **more: Any) -> "Terms":
        """The terms of an order whose windows were settled at transmission: everything in it was in time."""
        return cls(procedure, budget, EVER, None, more.pop("repeat", "first_counts"), when_short, **more)

    @property
    def rule(self) -> ProcedureRule:
        return PROCEDURES[self.procedure]


@dataclass(frozen=True, slots=True)
class Void:
    """A submission that counts for nothing, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Funded:
    """What an application gets; ``reserved`` is the part that comes from the reserve ``from_reserve``."""

    id: str
    amount: Decimal
    from_reserve: str | None = None
    reserved: Decimal = ZERO

    def as_json(self) -> dict[str, str]:
        told = {"id": self.id, "amount": money_text(self.amount)}
        if self.from_reserve is not None:
            told["from_reserve"] = self.from_reserve
            if self.reserved != self.amount:
                told["reserve_amount"] = money_text(self.reserved)
        return told


@dataclass(frozen=True, slots=True)
class Allocation:
    """The outcome: every submission is void, or in ``order`` and in exactly one of funded, queue and not funded."""

    order: tuple[str, ...]
    void: tuple[Void, ...]
    funded: tuple[Funded, ...]
    queue: tuple[str, ...]
    not_funded: tuple[str, ...]
    left: Decimal
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "order": list(self.order),
            "void": [{"id": one.id, "reason": one.reason} for one in self.void],
            "funded": [one.as_json() for one in self.funded],
            "queue": list(self.queue),
            "not_funded": list(self.not_funded),
            "left": money_text(self.left),
            "steps": [line.as_json() for line in self.steps],
        }


class TooMuchAwarded(ValueError):
    """What is said to be awarded already is more than the budget, or was never in the running: the application's id."""
