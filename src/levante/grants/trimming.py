"""A grant reduced to the de minimis headroom that is left, where the call wants so instead of a refusal."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.applications.api import Application
from levante.grants.checks import checks_of, regime_of_call
from levante.grants.firms import Firm
from levante.kernel.pure import format_euro, money_text, step, steps_as_json


def trimmed(
    application: Application, amount: Decimal, found: dict[str, Any], *, on: date, firm: Firm | None = None
) -> tuple[Decimal, dict[str, Any]]:
    """The amount and its checks: as they are, or reduced to the headroom, with the step that says so, in ``trimmed``.

    Nothing is reduced while a decision on the single undertaking is awaited, or where no headroom is left: the reservation
    refuses, and says why.
    """
    call, at = application.opening.call, found["position"]
    if not call.trim_to_headroom or regime_of_call(call.regime) != "general_de_minimis":
        return amount, found
    residual = Decimal(at["residual"])
    if at["decision_required"] or at["admissible"] or residual <= 0:
        return amount, found
    again = checks_of(application, amount=residual, on=on, firm=firm)
    again["trimmed"] = {
        "from": money_text(amount),
        "to": money_text(residual),
        "steps": steps_as_json(
            [
                step(
                    f"Spettano {format_euro(amount)}: ridotti al disponibile «de minimis» di {format_euro(residual)}",
                    f"{format_euro(amount, 'en')} are due: reduced to the de minimis headroom of {format_euro(residual, 'en')}",
                    "Reg. (UE) 2023/2831, art. 3(2)",
                    money_text(residual),
                )
            ]
        ),
    }
    return residual, again
