"""What the indicators of a programme come to, counted from the awards: nobody types them, and what is revoked is counted no more.

Only indicators that say what they ``count`` (``programme.vocabulary.INDICATOR_COUNTS``), each over the awards of its own fund, action and
years: one of a period is never fed by the money of another (annex I to Reg. (EU) 2021/1058, notes on the common indicators).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from levante.claims import states
from levante.claims.models import Charge, Claim, SimplifiedCost
from levante.grants.api import Award
from levante.kernel.pure import ZERO
from levante.programme.api import Indicator

_INVENTED = Count("pk", filter=Q(enterprise__is_demo=True))


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator today: ``planned`` by the awards in force (none where only what is done can be counted), ``achieved`` by the projects
    that are over; enterprises or euro, as the indicator says. ``sizes`` are the enterprises planned, by their size at the award."""

    planned: Decimal | int | None
    achieved: Decimal | int
    sizes: dict[str, int] = field(default_factory=dict)
    demonstration: bool = False


def counted_indicators(indicators: Iterable[Indicator]) -> dict[int, Counted]:
    """The indicators that count something, by their id. At most two queries each, whatever the awards."""
    return {one.pk: _COUNTS[one.counts](_theirs(one)) for one in indicators if one.counts}


def _theirs(indicator: Indicator) -> "QuerySet[Award]":
    found = Award.objects.in_force().filter(act__line__triennium__programme=indicator.programme_id)
    if indicator.fund_id is not None:
        found = found.filter(act__line__fund=indicator.fund_id)
    if indicator.action_id is not None:
        found = found.filter(
            Q(act__line__action=indicator.action_id) | Q(act__line__action__parent=indicator.action_id)
        )
    if indicator.since is not None:
        found = found.filter(effective_on__gte=indicator.since)
    if indicator.until is not None:
        found = found.filter(effective_on__lte=indicator.until)
    return found


def _over(awards: "QuerySet[Award]") -> "QuerySet[Award]":
    """Of which the last claim is paid, or nothing was left to pay."""
    ended = Q(state=states.PAID) | Q(state=states.ASSESSED, due=0)
    return awards.filter(Exists(Claim.objects.filter(ended, award=OuterRef("pk"), mode__in=states.LAST_MODES)))


def _granted(awards: "QuerySet[Award]") -> Counted:
    """Each enterprise once, however many grants it has."""
    last = awards.order_by("enterprise_id", "-effective_on", "-pk").distinct("enterprise_id").values("pk")
    by_size = list(
        Award.objects.filter(pk__in=last)
        .order_by("final_checks__size__size")
        .values_list("final_checks__size__size")
        .annotate(number=Count("pk"), invented=_INVENTED)
    )
    sizes = {str(size or ""): number for size, number, _ in by_size}
    invented = any(number for *_, number in by_size)
    achieved = _over(awards).aggregate(number=Count("enterprise", distinct=True))["number"]
    return Counted(sum(sizes.values()), achieved, sizes, invented)


def _matching(awards: "QuerySet[Award]") -> Counted:
    """What the enterprises put in of their own: cost admitted less grant paid, but for what is to come back of it, of projects that are
    over."""
    found = _over(awards).aggregate(
        cost=Sum(_of_each(Charge, "claim__award", "admitted") + _of_each(SimplifiedCost, "claim__award", "admitted")),
        grant=Sum(_of_each(Claim, "award", "paid") - _of_each(Claim, "award", "excess") - F("taken_back")),
        invented=_INVENTED,
    )
    own = max((found["cost"] or ZERO) - (found["grant"] or ZERO), ZERO)
    return Counted(None, own, demonstration=bool(found["invented"]))


def _of_each(model: type[Model], award: str, amount: str) -> Coalesce:
    """The sum of an amount over the rows of an award."""
    rows = model._default_manager.filter(**{award: OuterRef("pk")}).order_by().values(award)
    return Coalesce(
        Subquery(rows.annotate(total=Sum(amount)).values("total")), Value(ZERO), output_field=DecimalField()
    )


_COUNTS = {"granted": _granted, "matching": _matching}
