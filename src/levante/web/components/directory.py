"""Profiles of enterprises as pages show them: codes in words, cards, photographs."""

import re
from collections.abc import Iterable
from typing import Any

from babel import Locale
from django.db.models import QuerySet
from django.utils.translation import get_language

from levante.directory.api import Product, Profile, heading_in_words, hs, states, with_cards
from levante.kernel.api import offered, today
from levante.kernel.pure import KNOWN, Bilingual
from levante.parties.api import Country, Province, plain
from levante.web.components import choices

#: What people write between the last two of a list; each is also a code of no language.
_AND = frozenset(["e", "and", "und", "&", "+"])


def languages(codes: Iterable[str] = KNOWN) -> list[tuple[str, str]]:
    """Languages by their names in the language at work."""
    names = Locale((get_language() or "it")[:2]).languages
    return [(code, str(names.get(code, code))) for code in codes]


def language_codes(text: str) -> tuple[list[str], list[str]]:
    """The languages that somebody wrote, by their names in any language of the screens or by their codes (ISO 639-1), in order; and
    the words that are none."""
    known: dict[str, str] = {}
    for tongue in dict.fromkeys([*offered(), (get_language() or "it")[:2]]):
        known |= {plain(str(name)): code for code, name in Locale(tongue).languages.items() if len(code) == 2}
    known |= {code: code for code in known.values()}
    words = [word for word in re.split(r"[\s,;/]+", text.lower()) if word and word not in _AND]
    found = [(word, known.get(plain(word), "")) for word in words]
    return list(dict.fromkeys(code for _, code in found if code)), [word for word, code in found if not code]


def chapters(codes: Iterable[str]) -> dict[str, str]:
    """Chapters of the Harmonized System in words."""
    return {code: heading_in_words(code).in_language(get_language()) for code in codes}


def in_words(facet: str, codes: Iterable[str]) -> dict[str, str]:
    """The codes of a facet in the language at work. At most two queries."""
    language = get_language() or "it"
    wanted = list(codes)
    if facet == "sector":
        return dict(choices.sectors())
    if facet == "chapter":
        return chapters(wanted)
    if facet == "certification":
        return dict(choices.labelled(states.certifications()))
    if facet == "market":
        rows = Country.objects.filter(code__in=wanted).values_list("code", "name_it", "name_en")
        return {code: Bilingual(it, en).in_language(language) for code, it, en in rows}
    if facet == "language":
        return dict(languages(wanted))
    if facet == "province":
        return dict(Province.objects.filter(code__in=wanted).values_list("code", "name"))
    return dict(choices.labelled(states.PRICE_BANDS))


def cards(rows: "QuerySet[Profile] | list[Profile]") -> list[dict[str, Any]]:
    """Profiles as a list shows them. Five queries, whatever their number."""
    found = rows if isinstance(rows, list) else list(with_cards(rows))
    return [card_of(row) for row in found]


def card_of(row: Any) -> dict[str, Any]:
    """One profile of ``with_cards``: its first photograph, three products, the certifications in force."""
    photos = list(row.photos.all())
    return {
        "profile": row, "photo": photos[0] if photos else None, "products": list(row.products.all())[:3],
        "certifications": [certified(one) for one in row.valid[:4]],
    }  # fmt: skip


def certified(one: Any) -> str:
    """What a certification is called."""
    return one.name or states.certifications()[one.kind].in_language(get_language())


def product_of(one: Product) -> dict[str, Any]:
    """A product with its code as it is read, what it names, its photographs."""
    return {"product": one, "code": hs.written(one.hs), "heading": hs.words_of(one.hs, on=today())}
