"""The shape of a call's file. ``docs/how-to/write-a-call.md`` explains it to who writes one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from levante.calls import conditions
from levante.kernel.api import ROME
from levante.kernel.pure import euro

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _amount(value: Any) -> Decimal:
    if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
        return euro(value)
    raise ValueError("amount")


def _expression(value: str) -> str:
    conditions.check(value)
    return value


def _instant(value: Any) -> datetime:
    """A wall-clock time of Italy (``2018-06-01T10:00``), as an instant. A time that Italy skips or has twice is refused."""
    if not isinstance(value, str):
        raise ValueError("an Italian time as text: 2018-06-01T10:00")
    wall = datetime.fromisoformat(value)
    if wall.tzinfo is not None:
        return wall
    local = wall.replace(tzinfo=ROME)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ValueError("this time does not exist or happens twice in Italy: give it with its offset, as +02:00")
    return local


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(gt=0)]
Number = Annotated[Decimal, BeforeValidator(lambda value: Decimal(value) if isinstance(value, (int, str)) else value)]
Expression = Annotated[str, AfterValidator(_expression)]
Instant = Annotated[datetime, BeforeValidator(_instant)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Both(Strict):
    it: Text
    en: Text


class Reference(Both):
    """A norm or an act the call stands on."""

    reference: str = ""
    url: str = ""
    on: date | None = None


class Option(Both):
    """One amount or cap, by the code that the form's field gives."""

    code: Code
    amount: Amount


class FixedMoney(Strict):
    """A fixed amount by an answer: ``by`` is the field whose answer chooses the option."""

    kind: Literal["fixed"]
    by: Code
    options: Annotated[list[Option], Field(min_length=1)]
    reference: str = ""


class PercentageMoney(Strict):
    """A percentage of eligible costs (a money field, often computed), up to a cap that may depend on an answer."""

    kind: Literal["percentage"]
    rate: Annotated[Number, Field(gt=0, le=100)]
    base: Code
    by: Code | None = None
    caps: list[Option] = []
    cap: Amount | None = None
    floor: Amount | None = None
    reference: str = ""


class Ask(Strict):
    """How a requirement is asked in the self-check: the question, and which answer means that it is met."""

    it: Text
    en: Text
    met_by: Literal["yes", "no"]


class Rule(Strict):
    """A requirement in plain words, the expression that decides it on known facts, the question that asks it."""

    code: Code
    it: Text
    en: Text
    expression: Expression | None = None
    ask: Ask | None = None
    when_no: Both | None = None
    reference: str = ""


class CheckItem(Both):
    code: Code
    reference: str = ""
    blocking: bool = True
    help: Both | None = None


class Terms(Strict):
    """Days of the procedure that this call sets; what it does not set comes from the law (``law/data/1990-241.yaml``)."""

    examination_days: Annotated[int, Field(ge=1, le=1000)] | None = None
    integration_days: Annotated[int, Field(ge=1, le=90)] = 10
    notice_applies: bool = True
    #: when the money does not cover a request: nothing to it and to those after, or what is left to it alone
    when_short: Literal["stop", "partial"] | None = None
    reference: str = ""


class CriterionEntry(Strict):
    code: Code
    name: Both
    explanation: Both | None = None
    kind: Literal["automatic", "evaluated"] = "automatic"
    max_points: Annotated[Number, Field(gt=0)]
    minimum: Number = Decimal(0)
    expression: Expression | None = None
    assumption: bool = False


class TieBreak(Strict):
    """A step of the tie-break chain before instant and order: an expression, and which end comes first."""

    code: Code
    it: Text
    en: Text
    expression: Expression
    first: Literal["lowest", "highest"]


class LineEntry(Strict):
    code: Code
    name: Both
    budget: Amount


class OpeningEntry(Strict):
    code: Code
    name: Both | None = None
    opens_at: Instant
    closes_at: Instant | None = None
    budget: Amount
    lines: list[LineEntry] = []
    line_by: Code | None = None
    demonstration: bool = False


class Faq(Strict):
    question: Both
    answer: Both


class Planned(Strict):
    opens_on: date
    note: Both | None = None


class CallEntry(Strict):
    code: Code
    state: Literal["draft", "approved", "published"] = "draft"
    published_at: Instant | None = None
    title: Both
    summary: Both
    who: Both
    what: Both
    act: str | None = None
    direction: str | None = None
    fund: str | None = None
    action: str | None = None
    budget_line: str | None = None
    sectors: list[str] = []
    office: Code
    procedure: Literal["first_come", "ranking"]
    regime: str = "de_minimis"
    money: Annotated[FixedMoney | PercentageMoney, Field(discriminator="kind")]
    eligibility: list[Rule] = []
    checklist: Annotated[list[CheckItem], Field(min_length=1)]
    terms: Terms = Terms()
    steps: list[Both] = []
    faq: list[Faq] = []
    legal_basis: list[Reference] = []
    sources: list[str] = []
    assumptions: list[Both] = []
    criteria: list[CriterionEntry] = []
    tie_breaks: list[TieBreak] = []
    openings: list[OpeningEntry] = []
    planned: Planned | None = None
    demonstration: bool = False
    form: dict[str, Any]
