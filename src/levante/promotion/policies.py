"""Who may do what with agreements and commitments."""

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.promotion.models import Commitment

KEEPS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)


def may_keep_agreements(actor: Actor) -> Decision:
    """The Section keeps the register of agreements."""
    if actor.in_section(*KEEPS):
        return Decision.yes()
    return Decision.no(
        "Il registro degli accordi lo tiene la Sezione (dirigente, responsabili, comunicazione).",
        "The register of agreements is kept by the Section (director, case officers, communication).",
    )


def may_close_commitment(actor: Actor, commitment: Commitment) -> Decision:
    """The office that has the commitment says what came of it; the Section can for everybody."""
    if may_keep_agreements(actor) or actor.has_role(roles.AGENCY_STAFF, roles.DIRECTOR, office=commitment.office.code):
        return Decision.yes()
    return Decision.no(
        "L’esito lo scrive l’ufficio che ha l’impegno.", "The office that has the commitment writes its outcome."
    )
