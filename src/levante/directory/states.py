"""States and words of the profiles of enterprises and of what is asked of them, as people read them."""

import functools
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from levante.kernel.pure import Bilingual

DRAFT, PUBLISHED, WITHDRAWN, HIDDEN = "draft", "published", "withdrawn", "hidden"
STATES: dict[str, Bilingual] = {
    DRAFT: Bilingual("bozza", "draft"),
    PUBLISHED: Bilingual("pubblicato", "published"),
    WITHDRAWN: Bilingual("ritirato dall’impresa", "withdrawn by the enterprise"),
    HIDDEN: Bilingual("nascosto dall’ufficio", "hidden by the office"),
}
TONES = {DRAFT: "draft", PUBLISHED: "done", WITHDRAWN: "neutral", HIDDEN: "refused"}

#: How far an enquiry is: told from its case and from what the firm did, never kept twice.
NEW, PASSED, ANSWERED, CLOSED = "new", "passed", "answered", "closed"
ENQUIRIES: dict[str, Bilingual] = {
    NEW: Bilingual("nuova", "new"),
    PASSED: Bilingual("passata all’impresa", "passed to the enterprise"),
    ANSWERED: Bilingual("con risposta", "answered"),
    CLOSED: Bilingual("chiusa", "closed"),
}
ENQUIRY_TONES = {NEW: "attention", PASSED: "waiting", ANSWERED: "done", CLOSED: "neutral"}

OTHER = "other"


@functools.cache
def _vocabulary() -> dict[str, Any]:
    path = Path(__file__).parent / "data" / "vocabulary.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _named(table: str) -> dict[str, Bilingual]:
    return {code: Bilingual(words["it"], words["en"]) for code, words in _vocabulary()[table].items()}


def certifications() -> dict[str, Bilingual]:
    """The kinds of certification that are known, ``other`` among them."""
    return _named("certifications")


#: From the least to the most.
PRICE_BANDS: dict[str, Bilingual] = _named("price_bands")


def spoken(table: str) -> dict[str, list[str]]:
    """How people ask for each code of ``certifications`` or ``price_bands`` in their own words; its code, where nothing else is said."""
    found = {code: words.get("words", [code.replace("-", " ")]) for code, words in _vocabulary()[table].items()}
    return {code: words for code, words in found.items() if code != OTHER}


#: From the least to the most, euro a year.
VOLUMES: dict[str, Bilingual] = _named("yearly_volumes")


def channels(on: date | None = None) -> dict[str, Bilingual]:
    """How a buyer sells on: those that can be chosen on a day, or all there ever were."""
    return _in_force("channels", on)


def criteria(on: date | None = None) -> dict[str, Bilingual]:
    """By what a buyer is qualified on a day; all there ever were, without one."""
    return _in_force("buyer_criteria", on)


def _in_force(table: str, on: date | None) -> dict[str, Bilingual]:
    known = _vocabulary()[table]
    return {
        code: words for code, words in _named(table).items()
        if on is None or known[code].get("from", date.min) <= on <= known[code].get("until", date.max)
    }  # fmt: skip


QUALIFIED, TO_COMPLETE, NOT_QUALIFIED = "qualified", "to_complete", "not_qualified"
OUTCOMES: dict[str, Bilingual] = {
    QUALIFIED: Bilingual("qualificato", "qualified"),
    TO_COMPLETE: Bilingual("da completare", "to be completed"),
    NOT_QUALIFIED: Bilingual("non qualificato", "not qualified"),
}
OUTCOME_TONES = {QUALIFIED: "done", TO_COMPLETE: "waiting", NOT_QUALIFIED: "refused"}

MET, DOUBT, NOT_MET = "met", "doubt", "not_met"
ANSWERS: dict[str, Bilingual] = {
    MET: Bilingual("sì", "yes"),
    DOUBT: Bilingual("da chiarire", "to be cleared"),
    NOT_MET: Bilingual("no", "no"),
}


def choices(table: Mapping[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, words.en) for code, words in table.items()]
