"""What each movement does to the balances, as arithmetic: no database. See docs/algorithms/budget.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.programme import vocabulary as words

#: The stored amounts, in the order in which money walks through them. ``available`` is derived.
AMOUNTS = ("allocated", "reserved", "committed", "liquidated", "paid", "recovered")


@dataclass(frozen=True, slots=True)
class Balances:
    """The amounts of a line, or of one subject on it (whose ``allocated`` stays zero), in euro."""

    allocated: Decimal = ZERO
    reserved: Decimal = ZERO
    committed: Decimal = ZERO
    liquidated: Decimal = ZERO
    paid: Decimal = ZERO
    recovered: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.allocated - self.reserved - self.committed

    @property
    def open_commitments(self) -> Decimal:
        """Committed and not yet verified as due."""
        return self.committed - self.liquidated

    @property
    def to_pay(self) -> Decimal:
        """Verified as due and not yet paid."""
        return self.liquidated - self.paid

    def plus(self, change: "Balances") -> "Balances":
        return Balances(*(getattr(self, name) + getattr(change, name) for name in AMOUNTS))

    def as_dict(self) -> dict[str, Decimal]:
        return {name: getattr(self, name) for name in AMOUNTS}

    @classmethod
    def of(cls, row: object) -> "Balances":
        """From a line or a position (which has no ``allocated``)."""
        return cls(*(getattr(row, name, ZERO) for name in AMOUNTS))


def change_of(kind: str, amount: Decimal, from_reserved: Decimal = ZERO) -> Balances:
    """What one movement adds to each balance.

    >>> change_of("commitment", Decimal("100.00"), Decimal("40.00")).reserved
    Decimal('-40.00')
    """
    if kind in (words.ALLOCATION, words.REPROGRAMMING):
        return Balances(allocated=amount)
    if kind == words.RESERVATION:
        return Balances(reserved=amount)
    if kind == words.COMMITMENT:
        return Balances(reserved=-from_reserved, committed=amount)
    if kind == words.RELEASE:
        return Balances(reserved=-from_reserved, committed=from_reserved - amount)
    if kind == words.LIQUIDAZIONE:
        return Balances(liquidated=amount)
    if kind == words.UNDONE:
        return Balances(liquidated=-amount)
    if kind == words.PAYMENT:
        return Balances(paid=amount)
    if kind == words.RETURNED:
        return Balances(paid=-amount)
    if kind == words.RECOVERY:
        return Balances(recovered=amount)
    raise ValueError(f"no movement is called {kind!r}")


def total(rows: Iterable[tuple[str, Decimal, Decimal]]) -> Balances:
    """The balances that ``(kind, amount, from_reserved)`` rows add up to."""
    result = Balances()
    for kind, amount, from_reserved in rows:
        result = result.plus(change_of(kind, amount, from_reserved))
    return result


def problem_of_line(balances: Balances) -> Bilingual | None:
    """Why a line cannot be so; ``None`` when it can."""
    if balances.available < 0:
        return Bilingual(
            f"La linea non ha disponibilità: mancano {format_euro(-balances.available)}.",
            f"The line has not enough available: {format_euro(-balances.available, 'en')} are missing.",
        )
    if balances.allocated < 0:
        return Bilingual(
            "Lo stanziamento della linea scenderebbe sotto zero.", "The line's allocation would be negative."
        )
    return problem_of_walk(balances)


def problem_of_walk(balances: Balances) -> Bilingual | None:
    """Why the walk reserved - committed - liquidated - paid - recovered cannot be so; ``None`` when it can."""
    if balances.reserved < 0:
        return Bilingual(
            f"Supera di {format_euro(-balances.reserved)} quanto è prenotato.",
            f"It exceeds what is reserved by {format_euro(-balances.reserved, 'en')}.",
        )
    if balances.open_commitments < 0:
        return Bilingual(
            f"Supera di {format_euro(-balances.open_commitments)} quanto è impegnato e non ancora liquidato.",
            f"It exceeds what is committed and not yet verified as due by {format_euro(-balances.open_commitments, 'en')}.",
        )
    if balances.to_pay < 0:
        return Bilingual(
            f"Supera di {format_euro(-balances.to_pay)} quanto è liquidato e non ancora pagato.",
            f"It exceeds what is verified as due and not yet paid by {format_euro(-balances.to_pay, 'en')}.",
        )
    if balances.recovered > balances.paid:
        over = balances.recovered - balances.paid
        return Bilingual(
            f"Supera di {format_euro(over)} quanto è stato pagato e non ancora recuperato.",
            f"It exceeds what was paid and not yet recovered by {format_euro(over, 'en')}.",
        )
    if balances.recovered < 0:
        return Bilingual("Il recuperato scenderebbe sotto zero.", "What is recovered would be negative.")
    return None


def first_problem_in_time(
    opening: Balances, changes_by_day: Mapping[date, Balances], *, of_line: bool
) -> tuple[date, Bilingual] | None:
    """Walk the days in order from ``opening`` and return the first that cannot be, with the reason."""
    balances = opening
    for day in sorted(changes_by_day):
        balances = balances.plus(changes_by_day[day])
        problem = problem_of_line(balances) if of_line else problem_of_walk(balances)
        if problem is not None:
            return day, problem
    return None
