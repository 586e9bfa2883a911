"""Gross grant equivalent: what an aid that is not a plain grant is worth on the day it is granted.

Each instrument is a small dataclass; ``gross_grant_equivalent`` values it, with its steps; ``door`` is the JSON door
``gge``. Formulas, fields and worked cases are in ``docs/algorithms/gge.md``. Rates are per cent a year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.pure import ZERO, Step, format_euro, money_text, round_euro, step, steps_as_json
from levante.law import parameters
from levante.law.doors import Reader
from levante.law.gge_case import (
    DiscountedService,
    Grant,
    Guarantee,
    GuaranteePremium,
    Instalments,
    Instrument,
    LoanRate,
    LoanSafeHarbour,
    Payment,
    read,
)
from levante.law.gge_schedule import discounted, years_since
from levante.law.wording import percent_text, plain_number, the_percent

__all__ = [
    "DiscountedService",
    "Grant",
    "GrantEquivalent",
    "Guarantee",
    "GuaranteePremium",
    "Instalments",
    "LoanRate",
    "LoanSafeHarbour",
    "Payment",
    "Unfit",
    "door",
    "gross_grant_equivalent",
]


class Unfit(ValueError):
    """The instrument does not meet a condition of the method: which field, and why, in both languages."""

    def __init__(self, field: str, it: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field, self.it, self.en = field, it, en


@dataclass(frozen=True, slots=True)
class GrantEquivalent:
    """``intensity``: per cent of the eligible costs, two digits; ``None`` when the costs were not given."""

    gge: Decimal
    intensity: Decimal | None
    steps: tuple[Step, ...]


def gross_grant_equivalent(
    instrument: Instrument, *, on: date, eligible_costs: Decimal | None = None
) -> GrantEquivalent:
    """The gross grant equivalent of an instrument granted on a day.

    Raises ``Unfit`` when a condition of the method is not met, ``parameters.Missing`` when no act covers the day.
    """
    amount, steps = _value(instrument, on)
    steps.append(
        step(
            f"Equivalente sovvenzione lordo: {format_euro(amount)}",
            f"Gross grant equivalent: {format_euro(amount, 'en')}",
            _article("gross", on),
            money_text(amount),
        )
    )
    if eligible_costs is None:
        return GrantEquivalent(amount, None, tuple(steps))
    if eligible_costs <= 0:
        raise Unfit("eligible_costs", "deve essere maggiore di zero", "must be more than zero")
    intensity = round_euro(amount * 100 / eligible_costs)
    aid_it, costs_it = format_euro(amount), format_euro(eligible_costs)
    aid_en, costs_en = format_euro(amount, "en"), format_euro(eligible_costs, "en")
    steps.append(
        step(
            f"Intensità: {aid_it} su {costs_it} di costi ammissibili, {the_percent(intensity).it}",
            f"Intensity: {aid_en} of {costs_en} of eligible costs, {percent_text(intensity).en}",
            _article("intensity", on),
            money_text(intensity),
        )
    )
    return GrantEquivalent(amount, intensity, tuple(steps))


def door(case: Reader) -> dict[str, Any]:
    """The JSON door ``gge``: its fields are in ``docs/algorithms/gge.md``."""
    asked = read(case)
    try:
        answer = gross_grant_equivalent(asked.instrument, on=asked.on, eligible_costs=asked.eligible_costs)
    except Unfit as error:
        raise case.bad(error.field, error.it, error.en) from error
    found: dict[str, Any] = {"gge": money_text(answer.gge)}
    if answer.intensity is not None:
        found["intensity"] = money_text(answer.intensity)
    return {**found, "steps": steps_as_json(answer.steps)}


def _value(instrument: Instrument, on: date) -> tuple[Decimal, list[Step]]:
    match instrument:
        case Grant(amount=amount):
            it, en = "Una sovvenzione vale il suo importo lordo", "A grant is worth its gross amount"
            reference = _article("gross", on)
            return amount, [
                step(
                    f"{it}: {format_euro(amount)}", f"{en}: {format_euro(amount, 'en')}", reference, money_text(amount)
                )
            ]
        case Instalments():
            return _instalments(instrument, on)
        case LoanSafeHarbour():
            return _loan_safe_harbour(instrument, on)
        case LoanRate():
            advantage = instrument.reference_rate - instrument.rate
            reference = parameters.value("gge.discount_margin", on=on).reference
            rates = [
                _rate("Tasso di riferimento", "Reference rate", instrument.reference_rate, reference),
                _rate("Tasso del prestito", "Rate of the loan", instrument.rate, reference),
            ]
            return _yearly(instrument.outstanding, advantage, instrument.discount_rate, rates, reference)
        case Guarantee():
            return _guarantee(instrument, on)
        case GuaranteePremium():
            _check_coverage(instrument.coverage, parameters.value("gge.guarantee_safe_harbour", on=on))
            advantage = instrument.market_premium - instrument.premium
            reference = parameters.value("gge.guarantee_premium", on=on).reference
            guaranteed = tuple(owed * instrument.coverage / 100 for owed in instrument.outstanding)
            rates = [
                _rate("Premio di mercato", "Market premium", instrument.market_premium, reference),
                _rate("Premio pagato", "Premium paid", instrument.premium, reference),
                _rate(
                    "Quota garantita del prestito",
                    "Share of the loan that is guaranteed",
                    instrument.coverage,
                    reference,
                ),
            ]
            return _yearly(guaranteed, advantage, instrument.discount_rate, rates, reference)
        case DiscountedService(market_value=value, paid=paid):
            gift = max(ZERO, value - paid)
            return gift, [
                step(
                    f"Valore di mercato (o costo) {format_euro(value)}, pagati {format_euro(paid)}: la differenza è aiuto",
                    f"Market value (or cost) {format_euro(value, 'en')}, paid {format_euro(paid, 'en')}: the difference is aid",
                    _article("gross", on),
                    money_text(gift),
                )
            ]


def _article(name: str, on: date) -> str:
    return str(parameters.value("gge.articles", on=on).value[name])


# -- instruments


def _instalments(grant: Instalments, on: date) -> tuple[Decimal, list[Step]]:
    reference = parameters.value("gge.discount_margin", on=on).reference
    steps = [_rate("Tasso di attualizzazione", "Discount rate", grant.rate, reference)]
    total = Decimal(0)
    for payment in grant.payments:
        try:
            after = payment.when if isinstance(payment.when, Decimal) else years_since(on, payment.when)
        except OverflowError as error:
            raise Unfit("on", "è fuori dal calendario", "is out of the calendar") from error
        present = discounted(payment.amount, grant.rate, after)
        total += present
        steps.append(_present_value(payment.amount, after, round_euro(present), reference))
    return round_euro(total), steps


def _present_value(amount: Decimal, after: Decimal, present: Decimal, reference: str) -> Step:
    years = plain_number(after.quantize(Decimal("0.0001")))
    return step(
        f"{format_euro(amount)} dopo {years.replace('.', ',')} anni valgono {format_euro(present)} alla concessione",
        f"{format_euro(amount, 'en')} after {years} years are worth {format_euro(present, 'en')} at the grant",
        reference,
        money_text(present),
    )


def _loan_safe_harbour(loan: LoanSafeHarbour, on: date) -> tuple[Decimal, list[Step]]:
    rule = parameters.value("gge.loan_safe_harbour", on=on)
    least = rule.value["collateral"]
    if loan.collateral < least:
        raise Unfit(
            "collateral",
            f"le garanzie devono coprire almeno {the_percent(least).it} del prestito: usare loan_rate",
            f"collateral must cover at least {percent_text(least).en} of the loan: use loan_rate",
        )
    covered = step(
        f"Le garanzie coprono {the_percent(loan.collateral).it} del prestito, almeno {the_percent(least).it}",
        f"Collateral covers {percent_text(loan.collateral).en} of the loan, at least {percent_text(least).en}",
        rule.reference,
        plain_number(loan.collateral),
    )
    gge, line = _proportion(loan.amount, loan.years, rule, on, field="amount")
    return gge, [covered, line]


def _guarantee(guarantee: Guarantee, on: date) -> tuple[Decimal, list[Step]]:
    rule = parameters.value("gge.guarantee_safe_harbour", on=on)
    _check_coverage(guarantee.coverage, rule)
    measured = guarantee.loan
    if rule.value["base"] == "amount_guaranteed":
        measured = round_euro(guarantee.loan * guarantee.coverage / 100)
    covered = step(
        f"La garanzia copre {the_percent(guarantee.coverage).it} del prestito",
        f"The guarantee covers {percent_text(guarantee.coverage).en} of the loan",
        rule.reference,
        plain_number(guarantee.coverage),
    )
    gge, line = _proportion(measured, guarantee.years, rule, on, field="loan")
    return gge, [covered, line]


def _check_coverage(coverage: Decimal, rule: parameters.Parameter) -> None:
    most = rule.value["coverage"]
    if coverage > most:
        raise Unfit(
            "coverage",
            f"la garanzia non può superare {the_percent(most).it} del prestito",
            f"the guarantee cannot exceed {percent_text(most).en} of the loan",
        )


def _proportion(
    amount: Decimal, years: Decimal, rule: parameters.Parameter, on: date, *, field: str
) -> tuple[Decimal, Step]:
    """The share of the de minimis ceiling that goes with amount and length: both have a maximum."""
    ceiling = parameters.value("de_minimis.ceiling", on=on)
    for limit in rule.value["limits"]:
        if amount <= limit["amount"] and years <= limit["years"]:
            gge = round_euro(ceiling.value * amount * years / (limit["amount"] * limit["years"]))
            return gge, step(
                f"{format_euro(ceiling.value)} × {format_euro(amount)} × {plain_number(years).replace('.', ',')} anni / "
                f"({format_euro(limit['amount'])} × {plain_number(limit['years'])} anni)",
                f"{format_euro(ceiling.value, 'en')} × {format_euro(amount, 'en')} × {plain_number(years)} years / "
                f"({format_euro(limit['amount'], 'en')} × {plain_number(limit['years'])} years)",
                f"{rule.reference}; {ceiling.reference}",
                money_text(gge),
            )
    tops_it = ", ".join(
        f"{format_euro(top['amount'])} per {plain_number(top['years'])} anni" for top in rule.value["limits"]
    )
    tops_en = ", ".join(
        f"{format_euro(top['amount'], 'en')} over {plain_number(top['years'])} years" for top in rule.value["limits"]
    )
    raise Unfit(
        field, f"oltre i massimi del metodo semplice ({tops_it})", f"over the maxima of the simple method ({tops_en})"
    )


def _yearly(
    owed: Sequence[Decimal], advantage: Decimal, discount_rate: Decimal, steps: list[Step], reference: str
) -> tuple[Decimal, list[Step]]:
    """The yearly advantage on what is owed, each year's discounted from its end."""
    steps.append(_rate("Tasso di attualizzazione", "Discount rate", discount_rate, reference))
    if advantage <= 0:
        steps.append(step("Nessun vantaggio rispetto al mercato", "No advantage over the market", reference, "0.00"))
        return ZERO, steps
    total = Decimal(0)
    for year, amount in enumerate(owed, start=1):
        saved = amount * advantage / 100
        present = discounted(saved, discount_rate, Decimal(year))
        total += present
        amount_it, amount_en = format_euro(amount), format_euro(amount, "en")
        steps.append(
            step(
                f"Anno {year}: su {amount_it} il vantaggio è {format_euro(saved)}, attualizzato {format_euro(present)}",
                f"Year {year}: on {amount_en} the advantage is {format_euro(saved, 'en')}, discounted {format_euro(present, 'en')}",
                reference,
                money_text(present),
            )
        )
    return round_euro(total), steps


def _rate(it: str, en: str, rate: Decimal, reference: str) -> Step:
    return step(f"{it}: {percent_text(rate).it}", f"{en}: {percent_text(rate).en}", reference, plain_number(rate))
