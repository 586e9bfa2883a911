"""The languages that the site has, its addresses and its dates in each of them."""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, trans_real

from levante.kernel.pure.languages import ENGLISH, ITALIAN, said_in


def offered() -> tuple[str, ...]:
    """The languages that the screens have, Italian and English first."""
    return tuple(code for code, _ in settings.LANGUAGES)


def language_now() -> str:
    """That of the page at work, by its two letters."""
    return (get_language() or ITALIAN)[:2]


def screens_in(language: str) -> str:
    """The language of the screens of who reads this one: its own where they have it, else English."""
    return language if language in offered() else ENGLISH


def prefix_of(language: str) -> str:
    """What the addresses of the site begin with in a language: nothing in Italian, ``/en``; English where it has not that one."""
    shown = screens_in(language)
    return "" if shown == ITALIAN else f"/{shown}"


def written_day(day: date, language: str) -> str:
    """A day in words, so that nobody takes the month for the day: ``1 luglio 2026``, ``1 July 2026``."""
    with translation.override(screens_in(language)):
        written = str(date_format(day, said_in(screens_in(language), "j F Y")))
    return written.lower() if language == ITALIAN else written


def fall_back_to_english() -> None:
    """What a third catalogue lacks is said in English: left to itself Django would say it in the language of the site, Italian."""
    english = trans_real.translation(ENGLISH)
    for code in offered():
        if code not in (ITALIAN, ENGLISH):
            trans_real.translation(code)._fallback = english  # type: ignore[attr-defined]  # of the standard library
