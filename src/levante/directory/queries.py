"""What the screens and the rooms above ask of the directory."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from levante.directory import states
from levante.directory.models import Certification, Photo, Profile, SupplierEnquiry
from levante.directory.pure import hs
from levante.directory.pure.words import stems_of
from levante.kernel.api import Actor, today


def profile_of(enterprise_id: int | None) -> Profile | None:
    """The profile of an enterprise, whatever its state; the one that is not hidden when there are two."""
    rows = Profile.objects.filter(enterprise_id=enterprise_id or 0).select_related("enterprise")
    found = list(rows.order_by("pk"))
    return next((row for row in found if row.state != states.HIDDEN), found[-1] if found else None)


def with_cards(rows: "QuerySet[Profile]") -> "QuerySet[Profile]":
    """Profiles with all that a card or a page shows: enterprise, province, products, photographs, certifications in force. Five
    queries, whatever their number."""
    valid = Certification.objects.valid_on(today()).order_by("kind", "name", "pk")
    return rows.select_related("enterprise", "province").prefetch_related(
        "products",
        Prefetch("photos", Photo.objects.order_by("position", "pk")),
        Prefetch("certifications", valid, to_attr="valid"),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What the public profile of an enterprise says that helps to tell whom it might meet: HS headings (four digits), codes of the
    certifications in force, of markets (served or wanted), of languages, its price band, the words of its products."""

    headings: frozenset[str]
    certifications: frozenset[str]
    markets: frozenset[str]
    languages: frozenset[str]
    price_band: str
    words: str


def known_of(enterprises: Iterable[int]) -> dict[int, Known]:
    """Of the enterprises with a public profile, what it says. Three queries."""
    valid = Certification.objects.valid_on(today())
    rows = Profile.objects.public().filter(enterprise__in=list(enterprises)).order_by("pk")
    found = {}
    for row in rows.prefetch_related("products", Prefetch("certifications", valid, to_attr="valid")):
        products = list(row.products.all())
        found[row.enterprise_id] = Known(
            frozenset(one.hs[:4] for one in products),
            frozenset(one.kind for one in row.valid if one.kind != states.OTHER),  # type: ignore[attr-defined]
            frozenset(row.markets),
            frozenset(row.languages),
            row.price_band,
            " ".join(word for one in products for word in (one.name_it, one.name_en)),
        )
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody names in their own words: HS chapters and headings (two or four digits), certifications, a price band."""

    products: frozenset[str]
    certifications: frozenset[str]
    price_band: str


def named_in(text: str) -> Named:
    """What a buyer who writes ``text`` asks for, as the directory would say it: no query. What is not recognised names nothing."""
    said = stems_of(text)
    bands = [code for code, spoken in states.spoken("price_bands").items() if _is_said(spoken, said)]
    held = frozenset(code for code, spoken in states.spoken("certifications").items() if _is_said(spoken, said))
    return Named(hs.named_in(said, on=today()), held, bands[-1] if bands else "")


def _is_said(spoken: list[str], said: frozenset[str]) -> bool:
    return any(_of_vocabulary(words) <= said for words in spoken)


@functools.cache
def _of_vocabulary(words: str) -> frozenset[str]:
    """The stems of words of a vocabulary: a few hundreds, asked for each buyer of an agenda."""
    return stems_of(words)


def heading_in_words(code: str) -> "hs.Bilingual":
    """What an HS code names today."""
    return hs.words_of(code, on=today())


RELATED = ("profile__enterprise", "product", "passed_by", "answered_by")


def enquiries(actor: Actor) -> "QuerySet[SupplierEnquiry]":
    """Those an actor sees, with what a list shows, the latest first."""
    rows: QuerySet[SupplierEnquiry] = SupplierEnquiry.objects.visible_to(actor)
    return rows.select_related(
        *RELATED, "case__office", "case__owner", "case__contact__country", "case__requested_by", "case__buyer",
        "case__enterprise", "case__investor",
    ).order_by("-pk")  # fmt: skip
