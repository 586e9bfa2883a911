"""Searching by name: accents, capitals, punctuation and typing mistakes forgiven.

Every searchable name has a stored generated column ``search_name = levante_plain(name)`` with a trigram index; the SQL
functions ``levante_plain`` and ``parties_*_like`` are created by the first migration (``sql.py`` beside it). What has no such
column is searched by the same words through ``answering``: titles of calls and cases, lines of the budget, names of files.
"""

import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL

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


class Plainly(Func):
    """``Plainly("title_it", "title_en")``: the plain words of some columns, one after the other. An index on it serves
    ``answering`` when it names the same columns in the same order."""

    function = "levante_plain"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class WordSimilarity(Func):
    """How much of what is asked is in a text, in its most similar part: 0 to 1."""

    function = "word_similarity"
    output_field = FloatField()


def answering(rows: "QuerySet[Any, Any]", text: str, *columns: str, loose: bool = False) -> Any:
    """The rows whose columns hold all the words of ``text``, accents and capitals forgiven; with ``loose``, those that hold
    something much like it: typing mistakes are forgiven too. Annotated with ``likeness`` (1 best) to be ordered by.

    ``columns`` are of the rows' own table, never empty ones (``NULL``); one that is ``search_name`` is plain already.
    """
    words = words_of(text)
    if not words:
        return rows.annotate(likeness=Value(0.0, output_field=FloatField())).none()
    held: Any = F("search_name") if columns == ("search_name",) else Plainly(*columns)
    if not loose:
        condition = Q()
        for word in words:
            condition &= Q(held__contains=word)
        found: QuerySet[Any, Any] = rows.alias(held=held).filter(condition)
        return found.annotate(likeness=Value(1.0, output_field=FloatField()))
    asked, table = " ".join(words), connection.ops.quote_name(rows.model._meta.db_table)
    meta: Any = rows.model._meta
    names = [connection.ops.quote_name(meta.get_field(name).column) for name in columns]
    plain_names = names[0] if columns == ("search_name",) else f"levante_plain({Plainly.arg_joiner.join(names)})"
    return rows.filter(pk__in=RawSQL("SELECT levante_like(%s, %s, %s)", [asked, table, plain_names])).annotate(
        likeness=WordSimilarity(Value(asked), held)
    )


def forgiving(find: Callable[[bool], "QuerySet[Any, Any]"]) -> Any:
    """What answers as it was typed; when nothing does, what answers with typing mistakes. ``find`` is told whether to be loose."""
    exact = find(False)
    return exact if exact.exists() else find(True)
