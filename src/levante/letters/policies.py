"""Who may do what with letters."""

from levante.identity.api import Office, roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.letters.models import Letter
from levante.letters.subjects import may_read_about

#: Roles that write letters and follow them.
WRITERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def may_write_for(actor: Actor, office: Office) -> Decision:
    """Write for an office: who works its files, and the Section for everybody."""
    if actor.in_section(roles.DIRECTOR, roles.CASE_OFFICER) or actor.has_role(*WRITERS, office=office.code):
        return Decision.yes()
    return Decision.no(
        "Le lettere le scrive chi lavora le pratiche dell’ufficio.",
        "Letters are written by those who work the office’s files.",
    )


def may_follow(actor: Actor, letter: Letter) -> Decision:
    """Send again, send otherwise, cancel: who may write for its office and may see it."""
    decision = may_write_for(actor, letter.office)
    if not decision or actor.is_system:
        return decision
    if not Letter.objects.visible_to(actor).filter(pk=letter.pk).exists():
        return Decision.no("Questa lettera non è tua.", "This letter is not yours.")
    return Decision.yes()


def may_read_letter(actor: Actor, letter: Letter) -> Decision:
    """Read what a letter says: whoever may read the thing it is about."""
    return may_read_about(actor, letter.subject_type, letter.subject_id)


def may_machine(actor: Actor, letter: Letter) -> Decision:
    """Steps that no person takes: the provider's, the protocol's."""
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Questo passo lo fa il sistema.", "This step is the system’s.")
