"""Who may prepare, send and stop an award."""

from levante.applications.api import Application, ConflictDeclaration, may_examine, may_read, no_conflict
from levante.grants.models import Award, AwardAct
from levante.grants.states import STANDING
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual, Decision


def may_prepare(actor: Actor, application: Application) -> Decision:
    """Put an application in the draft of an act: whoever examines the call's applications."""
    return may_examine(actor, application)


def may_work_act(actor: Actor, act: AwardAct) -> Decision:
    """Work on the draft of an act, or on what came back: those who examine the call's applications."""
    office = act.call.office.code
    examiners = (roles.CASE_OFFICER, roles.DIRECTOR)
    if (
        actor.in_section(*examiners)
        or actor.has_role(*examiners, office=office)
        or actor.has_role(roles.AGENCY_STAFF, office=office)
    ):
        return _no_conflict(actor, act)
    return Decision.no(
        "L’atto lo lavora l’ufficio che gestisce il bando.", "The act is worked by the office that manages the call."
    )


def may_send(actor: Actor, act: AwardAct) -> Decision:
    """Send the act to be numbered: the director, who signs it (D.Lgs. 165/2001, art. 4(2) and 17)."""
    office = act.call.office.code
    if actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=office):
        return _no_conflict(actor, act)
    return Decision.no("L’atto lo firma e lo invia il dirigente.", "The director signs the act and sends it.")


def _no_conflict(actor: Actor, act: AwardAct) -> Decision:
    """Who declared a conflict of interest about one of its applications abstains from the act (art. 6-bis L. 241/1990)."""
    declared = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True)
    numbers = declared.filter(application__awards__act=act).order_by("application__number")
    found = numbers.values_list("application__number", flat=True).first() if actor.user_id is not None else None
    if found is None:
        return Decision.yes()
    return Decision.no(
        f"Hai dichiarato un conflitto di interessi sulla domanda {found}, che è in questo atto (art. 6-bis L. 241/1990).",
        f"You declared a conflict of interest about application {found}, which is in this act (art. 6-bis L. 241/1990).",
    )


def may_read_trail(actor: Actor, application: Application) -> Decision:
    """Take the whole file out: who examines it, and who audits."""
    office = application.opening.call.office.code
    if actor.in_section(roles.AUDITOR) or actor.has_role(roles.AUDITOR, office=office):
        return no_conflict(actor, application)
    return may_examine(actor, application) and may_read(actor, application)


def act_holds(application: Application) -> Bilingual | None:
    """Why a decision is not taken back any more: an act was drafted on it."""
    if not Award.objects.filter(application=application, state__in=STANDING).exists():
        return None
    return Bilingual("La domanda è già in un atto di concessione.", "The application is already in an award act.")


def reserved_for_untold(reservations: list[int]) -> set[int]:
    """Of these reservations, those of awards drafted on a decision that is held: their enterprise does not know of them."""
    held = Award.objects.filter(reservation__in=reservations).exclude(application__held_from="")
    return set(held.order_by().values_list("reservation_id", flat=True))
