"""The shape of a programme's data. ``docs/how-to/write-a-programme.md`` explains every section to who writes it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from levante.kernel.pure import euro
from levante.programme import vocabulary as words

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def _printable(text: str) -> str:
    if any(ord(char) < 32 and char not in "\n\t" for char in text) or any(
        0xD800 <= ord(char) < 0xE000 for char in text
    ):
        raise ValueError("unprintable")
    return text.strip()


def _exact_amount(value: Any) -> Decimal:
    if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
        return euro(value)
    raise ValueError("amount")


def _within_reach(day: date) -> date:
    """No act is of the year 1: a day far away is a slip of the pen."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day_outside", "a day out of the calendar")
    return day


Day = Annotated[date, AfterValidator(_within_reach)]
Text = Annotated[str, AfterValidator(_printable)]
Words = Annotated[Text, StringConstraints(min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$")]
Amount = Annotated[Decimal, BeforeValidator(_exact_amount)]
PositiveAmount = Annotated[Amount, Field(gt=0)]
Numbers = Annotated[
    tuple[int, ...],
    Field(strict=False),
    BeforeValidator(lambda value: [value] if isinstance(value, int) and not isinstance(value, bool) else value),
]
Year = Annotated[int, Field(ge=1990, le=2200)]
Comune = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Both(Strict):
    """The same words in Italian and in English."""

    it: Words
    en: Words


class ProgrammeFile(Strict):
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
    name: Both
    region: Both
    nuts: Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]{4,5})?$")] = ""
    description: Both | None = Field(default=None, description="names of two Markdown files of the folder")
    source: Text = ""


def certainty_of(*, demonstration: bool, source: str) -> str:
    """How sure a row is that does not say it."""
    if demonstration:
        return words.INVENTED
    return words.SOURCED if source else words.TO_CONFIRM


class Entry(Strict):
    """What every row has: a code, where it is written, how sure it is."""

    code: Code
    source: Text = ""
    confidence: Text = ""
    note: Both | None = None
    demonstration: bool = False

    @model_validator(mode="after")
    def certainty(self) -> Self:
        """What is not written follows from the rest: invented, from the source that is named, or to be confirmed."""
        if not self.confidence:
            found = certainty_of(demonstration=self.demonstration, source=self.source)
            object.__setattr__(self, "confidence", found)  # an entry is frozen once it is made
        return self


class TrienniumEntry(Entry):
    name: Both
    first_year: Year
    last_year: Year
    previous: Code | None = None
    summary: Both | None = None


class ActEntry(Entry):
    kind: Text
    role: Text = "implementing"
    triennium: Code | None = None
    number: Text = ""
    adopted_on: Day | None = None
    title: Both
    burp_number: Text = ""
    burp_date: Day | None = None
    url: Text = ""
    amends: Code | None = None
    replaces: Code | None = None


class StrategyEntry(Entry):
    name: Both
    summary: Both | None = None
    act: Code | None = None
    since: Day | None = None
    until: Day | None = None


class PeriodEntry(Entry):
    name: Both
    since: Day
    until: Day


class ValueEntry(Entry):
    """What the programme chooses in place of the default: a whole number, or a list of them where the parameter is one."""

    parameter: Text
    value: Numbers
    since: Day
    until: Day | None = None


class FundEntry(Entry):
    kind: Text
    period: Code | None = None
    name: Both


class ActionEntry(Entry):
    fund: Code
    parent: Code | None = None
    name: Both
    since: Day | None = None
    until: Day | None = None


class DirectionEntry(Entry):
    name: Both
    text: Both
    position: Annotated[int, Field(ge=0, le=999)] = 0


class DirectionActionEntry(Entry):
    direction: Code
    action: Code
    since: Day | None = None
    until: Day | None = None


class SectorEntry(Entry):
    kind: Text
    name: Both
    short: Both
    position: Annotated[int, Field(ge=0, le=999)] = 0


class BodyEntry(Strict):
    """A body is an office of the house (identity), shared by every programme: no source of its own here."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
    kind: Text
    name: Both
    parent: Code | None = None
    email: Text = ""
    pec: Text = ""
    url: Text = ""
    signatory: Both | None = None
    act_kind: Both | None = None
    act_verb: Text = ""
    act_norms: tuple[Words, ...] = Field(default=(), strict=False)
    award_norms: tuple[Words, ...] = Field(default=(), strict=False)
    act_source: Text = ""
    act_on: date | None = None


class IndicatorEntry(Entry):
    number: Words
    kind: Text
    scope: Text
    fund: Code | None = None
    action: Code | None = None
    name: Both
    definition: Both | None = None
    unit: Both
    counts: Text = ""
    initiative_kinds: tuple[Text, ...] = Field(default=(), strict=False)
    since: Day | None = None
    until: Day | None = None


class FigureEntry(Entry):
    kind: Text
    triennium: Code | None = None
    indicator: Code | None = None
    direction: Code | None = None
    name: Both
    value: Amount
    unit: Both
    on: Day


class InterventionEntry(Entry):
    triennium: Code
    direction: Code
    title: Both
    summary: Both | None = None
    lead_office: Code
    offices: tuple[Code, ...] = Field(default=(), strict=False)
    sectors: tuple[Code, ...] = Field(default=(), strict=False)
    tourism_tie: Text
    tourism_note: Both | None = None
    continues: Code | None = None
    continuity: Text = ""


class InitiativeEntry(Entry):
    intervention: Code
    kind: Text
    state: Text = "planned"
    title: Both
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    place: Text = ""
    comuni: tuple[Comune, ...] = Field(default=(), strict=False)
    starts_on: Day | None = None
    ends_on: Day | None = None
    lead_office: Code | None = None
    sectors: tuple[Code, ...] = Field(default=(), strict=False)


class MeasureEntry(Entry):
    fund: Code
    name: Both
    summary: Both | None = None
    state: Text
    state_on: Day | None = None
    directions: tuple[Code, ...] = Field(default=(), strict=False)
    indicators: tuple[Code, ...] = Field(default=(), strict=False)
    url: Text = ""


class LineEntry(Entry):
    triennium: Code
    direction: Code | None = None
    action: Code | None = None
    fund: Code | None = None
    intervention: Code | None = None
    initiative: Code | None = None
    office: Code | None = None
    year: Year | None = None
    chapter: Text = ""
    name: Both


class SubjectEntry(Strict):
    """Who holds the money of a movement: ``type`` is a model's label, ``grants.Award``."""

    type: Words
    id: Words
    label: Text = ""
    comune: Comune | None = None
    sectors: tuple[Code, ...] | None = Field(default=None, strict=False)


class MovementEntry(Strict):
    """A movement to record once, under its code. A recorded movement is never changed: another one mends it."""

    code: Code
    kind: Literal[
        "allocation",
        "reprogramming",
        "reservation",
        "commitment",
        "release",
        "liquidazione",
        "undone",
        "payment",
        "returned",
        "recovery",
    ]
    line: Code
    to: Code | None = None
    act: Code
    to_act: Code | None = None
    amount: PositiveAmount
    on: Day
    exercise: Year
    chapter: Text = ""
    commitment_number: Text = ""
    subject: SubjectEntry | None = None
    release_of: Literal["", "reserved", "committed"] = ""
    reason: Text = ""
    source: Text = ""
    demonstration: bool = False


#: The sections of a programme, in the order in which they are loaded: each names only what stands before it (or beside it).
SECTIONS: dict[str, type[Strict]] = {
    "bodies": BodyEntry,
    "triennia": TrienniumEntry,
    "acts": ActEntry,
    "strategies": StrategyEntry,
    "values": ValueEntry,
    "periods": PeriodEntry,
    "funds": FundEntry,
    "actions": ActionEntry,
    "directions": DirectionEntry,
    "direction_actions": DirectionActionEntry,
    "sectors": SectorEntry,
    "indicators": IndicatorEntry,
    "figures": FigureEntry,
    "interventions": InterventionEntry,
    "initiatives": InitiativeEntry,
    "measures": MeasureEntry,
    "lines": LineEntry,
    "movements": MovementEntry,
}

#: Which section a field's code belongs to.
LINKS: dict[str, dict[str, str]] = {
    "bodies": {"parent": "bodies"},
    "triennia": {"previous": "triennia"},
    "acts": {"triennium": "triennia", "amends": "acts", "replaces": "acts"},
    "strategies": {"act": "acts"},
    "funds": {"period": "periods"},
    "actions": {"fund": "funds", "parent": "actions"},
    "direction_actions": {"direction": "directions", "action": "actions"},
    "indicators": {"fund": "funds", "action": "actions"},
    "figures": {"triennium": "triennia", "indicator": "indicators", "direction": "directions"},
    "interventions": {
        "triennium": "triennia",
        "direction": "directions",
        "lead_office": "bodies",
        "offices": "bodies",
        "sectors": "sectors",
        "continues": "interventions",
    },
    "initiatives": {"intervention": "interventions", "lead_office": "bodies", "sectors": "sectors"},
    "measures": {"fund": "funds", "directions": "directions", "indicators": "indicators"},
    "lines": {
        "triennium": "triennia",
        "direction": "directions",
        "action": "actions",
        "fund": "funds",
        "intervention": "interventions",
        "initiative": "initiatives",
        "office": "bodies",
    },
    "movements": {"line": "lines", "to": "lines", "act": "acts", "to_act": "acts"},
}
