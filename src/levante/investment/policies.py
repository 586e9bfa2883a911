"""Who may do what with opportunities and enquiries."""

from levante.identity.api import roles
from levante.investment.models import Enquiry, Opportunity
from levante.kernel.api import Actor
from levante.kernel.pure import Decision

KEEPS = (roles.DIRECTOR, roles.CASE_OFFICER)


def may_keep_opportunity(actor: Actor, opportunity: Opportunity | None = None) -> Decision:
    """The Section; and the agency that keeps the opportunity."""
    if actor.in_section(*KEEPS):
        return Decision.yes()
    if opportunity is not None and actor.has_role(roles.AGENCY_STAFF, office=opportunity.office.code):
        return Decision.yes()
    return Decision.no(
        "Le opportunità le tengono aggiornate la Sezione e l’agenzia indicata.",
        "Opportunities are kept up to date by the Section and by the agency named.",
    )


def may_record_investment(actor: Actor, enquiry: Enquiry) -> Decision:
    """Who works in the office in charge of the case."""
    office = enquiry.case.office.code
    if actor.is_system or actor.has_role(*KEEPS, roles.AGENCY_STAFF, office=office):
        return Decision.yes()
    return Decision.no(
        "Lo registra l’ufficio che ha in carico la richiesta.", "The office in charge of the case records it."
    )
