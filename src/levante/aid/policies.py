"""Who may look into the aid of an enterprise, hold headroom, import the RNA."""

from levante.aid.managers import MAY_SEE_ALL
from levante.identity.api import Office, roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.parties.api import Enterprise

#: Staff who decide on aid: what they do holds and frees headroom.
MAY_DECIDE = (roles.CASE_OFFICER, roles.DIRECTOR, roles.AGENCY_STAFF)


def may_see_all_aid(actor: Actor) -> Decision:
    """Staff who work on aid look up any tax code, known to the portal or not."""
    if actor.has_role(*MAY_SEE_ALL):
        return Decision.yes()
    return Decision.no(
        "La posizione di un’impresa qualunque la vede chi lavora sugli aiuti.",
        "Only those who work on aid see the position of any enterprise.",
    )


def may_reserve(actor: Actor) -> Decision:
    """Headroom is held by whoever decides on an award, or by the system on their behalf."""
    if actor.has_role(*MAY_DECIDE):
        return Decision.yes()
    return Decision.no(
        "Il massimale lo prenota chi istruisce la concessione.", "Headroom is reserved by those who work on the award."
    )


def may_declare_own(actor: Actor, enterprise: Enterprise) -> Decision:
    """A declaration in the place of a certificate binds the enterprise: made by who may send for it."""
    if actor.enterprise_id == enterprise.pk and "submit" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Dichiara gli aiuti chi può inviare per conto dell’impresa.",
        "Aid is declared by who may send on behalf of the enterprise.",
    )


def may_import(actor: Actor) -> Decision:
    """The RNA's files are brought in by the system or by the Section: they are of every enterprise and every authority."""
    if actor.in_section(roles.SYSTEM, roles.CASE_OFFICER, roles.DIRECTOR):
        return Decision.yes()
    return Decision.no(
        "I dati dell’RNA li importano gli uffici della Sezione o chi amministra il sistema.",
        "The RNA's data are imported by the offices of the Section or by who runs the system.",
    )


def may_undo_event(actor: Actor) -> Decision:
    """A merger or a split recorded by mistake is undone by the director of the Section, by an act (D.Lgs. 165/2001, artt. 4(2) and 17)."""
    if actor.in_section(roles.DIRECTOR):
        return Decision.yes()
    return Decision.no(
        "Un’operazione registrata per errore la annulla il dirigente della Sezione, con un atto.",
        "An event recorded by mistake is undone by the director of the Section, by an act.",
    )


def may_decide_undertaking(actor: Actor) -> Decision:
    """A doubtful link is closed by the Section: the answer holds for every award to these enterprises, whoever grants it."""
    if actor.in_section(roles.CASE_OFFICER, roles.DIRECTOR):
        return Decision.yes()
    return Decision.no(
        "Sull’impresa unica decide un responsabile del procedimento o il dirigente della Sezione.",
        "A case officer or the director of the Section decides on the single undertaking.",
    )


#: Who speaks to the RNA for the office that grants.
MAY_FILE = (roles.CASE_OFFICER, roles.DIRECTOR, roles.FINANCE)


def may_file_in_rna(actor: Actor, office: Office) -> Decision:
    """Register an aid, tell its act, vary it, cancel it, ask a visura: the office that grants it, and the Section."""
    if actor.in_section(*MAY_FILE) or actor.has_role(*MAY_FILE, roles.AGENCY_STAFF, office=office.code):
        return Decision.yes()
    return Decision.no(
        "Nel RNA registra e trasmette l’ufficio che concede l’aiuto.",
        "The office that grants the aid registers and transmits in the RNA.",
    )
