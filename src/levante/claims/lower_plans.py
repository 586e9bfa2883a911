"""Approved costs plans that leave less than the award is of, and that no act brought it down to yet: what waits, what goes beyond.

Pending the act, claims are reckoned as they will be after it (``in_force.amount_in_force``): what is due does not depend on when the act
comes back. What was assessed before the plan was approved is not paid beyond it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from levante.claims import carrying_states, states
from levante.claims.models import Claim, Reduction, Variation
from levante.kernel.pure import ZERO, Bilingual, format_euro


def lower_plans(rows: "QuerySet[Variation]") -> "QuerySet[Variation]":
    """Of these variations, the plans in force that leave less than their award, which has effect, is of."""
    later = Variation.objects.filter(
        award=OuterRef("award"), kind=carrying_states.COSTS, state__in=carrying_states.GRANTED, number__gt=OuterRef("number")
    )  # fmt: skip
    return rows.filter(
        ~Exists(later), kind=carrying_states.COSTS, state__in=carrying_states.GRANTED, amount_after__lt=F("amount_before"),
        award__state="effective", award__amount__gt=F("amount_after"),
    )  # fmt: skip


def plans_to_reduce(rows: "QuerySet[Variation]") -> "QuerySet[Variation]":
    """Of these variations, those whose act of reduction is to be drafted: no act that brings the award as low is being made."""
    of_award = Q(variation__award=OuterRef("award")) | Q(claim__award=OuterRef("award"))
    acts = Reduction.objects.filter(
        of_award, state__in=carrying_states.REDUCING, amount_after__lte=OuterRef("amount_after")
    )
    return lower_plans(rows).filter(~Exists(acts))


@dataclass(frozen=True, slots=True)
class Beyond:
    """A claim with which more is recognised of its award (``recognised``, in euro) than the plan in force leaves (``left``)."""

    number: str
    left: Decimal
    recognised: Decimal

    @property
    def words(self) -> Bilingual:
        return Bilingual(
            f"il piano approvato con la variazione {self.number} lascia {format_euro(self.left)}, e con questa domanda se ne "
            f"riconoscono {format_euro(self.recognised)}",
            f"the plan approved with variation {self.number} leaves {format_euro(self.left, 'en')}, and with this claim "
            f"{format_euro(self.recognised, 'en')} are recognised",
        )


def beyond_plan(claims: Iterable[Claim]) -> dict[int, Beyond]:
    """Of these claims, those assessed or verified as due that go beyond a lower plan, by their key: with what an act verified as due of the
    award, and what earlier ones are due. One question; another where there is such a plan. Their awards are read."""
    mine = list(claims)
    plans = {
        row.award_id: row
        for row in lower_plans(Variation.objects.filter(award__in={one.award_id for one in mine})).order_by("pk")
    }
    if not plans:
        return {}
    due: dict[int, list[tuple[int, str, Decimal]]] = {}
    rows = Claim.objects.filter(award__in=plans, state__in=states.WITH_DUE).order_by("pk")
    for award, number, state, amount in rows.values_list("award", "number", "state", "due"):
        due.setdefault(award, []).append((number, state, amount or ZERO))
    found = {}
    for one in mine:
        plan = plans.get(one.award_id)
        if plan is None or plan.amount_after is None:
            continue
        told = due.get(one.award_id, [])
        taken = sum((amount for number, state, amount in told if number <= one.number or state in states.FIXED), ZERO)
        recognised = taken - one.award.taken_back
        if recognised > plan.amount_after and one.state in (states.ASSESSED, states.LIQUIDATED):
            found[one.pk] = Beyond(str(plan.register_number), plan.amount_after, recognised)
    return found
