"""What people type, as what the search asks: accents, apostrophes, plurals and synonyms in both languages. Pure: no database.

The words of a profile are kept as stems (``scarpe`` and ``scarpa`` are one), as these are asked, so that both sides agree. Each word typed
becomes alternatives: itself, what begins with it, and the group of synonyms it belongs to (``data/synonyms.yaml``), which may be more
than a word (``olive oil``).
"""

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent.parent / "data" / "synonyms.yaml"
#: Words that name nothing.
_EMPTY = frozenset(
    [
        *(
            "a",
            "ad",
            "al",
            "alla",
            "con",
            "d",
            "da",
            "dal",
            "dalla",
            "de",
            "dei",
            "del",
            "della",
            "delle",
            "di",
            "e",
            "ed",
            "gli",
            "i",
        ),
        *("il", "in", "l", "la", "le", "lo", "o", "per", "un", "una", "uno", "and", "for", "from", "of", "the", "with"),
    ]
)
MOST_WORDS = 8
_NEITHER = re.compile("[^a-z0-9]+")

Term = tuple[str, ...]


def fold(text: str) -> str:
    """Lower case, without accents; what is neither letter nor digit is a blank."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
        text = "".join(c for c in parts if not unicodedata.combining(c))
    return _NEITHER.sub(" ", text.lower()).strip()


def stem(word: str) -> str:
    """A word without the endings that change (``scarpe``, ``barche``, ``wines``): at least three letters stay."""
    if word.isdigit():
        return word
    word = word[:-1] if len(word) > 3 and word.endswith("s") else word
    word = word[:-1] if len(word) > 3 and word[-1] in "aeio" else word
    return word[:-1] if len(word) > 3 and word[-2:] in ("ch", "gh") else word


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words of a text that name something."""
    return frozenset(stem(word) for word in _phrase(text))


@functools.cache
def synonyms() -> dict[Term, tuple[Term, ...]]:
    """Of each phrase (the stems of its words), its whole group as phrases of folded words."""
    found: dict[Term, tuple[Term, ...]] = {}
    for group in yaml.safe_load(_FILE.read_text(encoding="utf-8"))["groups"]:
        phrases = tuple(dict.fromkeys(_phrase(text) for text in group))
        for phrase in phrases:
            key = tuple(stem(word) for word in phrase)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *phrases)))
    return found


def _phrase(text: str) -> Term:
    return tuple(word for word in fold(str(text)).split() if word not in _EMPTY)


def terms_of(text: str) -> list[tuple[Term, ...]]:
    """What is asked, term by term: each is its alternatives, and all terms must be answered. The longest synonym wins: in ``olive oil``
    neither word is looked for alone."""
    words = _phrase(text)[:MOST_WORDS]
    known, found, place = synonyms(), [], 0
    longest = max((len(key) for key in known), default=1)
    while place < len(words):
        for size in range(min(longest, len(words) - place), 0, -1):
            phrase = words[place : place + size]
            group = known.get(tuple(stem(word) for word in phrase))
            if group is not None or size == 1:
                found.append(tuple(dict.fromkeys((phrase, *(group or ())))))
                place += size
                break
    return found


def all_known(text: str) -> bool:
    """Are they all words of the trade, as it names them? Then none of them is a mistake of who typed it."""
    terms = terms_of(text)
    return bool(terms) and all(len(term) > 1 for term in terms)


def question(text: str, *, some: bool = False) -> str:
    """The ``tsquery`` of what is typed (configuration ``simple``, over stems): every term, or ``some`` of them; empty when nothing is
    asked. Made of letters and digits alone."""
    return (" | " if some else " & ").join(
        "(" + " | ".join(dict.fromkeys(_alternatives(term))) + ")" for term in terms_of(text)
    )


def _alternatives(term: tuple[Term, ...]) -> Iterator[str]:
    """Each phrase: its words together, wherever each stands; what was typed, also as the beginning of a word."""
    for index, phrase in enumerate(term):
        stems = [stem(word) for word in phrase]
        yield stems[0] if len(stems) == 1 else f"({' & '.join(stems)})"
        if index == 0 and len(phrase) == 1 and len(phrase[0]) > 3:
            yield f"{phrase[0]}:*"


def stemmed(text: str) -> str:
    """A text as it is kept to be found: the stems of its folded words."""
    return " ".join(stem(word) for word in fold(text).split())


@functools.cache
def _vocabulary() -> tuple[str, ...]:
    words = {word for group in synonyms().values() for phrase in group for word in phrase if len(word) > 3}
    return tuple(sorted(words))


def nearest(text: str) -> str:
    """What was perhaps meant: each word that is no word of the trade, as the nearest that is; empty when nothing changes."""
    words = fold(text).split()
    known = set(_vocabulary())
    said = [
        word
        if word in known or len(word) < 4
        else next(iter(difflib.get_close_matches(word, _vocabulary(), 1, 0.75)), word)
        for word in words
    ]
    return " ".join(said) if said != words else ""


def is_code(text: str) -> str:
    """The digits of an HS code, when that is what was typed (two to ten, dots and blanks allowed); else empty."""
    digits = re.sub(r"[\s.]", "", text.strip())
    return digits[:6] if re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{8}|\d{10}", digits, re.ASCII) else ""
