"""Who may do what with profiles and enquiries. Who may *see* them is ``visible_to``."""

from levante.directory.models_enquiry import SupplierEnquiry
from levante.directory.models_profile import Profile
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision

#: Those of the Section who look after the public directory.
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)


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
