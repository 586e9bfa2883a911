"""The acts that decide of places."""

from datetime import date

from levante.kernel.api import refuse, today
from levante.programme.api import Act


def require_adopted(act: Act) -> date:
    """Its day. Refused, unless it was adopted: with its number, and a day that is not to come."""
    if not act.number or act.adopted_on is None or act.adopted_on > today():
        refuse(
            "Serve un atto adottato, con numero e data.",
            "An adopted act is needed, with its number and day.",
            field="act",
        )
    return act.adopted_on
