"""The languages of the screens: Italian and English are complete, any other has what its catalogue says and English for the rest."""

import gettext
from functools import cache
from pathlib import Path

#: A folder for each language beside the two, with one catalogue each (docs/how-to/add-a-language.md).
CATALOGUES = Path(__file__).resolve().parents[2] / "locale"
ITALIAN, ENGLISH = "it", "en"
#: Languages in which somebody may be written to, or that one speaks: those of the markets, the nearest first. Kept as they are said,
#: whether there is a catalogue or not yet.
KNOWN = (
    "it", "en", "fr", "de", "es", "pt", "nl", "pl", "ro", "sq", "el", "hr", "sr", "sl", "hu", "cs", "bg", "sv", "da", "no", "fi", "ru",
    "uk", "tr", "ar", "he", "fa", "hi", "zh", "ja", "ko",
)  # fmt: skip
#: The form of a code that is kept, for the constraints of the database.
CODE = r"^[a-z]{2}$"


def reads_english(language: str | None) -> bool:
    """Is a text that exists in two languages read in its English one? Only who reads Italian reads the Italian; nobody asked is Italian."""
    return not (language or ITALIAN).startswith(ITALIAN)


def said_in(language: str | None, english: str) -> str:
    """A sentence in another language than Italian, of its English: from the catalogue, else the English itself."""
    code = (language or ENGLISH)[:2]
    if code in (ITALIAN, ENGLISH) or not english:
        return english
    return catalogue_of(code).gettext(english)


@cache
def catalogue_of(code: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language; an empty one where there is none."""
    return gettext.translation("django", CATALOGUES, [code], fallback=True)
