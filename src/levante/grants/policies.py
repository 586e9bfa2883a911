"""Who may prepare, send and stop an award."""

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from levante.applications.api import (
    TO_DECLARE,
    Application,
    conflicts_of,
    declarations_of,
    may_examine,
    may_put_forward,
    may_read,
    no_conflict,
    opens_to,
    without_conflict,
)
from levante.grants.models import Award, AwardAct, AwardOrder
from levante.grants.models_order import WAITING
from levante.grants.states import TAKEN
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual, Decision


def may_prepare(actor: Actor, application: Application) -> Decision:
    """Put an application in the draft of an act: whoever examines the call's applications, having declared that there is no
    conflict of interest about this one."""
    decision = may_examine(actor, application)
    if not decision or actor.is_system or declarations_of(actor.user_id, application):
        return decision
    return TO_DECLARE


def may_work_act(actor: Actor, act: AwardAct) -> Decision:
    """Work on the draft of an act, or on what came back: those who examine the call's applications."""
    office = act.call.office.code
    examiners = (roles.CASE_OFFICER, roles.DIRECTOR)
    if (
        actor.in_section(*examiners)
        or actor.has_role(*examiners, office=office)
        or actor.has_role(roles.AGENCY_STAFF, office=office)
    ):
        return without_conflict(actor, files_of_act(act))
    return Decision.no(
        "L’atto lo lavora l’ufficio che gestisce il bando.", "The act is worked by the office that manages the call."
    )


def may_send(actor: Actor, act: AwardAct) -> Decision:
    """Send the act to be numbered: the director, who signs it (D.Lgs. 165/2001, art. 4(2) and 17), having declared about each
    of its files."""
    office = act.call.office.code
    if actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=office):
        return may_put_forward(actor, files_of_act(act))
    return Decision.no("L’atto lo firma e lo invia il dirigente.", "The director signs the act and sends it.")


def files_of_act(act: AwardAct) -> "QuerySet[Application]":
    """The applications that an act awards, or is to award."""
    standing = Award.objects.filter(act=act, state__in=TAKEN).values("application")
    waiting = AwardOrder.objects.filter(act=act, state=WAITING).values("application")
    return Application.objects.filter(Q(pk__in=standing) | Q(pk__in=waiting))


def ever_in_act(act: AwardAct) -> "QuerySet[Application]":
    """The applications that an act awards or tells of, also those taken out of it, left out, or of an act that is cancelled."""
    awarded = Award.objects.filter(act=act).values("application")
    asked = AwardOrder.objects.filter(act=act).values("application")
    return Application.objects.filter(Q(pk__in=awarded) | Q(pk__in=asked))


def may_read_trail(actor: Actor, application: Application) -> Decision:
    """Take the whole file out: who examines it, and who audits."""
    office = application.opening.call.office.code
    if actor.in_section(roles.AUDITOR) or actor.has_role(roles.AUDITOR, office=office):
        return no_conflict(actor, application)
    return may_examine(actor, application) and may_read(actor, application)


def act_holds(application: Application) -> Bilingual | None:
    """Why a decision is not taken back any more: an act was drafted on it."""
    if not Award.objects.filter(application=application, state__in=TAKEN).exists():
        return None
    return Bilingual("La domanda è già in un atto di concessione.", "The application is already in an award act.")


def of_conflict(actor: Actor) -> Q:
    """For a query on what carries ``subject_type`` and ``subject_id`` (movements, positions): what is of an award of an application
    about which somebody declared a conflict of interest. Its amount counts in every sum; whose it is, they do not read."""
    theirs = Award.objects.filter(application__in=conflicts_of(actor).values("application")).order_by()
    return Q(
        subject_type=Award._meta.label, subject_id__in=theirs.annotate(said=Cast("pk", CharField())).values("said")
    )


def reserved_for_untold(reservations: list[int]) -> set[int]:
    """Of these reservations, those of awards drafted on a decision that is held: their enterprise does not know of them."""
    held = Award.objects.filter(reservation__in=reservations).exclude(application__held_from="")
    return set(held.order_by().values_list("reservation_id", flat=True))


def closed_reservations(actor: Actor, reservations: list[int]) -> set[int]:
    """Of these reservations, those of awards whose file does not open to this person: neither their amounts nor the sums they
    are in are told, until there is a declaration without a conflict of interest (art. 6-bis L. 241/1990). What decides counts
    them all. A query, for who examines."""
    opens = opens_to(actor, of="application")
    if not reservations or opens == Value(True):
        return set()
    closed = Award.objects.filter(reservation__in=reservations).annotate(opens=opens).filter(opens=False)
    return set(closed.order_by().values_list("reservation_id", flat=True))
