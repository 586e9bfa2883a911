"""Who may do what with the meetings of an initiative."""

from django.db.models import Q

from levante.initiatives.api import Initiative, may_plan
from levante.kernel.api import Actor, now
from levante.kernel.pure import Decision
from levante.meetings import states
from levante.meetings.models import Attendee, BlockedPair, Meeting, MeetingRequest


def may_arrange(actor: Actor, initiative: Initiative) -> Decision:
    """The agenda and everything in it: who plans for the Section, the agency that leads, the platform itself."""
    return Decision.yes() if actor.is_system else may_plan(actor, initiative)


#: What a mandate must cover (one of them) to ask, answer and tell, by side.
ABLE: dict[str, tuple[str, ...]] = {states.SELLER: ("apply", "submit"), states.BUYER: ("meet",)}


def is_theirs(actor: Actor, row: Attendee) -> bool:
    """Does the actor act for who comes, with a mandate that covers it (art. 1387 ff. of the civil code)?"""
    acts = actor.enterprise_id == row.enterprise_id if row.side == states.SELLER else actor.buyer_id == row.buyer_id
    return acts and bool(set(actor.scopes) & set(ABLE[row.side]))


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


def may_answer_by_token(request: MeetingRequest) -> Decision:
    """Answer by the secret of an e-mail: while requests are open and what was asked stands."""
    agenda, asked = request.asked.agenda, request.asked
    late = agenda.requests_until is not None and now() >= agenda.requests_until
    if agenda.state != states.ASKING or late or asked.withdrawn_at is not None:
        return Decision.no("Le richieste di incontro non sono aperte.", "Requests for meetings are not open.")
    if request.asker.withdrawn_at is not None or request.state == states.WITHDRAWN:
        return Decision.no("La richiesta è stata ritirata.", "The request was withdrawn.")
    if are_kept_apart(request.asker, asked):
        return Decision.no(
            "Con questo partecipante non si fissano incontri.", "No meeting is arranged with this participant."
        )
    return Decision.yes()


def are_kept_apart(one: Attendee, other: Attendee) -> bool:
    """Has the office said that the two must not meet?"""
    return BlockedPair.objects.filter(Q(a=one, b=other) | Q(a=other, b=one)).exists()


def may_tell(actor: Actor, meeting: Meeting, side: str) -> Decision:
    """Say how a meeting was: who was there for that side, once it has begun."""
    row = meeting.a if side == states.SELLER else meeting.b
    if not is_theirs(actor, row):
        return Decision.no("Lo dice chi era all’incontro.", "Who was at the meeting says it.")
    if meeting.state == states.CANCELLED:
        return Decision.no("L’incontro è annullato.", "The meeting is cancelled.")
    return Decision.yes()
