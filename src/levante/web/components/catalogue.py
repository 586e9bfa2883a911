"""The catalogue of who takes part in an initiative, in both languages: what its page shows, and the PDF."""

from typing import Any

from django.http import HttpResponse

from levante.documents.api import PdfUnavailable, render_pdf
from levante.initiatives.api import Initiative
from levante.kernel.api import refuse
from levante.participations.api import catalogue_of


def entries_of(initiative: Initiative) -> list[dict[str, Any]]:
    """Each participant: name, where on the stand, texts, website; those without a text too, since they are there. Two queries."""
    return [
        {
            "name": row.graphic_name or row.enterprise.name,
            "firm": row.enterprise.name,
            "website": row.enterprise.website,
            "text_it": row.text_it,
            "text_en": row.text_en or row.text_it,
            "modules": ", ".join(one.code for one in row.modules_held.all()),
        }
        for row in catalogue_of(initiative)
    ]


def catalogue_pdf(initiative: Initiative) -> HttpResponse:
    """The catalogue on paper, Italian and English beside each other."""
    try:
        content = render_pdf(
            template="components/pdf_catalogue.html",
            context={"initiative": initiative, "entries": entries_of(initiative)},
            title=f"{initiative.title_it} · {initiative.title_en}",
        )
    except PdfUnavailable:
        refuse(
            "Il PDF non si può fare ora: il catalogo è sulla pagina.",
            "The PDF cannot be made now: the catalogue is on its page.",
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="catalogo-{initiative.code}.pdf"'
    return response
