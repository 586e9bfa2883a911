"""Canonical JSON (RFC 8785): one value, one sequence of bytes; and the strict reading that goes with it.

Two programmes that hold the same value must hash and sign the same bytes, whatever language they are written in. Members are
sorted by the UTF-16 code units of their names, strings are escaped as little as possible, numbers are written as
ECMAScript writes a double.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from levante.register.pure.malformed import Malformed

Json: TypeAlias = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

#: Deeper than any entry has reason to be; keeps a hostile document from exhausting the stack.
MAX_DEPTH = 64

#: Every integer up to here is a double (2**53 - 1).
_SAFE_INTEGER = 9007199254740991

#: One text; the encoder is made once, since a copy of an application holds a hundred of them.
_text = json.JSONEncoder(ensure_ascii=False).encode


class CanonicalError(Malformed):
    """The value has no canonical form, or the text is not the JSON we accept."""


def canonical_bytes(value: Json) -> bytes:
    """The canonical form of a JSON value, as UTF-8.

    ``CanonicalError`` when it has none: NaN and infinities, integers a double cannot hold, lone surrogates, names that are
    not texts, objects that are not JSON, nesting beyond ``MAX_DEPTH``.
    """
    try:
        if _is_plain(value, 0):
            # The standard encoder (written in C) gives the same bytes when there is no float and every name is ASCII.
            text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        else:
            text = _encode(value, 0)
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(
            "un testo contiene mezza coppia di surrogati", "a text holds half of a surrogate pair"
        ) from error


def parse_json(data: bytes | str) -> Any:
    """Read JSON strictly: UTF-8, no name twice in an object, no NaN, bounded nesting. ``CanonicalError`` otherwise.

    A byte order mark at the beginning is accepted, because editors add it behind people's back.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = json.loads(
            text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"),
            object_pairs_hook=_object_without_repetitions,
            parse_constant=_refuse_constant,
        )
    except CanonicalError:
        raise
    except UnicodeDecodeError as error:
        raise CanonicalError("il testo non è UTF-8", "the text is not UTF-8") from error
    except RecursionError as error:
        raise CanonicalError("il documento ha troppi livelli", "the document is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise CanonicalError(
            f"il testo non è JSON alla riga {error.lineno}, colonna {error.colno}", f"the text is not JSON: {error}"
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise CanonicalError("un numero è troppo lungo", "a number is too long") from error
    _is_plain(value, 0)  # for the depth
    return value


def _object_without_repetitions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CanonicalError("un oggetto ha due volte lo stesso nome", "an object has the same name twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise CanonicalError(f"{name} non è JSON", f"{name} is not JSON")


def _is_plain(value: Any, depth: int) -> bool:
    """Whether the standard encoder writes this value canonically; refuses what is nested too deeply."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-_SAFE_INTEGER <= value <= _SAFE_INTEGER)
    if depth >= MAX_DEPTH and kind is not float:
        raise CanonicalError("il documento ha troppi livelli", "the document is nested too deeply")
    plain = True
    if kind is dict:
        for name, item in value.items():
            if type(name) is not str or not name.isascii():
                plain = False
            if not _is_plain(item, depth + 1):
                plain = False
        return plain
    if kind is list or kind is tuple:
        for item in value:
            if not _is_plain(item, depth + 1):
                plain = False
        return plain
    return False


def _encode(value: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise CanonicalError("il documento ha troppi livelli", "the document is nested too deeply")
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise CanonicalError("il nome di un campo deve essere un testo", "the name of a member must be a text")
        # RFC 8785 3.2.3: as arrays of UTF-16 code units, which is the order of the big-endian bytes.
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        return "{" + ",".join(f"{_encode(name, depth)}:{_encode(value[name], depth + 1)}" for name in names) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return "[" + ",".join(_encode(item, depth + 1) for item in value) + "]"
    raise CanonicalError(f"non è un valore JSON: {type(value).__name__}", f"not a JSON value: {type(value).__name__}")


def _integer(value: int) -> str:
    try:
        text = number_text(float(value))
    except OverflowError as error:
        raise CanonicalError("un numero intero è troppo grande", "an integer is too large for a double") from error
    # A longer integer is accepted only when it is what its double is written as, so that reading it back changes nothing.
    if abs(value) > _SAFE_INTEGER and text != str(value):
        raise CanonicalError(
            "un numero intero cambierebbe: va scritto come testo",
            "an integer would change if written as a double: write it as a text",
        )
    return text


def number_text(value: float) -> str:
    """A double as ECMAScript writes it (ECMA-262, Number::toString): the shortest digits that read back the same."""
    if not math.isfinite(value):
        raise CanonicalError("NaN e gli infiniti non sono JSON", "NaN and infinities are not JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # ``point`` is where the decimal point falls after the first digit of ``digits``: value = 0.digits * 10**point.
    point = len(whole.lstrip("0")) + int(exponent or 0)
    if not whole.lstrip("0"):
        point -= len(fraction) - len(fraction.lstrip("0"))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power >= 0 else '-'}{abs(power)}"
