"""The case a JSON door reads: typed getters over a JSON object, and the error that names a field by its full path."""

import json
import re
from collections.abc import Iterable
from datetime import date as Day  # noqa: N812  (``Reader.date`` would hide it)
from decimal import Decimal
from typing import Any, TypeVar, cast

from levante.kernel.pure import euro

_T = TypeVar("_T", bound=str)

#: The longest number that is read: a figure with more characters is a mistake or an attack.
LONGEST_NUMBER = 40

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"-?[0-9]{1,40}\.[0-9]{2}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadCase(ValueError):
    """A case that cannot be read: which field, and why, in both languages."""

    def __init__(self, field: str, message_it: str, message_en: str) -> None:
        super().__init__(f"{field}: {message_en}")
        self.field = field
        self.message_it = message_it
        self.message_en = message_en

    def as_json(self) -> dict[str, Any]:
        return {"error": {"field": self.field, "message": self.message_it, "message_en": self.message_en}}


class Reader:
    """An object of the case, read field by field.

    ``text``, ``choice``, ``date``, ``money``, ``number``, ``percent``, ``integer``, ``boolean`` give a required field
    and refuse its absence; the ``optional_`` twins give ``None`` instead. ``items`` and ``mapping`` give the objects of
    a list or of a dictionary (empty when absent), ``texts`` a list of texts. ``end`` refuses the fields nobody read,
    here and in every object read from here.
    """

    def __init__(self, fields: dict[str, Any], path: str = "") -> None:
        self.path = path
        self._fields = fields
        self._asked: set[str] = set()
        self._inside: list[Reader] = []

    # -- where things are

    def at(self, name: str) -> str:
        """The full path of a field: ``aids[3].amount``."""
        if not _PLAIN_KEY.fullmatch(name):
            return f"{self.path}[{json.dumps(name, ensure_ascii=False)}]"
        return f"{self.path}.{name}" if self.path else name

    def bad(self, name: str, it: str, en: str) -> BadCase:
        """The error to raise about a field of this object."""
        return BadCase(self.at(name), it, en)

    def has(self, name: str) -> bool:
        """Whether the field is there and is not ``null``."""
        self._asked.add(name)
        return self._fields.get(name) is not None

    def is_boolean(self, name: str) -> bool:
        """Whether the field is there and is true or false: for the few fields that may be that or a text."""
        self._asked.add(name)
        return isinstance(self._fields.get(name), bool)

    def is_integer(self, name: str) -> bool:
        """Whether the field is there and is a whole number: for the few fields that may be that or a text."""
        self._asked.add(name)
        return isinstance(self._fields.get(name), int) and not self.is_boolean(name)

    # -- required fields

    def text(self, name: str, *, longest: int = 500, raw: bool = False) -> str:
        """A text that is not blank; ``raw`` lets anything pass, as a code under examination needs."""
        value = self._required(name)
        if not isinstance(value, str):
            raise self.bad(name, "deve essere un testo", "must be a text")
        if raw:
            return value
        if not value.strip():
            raise self.bad(name, "non può essere vuoto", "cannot be empty")
        if len(value) > longest:
            raise self.bad(name, f"ha più di {longest} caratteri", f"has more than {longest} characters")
        if _CONTROL.search(value):
            raise self.bad(name, "contiene caratteri di controllo", "contains control characters")
        return value

    def choice(self, name: str, choices: Iterable[_T]) -> _T:
        value = self._required(name)
        allowed = list(choices)
        if not isinstance(value, str) or value not in allowed:
            listed = ", ".join(allowed)
            raise self.bad(name, f"deve essere uno tra: {listed}", f"must be one of: {listed}")
        return value

    def date(self, name: str) -> Day:
        value = self._required(name)
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                day = Day.fromisoformat(value)
            except ValueError as error:
                raise self.bad(name, "non è un giorno del calendario", "is not a day of the calendar") from error
            if day.year >= 1800:
                return day
            raise self.bad(name, "è prima del 1800", "is before 1800")
        raise self.bad(name, "deve essere una data AAAA-MM-GG", "must be a date YYYY-MM-DD")

    def money(self, name: str, *, negative: bool = False) -> Decimal:
        """Euro from a text with two digits, and nothing else: a number would be read with a guess (``1.000``).

        Not negative by default.
        """
        value = self._required(name)
        if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
            raise self.bad(
                name,
                'deve essere un importo scritto come testo con due decimali, "1234.50"',
                'must be an amount written as a text with two digits, "1234.50"',
            )
        try:
            amount = euro(Decimal(value))
        except ValueError as error:
            raise self.bad(
                name, "deve essere meno di diecimila miliardi", "must be less than ten million million"
            ) from error
        if amount < 0 and not negative:
            raise self.bad(name, "non può essere negativo", "cannot be negative")
        return amount

    def number(self, name: str, *, digits: int = 20) -> Decimal:
        """A number that is not negative, from a text or a JSON number, with at most ``digits`` decimals."""
        value = self._decimal(name, "un numero", "a number")
        if value < 0:
            raise self.bad(name, "non può essere negativo", "cannot be negative")
        if value.adjusted() > 14:
            raise self.bad(name, "è troppo grande", "is too large")
        exponent = value.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > digits:
            raise self.bad(name, f"ha più di {digits} decimali", f"has more than {digits} decimals")
        return value

    def exact(self, name: str) -> Decimal:
        """An exact number of either sign, from a text or a JSON number, with at most 15 digits before the point."""
        value = self._decimal(name, "un numero", "a number")
        if value.adjusted() > 14:
            raise self.bad(name, "è troppo grande", "is too large")
        return value

    def percent(self, name: str) -> Decimal:
        """A share from 0 to 100."""
        value = self.number(name)
        if value > 100:
            raise self.bad(name, "non può superare 100", "cannot be over 100")
        return value

    def rate(self, name: str) -> Decimal:
        """A yearly rate in per cent, which may be below zero: more than -100, at most 100."""
        value = self.exact(name)
        if not -100 < value <= 100:
            raise self.bad(name, "va da -100 (escluso) a 100", "must be more than -100 and at most 100")
        return value

    def integer(self, name: str, *, least: int | None = None, most: int | None = None) -> int:
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.bad(name, "deve essere un numero intero", "must be a whole number")
        if least is not None and value < least:
            raise self.bad(name, f"deve essere almeno {least}", f"must be at least {least}")
        if most is not None and value > most:
            raise self.bad(name, f"deve essere al più {most}", f"must be at most {most}")
        return value

    def boolean(self, name: str) -> bool:
        value = self._required(name)
        if not isinstance(value, bool):
            raise self.bad(name, "deve essere true o false", "must be true or false")
        return value

    def object(self, name: str) -> "Reader":
        return self._reader(self._required(name), self.at(name))

    # -- optional fields

    def optional_text(self, name: str, *, longest: int = 500) -> str | None:
        return self.text(name, longest=longest) if self.has(name) else None

    def optional_choice(self, name: str, choices: Iterable[_T]) -> _T | None:
        return self.choice(name, choices) if self.has(name) else None

    def optional_date(self, name: str) -> Day | None:
        return self.date(name) if self.has(name) else None

    def optional_money(self, name: str, *, negative: bool = False) -> Decimal | None:
        return self.money(name, negative=negative) if self.has(name) else None

    def optional_number(self, name: str, *, digits: int = 20) -> Decimal | None:
        return self.number(name, digits=digits) if self.has(name) else None

    def optional_percent(self, name: str) -> Decimal | None:
        return self.percent(name) if self.has(name) else None

    def optional_rate(self, name: str) -> Decimal | None:
        return self.rate(name) if self.has(name) else None

    def optional_integer(self, name: str, *, least: int | None = None, most: int | None = None) -> int | None:
        return self.integer(name, least=least, most=most) if self.has(name) else None

    def optional_boolean(self, name: str) -> bool | None:
        return self.boolean(name) if self.has(name) else None

    def optional_object(self, name: str) -> "Reader | None":
        return self.object(name) if self.has(name) else None

    # -- many

    def items(self, name: str, *, required: bool = False) -> list["Reader"]:
        """The objects of a list (empty when the field is absent, unless ``required``)."""
        return [self._reader(item, f"{self.at(name)}[{i}]") for i, item in enumerate(self._list(name, required))]

    def texts(self, name: str, *, required: bool = False) -> list[str]:
        """The texts of a list (empty when the field is absent, unless ``required``)."""
        found = self._list(name, required)
        for i, item in enumerate(found):
            if not isinstance(item, str) or not item.strip() or _CONTROL.search(item) or len(item) > 500:
                raise BadCase(f"{self.at(name)}[{i}]", "deve essere un testo non vuoto", "must be a text, not empty")
        return cast("list[str]", found)

    def dates(self, name: str) -> list[Day]:
        """The days of a list (empty when the field is absent)."""
        found = []
        for i, item in enumerate(self._list(name, required=False)):
            try:
                found.append(Reader({"day": item}).date("day"))
            except BadCase as error:
                raise BadCase(f"{self.at(name)}[{i}]", error.message_it, error.message_en) from error
        return found

    def exacts(self, name: str) -> list[Decimal]:
        """The exact numbers of a list (empty when the field is absent)."""
        found = []
        for i, item in enumerate(self._list(name, required=False)):
            try:
                found.append(Reader({"number": item}).exact("number"))
            except BadCase as error:
                raise BadCase(f"{self.at(name)}[{i}]", error.message_it, error.message_en) from error
        return found

    def mapping(self, name: str, *, required: bool = False) -> dict[str, "Reader"]:
        """The objects of a dictionary, by their key (empty when the field is absent, unless ``required``)."""
        if not required and not self.has(name):
            return {}
        value = self._required(name)
        if not isinstance(value, dict):
            raise self.bad(name, "deve essere un oggetto JSON", "must be a JSON object")
        whole = Reader({}, self.at(name))
        for key in value:
            if not key.strip() or _CONTROL.search(key) or len(key) > 500:
                raise BadCase(whole.at(key), "non è un identificativo", "is not an identifier")
        return {key: self._reader(item, whole.at(key)) for key, item in value.items()}

    # -- the end

    def end(self) -> None:
        """Refuse a field nobody asked for, here and in every object read from here."""
        for name in self._fields:
            if name not in self._asked:
                raise self.bad(name, "campo sconosciuto", "unknown field")
        for inside in self._inside:
            inside.end()

    # -- inside

    def _required(self, name: str) -> Any:
        self._asked.add(name)
        value = self._fields.get(name)
        if value is None:
            raise self.bad(name, "campo obbligatorio mancante", "a required field is missing")
        return value

    def _decimal(self, name: str, it: str, en: str) -> Decimal:
        value = self._required(name)
        if isinstance(value, str) and _DECIMAL.fullmatch(value) and len(value) <= LONGEST_NUMBER:
            value = Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.bad(name, f"deve essere {it}", f"must be {en}")
        return Decimal(value)

    def _list(self, name: str, required: bool) -> list[Any]:
        if not required and not self.has(name):
            return []
        value = self._required(name)
        if not isinstance(value, list):
            raise self.bad(name, "deve essere un elenco", "must be a list")
        return value

    def _reader(self, value: Any, path: str) -> "Reader":
        if not isinstance(value, dict):
            raise BadCase(path, "deve essere un oggetto JSON", "must be a JSON object")
        inside = Reader(value, path)
        self._inside.append(inside)
        return inside
