"""The instruments that ``gge`` values, and how its JSON door reads them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from levante.law import parameters
from levante.law.doors import Reader
from levante.law.gge_schedule import REPAYMENTS, outstanding_by_year

InstrumentName = Literal["grant", "instalments", "loan_safe_harbour", "loan_rate", "guarantee", "discounted_service"]
INSTRUMENTS: tuple[InstrumentName, ...] = (
    "grant",
    "instalments",
    "loan_safe_harbour",
    "loan_rate",
    "guarantee",
    "discounted_service",
)
LONGEST = 50
"""Years: a longer loan is a typing mistake."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Money given, gross of tax and of any withholding."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """An instalment: paid on a day, or so many years after the grant."""

    amount: Decimal
    when: date | Decimal


@dataclass(frozen=True, slots=True)
class Instalments:
    """A grant paid in parts, each discounted to the day of the grant at ``rate``."""

    payments: tuple[Payment, ...]
    rate: Decimal


@dataclass(frozen=True, slots=True)
class LoanSafeHarbour:
    """A loan secured for at least half, small and short enough for the simple proportion. ``collateral`` in per cent."""

    amount: Decimal
    years: Decimal
    collateral: Decimal


@dataclass(frozen=True, slots=True)
class LoanRate:
    """A loan below the reference rate. ``outstanding``: what is owed during each year."""

    outstanding: tuple[Decimal, ...]
    rate: Decimal
    reference_rate: Decimal
    discount_rate: Decimal


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee on part (``coverage``, per cent) of a loan, by the simple proportion."""

    loan: Decimal
    years: Decimal
    coverage: Decimal


@dataclass(frozen=True, slots=True)
class GuaranteePremium:
    """A guarantee below the market premium. ``outstanding``: what is owed on the loan during each year."""

    outstanding: tuple[Decimal, ...]
    coverage: Decimal
    premium: Decimal
    market_premium: Decimal
    discount_rate: Decimal


@dataclass(frozen=True, slots=True)
class DiscountedService:
    """A stand, a temporary export manager, a mission: its market value, or its cost, and what the enterprise pays."""

    market_value: Decimal
    paid: Decimal


Instrument: TypeAlias = (
    Grant | Instalments | LoanSafeHarbour | LoanRate | Guarantee | GuaranteePremium | DiscountedService
)


@dataclass(frozen=True, slots=True)
class Case:
    """An instrument, the day it is granted, and the eligible costs when the intensity is wanted."""

    on: date
    instrument: Instrument
    eligible_costs: Decimal | None = None


def read(case: Reader) -> Case:
    """The case of the JSON door. Raises ``doors.BadCase`` naming the field."""
    name = case.choice("instrument", INSTRUMENTS)
    on = case.date("on")
    eligible_costs = case.optional_money("eligible_costs")
    if eligible_costs is not None and not eligible_costs:
        raise case.bad("eligible_costs", "deve essere maggiore di zero", "must be more than zero")
    return Case(on, _instrument(name, case, on), eligible_costs)


def _instrument(name: InstrumentName, case: Reader, on: date) -> Instrument:
    match name:
        case "grant":
            return Grant(case.money("amount"))
        case "instalments":
            items = case.items("instalments", required=True)
            if not items:
                raise case.bad("instalments", "serve almeno una rata", "at least one instalment is needed")
            return Instalments(tuple(_payment(item, on) for item in items), _discount_rate(case, on, "rate"))
        case "loan_safe_harbour":
            return LoanSafeHarbour(case.money("amount"), _years(case), case.percent("collateral"))
        case "loan_rate":
            reference = _reference_rate(case, on)
            discount = _discount_rate(case, on, "discount_rate", otherwise=reference)
            return LoanRate(_outstanding(case, "amount"), case.percent("rate"), reference, discount)
        case "guarantee" if case.has("premium"):
            market = _market_premium(case, on)
            owed = _outstanding(case, "loan")
            discount = _discount_rate(case, on, "discount_rate")
            return GuaranteePremium(owed, case.percent("coverage"), case.percent("premium"), market, discount)
        case "guarantee":
            return Guarantee(case.money("loan"), _years(case), case.percent("coverage"))
        case "discounted_service":
            return DiscountedService(case.money("market_value"), case.money("paid"))


def _payment(item: Reader, on: date) -> Payment:
    amount = item.money("amount")
    after = item.optional_number("after_years")
    paid_on = item.optional_date("on")
    if (after is None) == (paid_on is None):
        raise item.bad("on", "serve una sola tra 'on' e 'after_years'", "one of 'on' and 'after_years' is needed")
    if after is not None:
        if after > LONGEST:
            raise item.bad("after_years", f"al più {LONGEST} anni", f"at most {LONGEST} years")
        return Payment(amount, after)
    assert paid_on is not None
    if paid_on < on:
        raise item.bad("on", "è prima della concessione", "is before the grant")
    if paid_on.year > on.year + LONGEST:
        raise item.bad("on", f"al più {LONGEST} anni dopo", f"at most {LONGEST} years later")
    return Payment(amount, paid_on)


def _years(case: Reader) -> Decimal:
    years = case.number("years")
    if not 0 < years <= LONGEST:
        raise case.bad("years", f"più di zero e al più {LONGEST}", f"more than zero and at most {LONGEST}")
    return years


def _outstanding(case: Reader, amount_field: str) -> tuple[Decimal, ...]:
    """What is owed each year: given year by year, or from amount, length and kind of repayment."""
    if case.has("outstanding"):
        items = case.items("outstanding")
        if not 0 < len(items) <= LONGEST:
            raise case.bad("outstanding", f"da uno a {LONGEST} anni", f"from one to {LONGEST} years")
        return tuple(item.money("amount") for item in items)
    amount = case.money(amount_field)
    years = case.integer("years", least=1, most=LONGEST)
    repayment = case.choice("repayment", REPAYMENTS)
    grace = case.optional_integer("grace_years", least=0, most=years - 1) or 0
    return outstanding_by_year(amount, years, repayment, grace)


def _discount_rate(case: Reader, on: date, field: str, *, otherwise: Decimal | None = None) -> Decimal:
    """The rate given as such, or the base rate of the Commission plus the margin of the day."""
    rate = case.optional_percent(field)
    if rate is not None:
        return rate
    base = case.optional_rate("base_rate")
    if base is not None:
        return _never_negative(base + Decimal(parameters.value("gge.discount_margin", on=on).value))
    if otherwise is not None:
        return otherwise
    raise case.bad(field, f"serve '{field}' o 'base_rate'", f"'{field}' or 'base_rate' is needed")


def _reference_rate(case: Reader, on: date) -> Decimal:
    """The rate given as such, or the base rate plus the margin for rating and collateral."""
    rate = case.optional_percent("reference_rate")
    if rate is not None:
        return rate
    if not case.has("base_rate"):
        raise case.bad(
            "reference_rate", "serve 'reference_rate' o 'base_rate'", "'reference_rate' or 'base_rate' is needed"
        )
    margins = parameters.value("gge.reference_margin", on=on).value
    by_collateral = margins[case.choice("rating", list(margins))]
    return _never_negative(
        case.rate("base_rate") + Decimal(by_collateral[case.choice("collateral_level", list(by_collateral))])
    )


def _never_negative(rate: Decimal) -> Decimal:
    """The base rate of the euro was below zero from 2016 to 2022: with its margin the rate stops at zero."""
    return max(Decimal(0), rate)


def _market_premium(case: Reader, on: date) -> Decimal:
    premium = case.optional_percent("market_premium")
    if premium is not None:
        return premium
    premiums = parameters.value("gge.guarantee_premium", on=on).value
    return Decimal(premiums[case.choice("rating", list(premiums))])
