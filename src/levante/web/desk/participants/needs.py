"""What each who has a place needs on the stand: for the page of the drawing, and as a spreadsheet and on paper for who fits it out."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse
from levante.participations.api import Participation, Selection, StandElement, may_read_list, selection_of, states
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.desk.participants.access import READERS, initiative_of

Line = dict[str, Any]


def needs_of(rows: Sequence[Participation], elements: Sequence[StandElement]) -> list[Line]:
    """A line for each place: ``modules`` (their codes), ``name`` on the stand, ``firm``, ``needs`` in words, ``note``, ``told`` (false: the
    enterprise has said nothing yet). Those with a module first, as on the drawing. No query: places with their enterprise are given."""
    codes: dict[int, list[str]] = {}
    for one in sorted(elements, key=lambda element: element.code):
        if one.holder_id is not None:
            codes.setdefault(one.holder_id, []).append(one.code)
    lines = [
        {
            "row": row, "modules": ", ".join(codes.get(row.pk, [])), "name": row.graphic_name or row.enterprise.name,
            "firm": row.enterprise.name, "needs": [words for code, words in states.NEEDS.items() if code in row.needs],
            "note": row.needs_note, "told": row.told_at is not None,
        }
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (not line["modules"], line["modules"]))


@for_desk(*READERS)
def needs_csv(request: HttpRequest, code: str) -> HttpResponse:
    """A line for each place."""
    language = get_language()
    heads = [
        gettext("Module"), gettext("Name on the stand"), gettext("Enterprise"), gettext("Technical needs"),
        gettext("More on what is needed"),
    ]  # fmt: skip
    rows = [
        [
            line["modules"], line["name"], line["firm"],
            ", ".join(one.in_language(language) for one in line["needs"]) if line["told"] else gettext("not told yet"), line["note"],
        ]
        for line in _lines(request, code)
    ]  # fmt: skip
    return table_file("csv", f"stand-{code}", [heads, *rows])


@for_desk(*READERS)
def needs_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same on paper, in Italian and English: who fits a stand out is often abroad."""
    found, lines = initiative_of(request, code), _lines(request, code)
    try:
        content = render_pdf(
            template="components/pdf_needs.html", context={"initiative": found, "lines": lines},
            title=f"Esigenze tecniche: {found.title_it}",
        )  # fmt: skip
    except PdfUnavailable:
        refuse(
            "Il PDF non si può fare ora: lo stesso è nel foglio di calcolo.",
            "The PDF cannot be made now: the same is in the spreadsheet.",
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="stand-{code}.pdf"'
    return response


def _lines(request: HttpRequest, code: str) -> list[Line]:
    found = initiative_of(request, code)
    selection: Selection | None = selection_of(found)
    if selection is None or not may_read_list(request.actor, found):  # type: ignore[attr-defined]
        raise Http404
    rows = selection.participations.seated().select_related("enterprise").order_by("position")
    return needs_of(list(rows), list(selection.elements.all()))
