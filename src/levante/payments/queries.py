"""What the pages of payments read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from levante.claims.api import Claim
from levante.claims.api import states as claim_states
from levante.identity.api import Office, roles
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO
from levante.payments import states
from levante.payments.gates import RELATED
from levante.payments.models import Check, LiquidationRow, Payment, PaymentOrder
from levante.payments.owing import awards_owing
from levante.payments.paying import bodies_of, managed_by, own
from levante.payments.pure.withholding import Certificate, Split, certificates
from levante.payments.releasing import last_payments


def claims_to_liquidate(actor: Actor) -> "QuerySet[Claim]":
    """Assessed claims to which something is due and that are in no act, the oldest decision first."""
    taken = LiquidationRow.objects.filter(claim=OuterRef("pk"), state__in=states.STANDING)
    rows = Claim.objects.visible_to(actor).filter(state=claim_states.ASSESSED, due__gt=0).exclude(Exists(taken))
    return rows.filter(_to_be_paid_by(actor)).select_related(*RELATED).order_by("decided_at", "pk")


def _to_be_paid_by(actor: Actor) -> Q:
    """Of claims in no act yet, those that the actor's own body would pay."""
    if actor.is_system or not settings.PAYERS:
        return Q()
    bodies = bodies_of(actor, roles.FINANCE, roles.DIRECTOR, roles.CASE_OFFICER)
    found = Q(award__act__call__office__in=managed_by(bodies).order_by().values("pk"))
    if actor.sections & actor.offices:
        found |= ~Q(award__act__call__office__in=managed_by(settings.PAYERS).order_by().values("pk"))
    return found


def guarantees_to_release(actor: Actor) -> "QuerySet[Check]":
    """The guarantees of awards whose last payment was made, of what the actor's own body pays; the oldest first."""
    paid = Claim.objects.filter(award=OuterRef("award"), mode__in=last_payments(), state=claim_states.PAID)
    held = Check.objects.visible_to(actor).filter(kind=states.GUARANTEE, outcome=states.CLEAR, release__isnull=True)
    rows = held.filter(Exists(paid)).filter(_to_be_paid_by(actor))
    for owing in awards_owing():
        rows = rows.exclude(award__in=owing)
    return rows.select_related("enterprise", "award__application").order_by("pk")


def rows_to_pay(actor: Actor) -> "QuerySet[LiquidationRow]":
    """Rows of acts in effect whose money has not left, the oldest act first."""
    related = [f"claim__{name}" for name in RELATED]
    mine = own(actor, path="liquidation__paid_by")
    rows = LiquidationRow.objects.visible_to(actor).filter(mine).to_pay().select_related("liquidation", *related)
    return rows.order_by("verified_on", "pk")


def payments_of(claim: Claim, actor: Actor) -> list[LiquidationRow]:
    """What became of the money of a claim: the rows of its acts that the actor sees, each with its payments (``row.payments.all()``),
    the latest first."""
    seen = Payment.objects.exclude(state=states.WITHDRAWN).select_related("order__paid_by", "account").order_by("-pk")
    rows = LiquidationRow.objects.visible_to(actor).filter(claim=claim, state__in=states.STANDING)
    return list(
        rows.select_related("liquidation__paid_by", "claim")
        .prefetch_related(Prefetch("payments", queryset=seen))
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the bank is with an order: how many payments and how much in each state; ``done`` in per cent of those that count."""

    states: Sequence[tuple[str, int, Decimal]]
    total: int
    settled: int

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.total if self.total else 0


def progress_of_order(order: PaymentOrder) -> Progress:
    found = {
        row["state"]: (row["count"], row["sum"] or ZERO)
        for row in order.payments.order_by().values("state").annotate(count=Count("pk"), sum=Sum("amount"))
    }
    told = [(code, *found[code]) for code in states.PAYMENTS if code in found]
    going = sum(found[code][0] for code in states.GOING if code in found)
    total = sum(count for count, _ in found.values())
    return Progress(told, total, total - going)


def certificates_of(actor: Actor, year: int, body: Office | None = None) -> list[Certificate]:
    """What a body (none: the Section) paid to each enterprise and withheld in a calendar year, of what the actor sees; the enterprise by
    its key."""
    rows = LiquidationRow.objects.visible_to(actor).filter(
        liquidation__paid_by=body, state=states.PAID, paid_on__year=year, withheld__gt=0
    )
    told = rows.order_by("pk").values_list("claim__award__enterprise_id", "gross", "subject", "withheld", "net")
    return certificates(year, ((str(firm), Split(*amounts)) for firm, *amounts in told))
