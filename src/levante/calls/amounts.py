"""How much a call gives for some answers: from the call's data, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.kernel.pure import Step, format_euro, money_text, round_euro, step


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` is ``None`` while an answer it depends on is missing; ``steps`` say how it was reached."""

    value: Decimal | None
    steps: tuple[Step, ...]


def amount_for(money: Mapping[str, Any], answers: Mapping[str, Any]) -> Amount:
    """The amount that the answers (those of ``forms.reading``, computed values included) give a right to ask for.

    ``money`` is that of a call: ``{"kind": "fixed", "by", "options": [{code, amount, it, en}]}`` or ``{"kind": "percentage",
    "rate", "base", "by"?, "caps"?, "cap"?, "floor"?}``; amounts are texts with two digits.
    """
    if not money:
        return Amount(None, ())
    return _fixed(money, answers) if money["kind"] == "fixed" else _percentage(money, answers)


def _chosen(options: list[Mapping[str, Any]], answer: Any) -> Mapping[str, Any] | None:
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    return next((option for option in options if option["code"] == answer), None)


def _fixed(money: Mapping[str, Any], answers: Mapping[str, Any]) -> Amount:
    option = _chosen(money["options"], answers.get(money["by"]))
    if option is None:
        return Amount(None, ())
    value = Decimal(option["amount"])
    line = step(
        f"Importo fisso: {option['it']}", f"Fixed amount: {option['en']}", money.get("reference", ""), money_text(value)
    )
    return Amount(value, (line,))


def _percentage(money: Mapping[str, Any], answers: Mapping[str, Any]) -> Amount:
    base = answers.get(money["base"])
    if not isinstance(base, str):
        return Amount(None, ())
    costs, rate = Decimal(base), Decimal(money["rate"])
    reference = money.get("reference", "")
    value = round_euro(costs * rate / 100)
    steps = [
        step(
            f"Il {_short(rate).replace('.', ',')} % delle spese ammissibili ({format_euro(costs)})",
            f"{_short(rate)} % of the eligible costs ({format_euro(costs, 'en')})",
            reference,
            money_text(value),
        )
    ]
    if money.get("floor") and costs < Decimal(money["floor"]):
        floor = Decimal(money["floor"])
        steps.append(
            step(
                f"Le spese sono sotto il minimo di {format_euro(floor)}: non spetta nulla",
                f"The costs are below the floor of {format_euro(floor, 'en')}: nothing is due",
                reference,
                money_text(Decimal(0)),
            )
        )
        return Amount(Decimal("0.00"), tuple(steps))
    cap = Decimal(money["cap"]) if money.get("cap") else None
    words = ("Massimo per domanda", "Most for an application")
    if money.get("by"):
        option = _chosen(money["caps"], answers.get(money["by"]))
        if option is None:
            return Amount(None, tuple(steps))
        cap, words = Decimal(option["amount"]), (f"Massimo: {option['it']}", f"Most: {option['en']}")
    if cap is not None and value > cap:
        value = cap
        steps.append(step(*words, reference, money_text(cap)))
    return Amount(value, tuple(steps))


def _short(number: Decimal) -> str:
    return format(number.normalize(), "f")


def most(money: Mapping[str, Any]) -> Decimal | None:
    """The largest amount the call gives, for lists and comparisons; ``None`` when it sets no cap."""
    options = money.get("options") or money.get("caps") or []
    amounts = [Decimal(option["amount"]) for option in options]
    if money.get("cap"):
        amounts.append(Decimal(money["cap"]))
    return max(amounts) if amounts else None
