"""What every kind of money shares: options by an answer, intensities by case, premiums."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from levante.calls import conditions
from levante.kernel.pure import Step, format_euro, money_text, step

_WHOLE = Decimal(100)


def chosen(options: Sequence[Mapping[str, Any]], answer: Any) -> Mapping[str, Any] | None:
    """The option of an answer; a yes or a no has the codes ``yes`` and ``no``."""
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    return next((option for option in options if option["code"] == answer), None)


def short(number: Decimal) -> str:
    """A number without idle zeros."""
    return format(number.normalize(), "f") if number else "0"


def is_due(expression: str, variables: Mapping[str, Any]) -> bool:
    """Does the condition hold? What is not known does not."""
    return conditions.holds(expression, variables) is True


def rate_of(money: Mapping[str, Any], variables: Mapping[str, Any]) -> tuple[Decimal, list[Step]]:
    """The intensity: that of the first case that holds, else the call's; more the points of the premiums, up to the whole."""
    rate, steps = Decimal(money["rate"]), []
    reference = money.get("reference", "")
    case = next((row for row in money.get("rates", ()) if is_due(row["when"], variables)), None)
    if case is not None:
        rate = Decimal(case["rate"])
        steps.append(step(f"Intensità: {case['it']}", f"Intensity: {case['en']}", reference, f"{short(rate)} %"))
    for premium in money.get("premiums", ()):
        if premium.get("points") and is_due(premium["when"], variables):
            rate = min(rate + Decimal(premium["points"]), _WHOLE)
            points = short(Decimal(premium["points"]))
            steps.append(
                step(
                    f"Premialità di {points.replace('.', ',')} punti: {premium['it']}",
                    f"Premium of {points} points: {premium['en']}",
                    premium.get("reference") or reference,
                    f"{short(rate)} %",
                )
            )
    return rate, steps


def with_amounts(
    money: Mapping[str, Any], variables: Mapping[str, Any], value: Decimal, costs: Decimal | None, steps: list[Step]
) -> Decimal:
    """The value with the premiums that are amounts: on top of the cap, never above the costs (where costs are asked), and
    nothing where nothing is due. Adds to ``steps``."""
    for premium in money.get("premiums", ()):
        if not premium.get("amount") or value == 0 or not is_due(premium["when"], variables):
            continue
        amount = Decimal(premium["amount"])
        more = value + amount if costs is None else min(value + amount, max(costs, value))
        steps.append(
            step(
                f"Premialità di {format_euro(amount)}: {premium['it']}"
                + (", entro le spese" if more < value + amount else ""),
                f"Premium of {format_euro(amount, 'en')}: {premium['en']}"
                + (", within the costs" if more < value + amount else ""),
                premium.get("reference") or money.get("reference", ""),
                money_text(more),
            )
        )
        value = more
    return value
