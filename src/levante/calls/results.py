"""The results a call expects: what is measured, when, and what an application promised. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.kernel.pure import Bilingual, format_euro

#: When a result is told.
WHEN = {
    "claim": Bilingual("alla richiesta di pagamento", "with the claim of payment"),
    "after_12_months": Bilingual("12 mesi dopo", "12 months later"),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A result, when it is measured, and the value promised in the application (``None`` when nothing was)."""

    code: str
    text: Bilingual
    when: Bilingual
    promised: Bilingual | None = None


def expected(results: Iterable[Mapping[str, Any]], answers: Mapping[str, Any] | None = None) -> list[Expected]:
    """The results of a call (``calls.schema.judging.ResultEntry``, as JSON), with what some answers promise of each."""
    found = []
    for one in results:
        unit = one.get("unit")
        text = (
            Bilingual(f"{one['it']} ({unit['it']})", f"{one['en']} ({unit['en']})")
            if unit
            else Bilingual(one["it"], one["en"])
        )
        value = (answers or {}).get(one.get("target") or "")
        found.append(Expected(one["code"], text, WHEN[one["at"]], _told(value, one["kind"])))
    return found


def _told(value: Any, kind: str) -> Bilingual | None:
    """A value as people read it."""
    if value in (None, "", []):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Bilingual(str(value), str(value))
    if kind == "money":
        return Bilingual(format_euro(number), format_euro(number, "en"))
    text = format(number.normalize(), "f") if number else "0"
    return Bilingual(text.replace(".", ","), text)
