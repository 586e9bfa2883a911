"""Search over everything, by one box."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from levante.web.access import for_desk
from levante.web.desk.search.providers import search_everything


@for_desk()
def search(request: HttpRequest) -> HttpResponse:
    """What answers, kind by kind; a code that names one thing alone leads to it at once."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    found = search_everything(request.actor, text) if len(text) >= 2 else []
    hits = [hit for kind in found for hit in kind.hits]
    if len(hits) == 1 and hits[0].url and text.replace(" ", "").isalnum() and re.search(r"\d", text):
        return redirect(hits[0].url)
    return render(request, "desk/search/search.html", {"q": text, "found": found})
