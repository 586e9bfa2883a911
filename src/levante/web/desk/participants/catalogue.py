"""The catalogue of participants as a PDF, at the desk: before it is public too."""

from django.http import HttpRequest, HttpResponse

from levante.web.access import for_desk
from levante.web.components.catalogue import catalogue_pdf
from levante.web.desk.participants.access import READERS, initiative_of


@for_desk(*READERS)
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    return catalogue_pdf(initiative_of(request, code))
