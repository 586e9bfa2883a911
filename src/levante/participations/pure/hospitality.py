"""What a buyer who was hosted owes when it did not hold the meetings it was invited for. Pure."""

from decimal import Decimal

from levante.kernel.pure import ZERO, round_euro


def owed(cost: Decimal, *, held: int, missed: int, least: int, percent: int) -> Decimal:
    """Euro owed of what the programme paid: ``percent`` of it for who held fewer meetings than ``least`` and ``missed`` by its own fault
    one at least of those arranged for it; nothing otherwise: nobody owes for meetings it was not given, or that the other missed."""
    return round_euro(cost * percent / 100) if missed > 0 and held < least else ZERO


def over_ceiling(cost: Decimal, ceiling: Decimal | None) -> Decimal:
    """Euro of travel above what the programme pays; nothing without a ceiling."""
    return max(cost - ceiling, ZERO) if ceiling is not None else ZERO
