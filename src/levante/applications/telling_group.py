"""What the firms of a group are told: the lead of what they do, they of what the lead does and of each step of the application."""

from levante.applications.models import GroupMember
from levante.kernel.api import system, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.api import people_acting_for

SUBJECT = "applications.GroupMember"

_TO_MEMBER = {
    "invited": (
        ("Invito in un gruppo: {call}", "Invitation to a group: {call}"),
        (
            "{lead} invita {firm} a fare domanda insieme per «{call}». Leggi, e accetta o rifiuta.",
            "{lead} invites {firm} to apply together for “{call}”. Read, and accept or decline.",
        ),
    ),
    "declared": (
        ("{firm} è in un gruppo: {call}", "{firm} is in a group: {call}"),
        (
            "{lead} ha dichiarato {firm} nel gruppo che fa domanda per «{call}», con una procura.",
            "{lead} declared {firm} in the group that applies for “{call}”, on a power of attorney.",
        ),
    ),
    "removed": (
        ("{firm} non è più nel gruppo: {call}", "{firm} is no longer in the group: {call}"),
        (
            "{lead} ha tolto {firm} dal gruppo che fa domanda per «{call}».",
            "{lead} removed {firm} from the group that applies for “{call}”.",
        ),
    ),
    "discarded": (
        ("La domanda del gruppo è stata eliminata: {call}", "The application of the group was discarded: {call}"),
        (
            "{lead} ha eliminato la bozza della domanda per «{call}»: con lei è eliminato ciò che avevate scritto.",
            "{lead} discarded the draft of the application for “{call}”: what you had written is gone with it.",
        ),
    ),
}
_TO_LEAD = {
    "accepted": (
        ("{firm} è nel gruppo: {call}", "{firm} is in the group: {call}"),
        ("{firm} ha accettato l’invito per «{call}».", "{firm} accepted the invitation for “{call}”."),
    ),
    "declined": (
        ("{firm} ha rifiutato l’invito: {call}", "{firm} declined the invitation: {call}"),
        ("{firm} non fa domanda con voi per «{call}».{reason}", "{firm} does not apply with you for “{call}”.{reason}"),
    ),
    "left": (
        ("{firm} è uscita dal gruppo: {call}", "{firm} left the group: {call}"),
        (
            "{firm} è uscita dal gruppo che fa domanda per «{call}».{reason}",
            "{firm} left the group that applies for “{call}”.{reason}",
        ),
    ),
}


def tell_member(member: GroupMember, what: str) -> None:
    """Tell a firm of a group what its lead did."""
    _tell(member, _TO_MEMBER[what], what, member.enterprise_id, f"/impresa/gruppi/{member.pk}/")


def tell_lead(member: GroupMember, what: str) -> None:
    """Tell the lead what a firm of its group did."""
    application = member.application
    _tell(member, _TO_LEAD[what], what, application.enterprise_id, f"/impresa/domande/{application.pk}/gruppo/")


def _tell(member: GroupMember, words: tuple[tuple[str, str], tuple[str, str]], what: str, to: int, path: str) -> None:
    users = people_acting_for(to, today())
    if not users:
        return
    call = member.application.opening.call
    titles = (call.title_it, call.title_en or call.title_it)
    reason = (f" {member.reason}" if member.reason else "",) * 2
    firm, lead = member.enterprise.name, member.application.enterprise.name
    title, body = (
        Bilingual(
            *(
                text.format(call=titles[place], firm=firm, lead=lead, reason=reason[place])
                for place, text in enumerate(pair)
            )
        )
        for pair in words
    )
    notify(
        actor=system("applications.group"),
        users=users,
        kind=f"group-{what}",
        title=Bilingual(title.it[:300], title.en[:300]),
        body=body,
        path=path,
        enterprise_id=to,
        subject_type=SUBJECT,
        subject_id=str(member.pk),
    )
