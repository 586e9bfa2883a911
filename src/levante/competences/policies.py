"""Who may take a check-up for an enterprise, keep offers of help and ask for them."""

from levante.competences.models import SupportOffer
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.kernel.pure import Decision


def may_assess(actor: Actor) -> Decision:
    if actor.enterprise_id is not None and "apply" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Il check-up lo salva chi agisce per l’impresa con una delega a compilare.",
        "The check-up is saved by who acts for the enterprise with a mandate to fill in.",
    )


KEEPS = (roles.DIRECTOR, roles.CASE_OFFICER)


def may_keep_support(actor: Actor, offer: SupportOffer | None = None) -> Decision:
    """The Section; and the agency that answers for the offer."""
    if actor.in_section(*KEEPS):
        return Decision.yes()
    if offer is not None and actor.has_role(roles.AGENCY_STAFF, office=offer.office.code):
        return Decision.yes()
    return Decision.no(
        "Le offerte di aiuto le tengono la Sezione e l’agenzia che risponde.",
        "Offers of help are kept by the Section and by the agency that answers.",
    )


def may_ask_for_support(actor: Actor, offer: SupportOffer) -> Decision:
    """Who acts for an enterprise with the mandate to fill in, while it is offered."""
    if actor.enterprise_id is None or "apply" not in actor.scopes:
        return Decision.no(
            "Lo chiede chi agisce per l’impresa con una delega a compilare.",
            "It is asked for by who acts for the enterprise with a mandate to fill in.",
        )
    if not offer.is_open(today()):
        return Decision.no("Non si può più chiedere.", "It can no longer be asked for.")
    return Decision.yes()
