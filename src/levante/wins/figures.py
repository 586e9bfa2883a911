"""Expected, confirmed and realised are three figures of three types: they cannot be added."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Expected:
    """Euro announced by enterprises over five years, whatever the customer said yet; what the customer denied, or was withdrawn, is left
    out."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Euro expected of the wins that the customer confirmed in time: the only ones that count."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Realised:
    """Euro invoiced or collected, by documents, of the wins that the customer confirmed."""

    amount: Decimal
