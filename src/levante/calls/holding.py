"""Who must stand still while an opening is stopped or goes on again: rooms above say what they hold, and hold it."""

from collections.abc import Callable

from levante.calls.models import Opening

_holding: list[Callable[[Opening], None]] = []


def holds_openings(hold: Callable[[Opening], None]) -> None:
    """A room above locks what it gives places in (the log of a click day) until the transaction of the act ends."""
    _holding.append(hold)


def hold(opening: Opening) -> None:
    """From here to the end of the transaction nobody gives a place in this opening: an instant read after this is later than
    that of every place given so far, and earlier than that of every place to come."""
    for one in _holding:
        one(opening)
