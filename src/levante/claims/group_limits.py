"""The limits of a call for one firm of a group: its part of each, so that all the firms together stay within those of the call.

The ceiling of an item is divided by what each firm planned of that item; the caps, floors and steps of the whole by what each was awarded
of it. A proportion among items holds for each as it is. Pure but for ``money_of_award``. In prose: ``docs/algorithms/claims.md``.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from levante.applications.api import is_group, read_application
from levante.claims.in_force import plan_in_force
from levante.claims.plan import Row, codes_as_sent, number_of, plan_of_firm
from levante.claims.reckoning import Cost, Earned, earned
from levante.grants.api import Award
from levante.kernel.pure import apportion, money_text

#: What a firm planned of each item: euro, or units.
Plan = Mapping[str, Decimal]


def limits_of_firm(
    money: Mapping[str, Any], place: int, *, plans: Sequence[Plan], parts: Sequence[Decimal]
) -> dict[str, Any]:
    """The money of a call (``calls.schema.money``, as JSON) with its limits in euro divided among the firms of a group: those of the
    one at ``place``. ``plans`` are theirs, in the same order; ``parts`` what each was awarded of the whole. To the cent: all the parts
    of a limit add up to it."""

    def of_whole(amount: str) -> str:
        return money_text(apportion(Decimal(amount), list(parts))[place])

    found = {**money, "part_of": len(plans)}
    for name in ("cap", "floor", "least"):
        if money.get(name):
            found[name] = of_whole(money[name])
    if money.get("caps"):
        found["caps"] = [{**row, "amount": of_whole(row["amount"])} for row in money["caps"]]
    if money.get("steps"):
        found["steps"] = [
            {**row, "amount": of_whole(row["amount"]), "spend_at_least": of_whole(row["spend_at_least"])}
            for row in money["steps"]
        ]
    if money.get("premiums"):
        found["premiums"] = [
            {**row, "amount": of_whole(row["amount"])} if row.get("amount") else row for row in money["premiums"]
        ]
    if money.get("items"):
        found["items"] = [_item(item, place, plans, parts) for item in money["items"]]
    return found


def _item(item: Mapping[str, Any], place: int, plans: Sequence[Plan], parts: Sequence[Decimal]) -> dict[str, Any]:
    planned = [plan.get(item["code"], Decimal(0)) for plan in plans]
    weights = planned if any(planned) else list(parts)
    found = {**item}
    for name in ("ceiling", "floor"):
        if item.get(name):
            found[name] = money_text(apportion(Decimal(item[name]), weights)[place])
    return found


def money_of_award(award: Award, rows: Iterable[Row] | None = None) -> Mapping[str, Any]:
    """The money that the costs of an award are reckoned with: the call's, or of a firm of a group its part of it. ``rows``: its plan,
    where another than the one in force is tried."""
    application = award.application
    money: Mapping[str, Any] = application.opening.call.money
    members = (application.frozen or {}).get("members") or []
    if not is_group(application) or not members:
        return money
    codes = [row["enterprise"]["tax_code"] for row in members]
    parts = [Decimal(row["amount"]) for row in members]
    rows_of = Award.objects.filter(application=application).exclude(pk=award.pk)
    others = list(
        rows_of.select_related("enterprise", "awarded_to", "application").prefetch_related("variations").order_by("pk")
    )
    sent_as = codes_as_sent(award, others)
    mine = sent_as.get(award.pk)
    if mine is None or not any(parts):
        return money
    standing = {sent_as[one.pk]: one for one in others if one.pk in sent_as}
    plans = []
    for code in codes:
        if code == mine:
            plan = list(rows) if rows is not None else plan_in_force(award)
        else:
            plan = plan_in_force(standing[code]) if code in standing else plan_of_firm(application, code)
        plans.append({row["item"]: number_of(row.get("quantity", row.get("amount"))) for row in plan})
    return limits_of_firm(money, codes.index(mine), plans=plans, parts=parts)


def comes_to(award: Award, rows: Iterable[Row]) -> Earned:
    """What grant a plan comes to with the money of the call; cases and premiums as they were sent. Never above the award. Of a firm of a
    group, with its costs alone, as its claims are reckoned."""
    reading = read_application(award.application)
    rows = list(rows)
    costs = []
    for row in rows:
        if "quantity" in row:
            costs.append(Cost(f"plan:{row['item']}", row["item"], quantity=number_of(row["quantity"])))
        else:
            costs.append(Cost(f"plan:{row['item']}", row["item"], number_of(row["amount"])))
    return earned(money_of_award(award, rows), reading.answers, reading.variables, costs, awarded=award.amount)
