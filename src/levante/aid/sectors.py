"""De minimis of agriculture and of fishery: whose it is, and the ceilings that it has of its own within the general one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from levante.aid.models import Reservation
from levante.aid.positions import case_of
from levante.aid.regimes import AGRICULTURE, FISHERY, GENERAL
from levante.kernel.pure import ZERO
from levante.law import de_minimis, parameters
from levante.law.parameters import add_years
from levante.parties.api import Enterprise

#: The regimes of de minimis aid among which the sector of a firm decides.
SECTORS = (GENERAL, AGRICULTURE, FISHERY)
_CEILINGS = {AGRICULTURE: "de_minimis.agriculture.ceiling", FISHERY: "de_minimis.fishery.ceiling"}
#: Years over which aid of these regimes counts: to the day, as the general one (the data of the law say the doubt).
_YEARS = 3


def regime_of_sector(enterprise: Enterprise, *, on: date) -> str:
    """The de minimis regime of an enterprise by its main activity (Reg. (EU) 2023/2831 art. 1(1)): general where that is not known."""
    divisions: dict[str, list[int]] = parameters.value("de_minimis.sectors", on=on).value
    own = int(enterprise.ateco[:2]) if enterprise.ateco else None
    return next((regime for regime, codes in divisions.items() if own in codes), GENERAL)


def own_room(
    enterprise: Enterprise, amount: Decimal, regime: str, *, on: date, without: Reservation | None = None
) -> tuple[Decimal, date | None] | None:  # fmt: skip
    """What is left of the ceiling of a regime for the single undertaking on a day, and the first day from then on which ``amount`` fits,
    if aid that ages makes one. None for a regime with no ceiling of its own."""
    if regime not in _CEILINGS:
        return None
    ceiling = Decimal(parameters.value(_CEILINGS[regime], on=on).value)
    case = case_of(enterprise, on=on, without=without)
    own = replace(case, aids=tuple(aid for aid in case.aids if aid.regime == regime))
    ages = sorted({add_years(aid.granted_on, _YEARS) + timedelta(days=1) for aid in own.aids})
    left = {
        day: max(ZERO, ceiling - de_minimis.position(replace(own, on=day)).counted)
        for day in (on, *(d for d in ages if d > on))
    }
    return left[on], next((day for day, room in left.items() if room >= amount), None)
