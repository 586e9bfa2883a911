"""What was read, in a word: who sets something gives the mark of what was on its page, so that two who do so at once undo nothing."""

import hashlib
import json

from levante.kernel.api import refuse
from levante.meetings.models import Agenda, Attendee

_OF_ATTENDEE = (
    "minimum", "maximum", "per_day", "wants_most", "wants_per_day", "rest_after", "own_table", "remote", "zone", "languages", "offers",
)  # fmt: skip
_OF_AGENDA = ("tables", "interpreters", "languages", "penalty", "requests_until", "zone", "mode", "call_base")


def mark_of_attendee(row: Attendee) -> str:
    """Of what is set of one that comes, the slots in which it is away among them. One query, where these are not read."""
    return _mark([*(getattr(row, name) for name in _OF_ATTENDEE), sorted(slot.pk for slot in row.away.all())])


def mark_of_settings(agenda: Agenda) -> str:
    """Of the settings of an agenda."""
    return _mark([getattr(agenda, name) for name in _OF_AGENDA])


def require_as_read(read: str | None, mark: str) -> None:
    """Refuse what was written upon something else than what is there now; ``None``: by who read no page."""
    if read is not None and read != mark:
        refuse(
            "Qualcuno ha salvato un’altra versione mentre la modificavi: quello che hai scritto non è salvato. Confronta e salva di nuovo.",
            "Somebody kept another version while you were changing it: what you wrote is not kept. Compare, then keep it again.",
            field="read",
        )


def _mark(what: object) -> str:
    return hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()[:16]
