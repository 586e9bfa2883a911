"""What the size of an enterprise is asked of, and what is answered."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from levante.kernel.pure import Step
from levante.law.sme_holdings import Kind

Size = Literal["micro", "small", "medium", "large"]
SIZES: tuple[Size, ...] = ("micro", "small", "medium", "large")
PreviousStatus = Literal["micro", "small", "medium", "large", "sme"]
PREVIOUS_STATUSES: tuple[PreviousStatus, ...] = (*SIZES, "sme")


@dataclass(frozen=True, slots=True)
class Accounts:
    """The figures of one accounting year: annual work units, turnover and balance sheet total in euro."""

    year: int
    headcount: Decimal
    turnover: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise (or a body that holds one) with its accounts, in any order."""

    id: str
    accounts: tuple[Accounts, ...] = ()
    founded_on: date | None = None
    kind: Kind = "enterprise"


@dataclass(frozen=True, slots=True)
class Line:
    """What an enterprise adds to the total: its data, in proportion to ``share`` (percent)."""

    id: str
    share: Decimal
    headcount: Decimal
    turnover: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The data of a whole group."""

    headcount: Decimal
    turnover: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class SizeResult:
    """The size, the data it rests on, and the lines that explain it.

    ``status_changed`` is ``None`` when no previous status was given.
    """

    size: Size
    totals: Totals
    lines: tuple[Line, ...]
    status_changed: bool | None
    steps: tuple[Step, ...]


class MissingAccounts(ValueError):
    """The size cannot be established: no accounts of this enterprise can be used on that day."""

    def __init__(self, enterprise: str) -> None:
        super().__init__(f"no accounts of {enterprise} that can be used")
        self.enterprise = enterprise
