"""Who may read the register at the desk and have it audited. What it holds of an application is told by its receipt."""

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision

#: Of the Section alone: the register is its own, and it names what every office received.
READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.SYSTEM, roles.AUDITOR)


def may_read_register(actor: Actor) -> Decision:
    if actor.in_section(*READERS):
        return Decision.yes()
    return Decision.no(
        "Leggono il registro il dirigente, i responsabili del procedimento, l’amministrazione del sistema e i revisori "
        "della Sezione.",
        "The register is read by the director, the case officers, the system administration and the auditors of the "
        "Section.",
    )


def may_audit_register(actor: Actor) -> Decision:
    """Who reads it may have it computed again: an audit changes nothing, and one runs at a time."""
    return may_read_register(actor)


#: Those of the Section who erase what the register holds of somebody.
ERASERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.SYSTEM)


def may_erase_content(actor: Actor) -> Decision:
    """Erasure (art. 17 GDPR) is carried out by an office, which checks what the law makes it keep (art. 17(3)(b))."""
    if actor.in_section(*ERASERS):
        return Decision.yes()
    return Decision.no(
        "La cancellazione è eseguita da un ufficio della Sezione, che verifica che cosa la legge impone di conservare.",
        "An erasure is carried out by an office of the Section, which checks what the law makes it keep.",
    )
