from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from levante.web.access import public
from levante.web.site.pages.reading import read_page


@public
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A static page: accessibility statement, privacy notice, credits, contacts."""
    found = read_page(name, (get_language() or "it")[:2])
    if found is None:
        raise Http404(name)
    return render(request, "site/pages/page.html", {"page": found, "html": mark_safe(found.html)})
