"""What a profile is found by: its words, folded and weighed, and the codes that the facets count. Written whenever it changes."""

from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import F, Q, Value

from levante.directory import states
from levante.directory.models_profile import Profile
from levante.directory.pure import hs
from levante.directory.pure.words import fold, stemmed
from levante.kernel.api import Actor, note, now, service, today, unchanged
from levante.programme.api import Sector

#: Profiles read again in one night at most.
MOST = 2000


def index(profile: Profile) -> None:
    """Write what ``profile`` is found by, as it is in the database now. One that is not public is found by nobody: it is read when it is
    published. Eight queries."""
    if profile.state != states.PUBLISHED:
        return
    day, firm = today(), profile.enterprise
    products = list(profile.products.all())
    held = list(profile.certifications.valid_on(day).order_by("pk"))
    seat = firm.legal_seat
    place = [seat.comune.name, seat.province.name] if seat is not None and seat.comune and seat.province else []
    sectors = Sector.objects.filter(code__in=profile.sectors).values_list("short_it", "short_en")
    vocabulary = states.certifications()
    named = [firm.name, *(word for one in products for word in (one.name_it, one.name_en))]
    coded = [word for one in products for word in _words_of(one.hs, day)]
    coded += [word for both in sectors for word in both]
    coded += [word for one in held for word in (one.name, vocabulary[one.kind].it, vocabulary[one.kind].en)]
    told = [profile.summary_it, profile.summary_en, *place]
    told += [word for one in products for word in (one.text_it, one.text_en)]
    parts = [" ".join(words) for words in (named, coded, told)]
    document: Any = None
    for weight, text in zip("ABC", parts, strict=True):
        vector = SearchVector(Value(stemmed(text)), weight=weight, config="simple")
        document = vector if document is None else document + vector
    Profile.objects.filter(pk=profile.pk).update(
        document=document, search_name=fold(" ".join(parts)), chapters=sorted({one.hs[:2] for one in products}),
        markets=sorted({*profile.markets_served, *profile.markets_wanted}),
        province=seat.province if seat is not None else None, indexed_at=now(),
    )  # fmt: skip


def _words_of(code: str, day: date) -> list[str]:
    heading, chapter = hs.words_of(code, on=day), hs.words_of(code[:2], on=day)
    return [code, code[:4], heading.it, heading.en, chapter.it, chapter.en]


@service("directory.index_changed")
def index_changed(*, actor: Actor) -> int:
    """Every night: the profiles whose enterprise changed its name or moved, or one of whose certifications has ended since they were
    read last. How many."""
    ended = Q(certifications__valid_until__lt=today(), certifications__valid_until__gte=F("indexed_at__date"))
    moved = Q(enterprise__updated_at__gt=F("indexed_at")) | Q(indexed_at__isnull=True)
    stale = Profile.objects.filter(state=states.PUBLISHED).filter(moved | ended).order_by("pk")
    rows = list(Profile.objects.filter(pk__in=stale.values("pk")[:MOST]).select_related("enterprise").order_by("pk"))
    for profile in rows:
        index(profile)
    if not rows:
        return unchanged(0)
    note(profiles=len(rows))
    return len(rows)
