"""How an answer of each kind is read from the browser, checked, given to expressions and shown.

A stored answer is JSON: text, whole numbers and decimals as text, dates as ISO text, booleans, lists. What somebody typed
and we could not read is kept as ``{"unreadable": text}``: it is shown again with what is wrong, never lost.
"""

import functools
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale

from levante.calls.forms.model import Field
from levante.kernel.pure import Bilingual, format_euro, money_text, round_euro, typed_number

YES_NO = {"yes": Bilingual("Sì", "Yes"), "no": Bilingual("No", "No")}
_LARGEST = Decimal("9999999999999.99")


@functools.cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Every country by ISO 3166 code, in the language's alphabetical order."""
    names = Locale(language[:2]).territories
    found = [(code, names[code]) for code in names if re.fullmatch(r"[A-Z]{2}", code) and code not in _NOT_COUNTRIES]
    return tuple(sorted(found, key=lambda pair: _plain(pair[1])))


_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}


def _plain(text: str) -> str:
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def country_name(code: str, language: str) -> str:
    return str(Locale(language[:2]).territories.get(code, code))


def unreadable(value: Any) -> str | None:
    """The text that could not be read, when a stored answer is one."""
    return str(value["unreadable"]) if isinstance(value, Mapping) and "unreadable" in value else None


#: The answer "I shall give it later", of a document that may come after the application.
LATER = {"later": True}


def is_later(value: Any) -> bool:
    """Is this the promise of a document?"""
    return isinstance(value, Mapping) and bool(value.get("later"))


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value is False


def read(field: Field, raw: list[str], language: str = "it") -> Any:
    """The stored answer for what a browser sent (all the values of the input's name) from a page in ``language``; ``None`` for
    an empty one."""
    if field.kind == "multi_choice":
        known = {choice.code for choice in field.choices}
        return [value for value in dict.fromkeys(raw) if value in known] or None
    text = (raw[-1] if raw else "").replace("\x00", "").replace("\r\n", "\n").strip()
    if field.kind == "declaration":
        return True if text else None
    if not text:
        return None
    if len(text) > 20_000:
        text = text[:20_000]
    if field.kind in {"money", "number", "percent"}:
        number = read_number(text, language)
        if number is None:
            return {"unreadable": text[:200]}
        if field.kind == "money" and number == round_euro(number):
            return money_text(number)
        return _number_text(number)
    if field.kind == "date":
        return read_day(text)
    if field.kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    if field.kind == "choice":
        return text if text in {choice.code for choice in field.choices} else {"unreadable": text[:200]}
    if field.kind == "iban":
        return re.sub(r"\s+", "", text).upper()[:40]
    return text


def read_number(text: str, language: str = "it") -> Decimal | None:
    """A number as the pages of a language write it; ``None`` when it is none there. An Italian page (``1.234,56``) takes what
    others write too, where it cannot mean anything else (``1,234.56``, ``1234.56``); on an English one ``1,500`` is fifteen
    hundred, and ``1,50`` nothing."""
    if language.startswith("en"):
        try:
            number = typed_number(text, language)
        except ValueError:
            return None
        return number if abs(number) <= _LARGEST else None
    text = re.sub(r"[\s€%\u00a0\u202f']", "", text)
    if not re.fullmatch(r"-?[\d.,]{1,25}", text) or not re.search(r"\d", text):
        return None
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        decimal_sign = "," if text.rindex(",") > text.rindex(".") else "."
        thousands = "." if decimal_sign == "," else ","
        if text.count(decimal_sign) > 1 or not re.fullmatch(
            rf"-?\d{{1,3}}(\{thousands}\d{{3}})+\{decimal_sign}\d+", text
        ):
            return None
        text = text.replace(thousands, "").replace(decimal_sign, ".")
    elif commas == 1:
        text = text.replace(",", ".")
    elif commas > 1 or dots > 1 or re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
        # 1.234 is one thousand here: a decimal with three digits is never an amount, and people write dots for thousands
        if not re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", text):
            return None
        text = text.replace(".", "").replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if abs(number) <= _LARGEST else None


def _number_text(number: Decimal) -> str:
    return format(number.normalize(), "f") if number else "0"


def read_day(text: str) -> Any:
    """A day as browsers (``2026-12-31``) or people (``31/12/2026``) write it, as ISO text; else what could not be read."""
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    parts = match.groups() if match else None
    if parts is None and (match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)):
        parts = (match[3], match[2], match[1])
    try:
        return date(*map(int, parts)).isoformat() if parts else {"unreadable": text[:40]}
    except ValueError:
        return {"unreadable": text[:40]}


def for_expressions(field: Field, value: Any) -> Any:
    """The answer as CEL sees it: numbers as doubles, the rest as it is; ``None`` when there is none."""
    if value is None or unreadable(value) is not None:
        return None
    if field.kind in {"money", "number", "percent"} or (
        field.kind == "computed" and field.result in {"money", "number", "percent"}
    ):
        return float(Decimal(value))
    if field.kind == "group":
        return [
            {
                inner.id: for_expressions(inner, row.get(inner.id))
                for inner in field.fields
                if row.get(inner.id) is not None
            }
            for row in value
        ]
    if field.kind == "file":
        return [] if is_later(value) else [entry["name"] for entry in value]
    return value


def problem(field: Field, value: Any, on: date | None = None) -> Bilingual | None:
    """What is wrong with an answer that is there, on a day (of the transmission) when it matters; ``None`` when nothing is."""
    bad = unreadable(value)
    if bad is not None:
        return {
            "date": Bilingual(
                f"«{bad}» non è una data: scrivila così, 31/12/2026", f"“{bad}” is not a date: write 31/12/2026"
            ),
            "choice": Bilingual("scegli una delle voci", "choose one of the entries"),
        }.get(
            field.kind,
            Bilingual(f"«{bad}» non è un numero: scrivilo così, 1.234,56", f"“{bad}” is not a number: write 1234.56"),
        )
    if field.kind in {"money", "number", "percent"}:
        return _number_problem(field, Decimal(value))
    if field.kind == "date":
        if field.not_past and on is not None and value < on.isoformat():
            return Bilingual(f"non può essere prima del {on:%d/%m/%Y}", f"it cannot be before {on:%d/%m/%Y}")
        if field.not_before and value < field.not_before:
            day = date.fromisoformat(field.not_before)
            return Bilingual(f"non può essere prima del {day:%d/%m/%Y}", f"it cannot be before {day:%d/%m/%Y}")
        if field.not_after and value > field.not_after:
            day = date.fromisoformat(field.not_after)
            return Bilingual(f"non può essere dopo il {day:%d/%m/%Y}", f"it cannot be after {day:%d/%m/%Y}")
    if field.kind == "email" and not re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", value):
        return Bilingual("non è un indirizzo di posta", "it is not a mail address")
    if field.kind == "country" and value not in dict(countries("it")):
        return Bilingual("scegli un Paese dell’elenco", "choose a country of the list")
    if field.kind == "iban":
        from stdnum import iban

        if not iban.is_valid(value):
            return Bilingual("l’IBAN non è corretto: controlla le cifre", "the IBAN is not right: check its digits")
    limit = field.max_length or (300 if field.kind == "text" else 5000 if field.kind == "long_text" else 0)
    if limit and isinstance(value, str) and len(value) > limit:
        return Bilingual(
            f"è lungo {len(value)} caratteri: il massimo è {limit}",
            f"it has {len(value)} characters: the most is {limit}",
        )
    return None


def _number_problem(field: Field, number: Decimal) -> Bilingual | None:
    if field.kind == "money" and number != round_euro(number):
        return Bilingual("gli importi hanno al massimo due cifre decimali", "amounts have at most two decimal digits")
    if field.whole and number != number.to_integral_value():
        return Bilingual("scrivi un numero intero", "write a whole number")
    lowest = field.minimum if field.minimum is not None else Decimal(0) if field.kind in {"money", "percent"} else None
    highest = field.maximum if field.maximum is not None else Decimal(100) if field.kind == "percent" else None
    if lowest is not None and number < lowest:
        return Bilingual(f"il minimo è {_shown(field, lowest, 'it')}", f"the least is {_shown(field, lowest, 'en')}")
    if highest is not None and number > highest:
        return Bilingual(f"il massimo è {_shown(field, highest, 'it')}", f"the most is {_shown(field, highest, 'en')}")
    return None


def _shown(field: Field, number: Decimal, language: str) -> str:
    if field.kind == "money":
        return format_euro(number, language)
    text = _number_text(number)
    text = text if language == "en" else text.replace(".", ",")
    return f"{text} %" if field.kind == "percent" else text


def as_typed(field: Field, value: Any, language: str) -> str:
    """The answer as it stands in the input: what was typed, or the way the reader writes it."""
    bad = unreadable(value)
    if bad is not None:
        return bad
    if value is None:
        return ""
    if field.kind in {"money", "number", "percent"} and language.startswith("it"):
        return str(value).replace(".", ",")
    return str(value)


def shown(field: Field, value: Any, language: str) -> str:
    """The answer as people read it in a summary."""
    bad = unreadable(value)
    if bad is not None:
        return bad
    if value is None or value == []:
        return "–"
    kind = field.result if field.kind == "computed" else field.kind
    if kind == "money":
        return format_euro(Decimal(value), language)
    if kind in {"number", "percent"}:
        text = str(value) if language.startswith("en") else str(value).replace(".", ",")
        return f"{text} %" if kind == "percent" else text
    if kind == "date":
        day = date.fromisoformat(value)  # 01/02 is another day to who reads English
        return f"{day.day} {day:%b %Y}" if language.startswith("en") else f"{day:%d/%m/%Y}"
    if kind == "yes_no":
        return YES_NO["yes" if value else "no"].in_language(language)
    if kind == "declaration":
        return Bilingual("Dichiarato", "Declared").in_language(language) if value else "–"
    if kind in {"choice", "multi_choice"}:
        names = {choice.code: choice.label.in_language(language) for choice in field.choices}
        codes = value if isinstance(value, list) else [value]
        return ", ".join(names.get(code, str(code)) for code in codes)
    if kind == "country":
        return country_name(value, language)
    if kind == "file":
        if is_later(value):
            return Bilingual("da consegnare dopo", "to be given later").in_language(language)
        return ", ".join(entry["name"] for entry in value)
    return str(value)
