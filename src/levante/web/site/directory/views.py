"""The public directory: search with facets, the profile of an enterprise, its photographs."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy

from levante.directory.api import FACETS, Asked, Photo, Profile, search, states, with_cards
from levante.documents.api import path_of
from levante.kernel.api import today
from levante.web.access import public
from levante.web.components import directory as shared

PER_PAGE = 24
#: Codes of a facet that are shown at once; the others are one opening away.
SHOWN = 8
TITLES = {
    "sector": gettext_lazy("Sector"),
    "chapter": gettext_lazy("Product"),
    "certification": gettext_lazy("Certification"),
    "market": gettext_lazy("Market"),
    "language": gettext_lazy("Language"),
    "province": gettext_lazy("Province"),
    "price": gettext_lazy("Price band"),
}


@public
def enterprises(request: HttpRequest) -> HttpResponse:
    """What is looked for is in the address: a search can be kept and sent."""
    text = request.GET.get("q", "")[:100]
    chosen = {name: request.GET[name][:20] for name in FACETS if request.GET.get(name)}
    if any("\0" in one for one in chosen.values()):
        raise Http404
    answer = search(Asked(text, chosen), on=today())
    page = Paginator(answer.rows, PER_PAGE).get_page(request.GET.get("page"))
    facets = [_facet(request, name, answer.counts[name], chosen) for name in FACETS]
    context = {
        "q": text, "answer": answer, "page": page, "cards": shared.cards(list(with_cards(page.object_list))),  # type: ignore[arg-type]
        "facets": [one for one in facets if one["codes"]], "chosen": [one for one in facets if one["chosen"]],
    }  # fmt: skip
    return render(request, "site/directory/list.html", context)


def _facet(request: HttpRequest, name: str, counts: list[tuple[str, int]], chosen: dict[str, str]) -> dict[str, Any]:
    """A facet with, for each code, how many there would be and where that is."""
    now = chosen.get(name, "")
    words = shared.in_words(name, [code for code, _ in counts] + ([now] if now else []))

    def address(code: str) -> str:
        query = request.GET.copy()
        for gone in (name, "page"):
            query.pop(gone, None)
        if code:
            query[name] = code
        return f"?{query.urlencode()}"

    codes = [
        {
            "label": words.get(code, code),
            "count": times,
            "url": address("" if code == now else code),
            "now": code == now,
        }
        for code, times in counts
    ]
    return {
        "name": name, "title": TITLES[name], "codes": codes[:SHOWN], "more": codes[SHOWN:], "code": now,
        "chosen": words.get(now, now), "without": address(""),
    }  # fmt: skip


@public
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """A published profile; to its enterprise and to the offices, also one that is not, saying so."""
    rows = with_cards(Profile.objects.visible_to(request.actor))  # type: ignore[attr-defined]
    row: Any = get_object_or_404(rows.prefetch_related("products__photos"), slug=slug)
    products = [shared.product_of(one) for one in row.products.all()]
    markets = shared.in_words("market", row.markets)
    sectors = shared.in_words("sector", row.sectors)
    context = {
        "profile": row, "products": products, "public": row.state == states.PUBLISHED, "state": states.STATES[row.state],
        "photos": [photo for photo in row.photos.all() if photo.product_id is None],
        "certifications": [(shared.certified(one), one) for one in row.valid],
        "sectors": [sectors[code] for code in row.sectors if code in sectors],
        "served": [markets[code] for code in row.markets_served if code in markets],
        "wanted": [markets[code] for code in row.markets_wanted if code in markets],
        "languages": [name for _, name in shared.languages(row.languages)],
        "price": states.PRICE_BANDS.get(row.price_band), "seat": row.enterprise.legal_seat,
        "mine": request.actor.enterprise_id == row.enterprise_id,  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "site/directory/profile.html", context)


@public
def photo(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """A photograph of a profile that may be seen: ``grande`` or ``piccola``. What is served is the picture that we made."""
    if size not in ("grande", "piccola"):
        raise Http404
    seen = Profile.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    row = get_object_or_404(
        Photo.objects.select_related("file", "small", "profile"), pk=pk, profile__in=seen.values("pk")
    )
    place = path_of((row.file if size == "grande" else row.small).sha256)
    if not place.exists():
        raise Http404
    response = FileResponse(place.open("rb"), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    known = row.profile.state == states.PUBLISHED
    response["Cache-Control"] = "public, max-age=3600" if known else "private, no-store"
    return response
