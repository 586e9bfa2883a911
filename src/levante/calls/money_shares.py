"""The money of a group among its members: by what counts of each one's own costs, to the cent (``docs/algorithms/shares.md``)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from levante.calls.money_items import shares_of, told_of
from levante.kernel.pure import apportion


def divided(
    amount: Decimal,
    members: Sequence[str],
    *,
    money: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]] = (),
    by: str | None = None,
) -> dict[str, Decimal]:
    """``amount`` among ``members`` (each once, the lead first), as parts that add up to it.

    Where costs are told row by row and ``by`` is the column that says whose each is, in proportion to what counts of each
    one's rows; a row of nobody counts for nobody. Otherwise, or when nothing counts, in equal parts. What rounding leaves goes
    by the largest remainder, the first member first.
    """
    weights = weights_of(money, rows, members, by) if by is not None and money.get("kind") == "items" else None
    if weights is None or not any(weights):
        weights = [1] * len(members)
    return dict(zip(members, apportion(amount, weights), strict=True))


def weights_of(
    money: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], members: Sequence[str], by: str
) -> list[int]:
    """How much counts of each member's costs, as whole numbers in the same proportion.

    A ceiling on an item lowers its rows all alike; a simplified cost, which no row tells, follows what counts of the others.
    """
    items = {item["code"]: item for item in money["items"]}
    eligible = {share.code: share for share in shares_of(money, rows)[0]}
    mine = {member: told_of(money, [row for row in rows if row.get(by) == member]) for member in members}
    told = told_of(money, rows)
    weights = {member: Fraction(0) for member in members}
    for code, share in eligible.items():
        if items[code]["basis"]["kind"] == "flat_rate" or not told[code]:
            continue
        for member in members:
            weights[member] += Fraction(share.eligible) * Fraction(mine[member][code]) / Fraction(told[code])
    scale = lcm(*(weight.denominator for weight in weights.values())) if weights else 1
    return [int(weights[member] * scale) for member in members]
