"""Holdings as the size of enterprises looks at them: shares of capital and votes, control, who holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Kind = Literal[
    "enterprise", "public_body", "university", "local_authority", "venture_capital", "institutional_investor"
]
KINDS: tuple[Kind, ...] = (
    "enterprise",
    "public_body",
    "university",
    "local_authority",
    "venture_capital",
    "institutional_investor",
)
#: The investors of art. 3(2), second subparagraph. Business angels are natural persons, who are never partners.
INVESTORS = frozenset({"university", "local_authority", "venture_capital", "institutional_investor"})

FULL = Decimal(100)
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Holding:
    """``holder`` owns part of ``held``: shares in percent (votes default to capital and the other way round)."""

    holder: str
    held: str
    capital: Decimal | None = None
    votes: Decimal | None = None
    control: bool = False
    since: date | None = None
    natural_person: bool = False
    same_market: bool | None = None

    def capital_share(self) -> Decimal:
        return self.capital if self.capital is not None else self.votes or NONE

    def voting_share(self) -> Decimal:
        return self.votes if self.votes is not None else self.capital or NONE


@dataclass(slots=True)
class Sum:
    capital: Decimal = NONE
    votes: Decimal = NONE
    holders: set[str] = field(default_factory=set)

    def add(self, holding: Holding) -> None:
        self.capital += holding.capital_share()
        self.votes += holding.voting_share()
        self.holders.add(holding.holder)

    def share(self) -> Decimal:
        return min(FULL, max(self.capital, self.votes))


def each_once(holdings: Iterable[Holding]) -> list[Holding]:
    """Declared and read in a register, the same holding appears twice: the larger figures count, never the sum."""
    found: dict[tuple[str, str], Holding] = {}
    for h in holdings:
        key = (h.holder, h.held)
        found[key] = _larger(found[key], h) if key in found else h
    return list(found.values())


def _larger(one: Holding, other: Holding) -> Holding:
    markets = {one.same_market, other.same_market}
    return Holding(
        one.holder,
        one.held,
        max((share for share in (one.capital, other.capital) if share is not None), default=None),
        max((share for share in (one.votes, other.votes) if share is not None), default=None),
        one.control or other.control,
        None,
        one.natural_person or other.natural_person,
        True if True in markets else False if False in markets else None,
    )


def number_text(number: Decimal, language: str = "en") -> str:
    """A number without useless zeros: ``12.5`` for programs and in English, ``12,5`` in Italian."""
    text = format(number.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP).normalize(), "f")
    return text.replace(".", ",") if language == "it" else text
