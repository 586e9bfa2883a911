"""The agenda on paper: a page for each who comes, in its language and its hours; a page for each table."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse
from levante.meetings.api import Agenda, Meeting, states
from levante.web.access import for_desk
from levante.web.components.meetings import hours_of, local_of
from levante.web.components.numbers import whole_number
from levante.web.desk.meetings.views import RELATED, agenda_for
from levante.web.desk.participants.access import READERS


@for_desk(*READERS)
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes, the sellers first: each with its own meetings, on a page of its own."""
    row = agenda_for(request, code)
    mine: dict[int, list[tuple[Meeting, Any]]] = {}
    for one in _meetings(row):
        mine.setdefault(one.a_id, []).append((one, one.b))
        mine.setdefault(one.b_id, []).append((one, one.a))
    who = row.attendees.coming().select_related("enterprise", "buyer", "agenda").order_by("side", "pk")
    sheets = [
        {
            "person": one, "language": "it" if one.side == states.SELLER else "en", "zone": one.hours,
            "lines": [{"meeting": met, "other": other, "when": hours_of(met.slot, one)} for met, other in mine.get(one.pk, [])],
        }
        for one in who
    ]  # fmt: skip
    return _pdf("components/pdf_agendas.html", row, f"agende-{code}", {"sheets": sheets})


@for_desk(*READERS)
def tables(request: HttpRequest, code: str) -> HttpResponse:
    """Each table and each stand with its meetings, in the order of time: to be left on it."""
    row = agenda_for(request, code)
    there: dict[str, list[dict[str, Any]]] = {}
    for one in _meetings(row):
        there.setdefault(one.place, []).append({"meeting": one, "when": local_of(one.slot, row)})
    numbers = {name: whole_number(name) for name in there}
    places = sorted(there, key=lambda name: (numbers[name] is None, numbers[name] or 0, name))
    sheets = [{"place": name, "numbered": numbers[name] is not None, "lines": there[name]} for name in places]
    return _pdf("components/pdf_tables.html", row, f"tavoli-{code}", {"sheets": sheets})


def _meetings(row: Agenda) -> list[Meeting]:
    return list(row.meetings.standing().select_related(*RELATED).order_by("slot__starts_at", "table", "pk"))


def _pdf(template: str, row: Agenda, name: str, context: dict[str, Any]) -> HttpResponse:
    initiative = row.initiative
    try:
        content = render_pdf(
            template=template, context=context | {"initiative": initiative, "agenda": row}, title=initiative.title_it
        )
    except PdfUnavailable:
        refuse("Il PDF non si può fare ora.", "The PDF cannot be made now.")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
