"""Who may do what with the programme."""

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.programme.money import BudgetLine


def may_record_movement(actor: Actor, line: BudgetLine) -> Decision:
    """The director and the finance officers of the office that manages the line (the Section, when none does); the system
    for the other rooms.

    Another room (a grant, an initiative) decides with its own policy who may award, then records as the system: its own
    audit entry names the person.
    """
    keepers = (roles.DIRECTOR, roles.FINANCE)
    if actor.in_section(*keepers) if line.office is None else actor.has_role(*keepers, office=line.office.code):
        return Decision.yes()
    return Decision.no(
        "Registrano i movimenti di questa linea il dirigente e la ragioneria dell’ufficio che la gestisce.",
        "Movements on this line are recorded by the director and the finance officers of the office that manages it.",
    )


def may_load_programme(actor: Actor) -> Decision:
    """The system: the programme is loaded from its folder with ``levante programme load``."""
    if actor.is_system:
        return Decision.yes()
    return Decision.no(
        "Il programma si carica dalla sua cartella con “levante programme load”.",
        "The programme is loaded from its folder with “levante programme load”.",
    )


def may_map_ties(actor: Actor) -> Decision:
    """The Section's director or system administrator says which direction follows which action."""
    if actor.in_section(roles.DIRECTOR, roles.SYSTEM):
        return Decision.yes()
    return Decision.no(
        "Il legame tra direttrici e azioni lo cambia il dirigente o l’amministrazione del sistema della Sezione.",
        "The tie between directions and actions is changed by the director or the system administration of the Section.",
    )
