"""Which buyers and enterprises that asked to take part may come to the meetings, and who may not, in words."""

from dataclasses import dataclass

from levante.directory.api import qualified_among
from levante.initiatives.api import BuyerInterest, ExpressionOfInterest, Initiative
from levante.kernel.api import today
from levante.kernel.pure import Decision
from levante.participations.api import barred_now, without_place


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A buyer that asked and may not come, with why."""

    interest: BuyerInterest
    decision: Decision


@dataclass(frozen=True, slots=True)
class Barred:
    """An enterprise that asked to come without a place and may not, with why."""

    interest: ExpressionOfInterest
    decision: Decision


def admitted(initiative: Initiative) -> tuple[list[BuyerInterest], list[LeftOut]]:
    """Those whose request stands: who may come, and who may not because the initiative wants qualified buyers. Two queries at most."""
    rows = list(BuyerInterest.objects.filter(initiative=initiative).standing().select_related("buyer__country"))
    if not initiative.qualified_buyers_only:
        return rows, []
    said = qualified_among((row.buyer_id for row in rows), on=today())
    return [row for row in rows if said[row.buyer_id]], [
        LeftOut(row, said[row.buyer_id]) for row in rows if not said[row.buyer_id]
    ]


def coming_apart(initiative: Initiative) -> tuple[list[ExpressionOfInterest], list[Barred]]:
    """The enterprises that come with no place (``participations.without_place``): who may, and who may not for what bars from a place too
    (it has ceased, it is large, it owes). Four queries at most."""
    rows = list(without_place(initiative))
    bars = barred_now([row.enterprise for row in rows]) if rows else {}
    out = {pk: Decision.no(bar.reason.it, bar.reason.en) for pk, bar in bars.items()}
    return [row for row in rows if row.enterprise_id not in out], [
        Barred(row, out[row.enterprise_id]) for row in rows if row.enterprise_id in out
    ]
