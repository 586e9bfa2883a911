"""What of an award holds now: its costs plan and the days of its project, as the last approved variations left them; what claims reach."""

from decimal import Decimal

from levante.claims import carrying_states as states
from levante.claims.carrying import acceptance_of
from levante.claims.models_carrying import Variation
from levante.claims.plan import Row, plan_as_sent
from levante.grants.api import Award


def plan_in_force(award: Award) -> list[Row]:
    """The costs plan of an award: the last that was approved, or that of the application."""
    last = granted_plan(award)
    return list(last.decided["rows"]) if last is not None and last.decided else plan_as_sent(award)


def granted_plan(award: Award) -> Variation | None:
    """The variation that its costs plan comes from; none where it is that of the application."""
    return _granted(award, states.COSTS)


def lower_plan(award: Award) -> Variation | None:
    """The plan in force, where it leaves less than the award is of: an act is to bring the award down, and claims reach what the plan
    leaves meanwhile."""
    last = granted_plan(award)
    return last if last is not None and last.to_reduce(award.amount) else None


def amount_in_force(award: Award) -> Decimal:
    """What the claims of an award may reach, in euro: its amount, or less where a lower plan was approved and its act has no effect yet."""
    lower = lower_plan(award)
    return award.amount if lower is None or lower.amount_after is None else lower.amount_after


def days_in_force(award: Award) -> dict[str, str]:
    """The days of the project: the last that were approved, or those told with the acceptance; empty where nobody told them."""
    last = _granted(award, states.DATES)
    if last is not None and last.decided:
        return dict(last.decided)
    held = acceptance_of(award)
    if held is None or held.starts_on is None or held.ends_on is None:
        return {"starts_on": "", "ends_on": ""}
    return {"starts_on": held.starts_on.isoformat(), "ends_on": held.ends_on.isoformat()}


def _granted(award: Award, kind: str) -> Variation | None:
    """The last one approved; of an award whose variations were read already, without a question."""
    read = getattr(award, "_prefetched_objects_cache", {}).get("variations")
    if read is not None:
        mine = [row for row in read if row.kind == kind and row.state in states.GRANTED]
        return max(mine, key=lambda row: row.number, default=None)
    rows = Variation.objects.filter(award=award, kind=kind, state__in=states.GRANTED)
    found: Variation | None = rows.order_by("-number").first()
    return found
