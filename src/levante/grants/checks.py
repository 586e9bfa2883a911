"""What is checked before an award is drafted and again at the date of its act: requirements, size, headroom. Frozen."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.aid.api import Reservation, position
from levante.applications.api import Application, read_application
from levante.calls.api import check_rules, requirements_of
from levante.kernel.api import now
from levante.kernel.pure import Decision, money_text
from levante.law import doors, parameters
from levante.parties.api import size_of

#: The parameters of the law that a de minimis award stands on, frozen with it.
PARAMETERS = ("de_minimis.ceiling", "de_minimis.window", "de_minimis.boundary", "undertaking.votes_majority")

#: How the regime of a call is called in the aid register.
_REGIMES = {"de_minimis": "general_de_minimis", "gber": "gber"}


def regime_of_call(code: str) -> str:
    """The aid regime of a call's code: ``de_minimis`` and ``de_minimis_2023_2831`` are the general de minimis."""
    return next((regime for prefix, regime in _REGIMES.items() if code.startswith(prefix)), "other")


def gross_grant_equivalent(amount: Decimal, *, on: date) -> dict[str, Any]:
    """The equivalent of a grant in one payment, as the law's door answers: its gross amount, with the step that says so."""
    case = {"instrument": "grant", "amount": money_text(amount), "on": on.isoformat()}
    return doors.load("gge")(doors.Reader(case))


def checks_of(
    application: Application, *, amount: Decimal, on: date, without: Reservation | None = None
) -> dict[str, Any]:
    """Everything the award stands on, at a day: plain JSON, to be frozen with it.

    ``{on, made_at, gge, size, position, requirements[], parameters[]}``; see :func:`verdict` for what it comes to.
    """
    enterprise = application.enterprise
    call = application.opening.call
    gge = gross_grant_equivalent(amount, on=on)
    size = size_of(enterprise, on=on)
    facts = dict((application.frozen or {}).get("facts", {}))
    if size.get("size"):
        facts["size"] = size["size"]
    facts["active"] = enterprise.status == "active"
    seen = read_application(application).variables
    requirements = [
        {
            "code": item.code,
            "outcome": item.outcome,
            "text": item.text.as_json(),
            "reason": item.reason.as_json(),
            "reference": item.reference,
        }
        for item in check_rules(
            requirements_of(call), facts=facts, answers=seen["answers"], lists=seen["lists"]
        ).requirements
    ]
    return {
        "on": on.isoformat(),
        "made_at": now().isoformat(),
        "gge": gge,
        "size": {name: size.get(name) for name in ("size", "headcount", "turnover", "balance", "missing", "steps")},
        "position": position(enterprise, on=on, request=Decimal(gge["gge"]), without=without),
        "requirements": requirements,
        "parameters": parameters.freeze(PARAMETERS, on=on),
    }


def verdict(checks: dict[str, Any]) -> Decision:
    """May the award stand on these checks? The headroom is judged by the aid room when it is reserved and confirmed."""
    lost = [item for item in checks["requirements"] if item["outcome"] == "no"]
    if lost:
        return Decision.no(
            "Non ci sono più i requisiti: " + "; ".join(item["text"]["it"] for item in lost) + ".",
            "Requirements are no longer met: " + "; ".join(item["text"]["en"] for item in lost) + ".",
        )
    return Decision.yes()
