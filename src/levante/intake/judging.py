"""A rehearsal judged: the log computed again, and the money given down its order by the same function as on the day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from levante.calls.api import Reserve, Submission, Terms, allocate, allocation_terms
from levante.intake.audit import IntakeAudit, audit_intake
from levante.intake.models import IntakeLog
from levante.intake.queries import submissions_of
from levante.kernel.pure import money_text
from levante.register.api import key_ring
from levante.register.pure.commitment import instant_text


@dataclass(frozen=True, slots=True)
class Judgement:
    """``case`` is what ``levante calls allocate`` takes, so that anyone gives the money again."""

    audit: IntakeAudit
    case: dict[str, Any]
    outcome: dict[str, Any]
    budget_is_assumed: bool

    @property
    def holds(self) -> bool:
        return not self.audit.count and self.order_is_that_of_the_log

    @property
    def order_is_that_of_the_log(self) -> bool:
        void = {one["id"] for one in self.outcome["void"]}
        log = [one["id"] for one in sorted(self.case["submissions"], key=lambda one: one["seq"])]
        return [id_ for id_ in log if id_ not in void] == self.outcome["order"]


def judge(log: IntakeLog, *, budget: Decimal | None = None) -> Judgement:
    """Order and allocation of a log, recomputed. Without an opening or a budget, half of what was asked is given.

    The terms are those of the opening's call, without its reserves: a test belongs to none.
    """
    log.refresh_from_db()
    submissions = [Submission(*row) for row in submissions_of(log)]
    opens_at, closes_at = log.window()
    asked = sum((one.amount for one in submissions), Decimal("0.00"))
    money = budget or (log.opening.budget if log.opening else None)
    half = max((asked / 2).quantize(Decimal("0.01")), Decimal("0.01"))
    if log.opening is not None and log.opening.call.rule.by_arrival:
        terms = replace(allocation_terms(log.opening, settled=False), reserves=(), threshold=None)
    else:
        terms = Terms("first_come", half, opens_at, closes_at, "first_counts", "partial")
    terms = replace(terms, opens_at=opens_at, closes_at=closes_at, budget=money if money is not None else half)
    outcome = allocate(terms, submissions)
    audit = audit_intake(log, key_ring().public_keys())
    return Judgement(audit, case_of(terms, submissions), outcome.as_json(), money is None)


def case_of(terms: Terms, submissions: Sequence[Submission]) -> dict[str, Any]:
    """The case that ``levante calls allocate`` takes, of an order by arrival."""
    case = {**case_terms(terms), "submissions": [case_submission(one) for one in submissions]}
    if terms.reserves:
        case["reserves"] = [{**case_reserve(reserve), "members": sorted(reserve.members)} for reserve in terms.reserves]
    return case


def case_terms(terms: Terms) -> dict[str, Any]:
    """What a case says beside its submissions and its reserves."""
    case: dict[str, Any] = {
        "procedure": terms.procedure,
        "budget": money_text(terms.budget),
        "opens_at": instant_text(terms.opens_at),
        "repeat": terms.repeat,
        "when_short": terms.when_short,
        "each": terms.each,
    }
    if terms.closes_at is not None:
        case["closes_at"] = instant_text(terms.closes_at)
    return case


def case_submission(one: Submission) -> dict[str, Any]:
    return {
        "id": one.id,
        "enterprise": one.enterprise,
        "received_at": instant_text(one.received_at),
        "seq": one.seq,
        "amount": money_text(one.amount),
    }


def case_reserve(reserve: Reserve) -> dict[str, Any]:
    """A reserve, without those who belong to it."""
    return {"id": reserve.id, "amount": money_text(reserve.amount), "flows_back": reserve.flows_back}
