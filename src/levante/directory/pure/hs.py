"""Codes of the Harmonized System: checked against the dated list, and told in words. Pure: no database.

A code has four digits (a heading) or six (a subheading). What is checked is that it has that form and that its chapter exists; words are
those of the heading where the list has it, else of the chapter.
"""

import functools
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from levante.directory.pure.words import stems_of
from levante.kernel.pure import Bilingual, Decision

_FILES = Path(__file__).resolve().parent.parent / "data"
_FORM = re.compile(r"\d{4}(?:\d{2})?")


@dataclass(frozen=True, slots=True)
class Edition:
    """The list as it is from a day on: chapters (two digits) and headings (four), each in both languages."""

    name: str
    since: date
    chapters: dict[str, Bilingual]
    headings: dict[str, Bilingual]


@functools.cache
def editions() -> tuple[Edition, ...]:
    """Every edition, the oldest first."""
    found = []
    for path in _FILES.glob("hs-*.yaml"):
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        chapters = {code: Bilingual(*words) for code, words in data["chapters"].items()}
        headings = {code: Bilingual(*words) for code, words in data["headings"].items()}
        found.append(Edition(data["edition"], data["from"], chapters, headings))
    return tuple(sorted(found, key=lambda one: one.since))


def edition_on(on: date) -> Edition:
    """The edition in force on a day; the first, before any."""
    known = editions()
    return next((one for one in reversed(known) if one.since <= on), known[0])


def cleaned(text: str) -> str:
    """A code as people write it (``1509.20``, ``1509 20 00``), as we keep it: its first six digits, or the four there are. Eight and
    ten digits are of the Union alone, and begin with the six of the world."""
    digits = re.sub(r"[\s.]", "", text)
    return digits[:6] if re.fullmatch(r"\d{8}|\d{10}", digits) else digits


def check(code: str, *, on: date) -> Decision:
    """Is it a code that can be kept?"""
    if not _FORM.fullmatch(code):
        return Decision.no(
            "Il codice HS ha quattro o sei cifre: 1509, 1509.20.", "An HS code has four or six digits: 1509, 1509.20."
        )
    edition = edition_on(on)
    if code[:2] not in edition.chapters or code[2:4] == "00":
        return Decision.no(
            f"La voce {code[:4]} non esiste nel Sistema armonizzato ({edition.name}).",
            f"Heading {code[:4]} does not exist in the Harmonized System ({edition.name}).",
        )
    return Decision.yes()


def words_of(code: str, *, on: date) -> Bilingual:
    """What a code names: its heading, else its chapter; empty for one that is neither."""
    edition = edition_on(on)
    return edition.headings.get(code[:4]) or edition.chapters.get(code[:2]) or Bilingual("", "")


def written(code: str) -> str:
    """As it is read: ``1509``, ``1509.20``."""
    return f"{code[:4]}.{code[4:]}" if len(code) == 6 else code


def named_in(said: frozenset[str], *, on: date) -> frozenset[str]:
    """The chapters and headings that some words name (``said`` are their stems): each whose name, or a part of it between commas or “and”,
    is all there."""
    parts = _parts(edition_on(on).name)
    return frozenset(code for stem in said for part, code in parts.get(stem, ()) if part <= said)


@functools.cache
def _parts(name: str) -> dict[str, list[tuple[frozenset[str], str]]]:
    """The parts of the names with their codes, each under one of its stems: those of the stems that are said are the few to look at."""
    edition = next(one for one in editions() if one.name == name)
    found: dict[str, list[tuple[frozenset[str], str]]] = {}
    for code, words in (*edition.chapters.items(), *edition.headings.items()):
        for text in (words.it, words.en):
            for part in map(stems_of, re.split(r",| e | and ", text)):
                if part:
                    found.setdefault(min(part), []).append((part, code))
    return found
