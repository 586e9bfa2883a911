"""Who takes part in an initiative, for everybody: the catalogue, on the page and on paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from levante.initiatives.api import Initiative
from levante.kernel.pure import reads_english
from levante.participations.api import selection_of
from levante.web.access import public
from levante.web.components.catalogue import catalogue_pdf, entries_of, has_catalogue
from levante.web.components.stand import drawing_for


@public
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    found = _initiative(code)
    english = reads_english(get_language())
    entries = [
        row | {"text": row["text_en"] if english else row["text_it"] or row["text_en"]} for row in entries_of(found)
    ]
    selection = selection_of(found)
    drawing = drawing_for(selection) if selection is not None and any(row["modules"] for row in entries) else None
    return render(request, "site/fairs/catalogue.html", {"initiative": found, "entries": entries, "drawing": drawing})


@public
def catalogue_paper(request: HttpRequest, code: str) -> HttpResponse:
    return catalogue_pdf(_initiative(code))


def _initiative(code: str) -> Initiative:
    """A public initiative of which it is known who takes part."""
    found: Initiative = get_object_or_404(Initiative.objects.public().with_place(), code=code)
    if not has_catalogue(found):
        raise Http404
    return found
