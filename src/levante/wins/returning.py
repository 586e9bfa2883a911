"""What comes back is read from a mailbox: each message once, nothing marked there, what was read kept also when the line is cut."""

from dataclasses import dataclass
from email.errors import MessageError

from django.db import transaction

from levante.exchange.api import NoUsableAnswer
from levante.kernel.api import Actor, note, now, service, unchanged
from levante.wins.models import CustomerLetter, ReturnsRead
from levante.wins.pure.returned import Returned, read_returned
from levante.wins.returns_folder import Mailbox, opened
from levante.wins.writing import customer_letter_returned

#: So many messages at a time: the others the next time.
MOST = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the folder: its number, and what comes back by it; ``unread``: too large, or written so that nobody reads it."""

    number: int
    returned: Returned | None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How many messages were read, how many letters of ours came back, how many messages could not be read; why it ended before."""

    read: int
    returned: int
    unread: int
    problem: str = ""


def read_returns(*, actor: Actor, mailbox: Mailbox, timeout: float | None = None) -> Reading:
    """Read what came to the folder since the last time. Ended before by the server or the line, what had come is kept, and the rest is read
    the next time."""
    known = ReturnsRead.objects.filter(mailbox=mailbox.name).first()
    heard: list[Heard] = []
    validity, problem = 0, ""
    try:
        with opened(mailbox, timeout=timeout) as folder:
            validity = folder.validity
            last = known.last if known is not None and known.validity == validity else 0
            for number in folder.numbers_after(last)[:MOST]:
                heard.append(_heard(number, folder.content(number)))
    except NoUsableAnswer as error:
        problem = str(error)
    letters = keep_returns(actor=actor, mailbox=mailbox.name, validity=validity, heard=heard) if heard else []
    return Reading(len(heard), len(letters), sum(one.unread for one in heard), problem)


def _heard(number: int, content: bytes | None) -> Heard:
    if content is None:
        return Heard(number, None, unread=True)
    try:
        return Heard(number, read_returned(content))
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):  # the library's, on what is no mail
        return Heard(number, None, unread=True)


@service("wins.keep_returns")
def keep_returns(*, actor: Actor, mailbox: str, validity: int, heard: list[Heard]) -> list[CustomerLetter]:
    """The letters of ours that came back by these messages are told so, and until where the folder was read is kept, both or neither. A
    message that another reader kept meanwhile is left out; numbers of another ``validity`` begin again. The letters."""
    with transaction.atomic():
        ReturnsRead.objects.get_or_create(mailbox=mailbox, defaults={"validity": validity, "last": 0, "at": now()})
    row = ReturnsRead.objects.select_for_update().get(mailbox=mailbox)
    last = row.last if row.validity == validity else 0
    new = [one for one in heard if one.number > last]
    if not new:
        return unchanged([])
    found = [
        customer_letter_returned(actor=actor, message_id=one.returned.message_id, problem=one.returned.problem)
        for one in new
        if one.returned is not None
    ]
    letters = [one for one in found if one is not None]
    row.validity, row.last, row.at = validity, max(one.number for one in new), now()
    row.save(update_fields=["validity", "last", "at"])
    note(mailbox=mailbox, read=len(new), unread=sum(one.unread for one in new), letters=[one.pk for one in letters])
    return letters
