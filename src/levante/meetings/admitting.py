"""Which buyers that asked to take part may come to the meetings, and who may not, in words."""

from dataclasses import dataclass

from levante.directory.api import qualified_among
from levante.initiatives.api import BuyerInterest, Initiative
from levante.kernel.api import today
from levante.kernel.pure import Decision


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A buyer that asked and may not come, with why."""

    interest: BuyerInterest
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
