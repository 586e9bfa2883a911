"""Search of the enterprise: its own things first, then what is public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.web.access import for_enterprise
from levante.web.navigation import entries
from levante.web.portal.search.own import search_own
from levante.web.site.home.queries import search as search_public


@for_enterprise()
def search(request: HttpRequest) -> HttpResponse:
    """What answers, kind by kind: pages of the area, applications, requests, fairs, the firm, messages; then what is public."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    asked = len(text) >= 2
    pages = [entry for entry in entries("portal", request) if asked and text.lower() in entry["label"].lower()]
    return render(
        request,
        "portal/search/search.html",
        {
            "q": text,
            "pages": pages,
            "found": search_own(request.actor, text) if asked else [],  # type: ignore[attr-defined]
            "public": search_public(text) if asked else {},
        },
    )
