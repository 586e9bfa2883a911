"""What a place costs. Pure."""

from decimal import Decimal


def quota_for(first: Decimal, further: Decimal | None, modules: int) -> Decimal:
    """Euro of ``modules`` modules: the first one, and each further one where it has a price."""
    return first + (further or Decimal("0.00")) * (modules - 1)
