"""Who may do what with who takes part in an initiative."""

from levante.identity.api import roles
from levante.initiatives.api import Initiative, may_plan
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.participations import states
from levante.participations.models_place import READERS, Participation


def may_keep(actor: Actor, initiative: Initiative) -> Decision:
    """Rules, stand, details, contracts, tasks, presence: who plans for the Section, the agency that leads, the platform itself."""
    return Decision.yes() if actor.is_system else may_plan(actor, initiative)


def may_read_list(actor: Actor, initiative: Initiative) -> Decision:
    """The list with its points and what is bought (as ``visible_to``)."""
    if actor.in_section(*READERS) or actor.has_role(roles.AGENCY_STAFF, office=initiative.lead_office.code):
        return Decision.yes()
    return Decision.no(
        "Chi partecipa lo leggono la Sezione e l’agenzia che guida l’iniziativa.",
        "Who takes part is read by the Section and by the agency that leads the initiative.",
    )


def may_decide(actor: Actor, initiative: Initiative) -> Decision:
    """The list, its admissions, whether a place is aid: the director, by an act."""
    if actor.is_system or actor.in_section(roles.DIRECTOR):
        return Decision.yes()
    return Decision.no(
        "Decide il dirigente della Sezione, con un atto.", "The director of the Section decides, by an act."
    )


def may_answer(actor: Actor, row: Participation) -> Decision:
    """Accept or give up: who acts for the enterprise with the mandate to submit."""
    if actor.enterprise_id != row.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "Risponde chi agisce per l’impresa con una delega a trasmettere.",
            "Who acts for the enterprise with a mandate to submit answers.",
        )
    if row.state not in states.STANDING:
        here = states.STATES[row.state]
        return Decision.no(
            f"Non c’è più niente da rispondere: {here.it}.", f"There is nothing left to answer: {here.en}."
        )
    return Decision.yes()


def may_detail(actor: Actor, row: Participation) -> Decision:
    """Graphic name, needs and catalogue: the enterprise's people who may write for it, or the office."""
    if row.state not in {states.OFFERED, states.CONFIRMED}:
        return Decision.no("I dettagli li dà chi ha un posto.", "Who has a place gives the details.")
    mine = actor.enterprise_id == row.enterprise_id and bool(set(actor.scopes) & {"apply", "submit"})
    if mine or may_keep(actor, row.selection.initiative):
        return Decision.yes()
    return Decision.no(
        "I dettagli li dà chi prepara le pratiche dell’impresa.", "Who prepares for the enterprise gives the details."
    )
