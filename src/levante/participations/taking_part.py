"""Who takes part in initiatives, with a place or at their meetings without one: one answer for costs, selections, the catalogue, what is
asked afterwards and what a win may be told of."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from levante.exchange.api import named
from levante.participations import states
from levante.participations.models import Participation

#: It is sure to come; it came; it did not though it was awaited.
COMING, CAME, AWAY = "coming", "came", "away"

_OF_PLACES = {states.CONFIRMED: COMING, states.ATTENDED: CAME, states.ABSENT: AWAY}


class There(NamedTuple):
    """An enterprise in an initiative, by their ids, and ``how`` (``COMING``, ``CAME`` or ``AWAY``); ``apart``: with no place, at its
    meetings."""

    initiative: int
    enterprise: int
    how: str
    apart: bool = False

    @property
    def takes_part(self) -> bool:
        """It is sure to be there, or was."""
        return self.how != AWAY

    @property
    def came(self) -> bool:
        return self.how == CAME


_meetings: list[str] = []


def at_meetings(function: str) -> None:
    """Say who knows whom an initiative's meetings have or had: ``"package.module:function"``, called as ``f(initiatives=, enterprises=)``
    (ids, or a query of ids, or none: all), gives a ``There`` for each enterprise in an agenda, of those with a place too."""
    if function not in _meetings:
        _meetings.append(function)


def seen_at_meetings(*, initiatives: Any = None, enterprises: Any = None) -> Iterable[There]:
    """What the meetings say, whoever has a place. One query."""
    for function in _meetings:
        yield from named(function)(initiatives=initiatives, enterprises=enterprises)


def taking_part(*, initiatives: Any = None, enterprises: Any = None) -> list[There]:
    """Who takes part, or did, once for each initiative, and who was awaited and did not come; places first. Of these initiatives or
    enterprises (ids, or a query of ids; none: all). What is written of a place counts more than the meetings. Two queries."""
    rows = Participation.objects.filter(state__in=states.SEATED)
    if initiatives is not None:
        rows = rows.filter(selection__initiative__in=initiatives)
    if enterprises is not None:
        rows = rows.filter(enterprise__in=enterprises)
    found: dict[tuple[int, int], There | None] = {}
    held = rows.order_by("pk").values_list("selection__initiative_id", "enterprise_id", "state")
    for initiative, enterprise, state in held:
        how = _OF_PLACES.get(state)
        found[initiative, enterprise] = There(initiative, enterprise, how) if how is not None else None
    for one in seen_at_meetings(initiatives=initiatives, enterprises=enterprises):
        found.setdefault((one.initiative, one.enterprise), one)
    return [one for one in found.values() if one is not None]
