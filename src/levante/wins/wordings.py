"""The texts of the letter to a customer, by version: data, kept for as long as a letter refers to them."""

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from levante.kernel.pure import Bilingual, Kept
from levante.kernel.pure.languages import ENGLISH, ITALIAN

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class Wording:
    """A version: since when it is used, what who gives the address declares, the subject and the text of the letter, in ``languages``
    (English first; another is written to in English)."""

    version: str
    since: date
    declaration: Bilingual
    subject: Bilingual
    letter: Bilingual
    languages: tuple[str, ...]


@functools.cache
def letter_wordings() -> tuple[Wording, ...]:
    """Every version, oldest first."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / "customer-letters.yaml").read_text(encoding="utf-8"))
    found = [
        Wording(
            row["version"],
            row["since"],
            Bilingual(row["declaration"]["it"].strip(), row["declaration"]["en"].strip()),
            _in_each(row["subject"]),
            _in_each({language: _unwrapped(text) for language, text in row["letter"].items()}),
            tuple(sorted(row["letter"], key=lambda code: (code != ENGLISH, code != ITALIAN, code))),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.since))


def _in_each(texts: dict[str, str]) -> Bilingual:
    """A text as it is kept in each language: no catalogue is asked for it, since it is a version of its own."""
    others = tuple((code, text) for code, text in texts.items() if code not in (ITALIAN, ENGLISH))
    return Kept(texts[ITALIAN], texts[ENGLISH], others)


def _unwrapped(text: str) -> str:
    """A text with a line for each paragraph: whoever reads it wraps them."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")) + "\n"


def letter_wording_on(day: date) -> Wording:
    """The version used on a day: the last one begun by then (the first, before any)."""
    known = letter_wordings()
    return next((one for one in reversed(known) if one.since <= day), known[0])
