"""Who may do what with initiatives and expressions of interest."""

from levante.exchange.api import named
from levante.identity.api import roles
from levante.initiatives import states
from levante.initiatives.models import PLANNERS, BuyerInterest, ExpressionOfInterest, Initiative
from levante.kernel.api import Actor, today
from levante.kernel.pure import Decision

PLANS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)


_withdrawal: list[str] = []


def asked_of_withdrawal(function: str) -> None:
    """Say what a room above has against the withdrawal of an expression of interest: ``"package.module:function"``, called as
    ``f(interest=)``, gives a ``Decision``."""
    if function not in _withdrawal:
        _withdrawal.append(function)


_expressing: list[str] = []


def asked_of_expressing(function: str) -> None:
    """Say what a room above has against an enterprise that asks to take part: ``"package.module:function"``, called as
    ``f(initiative=, enterprise_id=)``, gives a ``Decision``."""
    if function not in _expressing:
        _expressing.append(function)


def may_plan(actor: Actor, initiative: Initiative | None = None) -> Decision:
    """The Section's director, case officers and communication; the staff of the agency that leads the initiative."""
    if actor.in_section(*PLANS):
        return Decision.yes()
    if initiative is not None and actor.has_role(roles.AGENCY_STAFF, office=initiative.lead_office.code):
        return Decision.yes()
    return Decision.no(
        "Le iniziative le programma la Sezione (dirigente, responsabili, comunicazione) o l’agenzia che le guida.",
        "Initiatives are planned by the Section (director, case officers, communication) or by the agency that leads them.",
    )


def may_approve(actor: Actor, initiative: Initiative) -> Decision:
    """The director: an initiative is approved by an act."""
    if actor.in_section(roles.DIRECTOR):
        return Decision.yes()
    return Decision.no("Approva il dirigente della Sezione.", "The director of the Section approves.")


def may_read_interests(actor: Actor, initiative: Initiative) -> Decision:
    """Who wants to take part is told to those of the Section who plan, and to the agency that leads (as ``visible_to``)."""
    if actor.in_section(*PLANNERS) or actor.has_role(roles.AGENCY_STAFF, office=initiative.lead_office.code):
        return Decision.yes()
    return Decision.no(
        "Le adesioni le leggono la Sezione e l’agenzia che guida l’iniziativa.",
        "Interests are read by the Section and by the agency that leads the initiative.",
    )


def may_express(actor: Actor, initiative: Initiative) -> Decision:
    """Who acts for an enterprise with the mandate to submit, while the window is open."""
    if actor.enterprise_id is None or "submit" not in actor.scopes:
        return Decision.no(
            "La manifestazione di interesse la presenta chi agisce per l’impresa con una delega a trasmettere.",
            "Interest is expressed by who acts for the enterprise with a mandate to submit.",
        )
    if not initiative.takes_interest():
        return Decision.no(
            "La raccolta delle manifestazioni di interesse non è aperta.", "The call for interest is not open."
        )
    for function in _expressing:
        against: Decision = named(function)(initiative=initiative, enterprise_id=actor.enterprise_id)
        if not against:
            return against
    return Decision.yes()


def may_take_part(actor: Actor, initiative: Initiative) -> Decision:
    """A buyer asks to take part: who acts for it with the mandate to meet, before the initiative begins."""
    if actor.buyer_id is None or "meet" not in actor.scopes:
        return Decision.no(
            "Chiede di partecipare chi agisce per un buyer con un mandato che lo comprende.",
            "Who acts for a buyer, with a mandate that covers it, asks to take part.",
        )
    if not initiative.takes_buyers(today()):
        return Decision.no(
            "L’iniziativa non è aperta ai buyer, o è già cominciata.",
            "The initiative is not open to buyers, or has already begun.",
        )
    return Decision.yes()


def may_withdraw_part(actor: Actor, interest: BuyerInterest) -> Decision:
    """The buyer, until the initiative begins."""
    if actor.buyer_id != interest.buyer_id or "meet" not in actor.scopes:
        return Decision.no("La ritira il buyer che l’ha fatta.", "The buyer who asked withdraws it.")
    if interest.initiative.starts_on <= today():
        return Decision.no("L’iniziativa è già cominciata.", "The initiative has already begun.")
    return Decision.yes()


def may_withdraw(actor: Actor, interest: ExpressionOfInterest) -> Decision:
    """The enterprise, until the initiative takes place or is cancelled; not while a place hangs on it."""
    if actor.enterprise_id != interest.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "La ritira chi agisce per l’impresa con una delega a trasmettere.",
            "It is withdrawn by who acts for the enterprise with a mandate to submit.",
        )
    if interest.initiative.state not in {states.CALLING, states.CLOSED, states.PREPARING}:
        return Decision.no(
            "L’iniziativa è cominciata, conclusa o annullata.", "The initiative has begun, is over or is cancelled."
        )
    for function in _withdrawal:
        against: Decision = named(function)(interest=interest)
        if not against:
            return against
    return Decision.yes()
