"""Who may do what with profiles and enquiries. Who may *see* them is ``visible_to``."""

from levante.directory.models_enquiry import SupplierEnquiry
from levante.directory.models_profile import Profile
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision

#: Those of the Section who look after the public directory.
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)
#: Those of the Section who say whether a buyer is qualified; the staff of agencies too, for they invite buyers.
QUALIFIERS = (roles.DIRECTOR, roles.CASE_OFFICER)


def may_edit(actor: Actor, enterprise_id: int) -> Decision:
    """Who acts for the enterprise with a mandate to prepare or to submit."""
    if actor.enterprise_id == enterprise_id and set(actor.scopes) & {"apply", "submit"}:
        return Decision.yes()
    return Decision.no(
        "Il profilo lo cura chi ha la delega a preparare le pratiche dell’impresa.",
        "The profile is kept by who has the mandate to prepare files for the enterprise.",
    )


def may_edit_profile(actor: Actor, profile: Profile) -> Decision:
    return may_edit(actor, profile.enterprise_id)


def may_hide(actor: Actor, profile: Profile) -> Decision:
    """Take a profile off the public page, saying why, or put it back."""
    if actor.in_section(*KEEPERS):
        return Decision.yes()
    return Decision.no("Lo fa chi cura la vetrina nella Sezione.", "Who keeps the directory in the Section does it.")


def may_answer(actor: Actor, enquiry: SupplierEnquiry) -> Decision:
    """Answer as the enterprise it was passed to."""
    if enquiry.passed_at is None:
        return Decision.no("Non è ancora arrivata all’impresa.", "It has not been passed to the enterprise yet.")
    return may_edit(actor, enquiry.profile.enterprise_id)


def may_write_buying(actor: Actor, buyer_id: int) -> Decision:
    """Who acts for the buyer with a mandate to correct what is written of it."""
    if actor.buyer_id == buyer_id and "correct" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Lo scrive chi agisce per il buyer con un mandato a correggere i suoi dati.",
        "Who acts for the buyer, with a mandate to correct its data, writes it.",
    )


def may_qualify(actor: Actor) -> Decision:
    if actor.in_section(*QUALIFIERS) or actor.has_role(roles.AGENCY_STAFF):
        return Decision.yes()
    return Decision.no(
        "Qualifica i buyer chi dirige o istruisce nella Sezione, o lavora in un’agenzia.",
        "Buyers are qualified by who directs or examines in the Section, or works in an agency.",
    )
