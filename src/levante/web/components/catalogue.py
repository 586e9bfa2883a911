"""The catalogue of who takes part in an initiative, in both languages: what its page shows, and the PDF."""

from typing import Any

from django.http import HttpResponse

from levante.documents.api import PdfUnavailable, render_pdf
from levante.initiatives.api import Initiative, city_in
from levante.kernel.api import refuse
from levante.kernel.pure import Bilingual
from levante.meetings.api import is_published
from levante.participations.api import catalogue_of, taking_part
from levante.participations.api import has_catalogue as list_is_public
from levante.parties.api import Enterprise


def has_catalogue(initiative: Initiative) -> bool:
    """Is it known who takes part: the list decided or the agenda of the meetings published, and the initiative not called off?"""
    return list_is_public(initiative) or (initiative.state != "cancelled" and is_published(initiative))


def entries_of(initiative: Initiative) -> list[dict[str, Any]]:
    """Each participant, by name: where on the stand, texts, website; those without a text too, since they are there. Who comes to the
    meetings without a place is among them once the agenda is published (``apart``). Six queries."""
    here = [
        {
            "name": row.graphic_name or row.enterprise.name,
            "firm": row.enterprise.name,
            "website": row.enterprise.website,
            "text_it": row.text_it,
            "text_en": row.text_en or row.text_it,
            "modules": ", ".join(one.code for one in row.modules_held.all()),
            "apart": False,
        }
        for row in catalogue_of(initiative)
    ]
    return sorted([*here, *_apart(initiative)], key=lambda entry: entry["firm"].casefold())


def _apart(initiative: Initiative) -> list[dict[str, Any]]:
    if not is_published(initiative):
        return []
    there = [one.enterprise for one in taking_part(initiatives=[initiative.pk]) if one.apart and one.takes_part]
    return [
        {
            "name": firm.name, "firm": firm.name, "website": firm.website, "text_it": "", "text_en": "", "modules": "", "apart": True,
        }
        for firm in Enterprise.objects.filter(pk__in=there).order_by("name", "pk")
    ]  # fmt: skip


def where_of(initiative: Initiative) -> Bilingual:
    """City and country in which it is held; the city alone where the market comes here."""
    country, city = initiative.held_in, initiative.city
    italian, english = ([country.name_it], [country.name_en]) if country is not None else ([], [])
    return Bilingual(
        ", ".join(filter(None, [city_in(city, "it"), *italian])),
        ", ".join(filter(None, [city_in(city, "en"), *english])),
    )


def catalogue_pdf(initiative: Initiative) -> HttpResponse:
    """The catalogue on paper, Italian and English beside each other."""
    try:
        content = render_pdf(
            template="components/pdf_catalogue.html",
            context={"initiative": initiative, "where": where_of(initiative), "entries": entries_of(initiative)},
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
