"""What the API answers. Amounts are strings with two digits, in euro; instants ISO 8601 in UTC; days ISO."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import PlainSerializer, WithJsonSchema

from levante.kernel.pure import money_text

Euro = Annotated[
    Decimal,
    PlainSerializer(money_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["6000.00"]}),
]


class Text(Schema):
    """The same text in both languages."""

    it: str
    en: str


def text(row: Any, name: str) -> dict[str, str]:
    """``{"it": row.name_it, "en": row.name_en}``."""
    return {"it": getattr(row, f"{name}_it"), "en": getattr(row, f"{name}_en")}


class Problem(Schema):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Coded(Schema):
    """Something of the programme with a code and a name, how sure it is, and its source."""

    code: str
    name: Text
    source: str = Field("", description="where it is written")
    confidence: str = Field(
        description="sourced (then `source` says where), to_confirm, assumption, or invented (demonstration data)"
    )
    demonstration: bool = Field(False, description="invented to show the system at work")


class DirectionOut(Coded):
    text: Text = Field(description="the words of the programme; the English is a translation")


class SectorOut(Coded):
    kind: str


class ActOut(Coded):
    number: str
    adopted_on: date | None
    title: Text
    url: str


class ProgrammeOut(Schema):
    code: str
    name: Text
    region: Text
    directions: list[DirectionOut]
    sectors: list[SectorOut]
    acts: list[ActOut]


class BudgetLineOut(Coded):
    triennium: str
    direction: str | None
    action: str | None
    fund: str | None
    year: int | None
    allocated: Euro
    reserved: Euro
    committed: Euro
    liquidated: Euro
    paid: Euro
    available: Euro


class OpeningOut(Schema):
    code: str
    opens_at: datetime
    closes_at: datetime | None = Field(description="the first instant that is too late")
    budget: Euro
    phase: str = Field(description="hidden, coming, open, suspended, exhausted, closed")


class CallOut(Schema):
    code: str
    title: Text
    summary: Text
    procedure: str
    direction: str | None
    sectors: list[str]
    regime: str
    act: str | None
    office: str
    published_at: datetime | None
    demonstration: bool
    openings: list[OpeningOut]


class OfficeOut(Text):
    code: str


class SelectionOut(Text):
    code: str = Field(description="the procedure of the call")


class ResultOut(Text):
    code: str
    kind: str = Field(description="number, money or text")
    when: Text
    promised: Text | None
    reached: Text | None = Field(description="only what the office confirmed")
    reached_number: str | None = Field(description="the same as a number; euro where `kind` is `money`")
    told_on: date | None
    standing: Text = Field(description="where it stands, in words: not yet due, asked, being checked, checked")


class AwardOut(Schema):
    """An award with the data of art. 27(1) of D.Lgs. 33/2013; a natural person's fiscal code is left out."""

    id: int
    call: str
    call_url: str = Field(description="the page of the call: what is financed, requirements, rankings")
    beneficiary: str
    tax_code: str | None = Field(description="null for natural persons (sole traders)")
    amount: Euro = Field(description="in force now: nothing once revoked")
    amount_granted: Euro = Field(description="what the act awarded")
    state: Literal["in_force", "reduced", "revoked"] = Field(description="what became of it")
    changed_on: date | None = Field(description="the date of the act that reduced or revoked it")
    changed_by: str | None = Field(description="number of that act")
    paid: Euro = Field(description="gross, of the payments executed")
    recovered: Euro = Field(description="capital that came back")
    results: list[ResultOut] = Field(description="promised beside reached; what was not confirmed has no value")
    legal_basis: list[str] = Field(
        description="norms and act on which the amount is granted, in force at its date (Italian)"
    )
    office: OfficeOut = Field(description="the office in charge of the procedure")
    responsible: str | None = Field(description="the director who adopted the act and answers for the procedure")
    selection: SelectionOut = Field(description="how the beneficiary was chosen")
    project: str | None = Field(description="number of the application whose project is financed")
    act: str
    act_url: str | None
    act_publication: str = Field(description="where and under which number the act was published")
    published_on: date | None
    granted_on: date | None = Field(description="the date of the act")
    effective_on: date | None = Field(
        description="since when it has effect: not before the aid is registered in the RNA"
    )
    waiting_for: list[str] = Field(description="codes not there yet: `cup`")
    cup: str | None
    cor: str | None
    demonstration: bool


class FurtherAidOut(Schema):
    cor: str | None
    act: str
    granted_on: date
    value_granted: Euro


class PlaceOfAidOut(Schema):
    """A place of an initiative that is aid, with the data of art. 27(1) of D.Lgs. 33/2013; a natural person's fiscal code is left out."""

    id: int
    initiative: str
    initiative_url: str | None
    title: Text
    beneficiary: str
    tax_code: str | None = Field(description="null for natural persons (sole traders)")
    value: Euro = Field(description="gross grant equivalent in force now: nothing once taken back")
    value_granted: Euro = Field(description="gross grant equivalent that the acts granted")
    state: Literal["in_force", "reduced", "taken_back"] = Field(description="what became of it")
    legal_basis: list[str] = Field(description="regulation, and the act that says that a place is aid (Italian)")
    reckoned: str = Field(description="why it is aid, and how its value was reckoned (Italian)")
    office: OfficeOut = Field(description="the office in charge of the initiative")
    responsible: str | None = Field(description="who decided the list of who takes part")
    selection: SelectionOut = Field(description="how the places were given")
    project: str | None = Field(description="number of the request for the place")
    act: str = Field(description="the act that granted it")
    granted_on: date = Field(description="the date of the act")
    cor: str | None
    further: list[FurtherAidOut] = Field(description="what later acts added, each with its COR")
    result: Text = Field(description="whether it took part")
    demonstration: bool


class SelfOut(Schema):
    """Whose data this key reads."""

    name: str
    tax_code: str
    vat_number: str
    legal_form: str
    ateco: str
    size: str


class PlaceOut(Schema):
    """Where an application stands where money follows arrival."""

    position: int | None = Field(description="its place in order of arrival; null when it does not count")
    standing: str = Field(
        description="received (the click day is not settled yet), funded, partial, queue (beyond the money, waiting for some "
        "to come free), beyond, below (the threshold), void (another of the enterprise counts)"
    )
    meaning: Text
    covered: Euro | None = Field(description="what the money covers at this place; null while it is not settled")
    as_of: datetime | None = Field(description="when the order was last made; null while it is not settled")


class DayPlaceOut(Schema):
    """A place of the frozen order of a click day, without names (docs/formats/click-day.md)."""

    position: int
    number: str
    received_at: str = Field(description="the instant judged, in UTC with microseconds, as the leaf has it")
    kind: str
    request: str = Field(description="SHA-256 of the one-time token, hexadecimal")
    entry_hash: str
    leaf_hash: str


class OwnApplicationOut(Schema):
    id: int
    call: str
    opening: str
    state: str
    number: str | None
    submitted_at: datetime | None
    requested_amount: Euro | None
    admitted_amount: Euro | None
    place: PlaceOut | None = Field(description="null where a list is made, for a draft, and once it is out")
