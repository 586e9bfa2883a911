"""What is checked before an award is drafted and again at the date of its act: requirements, size, headroom. Frozen."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.aid.api import Reservation, position
from levante.applications.api import Application, is_group, read_application
from levante.calls.api import Lapsed, check_rules, form_of, lapsed, requirements_of
from levante.grants.firms import Firm, firm_of
from levante.kernel.api import now
from levante.kernel.pure import Decision, money_text
from levante.law import doors, parameters
from levante.parties.api import size_of, ties_of

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
    application: Application,
    *,
    amount: Decimal,
    on: date,
    without: Reservation | None = None,
    firm: Firm | None = None,
) -> dict[str, Any]:
    """Everything the award of a firm stands on, at a day: plain JSON, to be frozen with it. ``firm`` is who applied unless
    another one of the group is told.

    ``{on, made_at, gge, size, position, requirements[], lapsed[], parameters[], stands_for?}``; see :func:`verdict` for what it comes to.
    """
    firm = firm or firm_of(application, application.enterprise)
    enterprise = firm.enterprise
    gge = gross_grant_equivalent(amount, on=on)
    ties = ties_of(enterprise)
    size = size_of(enterprise, on=on, ties=ties)
    facts = dict(firm.facts)
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
            _rules_for(firm, application), facts=facts, answers=seen["answers"], lists=seen["lists"]
        ).requirements
    ]
    return {
        "on": on.isoformat(),
        "made_at": now().isoformat(),
        "gge": gge,
        "size": {name: size.get(name) for name in ("size", "headcount", "turnover", "balance", "missing", "steps")},
        "position": position(enterprise, on=on, request=Decimal(gge["gge"]), without=without, ties=ties),
        "requirements": requirements,
        "lapsed": [one.as_json() for one in lapsed_of(application, firm, on=on)],
        "parameters": parameters.freeze(PARAMETERS, on=on),
        **({"stands_for": firm.stands_for} if firm.stands_for else {}),
    }


def lapsed_of(application: Application, firm: Firm, *, on: date) -> list[Lapsed]:
    """What the firm declared to hold until a day that is past: it is told, and stops nothing by itself, since what was sent
    does not change and what took its place (a policy renewed) is for the office to ask."""
    answers = read_application(application).answers if firm.answers is None else firm.answers
    return lapsed(form_of(application.form), answers, on=on)


def _rules_for(firm: Firm, application: Application) -> list[Any]:
    """The requirements that a firm must meet: those of the call, of who applies; in a group those of each member too."""
    call = application.opening.call
    of_members = list(call.applicants.get("member_rules") or []) if is_group(application) else []
    return of_members if firm.is_partner else [*requirements_of(call), *of_members]


def verdict(checks: dict[str, Any]) -> Decision:
    """May the award stand on these checks? The headroom is judged by the aid room when it is reserved and confirmed."""
    lost = [item for item in checks["requirements"] if item["outcome"] == "no"]
    if lost:
        return Decision.no(
            "Non ci sono più i requisiti: " + "; ".join(item["text"]["it"] for item in lost) + ".",
            "Requirements are no longer met: " + "; ".join(item["text"]["en"] for item in lost) + ".",
        )
    return Decision.yes()
