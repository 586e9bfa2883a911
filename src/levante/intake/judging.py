"""A rehearsal judged: the log computed again, and the money given down its order by the same function as on the day."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.calls.api import Submission, Terms, allocate
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
    """Order and allocation of a log, recomputed. Without an opening or a budget, half of what was asked is given."""
    log.refresh_from_db()
    rows = list(submissions_of(log))
    opens_at, closes_at = log.window()
    asked = sum((amount for *_, amount in rows), Decimal("0.00"))
    money = budget or (log.opening.budget if log.opening else None)
    terms = Terms(
        procedure="first_come",
        budget=money if money is not None else max((asked / 2).quantize(Decimal("0.01")), Decimal("0.01")),
        opens_at=opens_at,
        closes_at=closes_at,
        repeat="first_counts",
        when_short="partial",
    )
    outcome = allocate(terms, [Submission(*row) for row in rows])
    case = {
        "procedure": terms.procedure,
        "budget": money_text(terms.budget),
        "opens_at": instant_text(opens_at),
        **({"closes_at": instant_text(closes_at)} if closes_at else {}),
        "repeat": terms.repeat,
        "when_short": terms.when_short,
        "submissions": [
            {"id": id_, "enterprise": firm, "received_at": instant_text(at), "seq": seq, "amount": money_text(amount)}
            for id_, firm, at, seq, amount in rows
        ],
    }
    return Judgement(audit_intake(log, key_ring().public_keys()), case, outcome.as_json(), money is None)
