"""The part of an amount that each share has: shares make 100 %, parts make the amount, to the cent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from levante.kernel.pure import apportion

WHOLE = Decimal("100.00")


def is_whole(percents: Sequence[Decimal]) -> bool:
    """At least one share, each over nothing, with two digits at most, that make 100."""
    return (
        bool(percents)
        and all(one > 0 and one == one.quantize(Decimal("0.01")) for one in percents)
        and sum(percents) == WHOLE
    )


def parts_of(amount: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """Euro of each share, in their order; they add up to ``amount``. ``ValueError`` when the shares are not whole."""
    if not is_whole(percents):
        raise ValueError("shares do not make 100")
    return apportion(amount, percents)


def by_year(part: Decimal, amounts: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The part of a share, year by year, as the whole is: euro that add up to ``part``. Years of nothing are left out."""
    years = [year for year, amount in sorted(amounts.items()) if amount > 0]
    if not years:
        return {}
    return dict(zip(years, apportion(part, [amounts[year] for year in years]), strict=True))


def with_help(amount: Decimal, without: int) -> Decimal:
    """Euro that would not have come without help, ``without`` being the share (0–100 per cent) that would have come anyway."""
    if not 0 <= without <= 100:
        raise ValueError("a share is from 0 to 100")
    return apportion(amount, [100 - without, without])[0]
