"""Who may do what with the meetings of an initiative."""

from levante.initiatives.api import Initiative, may_plan
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.meetings import states
from levante.meetings.models import Attendee, Meeting


def may_arrange(actor: Actor, initiative: Initiative) -> Decision:
    """The agenda and everything in it: who plans for the Section, the agency that leads, the platform itself."""
    return Decision.yes() if actor.is_system else may_plan(actor, initiative)


def is_theirs(actor: Actor, row: Attendee) -> bool:
    """Does the actor act for who comes, with a mandate that covers it (art. 1387 ff. of the civil code)?"""
    if row.side == states.SELLER:
        return actor.enterprise_id == row.enterprise_id and bool(set(actor.scopes) & {"apply", "submit"})
    return actor.buyer_id == row.buyer_id and "meet" in actor.scopes


def may_ask(actor: Actor, row: Attendee) -> Decision:
    """Ask to meet somebody, answer who asks: who acts for one that comes, while requests are open."""
    if not is_theirs(actor, row):
        return Decision.no(
            "Chiede e risponde chi agisce per chi partecipa.", "Who acts for one that takes part asks and answers."
        )
    if row.withdrawn_at is not None:
        return Decision.no("Non partecipi più agli incontri.", "You no longer take part in the meetings.")
    if row.agenda.state != states.ASKING:
        return Decision.no("Le richieste di incontro non sono aperte.", "Requests for meetings are not open.")
    return Decision.yes()


def may_tell(actor: Actor, meeting: Meeting, side: str) -> Decision:
    """Say how a meeting was: who was there for that side, once it has begun."""
    row = meeting.a if side == states.SELLER else meeting.b
    if not is_theirs(actor, row):
        return Decision.no("Lo dice chi era all’incontro.", "Who was at the meeting says it.")
    if meeting.state == states.CANCELLED:
        return Decision.no("L’incontro è annullato.", "The meeting is cancelled.")
    return Decision.yes()
