"""An aid as the RNA takes it (``INVIO``/``CONCESSIONE``): what we know of it, before it is written as XML.

Codes are the RNA's own: type of subject (1 in the business register, 3 foreign without a seat, 4 public, 5 professional, 7 to be
entered, 8 not enterable), size (1 micro, 11 small, 2 small in individual aid, 3 medium, 4 large, 9 not classifiable, 12 not
classified), legal form in two letters. Amounts are euro with two digits; dates are days.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: How the CUP stands (CUP_CHECK_RICHIESTA).
NO_CUP, RNA_ASKS_CUP, CUP_GIVEN = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Address:
    """The registered seat (SEDE_LEGALE)."""

    street: str = ""
    nation: str = ""
    comune_code: str = ""
    comune: str = ""
    postcode: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the enterprises of the single undertaking (SOGGETTI_IMPRESA_UNICA), the beneficiary apart."""

    tax_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who gets the aid. ``year_ends`` is the last day of its financial year, day and month: ``3112``."""

    subject_type: str
    tax_code: str
    name: str
    size: int
    year_ends: str = ""
    pec: str = ""
    activity: str = ""
    legal_form: str = ""
    seat: Address | None = None
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the project is (LOCALIZZAZIONE). ``whole_region`` when no comune is named."""

    key: str
    region_code: str
    comune_code: str = ""
    comune: str = ""
    postcode: str = ""
    street: str = ""

    @property
    def whole_region(self) -> bool:
        return not self.comune_code


@dataclass(frozen=True, slots=True)
class Cost:
    """A kind of cost with what is admitted of it (COSTO)."""

    key: str
    kind: str
    admitted: Decimal


@dataclass(frozen=True, slots=True)
class Instrument:
    """How the aid is given: ``gge`` is IMPORTO_AGEVOLAZIONE, the gross grant equivalent."""

    key: str
    kind: int
    nominal: Decimal
    gge: Decimal
    intensity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One aid of the grant under one regulation (COMPONENTE_AIUTO)."""

    key: str
    procedure: int
    regulation: str
    objective: int
    instruments: tuple[Instrument, ...]
    sector: str = ""
    may_cumulate: bool | None = None
    activities: tuple[str, ...] = ()
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Concession:
    """One grant to one enterprise. ``own_key`` is ours (ID_CONCESSIONE_GEST): the RNA knows the grant by it."""

    own_key: str
    title: str
    beneficiary: Beneficiary
    places: tuple[Place, ...]
    costs: tuple[Cost, ...]
    components: tuple[Component, ...]
    description: str = ""
    initiative: str = ""
    cup: str = ""
    cup_check: int = NO_CUP
    asked_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    transparency: str = ""
    project_code: str = ""
    notes: str = ""
    #: The day on which the act is meant to be adopted, when it is not there yet (FLAG_ATTO_CONCESSIONE NO).
    expected_on: date | None = None
