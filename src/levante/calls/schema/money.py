"""How much a call gives: four kinds of money, with the cases, ceilings and premiums they share (``docs/algorithms/money-of-a-call.md``)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from levante.calls.schema.basics import Amount, Both, Code, Coded, Expression, Name, OnlyOnce, Rate, Strict, wrong


class Option(Coded):
    """One amount or cap, by the code that the form's field gives."""

    amount: Amount


class RateCase(Both):
    """An intensity for those of whom ``when`` holds: the first that does is theirs."""

    when: Expression
    rate: Rate


class Premium(Coded):
    """Something more for those of whom ``when`` holds: ``points`` on the rate, or an ``amount`` on top of what is due."""

    when: Expression
    points: Rate | None = None
    amount: Amount | None = None
    reference: str = ""

    @model_validator(mode="after")
    def _one(self) -> "Premium":
        if (self.points is None) == (self.amount is None):
            raise wrong(
                "una premialità è in punti sull’intensità o in un importo: uno dei due.",
                "a premium is points on the rate, or an amount: one of the two.",
            )
        return self


Premiums = Annotated[list[Premium], OnlyOnce]
#: What shows that a simplified cost was earned: what was done, not what was spent.
Proof = Annotated[list[Coded], OnlyOnce]


def _in_amounts(premiums: list[Premium]) -> None:
    """Where there is no intensity, a premium is an amount."""
    if any(premium.points is not None for premium in premiums):
        raise wrong(
            "qui non c’è intensità: la premialità è un importo.", "there is no intensity here: a premium is an amount."
        )


class FixedMoney(Strict):
    """A fixed amount: one for all, or by an answer (``by`` is the field whose answer chooses the option); with its premiums."""

    kind: Literal["fixed"]
    amount: Amount | None = None
    by: Name | None = None
    options: Annotated[list[Option], OnlyOnce] = []
    premiums: Premiums = []
    proof: Proof = []
    reference: str = ""

    @model_validator(mode="after")
    def _one(self) -> "FixedMoney":
        _in_amounts(self.premiums)
        if (self.amount is None) == (self.by is None) or bool(self.options) != (self.by is not None):
            raise wrong(
                "un importo fisso ha l’importo, oppure un campo (by) e le sue opzioni.",
                "a fixed amount has an amount, or a field (by) and its options.",
            )
        return self


class Capped(Strict):
    """What a percentage of costs has in common, however the costs are told."""

    rate: Rate
    rates: list[RateCase] = []
    premiums: Premiums = []
    by: Name | None = None
    caps: Annotated[list[Option], OnlyOnce] = []
    cap: Amount | None = None
    floor: Amount | None = None
    reference: str = ""


class PercentageMoney(Capped):
    """A percentage of eligible costs (a money field, often computed), up to a cap that may depend on an answer."""

    kind: Literal["percentage"]
    base: Name


class SpendStep(Both):
    """What is given to who spends at least so much."""

    spend_at_least: Amount
    amount: Amount
    when: Expression | None = None


class LumpSumMoney(Strict):
    """A lump sum for a spend threshold: the highest step that the spend reaches; below the lowest, nothing."""

    kind: Literal["lump_sum"]
    base: Name
    steps: Annotated[list[SpendStep], Field(min_length=1)]
    premiums: Premiums = []
    proof: Proof = []
    reference: str = ""

    @model_validator(mode="after")
    def _no_points(self) -> "LumpSumMoney":
        _in_amounts(self.premiums)
        return self


class RealCost(Strict):
    """The cost as it is: the amount of its rows."""

    kind: Literal["real"] = "real"


class FlatRate(Strict):
    """A simplified cost: a rate of other items, asked of nobody (art. 53(1)(d), 54-56 CPR)."""

    kind: Literal["flat_rate"]
    rate: Rate
    of: Literal["total"] | list[Code] = "total"


class UnitCost(Strict):
    """A simplified cost: so much for each unit (art. 53(1)(b) CPR); the rows say how many. Counted in wholes, unless ``parts`` of a unit
    count too (hours and quarters)."""

    kind: Literal["unit"]
    amount: Amount
    unit: Both
    parts: bool = False


class LumpCost(Strict):
    """A simplified cost: so much for each row, whatever was spent, against proof of what was done (art. 53(1)(c) CPR)."""

    kind: Literal["lump"]
    amount: Amount


class Share(Strict):
    """A ceiling in proportion: at most ``rate`` per cent of the eligible total, or of some of its items."""

    rate: Rate
    of: Literal["total"] | list[Code] = "total"


class CostItem(Coded):
    """A cost item. ``legal`` is what the law says of it, apart from what the call wants: what is excluded counts for nothing. ``capital``
    says that it buys capital goods: on what of the grant pays for it no tax is withheld (art. 28(2) DPR 600/1973)."""

    legal: Literal["eligible", "excluded"] = "eligible"
    legal_reference: str = ""
    capital: bool = False
    ceiling: Amount | None = None
    ceiling_percent: Share | None = None
    floor: Amount | None = None
    basis: Annotated[RealCost | FlatRate | UnitCost | LumpCost, Field(discriminator="kind")] = RealCost()
    proof: Proof = []


class ItemsMoney(Capped):
    """A percentage of costs told row by row in a group of the form, each row with its item; ``least`` is the smallest grant."""

    kind: Literal["items"]
    field: Name
    item: Name
    amount: Name | None = None
    quantity: Name | None = None
    items: Annotated[list[CostItem], Field(min_length=1), OnlyOnce]
    least: Amount | None = None


Money = Annotated[FixedMoney | PercentageMoney | LumpSumMoney | ItemsMoney, Field(discriminator="kind")]


class ClaimTerm(Strict):
    """By when a payment is claimed: ``days`` from the day the award is in force, or from the last day of the project. The office may give
    up to ``extension`` days more. Late is told to the officer, or refused."""

    days: Annotated[int, Field(ge=1, le=3650)]
    since: Literal["award", "project_end"] = "project_end"
    extension: Annotated[int, Field(ge=0, le=730)] = 0
    late: Literal["warned", "refused"] = "warned"


class PaymentMode(Strict):
    """How the grant is paid: before, by stages (SAL), at the end, or all at once. ``days`` are those of the office to pay, ``claim`` the
    term of the enterprise to ask."""

    code: Literal["advance", "sal", "balance", "single"]
    percent: Rate | None = None
    guarantee: bool = False
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    claim: ClaimTerm | None = None


class Withholding(Strict):
    rate: Rate
    reference: str = ""


class Payment(Strict):
    """``spending_from``: spending is admitted from this day on, even if it comes before the application. Never with aid that needs an
    incentive effect (art. 6 Reg. (EU) 651/2014). ``identifiers``: what an invoice older than the CUP must bear, and the receipts of its
    payment (art. 5(7) D.L. 13/2023); none told, the number of the application."""

    modes: Annotated[list[PaymentMode], OnlyOnce] = []
    withholding: Withholding | None = None
    spending_from: date | None = None
    identifiers: list[str] = []
