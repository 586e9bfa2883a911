"""What the gate is told, and what a line of its answer says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.law import parameters
from levante.law.antimafia import NO as NO
from levante.law.antimafia import UNKNOWN as UNKNOWN
from levante.law.antimafia import YES as YES
from levante.law.antimafia import Antimafia as Antimafia

OUTCOMES = {
    YES: Bilingual("a posto", "all right"),
    NO: Bilingual("no", "no"),
    UNKNOWN: Bilingual("non si sa", "not known"),
}

AWARD, CODES, DURC, DEGGENDORF, ANTIMAFIA = "award", "codes", "durc", "deggendorf", "antimafia"
GUARANTEE, ACCOUNT, RECOVERIES, TAX_DEBTS = "guarantee", "account", "recoveries", "tax_debts"
CHECKS = {
    AWARD: Bilingual("Concessione efficace", "Award in force"),
    CODES: Bilingual("CUP e COR", "CUP and COR"),
    DURC: Bilingual("DURC (contributi di lavoratori)", "DURC (workers’ contributions)"),
    DEGGENDORF: Bilingual("Visura Deggendorf (aiuti da restituire)", "Deggendorf (unlawful aid to give back)"),
    ANTIMAFIA: Bilingual("Antimafia", "Anti-mafia"),
    GUARANTEE: Bilingual("Fideiussione", "Guarantee"),
    ACCOUNT: Bilingual("Conto dell’impresa", "The enterprise’s account"),
    RECOVERIES: Bilingual("Recuperi aperti", "Open recoveries"),
    TAX_DEBTS: Bilingual("Debiti con la riscossione (art. 48-bis)", "Tax debts (art. 48-bis)"),
}
_NOTHING = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A paper about the enterprise: DURC, visura, check of art. 48-bis. ``clear`` is what it says; ``valid_until`` the expiry it
    prints, if it does; ``debt`` what it says is owed."""

    number: str
    issued_on: date
    clear: bool
    valid_until: date | None = None
    debt: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed an answer that says in default: an order to pay the collector (``amount``, ``number``, served ``on``), or the decision
    taken ``on`` a day that none came (no amount). ``confirmed`` once a second person said so."""

    on: date
    confirmed: bool
    amount: Decimal | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Guarantee:
    number: str
    guarantor: str
    amount: Decimal
    valid_until: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Account:
    """The account to pay on. ``in_name`` is ``None`` until somebody says whose it is; ``verified_by`` and ``second_by`` are who
    verified it; ``replaces`` says that another was declared before it."""

    iban_valid: bool
    in_name: bool | None
    declared_on: date
    replaces: bool
    verified_by: int | None = None
    verified_on: date | None = None
    second_by: int | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Money the enterprise owes back. ``offset`` is what was decided to keep from this payment; ``None`` while nobody decided.
    ``elsewhere``: owed to another body than the one that pays, so that none of it can be kept (art. 1241 c.c.). ``to_ask``: it was not
    asked for yet, and is set off once it was (art. 1243 c.c.).
    ``keepable`` is what of it can be kept (none: all); keeping less is ``agreed`` once a second person said so."""

    number: str
    owed: Decimal
    offset: Decimal | None = None
    elsewhere: bool = False
    to_ask: bool = False
    keepable: Decimal | None = None
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class Against:
    """A paper against an enterprise under the tax code of a file, or of a firm, that is one with it now; none asked for since undoes it."""

    tax_code: str
    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the office holds on ``on``. ``amount`` is the gross of this payment, ``whole`` all that the beneficiary gets for the
    operation, instalments together; ``durc_kept`` what other payments cover of the debt of the DURC. ``net`` is what is left of this
    payment once tax is withheld, where an act says it. Of this same payment, at an earlier try whose transfer came back, the institutes got
    ``gone_before`` before the DURC was issued and ``gone_since``, and ``set_off`` was written on recoveries. ``followed`` is what came
    after the answer ``tax_debts`` where it says in default; ``ordered`` what all orders of the collector in force come to,
    ``ordered_kept`` what other payments cover of it, ``collector_gone`` what it got of this same payment at an earlier try.
    ``pay_on`` is the day asked of the bank, where one was asked: what says yes must say it until then. ``heir_awaited`` names who a deed
    gives the place of the beneficiary to, while the office has not decided; ``earlier_claim`` is the number of an earlier claim
    of the award whose review is open again, while this one was not verified as due; ``held`` why a control holds this claim;
    ``beyond_plan`` that with it more is recognised than a lower plan, approved since, leaves;
    ``against``, by check, is what a paper about another tax code of the same enterprise says against it."""

    on: date
    amount: Decimal
    whole: Decimal
    fund_kind: str
    in_force: bool
    cup: str
    cor: str
    guarantee_needed: bool = False
    durc: Certificate | None = None
    durc_kept: Decimal = ZERO
    deggendorf: Certificate | None = None
    antimafia: Antimafia | None = None
    guarantee: Guarantee | None = None
    account: Account | None = None
    tax_debts: Certificate | None = None
    followed: Followed | None = None
    ordered: Decimal = ZERO
    ordered_kept: Decimal = ZERO
    collector_gone: Decimal = ZERO
    recoveries: Sequence[Recovery] | None = field(default=())
    net: Decimal | None = None
    gone_before: Decimal = ZERO
    gone_since: Decimal = ZERO
    set_off: Decimal = ZERO
    pay_on: date | None = None
    heir_awaited: str = ""
    earlier_claim: str = ""
    held: Bilingual | None = None
    beyond_plan: Bilingual | None = None
    against: Mapping[str, Against] = field(default_factory=dict)

    @property
    def to_pay(self) -> Decimal:
        """No more than this can be kept for others."""
        return self.amount if self.net is None else self.net


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate. ``until`` is the last day it stays so; ``to_do`` what to do when it is not yes; ``condition`` under what it
    is; ``kept`` what is kept from the payment because of it; ``to_confirm`` that the norm's value awaits a legal officer."""

    code: str
    outcome: str
    reason: Bilingual
    reference: str
    until: date | None = None
    to_do: Bilingual = _NOTHING
    condition: Bilingual = _NOTHING
    kept: Decimal = ZERO
    to_confirm: bool = False

    @property
    def label(self) -> Bilingual:
        return CHECKS[self.code]

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "outcome": self.outcome,
            "reason": self.reason.as_json(),
            "reference": self.reference,
            "until": self.until.isoformat() if self.until else None,
            "to_do": self.to_do.as_json(),
            "condition": self.condition.as_json(),
            "kept": money_text(self.kept),
            "to_confirm": self.to_confirm,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Check":
        """One that was frozen."""
        until = date.fromisoformat(told["until"]) if told["until"] else None
        words = {name: Bilingual(**told[name]) for name in ("reason", "to_do", "condition")}
        return cls(
            told["code"], told["outcome"], words["reason"], told["reference"], until, words["to_do"], words["condition"],
            Decimal(told["kept"]), told["to_confirm"],
        )  # fmt: skip


def value_on(name: str, on: date) -> tuple[Any, bool]:
    """A value of the law on a day, and whether it awaits a legal officer."""
    found = parameters.value(name, on=on)
    return found.value, found.confidence == "to_confirm"


def days_of(day: date | None) -> tuple[str, str]:
    """A day in Italian and in English."""
    if day is None:
        return "nessuna", "none"
    return f"{day:%d/%m/%Y}", f"{day.day} {day:%b %Y}"
