"""How much a call gives for some answers: from the call's data, step by step (``docs/algorithms/money-of-a-call.md``).

Four kinds of money: a fixed amount, a percentage of costs told as a total, a lump sum for a spend threshold, a percentage of
costs told item by item (``money_items``). What is not known does not hold: an unknown case or premium gives nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.calls import conditions
from levante.calls.money_items import ItemShare, shares_of
from levante.calls.money_parts import chosen, is_due, rate_of, short, with_amounts
from levante.kernel.pure import ZERO, Step, format_euro, money_text, round_euro, step, the_percent


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` is ``None`` while an answer it depends on is missing; ``steps`` say how it was reached. ``eligible`` are the
    costs it was reckoned on, ``items`` what counts of each cost item, where costs are told by item."""

    value: Decimal | None
    steps: tuple[Step, ...]
    eligible: Decimal | None = None
    items: tuple[ItemShare, ...] = ()


_UNKNOWN = Amount(None, ())


def amount_for(
    money: Mapping[str, Any], answers: Mapping[str, Any], variables: Mapping[str, Any] | None = None
) -> Amount:
    """The amount that the answers (those of ``forms.reading``, computed values included) give a right to ask for.

    ``money`` is that of a call (``calls.schema.money``, as JSON); ``variables`` are what cases and premiums see
    (``Reading.variables``). The amount is never above the cap and its premiums, nor, when it pays for costs, above them.
    """
    if not money:
        return _UNKNOWN
    seen = variables if variables is not None else conditions.context_of(answers, {})
    return _KINDS[money["kind"]](money, answers, seen)


def _fixed(money: Mapping[str, Any], answers: Mapping[str, Any], variables: Mapping[str, Any]) -> Amount:
    reference = money.get("reference", "")
    if money.get("amount"):
        value = Decimal(money["amount"])
        steps = [step("Importo fisso", "Fixed amount", reference, money_text(value))]
        return Amount(with_amounts(money, variables, value, None, steps), tuple(steps))
    option = chosen(money["options"], answers.get(money["by"]))
    if option is None:
        return _UNKNOWN
    value = Decimal(option["amount"])
    steps = [step(f"Importo fisso: {option['it']}", f"Fixed amount: {option['en']}", reference, money_text(value))]
    return Amount(with_amounts(money, variables, value, None, steps), tuple(steps))


def _percentage(money: Mapping[str, Any], answers: Mapping[str, Any], variables: Mapping[str, Any]) -> Amount:
    base = answers.get(money["base"])
    if not isinstance(base, str):
        return _UNKNOWN
    return _share_of(money, answers, variables, Decimal(base), [])


def _items(money: Mapping[str, Any], answers: Mapping[str, Any], variables: Mapping[str, Any]) -> Amount:
    rows = answers.get(money["field"])
    if not isinstance(rows, list) or not rows:
        return _UNKNOWN
    shares, steps = shares_of(money, rows)
    eligible = sum((share.eligible for share in shares), ZERO)
    found = _share_of(money, answers, variables, eligible, steps)
    return Amount(found.value, found.steps, eligible, tuple(shares))


def _share_of(
    money: Mapping[str, Any],
    answers: Mapping[str, Any],
    variables: Mapping[str, Any],
    costs: Decimal,
    steps: list[Step],
) -> Amount:
    """The percentage of some eligible costs, with its floor, case, premiums and cap."""
    reference = money.get("reference", "")
    rate, more = rate_of(money, variables)
    steps += more
    value = round_euro(costs * rate / 100)
    steps.append(
        step(
            f"{the_percent(short(rate).replace('.', ','), first=True)} delle spese ammissibili ({format_euro(costs)})",
            f"{short(rate)} % of the eligible costs ({format_euro(costs, 'en')})",
            reference,
            money_text(value),
        )
    )
    if money.get("floor") and costs < Decimal(money["floor"]):
        return Amount(ZERO, (*steps, _below(Decimal(money["floor"]), reference)), costs)
    cap = Decimal(money["cap"]) if money.get("cap") else None
    words = ("Massimo per domanda", "Most for an application")
    if money.get("by"):
        option = chosen(money["caps"], answers.get(money["by"]))
        if option is None:
            return Amount(None, tuple(steps), costs)
        cap, words = Decimal(option["amount"]), (f"Massimo: {option['it']}", f"Most: {option['en']}")
    if cap is not None and value > cap:
        value = cap
        steps.append(step(*words, reference, money_text(cap)))
    value = with_amounts(money, variables, value, costs, steps)
    if money.get("least") and value < Decimal(money["least"]):
        least = Decimal(money["least"])
        steps.append(
            step(
                f"Il contributo è sotto il minimo di {format_euro(least)}: non spetta nulla",
                f"The grant is below the least of {format_euro(least, 'en')}: nothing is due",
                reference,
                money_text(ZERO),
            )
        )
        value = ZERO
    return Amount(value, tuple(steps), costs)


def _below(floor: Decimal, reference: str) -> Step:
    return step(
        f"Le spese sono sotto il minimo di {format_euro(floor)}: non spetta nulla",
        f"The costs are below the floor of {format_euro(floor, 'en')}: nothing is due",
        reference,
        money_text(ZERO),
    )


def _lump_sum(money: Mapping[str, Any], answers: Mapping[str, Any], variables: Mapping[str, Any]) -> Amount:
    base = answers.get(money["base"])
    if not isinstance(base, str):
        return _UNKNOWN
    spend, reference = Decimal(base), money.get("reference", "")
    theirs = [row for row in money["steps"] if not row.get("when") or is_due(row["when"], variables)]
    reached = [row for row in theirs if spend >= Decimal(row["spend_at_least"])]
    steps = [step("Spese previste", "Planned costs", reference, money_text(spend))]
    if not reached:
        lowest = min((Decimal(row["spend_at_least"]) for row in theirs), default=None)
        if lowest is None:
            steps.append(step("Nessuna somma forfettaria spetta", "No lump sum is due", reference, money_text(ZERO)))
        else:
            steps.append(_below(lowest, reference))
        return Amount(ZERO, tuple(steps), spend)
    row = max(reached, key=lambda one: (Decimal(one["spend_at_least"]), Decimal(one["amount"])))
    value, least = Decimal(row["amount"]), Decimal(row["spend_at_least"])
    steps.append(
        step(
            f"Somma forfettaria per spese di almeno {format_euro(least)}: {row['it']}",
            f"Lump sum for costs of at least {format_euro(least, 'en')}: {row['en']}",
            reference,
            money_text(value),
        )
    )
    return Amount(with_amounts(money, variables, value, spend, steps), tuple(steps), spend)


_KINDS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]], Amount]] = {
    "fixed": _fixed,
    "percentage": _percentage,
    "lump_sum": _lump_sum,
    "items": _items,
}


def most(money: Mapping[str, Any]) -> Decimal | None:
    """The largest amount the call gives, for lists and comparisons; ``None`` when it sets no cap."""
    if not money:
        return None
    if money["kind"] == "fixed":
        options = money.get("options") or [money]
    elif money["kind"] == "lump_sum":
        options = money["steps"]
    else:
        options = [*money.get("caps", ()), *([{"amount": money["cap"]}] if money.get("cap") else ())]
    amounts = [Decimal(option["amount"]) for option in options]
    extra = sum((Decimal(one["amount"]) for one in money.get("premiums", ()) if one.get("amount")), ZERO)
    return max(amounts) + extra if amounts else None
