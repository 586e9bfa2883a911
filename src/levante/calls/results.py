"""The results a call expects: what is measured, when, and what an application promised. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.kernel.pure import Bilingual, format_euro

#: Months after the project, where a result does not say.
MONTHS = 12


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
        found.append(Expected(one["code"], text, when_told(one), result_words(value, one["kind"])))
    return found


def months_of(one: Mapping[str, Any]) -> list[int]:
    """When a result is told: 0 with the last claim, else so many months after the project."""
    later = int(one.get("months") or MONTHS)
    return {"claim": [0], "later": [later]}.get(one["at"], [0, later])


def when_told(one: Mapping[str, Any]) -> Bilingual:
    """The same in words."""
    words = [moment_words(months) for months in months_of(one)]
    return (
        words[0]
        if len(words) == 1
        else Bilingual(f"{words[0].it}, e di nuovo {words[1].it}", f"{words[0].en}, and again {words[1].en}")
    )


def moment_words(months: int) -> Bilingual:
    """One of the moments in which results are told."""
    if not months:
        return Bilingual("alla richiesta di pagamento", "with the claim of payment")
    if months == 1:
        return Bilingual("un mese dopo", "a month later")
    return Bilingual(f"{months} mesi dopo", f"{months} months later")


def result_words(value: Any, kind: str) -> Bilingual | None:
    """A value as people read it."""
    if value in (None, "", []):
        return None
    if kind == "text":
        return Bilingual(str(value), str(value))
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Bilingual(str(value), str(value))
    if kind == "money":
        return Bilingual(format_euro(number), format_euro(number, "en"))
    text = format(number.normalize(), "f") if number else "0"
    return Bilingual(text.replace(".", ","), text)
