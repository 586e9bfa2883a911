"""Who may do what with wins and follow-ups."""

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, today
from levante.kernel.pure import Decision
from levante.wins import states
from levante.wins.models_follow import FollowUp
from levante.wins.models_win import READERS, Win

KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)


def may_tell(actor: Actor, enterprise_id: int) -> Decision:
    """Tell a win: who acts for the enterprise with the mandate to prepare or submit."""
    return _for(actor, enterprise_id)


def may_follow(actor: Actor, win: Win) -> Decision:
    """Ask the customer, write what was realised: the enterprise, or the offices that follow the win."""
    return Decision.yes() if may_share(actor, win) else _for(actor, win.enterprise_id)


def may_share(actor: Actor, win: Win) -> Decision:
    """Attribute a win: the Section; an agency, when an initiative it leads has a share."""
    if actor.is_system or actor.in_section(*KEEPERS):
        return Decision.yes()
    if actor.has_role(roles.AGENCY_STAFF):
        led = win.shares.filter(initiative__lead_office__code__in=actor.offices)
        if led.exists():
            return Decision.yes()
    return Decision.no(
        "Lo fa la Sezione, o l’agenzia che guida l’iniziativa.",
        "The Section does it, or the agency that leads the initiative.",
    )


def may_correct(actor: Actor, win: Win) -> Decision:
    """Put right what a win says: who tells for the enterprise until the customer answers or the term passes; an office always, but what
    the customer denied only while it could still answer."""
    if win.state == states.WITHDRAWN:
        return Decision.no("L’affare è ritirato.", "The win was withdrawn.")
    if corrects_its_own(actor, win):
        return Decision.yes()
    if may_share(actor, win):
        if win.state == states.DENIED and today() > win.confirm_by:
            return Decision.no(
                "Il cliente non l’ha confermato e il termine è passato.",
                "The customer did not confirm it, and the term has passed.",
            )
        return Decision.yes()
    own = _for(actor, win.enterprise_id)
    if not own:
        return own
    return Decision.no(
        "Il cliente ha già risposto, o il termine è passato: lo corregge l’ufficio.",
        "The customer has answered, or the term has passed: the office corrects it.",
    )


def may_withdraw(actor: Actor, win: Win) -> Decision:
    """Take back what was told: who may correct it; what the customer denied is in no figure already."""
    if win.state == states.DENIED:
        return Decision.no("Il cliente non l’ha confermato.", "The customer did not confirm it.")
    return may_correct(actor, win)


def corrects_its_own(actor: Actor, win: Win) -> bool:
    """Is it the enterprise that corrects what it told, its customer not having answered yet?"""
    return win.state in states.OPEN and bool(_for(actor, win.enterprise_id))


def may_answer(actor: Actor, row: FollowUp) -> Decision:
    return _for(actor, row.enterprise_id)


def may_read_results(actor: Actor, initiative: Initiative) -> Decision:
    """What came of an initiative: as who reads its list."""
    if actor.in_section(*READERS) or actor.has_role(roles.AGENCY_STAFF, office=initiative.lead_office.code):
        return Decision.yes()
    return Decision.no(
        "I risultati li leggono la Sezione e l’agenzia che guida l’iniziativa.",
        "Results are read by the Section and by the agency that leads the initiative.",
    )


def _for(actor: Actor, enterprise_id: int) -> Decision:
    if actor.enterprise_id == enterprise_id and set(actor.scopes) & {"apply", "submit"}:
        return Decision.yes()
    return Decision.no("Lo fa chi prepara le pratiche dell’impresa.", "Who prepares files for the enterprise does it.")
