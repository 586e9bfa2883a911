"""Support that is not financial: who takes part in the initiatives that the fund of an indicator pays, of the kinds the programme says.

Which kinds of initiative are support that is structured and documented is the programme's (``Indicator.initiative_kinds``), in the years of
the indicator. Who takes part is known by a room above, which says so (``part_told_by``).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from levante.exchange.api import named
from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.programme.api import Indicator


class Part(Protocol):
    """An enterprise in an initiative, by their ids: sure to be there or that was, and whether it came."""

    @property
    def initiative(self) -> int: ...
    @property
    def enterprise(self) -> int: ...
    @property
    def takes_part(self) -> bool: ...
    @property
    def came(self) -> bool: ...


class Helped(NamedTuple):
    """One support: which enterprise, by which initiative, whether it was had (the enterprise came), whether it is an invented one."""

    enterprise: int
    initiative: int
    had: bool
    demonstration: bool


_told_by: list[str] = []


def part_told_by(function: str) -> None:
    """Say who knows who takes part: ``"package.module:function"``, called as ``f(initiatives=ids)``, answers with a ``Part`` for each
    enterprise of each initiative."""
    if function not in _told_by:
        _told_by.append(function)


def helped_of(indicators: Iterable[Indicator]) -> dict[int, list[Helped]]:
    """What each indicator counts that is not financial, by its id: who renounced, was not admitted or did not come is in none, and of an
    initiative that was cancelled only who had come before. One query, and those of who knows who takes part."""
    asked = [one for one in indicators if one.initiative_kinds]
    if not asked:
        return {}
    kinds = {kind for one in asked for kind in one.initiative_kinds}
    rows = list(
        Initiative.objects.filter(kind__in=kinds, act__isnull=False, budget_line__isnull=False)
        .select_related("budget_line__triennium", "budget_line__action")
        .order_by("pk")
    )
    of: dict[int, list[Initiative]] = {one.pk: [row for row in rows if _is_of(one, row)] for one in asked}
    ids = {row.pk for mine in of.values() for row in mine}
    parts: dict[int, list[Part]] = {}
    for function in _told_by if ids else ():
        for part in named(function)(initiatives=sorted(ids)):
            if part.takes_part:
                parts.setdefault(part.initiative, []).append(part)
    return {
        pk: [
            Helped(part.enterprise, row.pk, part.came, row.demonstration)
            for row in mine
            for part in parts.get(row.pk, ())
            if part.came or row.state != initiative_states.CANCELLED
        ]
        for pk, mine in of.items()
    }


def _is_of(indicator: Indicator, row: Any) -> bool:
    """Paid by the indicator's fund and action, and begun in its years."""
    line = row.budget_line
    return (
        row.kind in indicator.initiative_kinds
        and line.triennium.programme_id == indicator.programme_id
        and (indicator.fund_id is None or line.fund_id == indicator.fund_id)
        and (
            indicator.action_id is None
            or (line.action is not None and indicator.action_id in (line.action_id, line.action.parent_id))
        )
        and (indicator.since is None or row.starts_on >= indicator.since)
        and (indicator.until is None or row.starts_on <= indicator.until)
    )
