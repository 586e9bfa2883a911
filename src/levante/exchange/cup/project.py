"""A project as the CUP system takes it (CUP_GENERAZIONE): codes are its own, from its tables of nature, sector and so on.

Nature: 06 contributions to others than production units, 07 incentives to production units (which of the two an aid to an
enterprise is stands to be confirmed on DIPE's tables), 02 services, 08 shares.
"""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """Where: codes of state, region, province and comune."""

    state: str
    region: str
    province: str
    comune: str


@dataclass(frozen=True, slots=True)
class Master:
    """The project this one belongs to."""

    cup: str = ""
    id: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """What the beneficiary does (ATECO, by its parts)."""

    section: str = ""
    subsection: str = ""
    division: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Financing:
    """What it costs and what of it is public money; ``covers`` are the codes of the kinds of cover."""

    cost: Decimal
    public: Decimal
    covers: tuple[str, ...]
    sponsored: str = "N"
    project_finance: str = "N"


@dataclass(frozen=True, slots=True)
class Description:
    """One of the nine descriptions: the element's name and its attributes, those that must be there first."""

    element: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """``id`` (id_progetto) and ``local_code`` (codifica_locale) are ours: the second is how a code is found again."""

    id: str
    local_code: str
    year: int
    nature: str
    kind: str
    sector: str
    subsector: str
    category: str
    places: tuple[Place, ...]
    description: Description
    financing: Financing
    master: Master | None = None
    activity: Activity | None = None
    cumulative: bool = False
    cpv: tuple[str, ...] = ()


def incentives_to_firms(
    *, firm: str, vat: str, area_kind: str, area: str, what: str, instrument: str, instrument_text: str = "", more: str = ""
) -> Description:  # fmt: skip
    """CONCESSIONE_INCENTIVI_UNITA_PRODUTTIVE: the firm or plant, where (``area_kind`` 01-05), what is done, the programming
    instrument (code, and in words)."""
    return Description(
        "CONCESSIONE_INCENTIVI_UNITA_PRODUTTIVE",
        {
            "denominazione_impresa_stabilimento": firm, "partita_iva": vat, "tipo_ind_area_rifer": area_kind,
            "ind_area_rifer": area, "descrizione_intervento": what, "strum_progr": instrument,
            "desc_strum_progr": instrument_text, "altre_informazioni": more,
        },
    )  # fmt: skip


def contributions_to_others(
    *, beneficiary: str, vat: str, structure: str, area_kind: str, area: str, what: str, instrument: str,
    instrument_text: str = "", more: str = "",
) -> Description:  # fmt: skip
    """CONCESSIONE_CONTRIBUTI_NO_UNITA_PRODUTTIVE: the beneficiary, the structure it is for, where, what, the instrument."""
    return Description(
        "CONCESSIONE_CONTRIBUTI_NO_UNITA_PRODUTTIVE",
        {
            "beneficiario": beneficiary, "partita_iva": vat, "struttura": structure, "tipo_ind_area_rifer": area_kind,
            "ind_area_rifer": area, "desc_intervento": what, "strum_progr": instrument,
            "desc_strum_progr": instrument_text, "altre_informazioni": more,
        },
    )  # fmt: skip
