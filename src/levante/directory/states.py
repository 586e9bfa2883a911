"""States and words of the profiles of enterprises and of what is asked of them, as people read them."""

import functools
from collections.abc import Mapping
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


def choices(table: Mapping[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, words.en) for code, words in table.items()]
