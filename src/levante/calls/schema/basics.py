"""The small shapes that every part of a call's document is made of."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from levante.calls import conditions
from levante.kernel.api import ROME
from levante.kernel.pure import euro, money_text

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
#: Names of the form's fields, columns of its groups, codes of the programme: looked up by the checker, not by the shape.
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


def wrong(it: str, en: str) -> PydanticCustomError:
    """What is wrong with a value, in both languages: to be raised in a validator."""
    return PydanticCustomError("said", "{en}", {"it": it, "en": en})


def _amount(value: Any) -> Decimal:
    if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
        try:
            return euro(value)
        except ValueError as error:
            raise wrong(
                "non è un importo in euro con due cifre.", "is not an amount in euro with two digits."
            ) from error
    raise wrong('un importo si scrive come testo: "1500.00".', 'an amount is written as text: "1500.00".')


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise wrong(
            'un numero intero, o un decimale scritto come testo: "12.5".',
            'a whole number, or a decimal as text: "12.5".',
        )
    try:
        number = Decimal(value)
    except ArithmeticError as error:
        raise wrong("non è un numero.", "is not a number.") from error
    if not number.is_finite():
        raise wrong("non è un numero.", "is not a number.")
    return number


def _cents(value: Decimal) -> Decimal:
    if value != value.quantize(Decimal("0.01")):
        raise wrong("i punti hanno al massimo due decimali.", "points have two decimals at most.")
    return value


def _expression(value: str) -> str:
    try:
        conditions.check(value)
    except conditions.BadExpression as error:
        raise wrong(f"l’espressione non è corretta: {error}", f"the expression is not right: {error}") from error
    return value


def _instant(value: Any) -> datetime:
    """A wall-clock time of Italy (``2018-06-01T10:00``), as an instant. A time that Italy skips or has twice is refused."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str):
        raise wrong("un’ora italiana come testo: 2018-06-01T10:00.", "an Italian time as text: 2018-06-01T10:00.")
    try:
        wall = datetime.fromisoformat(value)
    except ValueError as error:
        raise wrong(
            "non è un’ora: scrivila così, 2018-06-01T10:00.", "is not a time: write 2018-06-01T10:00."
        ) from error
    if wall.tzinfo is not None:
        return wall
    local = wall.replace(tzinfo=ROME)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise wrong(
            "quest’ora in Italia non esiste o viene due volte: scrivila con il suo fuso, come +02:00.",
            "this time does not exist or happens twice in Italy: give it with its offset, as +02:00.",
        )
    return local


def _number_text(value: Decimal) -> str:
    """A number as documents write it: no exponent, no idle zeros. The same number has one writing."""
    return format(value.normalize(), "f") if value else "0"


def _instant_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


_AsMoney = PlainSerializer(money_text, when_used="json")
_AsNumber = PlainSerializer(_number_text, when_used="json")

Amount = Annotated[Decimal, BeforeValidator(_amount), Field(gt=0), _AsMoney]
Number = Annotated[Decimal, BeforeValidator(_number), _AsNumber]
#: Points of a judgement: in hundredths, as scores are rounded.
Points = Annotated[Number, Field(ge=0, le=99999), AfterValidator(_cents)]
#: Per cent, above zero and up to a hundred.
Rate = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=100), _AsNumber]
Expression = Annotated[str, AfterValidator(_expression)]
Instant = Annotated[datetime, BeforeValidator(_instant), PlainSerializer(_instant_text, when_used="json")]
Days = Annotated[int, Field(ge=1, le=1000)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Both(Strict):
    it: Text
    en: Text


#: As long as a list, a letter and a column of the database have room for.
Short = Annotated[Text, Field(max_length=300)]


class Named(Strict):
    """A name in both languages."""

    it: Short
    en: Short


class Coded(Strict):
    """Something with a code and its words."""

    code: Code
    it: Text
    en: Text


def once(items: list[Any], name: str = "code") -> list[Any]:
    """The same list; an error when two entries have the same code."""
    seen = set()
    for item in items:
        value = getattr(item, name)
        if value in seen:
            raise wrong(f"«{value}» c’è due volte.", f"“{value}” is there twice.")
        seen.add(value)
    return items


#: For lists of entries with a code: each code once.
OnlyOnce = AfterValidator(once)
