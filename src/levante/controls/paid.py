"""What of an award was paid, and when: the rows of liquidation whose money arrived."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from levante.claims.api import Claim
from levante.controls import states
from levante.controls.models import Recovery
from levante.controls.sums import Part, Return, last_paid
from levante.grants.api import Award
from levante.identity.api import Office
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.payments.api import LiquidationRow, Owed


def payments_of_award(award: Award) -> list[Part]:
    """Gross, by the day the bank executed them."""
    rows = LiquidationRow.objects.filter(claim__award=award, state="paid").order_by("paid_on", "pk")
    return [Part(gross, on) for gross, on in rows.values_list("gross", "paid_on") if on is not None]


def collector_of(award: Award) -> Office | None:
    """Who recovers what was paid of it: the agency that paid, from its own account; ``None``: the Section. Where both paid, whose payment
    was the last, since the last ones come back first."""
    rows = LiquidationRow.objects.filter(claim__award=award).select_related("liquidation__paid_by")
    last = _last_paid(rows).first()
    return last.liquidation.paid_by if last is not None else None


def _last_paid(rows: "QuerySet[LiquidationRow]") -> "QuerySet[LiquidationRow]":
    return rows.filter(state="paid").order_by("-paid_on", "-pk")


def why_reviewed_no_more(claim: Claim) -> Bilingual | None:
    """Why a claim keeps the outcome it has: what it had too much is being asked back."""
    row = Recovery.objects.filter(claim=claim).exclude(closing_kind=states.NOT_DUE).first()
    if row is None:
        return None
    return Bilingual(
        "ciò che ha avuto in più è già un recupero: prima si annulla come non dovuto.",
        "what it had too much is a recovery already: it is cancelled as never due first.",
    )


def _standing(award: Award) -> Any:
    """Its recoveries, but for those that were never due: what they asked may be asked again. What was waived may not."""
    return Recovery.objects.filter(award=award).exclude(closing_kind=states.NOT_DUE)


def asked_back(award: Award) -> Decimal:
    """What of it is to come back already, or was waived."""
    return sum((row.principal for row in _standing(award).only("principal")), ZERO)


def paid_in_all(award: Award) -> Decimal:
    """What was paid and nobody asked back yet."""
    return sum((one.amount for one in payments_of_award(award)), ZERO) - asked_back(award)


def excesses() -> "QuerySet[Claim]":
    """Claims whose review found that more was due than is earned, of which nobody made a recovery yet; also where one was made before that
    review, and was cancelled as never due. Each with its ``collector``: the key of the agency that would recover it (none: the Section)."""
    cancelled_before = Q(closing_kind=states.NOT_DUE, closed_at__lt=OuterRef("decided_at"))
    known = Recovery.objects.filter(claim=OuterRef("pk")).exclude(cancelled_before)
    last = _last_paid(LiquidationRow.objects.filter(claim__award=OuterRef("award")))
    return Claim.objects.filter(~Exists(known), state="assessed", excess__gt=0).annotate(
        collector=Subquery(last.values("liquidation__paid_by")[:1])
    )


def owed_by(enterprises: set[int]) -> dict[int, list[Owed]]:
    """What these enterprises owe back, capital only, for the payment gate; not what a court suspended. Who a deed gives the place of the
    debtor to owes it too, and nothing is set off against it before the office decided. What a review found to be given back is owed too,
    though nobody asked it yet. Two queries."""
    found: dict[int, list[Owed]] = {}
    whose = Q(award__enterprise__in=enterprises) | Q(award__awaits__heir__in=enterprises)
    rows = Recovery.objects.owing().not_stayed().filter(whose).select_related("award__awaits").order_by("pk")
    for row in rows.defer("steps", "parts"):
        if row.capital_left <= 0:
            continue
        told = Owed(str(row), row.capital_left, row.collected_by_id, asked=row.state != states.TO_ASK)
        found.setdefault(row.award.enterprise_id, []).append(told)
        if row.award.awaits is not None:
            found.setdefault(row.award.awaits.heir_id, []).append(told._replace(asked=False))
    for claim in excesses().filter(award__enterprise__in=enterprises).select_related("award__act").order_by("pk"):
        told = Owed(claim.register_number or str(claim.pk), claim.excess, claim.collector, asked=False)
        found.setdefault(claim.award.enterprise_id, []).append(told)
    return {firm: owed for firm, owed in found.items() if firm in enterprises}


def awards_owing() -> "QuerySet[Recovery, Any]":
    """The awards on which something is still to come back, also what a court suspended, or nobody expects any more."""
    return Recovery.objects.owing().order_by().values("award")


def parts_to_return(award: Award, amount: Decimal) -> list[Part]:
    """The payments that ``amount`` is made of: the last ones first, those that other recoveries are made of left out."""
    left = {}
    for one in payments_of_award(award):
        left[one.paid_on] = left.get(one.paid_on, ZERO) + one.amount
    for recovery in _standing(award):
        for taken in parts_of(recovery):
            left[taken.paid_on] = left.get(taken.paid_on, ZERO) - taken.amount
    return last_paid([Part(one, day) for day, one in left.items() if one > 0], amount)


def parts_as_json(parts: list[Part]) -> list[dict[str, str]]:
    return [{"amount": money_text(one.amount), "paid_on": one.paid_on.isoformat()} for one in parts]


def parts_of(recovery: Recovery) -> list[Part]:
    found: list[dict[str, Any]] = recovery.parts
    return [Part(Decimal(one["amount"]), date.fromisoformat(one["paid_on"])) for one in found]


def returns_of(recovery: Recovery) -> list[Return]:
    """The capital that came back, by day."""
    rows = recovery.incomings.filter(capital__gt=0).order_by("on", "pk")
    return [Return(capital, on) for capital, on in rows.values_list("capital", "on")]
