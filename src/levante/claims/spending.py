"""From which day spending counts: the call says (``payment.spending_from``), otherwise the day the application was sent."""

from datetime import date

from levante.grants.api import Award
from levante.kernel.api import day_of
from levante.law.invoice_cup import SHORTEST_IDENTIFIER

#: The regime whose aid must have an incentive effect: nothing of it is begun before the application (art. 6 Reg. (EU) 651/2014).
INCENTIVE = "gber"


def spending_from(award: Award) -> date | None:
    """The day from which the call admits spending earlier than the application; none where it says none, or the regime forbids it."""
    told = (award.application.opening.call.payment or {}).get("spending_from")
    return date.fromisoformat(told) if told and not award.regime.startswith(INCENTIVE) else None


def identifiers_of(award: Award) -> list[str]:
    """What an invoice older than the CUP, and the receipts of its payment, must bear (art. 5(7) D.L. 13/2023): the identifiers of the
    call, or the number of the application."""
    told = (award.application.opening.call.payment or {}).get("identifiers") or [award.application.number or ""]
    return [one for one in told if sum(letter.isalnum() for letter in one) >= SHORTEST_IDENTIFIER]


def earliest_spending(award: Award) -> date | None:
    """The first day of which an expense is of the project, as long as nobody told its days."""
    sent = award.application.submitted_at
    applied = day_of(sent) if sent else None
    admitted = spending_from(award)
    return min(admitted, applied) if admitted and applied else admitted or applied
