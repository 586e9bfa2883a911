"""The public search: words in both languages, facets with their counts. A few queries, whatever the number of profiles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from levante.directory.models_profile import Certification, Product, Profile, ProfileQuerySet
from levante.directory.pure import words
from levante.parties.api import answering

#: The facets, in the order in which they are shown, with the column that holds their codes.
ARRAYS = {"sector": "sectors", "chapter": "chapters", "market": "markets", "language": "languages"}
PLAIN = {"province": "province_id", "price": "price_band"}
FACETS = ("sector", "chapter", "certification", "market", "language", "province", "price")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: words as they are typed, and one code for each facet chosen."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """``rows``: the profiles, the best first, not read yet. ``how`` they were found: ``all`` the words, those ``meant`` (and which),
    ``some`` of them, what is ``like`` them. ``counts``: of each facet, how many there would be with each of its codes, most first."""

    rows: "QuerySet[Profile]"
    meant: str
    how: str
    counts: dict[str, list[tuple[str, int]]]


def search(asked: Asked, *, on: date) -> Answer:
    """Find published profiles. When the words find nothing: the nearest words of the trade, then what is much like what was typed."""
    chosen = {name: code for name, code in asked.chosen.items() if name in FACETS and code}
    text = asked.text.replace("\0", "")[:200].strip()
    base, question, how = _found(text)
    rows = base
    counted = _fixed(base) if text else base
    for name, code in chosen.items():
        rows = rows.filter(_with(name, code, on))
    meant = words.nearest(text) if how == "meant" else ""
    return Answer(_ordered(rows, question, loose=how == "like"), meant, how, _counts(counted, chosen, on))


def _found(text: str) -> tuple[Any, str, str]:
    """What answers, the ``tsquery`` it is ordered by, and how it was found: ``all`` the words (or a code, or no word at all), the words
    ``meant``, ``some`` of the words, what is ``like`` them. Each is tried when those before find nothing."""
    public: ProfileQuerySet = Profile.objects.public()
    code = words.is_code(text)
    if code:
        return (
            public.filter(chapters__contains=[code]) if len(code) == 2 else public.filter(_product_of(code)),
            "",
            "all",
        )
    every = words.question(text)
    if not every:
        return public.none() if text else public, "", "all"
    for how, question in (
        ("all", every),
        ("meant", words.question(words.nearest(text))),
        ("some", words.question(text, some=True)),
    ):
        rows = public.filter(document=_query(question)) if question else public.none()
        if question and rows.exists():
            return rows, question, how
    if words.all_known(text):  # “wine”, where nobody makes any, is not much like “kitchens”
        return public.none(), "", "all"
    return answering(public, words.fold(text), "search_name", loose=True), "", "like"


def answering_to(text: str, *, loose: bool) -> "QuerySet[Profile]":
    """The published profiles that answer to all the words, the best first; ``loose``, those that are like
    them. For a box over many things."""
    public: ProfileQuerySet = Profile.objects.public()
    question = words.question(text[:200].replace("\0", ""))
    if not question:
        return public.none()
    if loose:
        return _ordered(answering(public, words.fold(text), "search_name", loose=True), "", loose=True)
    return _ordered(public.filter(document=_query(question)), question, loose=False)


def _product_of(code: str) -> Q:
    """A heading, and all under it; a subheading, and those who told the heading alone."""
    found = Product.objects.filter(hs__startswith=code) | Product.objects.filter(hs=code[:4])
    return Q(pk__in=found.values("profile"))


def _query(question: str) -> SearchQuery:
    return SearchQuery(question, config="simple", search_type="raw")


def _ordered(rows: Any, question: str, *, loose: bool) -> "QuerySet[Profile]":
    by_name = ("enterprise__search_name", "pk")
    if question:
        rows = rows.annotate(rank=SearchRank(F("document"), _query(question)))
    found: QuerySet[Profile] = rows.order_by(*(["-likeness"] if loose else ["-rank"] if question else []), *by_name)
    return found


def _with(name: str, code: str, on: date) -> Q:
    if name in ARRAYS:
        return Q(**{f"{ARRAYS[name]}__contains": [code]})
    if name in PLAIN:
        return Q(**{PLAIN[name]: code})
    return Q(pk__in=Certification.objects.valid_on(on).filter(kind=code).values("profile"))


def _counts(base: Any, chosen: Mapping[str, str], on: date) -> dict[str, list[tuple[str, int]]]:
    """Each facet counts what there would be with the others as they are chosen. One query."""
    branches = []
    for name in FACETS:
        rows = base
        for other, code in chosen.items():
            if other != name:
                rows = rows.filter(_with(other, code, on))
        branches.append(_branch(name, rows.order_by(), on))
    counts: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for name, code, times in branches[0].union(*branches[1:], all=True):
        if code:
            counts[name].append((code, times))
    return {name: sorted(found, key=lambda row: (-row[1], row[0])) for name, found in counts.items()}


def _branch(name: str, rows: Any, on: date) -> Any:
    text = CharField()
    if name == "certification":
        held = Certification.objects.valid_on(on).filter(profile__in=rows.values("pk"))
        told = held.order_by().annotate(facet=Value(name, text)).values("facet", "kind")
        return told.annotate(times=Count("profile", distinct=True)).values_list("facet", "kind", "times")
    code: Any = Func(F(ARRAYS[name]), function="unnest", output_field=text) if name in ARRAYS else F(PLAIN[name])
    told = rows.annotate(facet=Value(name, text), code=code).values("facet", "code")
    return told.annotate(times=Count("pk")).values_list("facet", "code", "times")


def _fixed(rows: Any) -> ProfileQuerySet:
    """The same rows, found once: each facet counts among them without asking the words again."""
    found = list(rows.order_by().values_list("pk", flat=True))
    return Profile.objects.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [found]))
