"""What is told of a win, and what of it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.api import refuse, today
from levante.kernel.pure import euro
from levante.meetings.api import buyers_met
from levante.parties.api import Buyer, Country
from levante.programme.api import Sector
from levante.wins import states
from levante.wins.models import Win


@dataclass(frozen=True, slots=True)
class Facts:
    """What an enterprise tells of a win. ``expected`` is euro by year (1–5), years without one are not there; ``without_help`` per cent.
    ``buyer``: the customer, one of those the enterprise met; name and country of the customer are then its own."""

    what: str
    customer: str
    country: Country
    kind: str
    matter: str
    won_on: date
    expected: Mapping[int, Decimal] = field(default_factory=dict)
    buyer: Buyer | None = None
    sector: Sector | None = None
    confidential: bool = False
    anyway: str = states.UNKNOWN
    sooner: str = states.UNKNOWN
    without_help: int = 0

    def as_json(self) -> dict[str, Any]:
        """In the form of ``models.facts_in``, to be compared with it."""
        return {
            "what": self.what, "customer": self.customer, "buyer": self.buyer.pk if self.buyer is not None else None,
            "country": self.country.pk, "confidential": self.confidential, "kind": self.kind, "matter": self.matter,
            "sector": self.sector.pk if self.sector is not None else None, "won_on": self.won_on.isoformat(), "anyway": self.anyway,
            "sooner": self.sooner, "without_help": self.without_help,
            "expected": {str(year): str(amount) for year, amount in sorted(self.expected.items())},
        }  # fmt: skip


def checked(facts: Facts, enterprise_id: int, *, buyer_before: int | None = None) -> Facts:
    """The same, clean: words without spaces around, euro with two digits. Refused when it cannot be, with the field. ``buyer_before``: the
    buyer, by its id, that the win was told of. One query where a buyer is told."""
    buyer = facts.buyer
    customer, country = facts.customer, facts.country
    if buyer is not None:
        if buyer.pk != buyer_before and buyer.pk not in {one.pk for one in buyers_met(enterprise_id)}:
            refuse("Scegli un buyer che hai incontrato.", "Choose a buyer that you met.", field="buyer")
        customer, country = buyer.name, buyer.country
    what, customer = clean(facts.what, 300), clean(customer, 300)
    if not what or not customer:
        refuse("Scrivi che cosa e con quale cliente.", "Write what, and with which customer.", field="what")
    if facts.kind not in states.KINDS or facts.matter not in states.MATTERS:
        refuse("Scegli il tipo.", "Choose what kind it is.", field="kind")
    answered = facts.anyway in states.ANSWERS and facts.sooner in states.ANSWERS
    if not answered or not 0 <= facts.without_help <= 100:
        refuse("Rispondi sul contributo dell’aiuto.", "Answer on what help did.", field="without_help")
    if facts.won_on > today():
        refuse("La data è nel futuro.", "The day is in the future.", field="won_on")
    amounts = {year: euro(amount) for year, amount in sorted(facts.expected.items()) if amount}
    if not amounts or any(year not in states.YEARS or amount < 0 for year, amount in amounts.items()):
        refuse("Scrivi almeno un importo, per anno.", "Write at least an amount, by year.", field="year_1")
    return replace(facts, what=what, customer=customer, country=country, expected=amounts)


def facts_of(win: Win) -> Facts:
    """What a win says now. Up to four queries."""
    return Facts(
        what=win.what, customer=win.customer, country=win.country, kind=win.kind, matter=win.matter, won_on=win.won_on,
        expected={row.year: row.expected for row in win.years.all()}, buyer=win.buyer, sector=win.sector,
        confidential=win.confidential, anyway=win.anyway, sooner=win.sooner, without_help=win.without_help,
    )  # fmt: skip


def clean(words: str, most: int) -> str:
    return words.replace("\0", "").strip()[:most]
