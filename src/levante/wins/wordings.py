"""The texts of the letter to a customer, by version: data, kept for as long as a letter refers to them."""

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from levante.kernel.pure import Bilingual

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class Wording:
    """A version: since when it is used, what who gives the address declares, the subject and the text of the letter."""

    version: str
    since: date
    declaration: Bilingual
    subject: Bilingual
    letter: Bilingual


@functools.cache
def letter_wordings() -> tuple[Wording, ...]:
    """Every version, oldest first."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / "customer-letters.yaml").read_text(encoding="utf-8"))
    found = [
        Wording(
            row["version"],
            row["since"],
            Bilingual(row["declaration"]["it"].strip(), row["declaration"]["en"].strip()),
            Bilingual(**row["subject"]),
            Bilingual(**{language: _unwrapped(text) for language, text in row["letter"].items()}),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.since))


def _unwrapped(text: str) -> str:
    """A text with a line for each paragraph: whoever reads it wraps them."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")) + "\n"


def letter_wording_on(day: date) -> Wording:
    """The version used on a day: the last one begun by then (the first, before any)."""
    known = letter_wordings()
    return next((one for one in reversed(known) if one.since <= day), known[0])
