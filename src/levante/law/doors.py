"""The JSON doors: a case in, an answer out, and a bad case refused by naming its field.

A door is a function ``door(case: Reader) -> dict`` in a module of this package. It reads its fields through the typed
getters of ``Reader``, closes with ``case.end()`` (which refuses what nobody asked for), and answers with plain JSON
values. ``run`` wraps it: bytes in, exit code and JSON text out, never a traceback for a bad case.

Conventions of all doors: amounts are texts with two digits (``"1234.50"``); dates are ``YYYY-MM-DD``; an optional field
may be absent or ``null``; a field nobody knows is an error. The input is UTF-8 (a byte-order mark is allowed), one JSON
object, at most ``LARGEST_CASE`` bytes and ``DEEPEST_CASE`` levels deep. The case of an allocation is a whole day of
applications, and has a bound of its own.
"""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from importlib import import_module
from typing import Any, cast

from levante.law import parameters
from levante.law.reader import LONGEST_NUMBER, BadCase, Reader

__all__ = [
    "DOORS", "LARGEST_CASE", "WHOLE_CASE", "BadCase", "Door", "Reader", "as_text", "check_shape", "exact_decoder", "load",
    "read_object", "run", "run_door", "too_large",
]  # fmt: skip

Door = Callable[[Reader], dict[str, Any]]

#: name of the door -> "module:function", imported only when the door is used.
DOORS: dict[str, str] = {
    "de-minimis": "levante.law.de_minimis:door",
    "gge": "levante.law.gge:door",
    "cumulation": "levante.law.cumulation:door",
    "sme-size": "levante.law.sme_case:door",
    "terms": "levante.law.terms:door",
    "invoice-cup": "levante.law.invoice_cup:door",
    "cup": "levante.law.codes:cup_door",
    "cig": "levante.law.codes:cig_door",
    "vat": "levante.law.codes:vat_door",
    "tax-code": "levante.law.codes:tax_code_door",
    "iban": "levante.law.codes:iban_door",
    "pec": "levante.law.codes:pec_door",
}

LARGEST_CASE = 20 * 1024 * 1024
DEEPEST_CASE = 32
WHOLE_CASE = "$"
"""The ``field`` of an error that concerns the document and not one of its fields."""


# -- running a door


def run(name: str, stdin: bytes) -> tuple[int, str]:
    """Answer a case: ``(0, answer)``, or ``(2, {"error": …})`` for a bad case or an unknown door; JSON text in both."""
    try:
        door = load(name)
    except BadCase as error:
        return 2, as_text(error.as_json())
    return run_door(door, stdin)


def run_door(door: Door, stdin: bytes) -> tuple[int, str]:
    """The same for a door that is not of the law."""
    try:
        case = Reader(read_object(stdin))
        answer = door(case)
        case.end()
    except BadCase as error:
        return 2, as_text(error.as_json())
    except parameters.Missing as error:
        day = error.on.isoformat()
        return 2, as_text(
            BadCase(
                "on",
                f"nessuna norma caricata dà un valore a {error.name} il {day}",
                f"no act that is loaded gives {error.name} a value on {day}",
            ).as_json()
        )
    return 0, as_text(answer)


def load(name: str) -> Door:
    """The function behind a door's name; ``BadCase`` when there is no such door."""
    address = DOORS.get(name)
    if address is None:
        known = ", ".join(DOORS)
        raise BadCase(
            WHOLE_CASE, f"porta sconosciuta; quelle che ci sono: {known}", f"unknown door; the doors are: {known}"
        )
    module, _, function = address.partition(":")
    return cast(Door, getattr(import_module(module), function))


def as_text(answer: dict[str, Any]) -> str:
    """JSON for people and programs: UTF-8, indented, in the order the door wrote it."""
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)


def read_object(stdin: bytes, *, largest: int | None = None) -> dict[str, Any]:
    """The one JSON object a case is, of at most ``largest`` bytes; fractions are read exactly, as ``Decimal``."""
    largest = LARGEST_CASE if largest is None else largest
    if len(stdin) > largest:
        raise too_large(largest)
    try:
        text = stdin.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _whole(
            f"il testo non è in UTF-8 (byte {error.start}): va salvato in UTF-8, non in Latin-1 o UTF-16",
            f"the text is not UTF-8 (byte {error.start}): save it as UTF-8, not as Latin-1 or UTF-16",
        ) from error
    try:
        document = exact_decoder().decode(text)
    except json.JSONDecodeError as error:
        raise _whole(
            f"non è JSON valido: riga {error.lineno}, colonna {error.colno}",
            f"not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}",
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    if not isinstance(document, dict):
        raise _whole("deve essere un oggetto JSON", "must be a JSON object")
    check_shape(document)
    return document


def exact_decoder() -> json.JSONDecoder:
    """The reader of JSON of every door: fractions exact, numbers bounded, no name twice; for a case that is read in pieces
    too, each of which ``check_shape`` looks at."""
    return json.JSONDecoder(
        parse_float=_fraction, parse_int=_whole_number, parse_constant=_no_constant, object_pairs_hook=_no_duplicates
    )


def _whole(it: str, en: str) -> BadCase:
    return BadCase(WHOLE_CASE, it, en)


def too_large(largest: int) -> BadCase:
    mega = largest // (1024 * 1024)
    return _whole(f"il caso supera {mega} MB", f"the case is over {mega} MB")


def _too_deep() -> BadCase:
    return _whole(f"più di {DEEPEST_CASE} livelli di annidamento", f"nested more than {DEEPEST_CASE} levels deep")


def _fraction(token: str) -> Decimal:
    if len(token) <= LONGEST_NUMBER:
        try:
            number = Decimal(token)
        except InvalidOperation:
            number = Decimal("Infinity")  # an exponent no Decimal can hold
        # An exponent is bounded too: 1e999999 is eight characters and a million digits.
        if number.is_finite() and abs(number.adjusted()) <= LONGEST_NUMBER:
            return number
    raise _whole(f"numero fuori misura: {token[:20]}", f"a number out of measure: {token[:20]}")


def _whole_number(token: str) -> int:
    if len(token) > LONGEST_NUMBER:
        raise _whole(f"numero fuori misura: {token[:20]}…", f"a number out of measure: {token[:20]}…")
    return int(token)


def _no_constant(token: str) -> Any:
    raise _whole(f"{token} non è un numero JSON", f"{token} is not a JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, item in pairs:
        if key in fields:
            raise BadCase(_printable(key), "campo scritto due volte", "a field written twice")
        fields[key] = item
    return fields


def check_shape(document: Any) -> None:
    """A value is not nested too deeply and holds whole characters; ``BadCase`` otherwise."""
    level: list[Any] = [document]
    for _ in range(DEEPEST_CASE):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.keys()
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and not item.isascii() and _printable(item) != item:
                raise _whole(
                    "contiene mezzo carattere (surrogato isolato)", "contains half a character (lone surrogate)"
                )
        if not below:
            return
        level = below
    raise _too_deep()


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
