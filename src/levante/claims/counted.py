"""What the indicators of a programme come to, counted from the awards and from who takes part in initiatives: nobody types them, and what
is revoked, renounced or cancelled is counted no more.

Only indicators that say what they ``count`` (``programme.vocabulary.INDICATOR_COUNTS``), each over the awards and the initiatives of its
own fund, action and years: one of a period is never fed by the money of another (annex I to Reg. (EU) 2021/1058, notes on the common
indicators). An enterprise is counted once, whatever supports it has and of how many forms; so what counts all forms is at most the sum of
what counts each (SWD(2021) 198, RCO01-RCO04; Reg. (EU) 1301/2013, CO01-CO04).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from levante.claims import states
from levante.claims.models import Charge, Claim, SimplifiedCost
from levante.claims.not_financial import Helped, helped_of
from levante.grants.api import Award
from levante.kernel.pure import ZERO
from levante.parties.api import Enterprise
from levante.programme.api import Indicator, vocabulary


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator today: ``planned`` by the awards in force and by who takes part (none where only what is done can be counted),
    ``achieved`` by the projects that are over and by who came; enterprises or euro, as the indicator says. ``sizes`` are the enterprises
    planned, by their size at the last award, or the last one derived where they have none."""

    planned: Decimal | int | None
    achieved: Decimal | int
    sizes: dict[str, int] = field(default_factory=dict)
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Supported:
    """An enterprise that an indicator counts: its size (``Counted.sizes``), whether it has a grant in force, the initiatives it takes part
    in (ids), whether at least one of these is over and had."""

    size: str
    granted: bool = False
    initiatives: tuple[int, ...] = ()
    achieved: bool = False
    demonstration: bool = False


def counted_indicators(indicators: Iterable[Indicator]) -> dict[int, Counted]:
    """The indicators that count something, by their id. Few queries for each fund and years, whatever the awards."""
    asked = list(indicators)
    firms = enterprises_counted(asked)
    return {
        one.pk: _own_spending(awards_counted(one)) if one.counts == vocabulary.MATCHING else _in_all(firms[one.pk])
        for one in asked
        if one.counts
    }


def enterprises_counted(indicators: Iterable[Indicator]) -> dict[int, dict[int, Supported]]:
    """The enterprises that each indicator counts, by its id and theirs; of an indicator that counts no enterprises nothing. One query for
    each fund, action and years of which grants count, those of ``helped_of``, and one."""
    asked = [one for one in indicators if one.counts and one.counts != vocabulary.MATCHING]
    grants: dict[tuple[object, ...], dict[int, Supported]] = {}
    for one in asked:
        if one.counts != vocabulary.NON_FINANCIAL and (scope := _scope(one)) not in grants:
            grants[scope] = _granted(awards_counted(one))
    helped = helped_of(asked)
    ids = {row.enterprise for rows in helped.values() for row in rows}
    known = {
        pk: Supported(size, demonstration=invented)
        for pk, size, invented in Enterprise.objects.filter(pk__in=ids).order_by().values_list("pk", "size", "is_demo")
    }
    return {
        one.pk: _joined(
            {} if one.counts == vocabulary.NON_FINANCIAL else grants[_scope(one)], helped.get(one.pk, []), known
        )
        for one in asked
    }


def awards_counted(indicator: Indicator) -> "QuerySet[Award]":
    """The awards in force of the indicator's fund, action and years."""
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


def _scope(one: Indicator) -> tuple[object, ...]:
    """What two indicators that look at the same awards have the same."""
    return one.programme_id, one.fund_id, one.action_id, one.since, one.until


def _ended() -> Exists:
    """The last claim of the award is paid, or nothing was left to pay."""
    ended = Q(state=states.PAID) | Q(state=states.ASSESSED, due=0)
    return Exists(Claim.objects.filter(ended, award=OuterRef("pk"), mode__in=states.LAST_MODES))


def _granted(awards: "QuerySet[Award]") -> dict[int, Supported]:
    """Each enterprise once, however many grants it has: the size is that of the last. One query."""
    found: dict[int, Supported] = {}
    rows = awards.order_by("enterprise_id", "effective_on", "pk").annotate(ended=_ended())
    told = rows.values_list("enterprise_id", "final_checks__size__size", "enterprise__is_demo", "ended")
    for enterprise, size, invented, ended in told.iterator(chunk_size=2000):
        achieved = ended or (enterprise in found and found[enterprise].achieved)
        found[enterprise] = Supported(str(size or ""), granted=True, achieved=achieved, demonstration=invented)
    return found


def _joined(grants: dict[int, Supported], helped: list[Helped], known: dict[int, Supported]) -> dict[int, Supported]:
    """Those with a grant and those that take part, each once."""
    found = dict(grants)
    for row in helped:
        one = found.get(row.enterprise) or known[row.enterprise]
        found[row.enterprise] = replace(
            one, initiatives=(*one.initiatives, row.initiative), achieved=one.achieved or row.had,
            demonstration=one.demonstration or row.demonstration,
        )  # fmt: skip
    return found


def _in_all(firms: dict[int, Supported]) -> Counted:
    sizes: dict[str, int] = {}
    for one in firms.values():
        sizes[one.size] = sizes.get(one.size, 0) + 1
    achieved = sum(one.achieved for one in firms.values())
    return Counted(len(firms), achieved, sizes, any(one.demonstration for one in firms.values()))


def _own_spending(awards: "QuerySet[Award]") -> Counted:
    """What the enterprises put in of their own: cost admitted less grant paid, but for what is to come back of it, of projects that are
    over."""
    found = awards.filter(_ended()).aggregate(
        cost=Sum(_of_each(Charge, "claim__award", "admitted") + _of_each(SimplifiedCost, "claim__award", "admitted")),
        grant=Sum(_of_each(Claim, "award", "paid") - _of_each(Claim, "award", "excess") - F("taken_back")),
        invented=Count("pk", filter=Q(enterprise__is_demo=True)),
    )
    own = max((found["cost"] or ZERO) - (found["grant"] or ZERO), ZERO)
    return Counted(None, own, demonstration=bool(found["invented"]))


def _of_each(model: type[Model], award: str, amount: str) -> Coalesce:
    """The sum of an amount over the rows of an award."""
    rows = model._default_manager.filter(**{award: OuterRef("pk")}).order_by().values(award)
    return Coalesce(
        Subquery(rows.annotate(total=Sum(amount)).values("total")), Value(ZERO), output_field=DecimalField()
    )
