"""Searching by name: accents, capitals, punctuation and typing mistakes forgiven.

Every searchable name has a stored generated column ``search_name = levante_plain(name)`` with a trigram index; the SQL
functions ``levante_plain`` and ``parties_*_like`` are created by the first migration (``sql.py`` beside it).
"""

import unicodedata

from django.db.models import Func, TextField

#: Words that tell a legal form and not a name: they match half of a business register, so a search ignores them.
LEGAL_FORM_WORDS = frozenset(
    [
        "srl",
        "srls",
        "spa",
        "sapa",
        "snc",
        "sas",
        "ss",
        "scrl",
        "scarl",
        "scpa",
        "coop",
        "societa",
        "soc",
        "ditta",
        "impresa",
        "individuale",
        "cooperativa",
    ]
)
#: A word shorter than this has no trigram of its own and cannot use the index.
SHORTEST_WORD = 3


class Plain(Func):
    """``levante_plain(text)``: lower case, no accents, dots taken away, other signs as single blanks."""

    function = "levante_plain"
    arity = 1
    output_field = TextField()


def plain(text: str) -> str:
    """What ``levante_plain`` does in the database, for the words a person types."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and c not in ".'’")
    return " ".join("".join(c if c.isalnum() else " " for c in letters.lower()).split())


def words_of(text: str) -> list[str]:
    """The words worth looking for: legal forms left out unless there is nothing else, longest first, eight at most."""
    words = list(dict.fromkeys(plain(text).split()))
    telling = [word for word in words if word not in LEGAL_FORM_WORDS] or words
    return sorted(telling, key=len, reverse=True)[:8]
