"""On paper: the agenda, a page for each who comes, in its language and its hours; a page for each table; a badge for each."""

from collections.abc import Sequence
from typing import Any, TypeVar

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse, screens_in
from levante.meetings.api import Agenda, Attendee, Meeting
from levante.web.access import for_desk
from levante.web.components.meetings import hours_of, local_of
from levante.web.components.numbers import whole_number
from levante.web.desk.meetings.papers import BADGES, PART
from levante.web.desk.meetings.views import RELATED, agenda_for
from levante.web.desk.participants.access import READERS

One = TypeVar("One")


@for_desk(*READERS)
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes, the sellers first: each with its own meetings, on a page of its own."""
    row = agenda_for(request, code)
    mine: dict[int, list[tuple[Meeting, Any]]] = {}
    for one in _meetings(row):
        mine.setdefault(one.a_id, []).append((one, one.b))
        mine.setdefault(one.b_id, []).append((one, one.a))
    sheets = [
        {
            "person": one, "language": _language_of(one), "zone": one.hours,
            "lines": [{"meeting": met, "other": other, "when": hours_of(met.slot, one)} for met, other in mine.get(one.pk, [])],
        }
        for one in _part(request, _people(row), PART)
    ]  # fmt: skip
    return pdf_of("components/pdf_agendas.html", row, f"agende-{code}", {"sheets": sheets})


@for_desk(*READERS)
def tables(request: HttpRequest, code: str) -> HttpResponse:
    """Each table and each stand with its meetings, in the order of time: to be left on it."""
    row = agenda_for(request, code)
    there: dict[str, list[dict[str, Any]]] = {}
    for one in _meetings(row):
        there.setdefault(one.place, []).append({"meeting": one, "when": local_of(one.slot, row)})
    numbers = {name: whole_number(name) for name in there}
    places = sorted(there, key=lambda name: (numbers[name] is None, numbers[name] or 0, name))
    sheets = [
        {"place": name, "numbered": numbers[name] is not None, "lines": there[name]}
        for name in _part(request, places, PART)
    ]
    return pdf_of("components/pdf_tables.html", row, f"tavoli-{code}", {"sheets": sheets})


@for_desk(*READERS)
def badges(request: HttpRequest, code: str) -> HttpResponse:
    """A badge for each who comes to the place, with the code that finds it in the list of arrivals: six on a page."""
    row = agenda_for(request, code)
    address = request.build_absolute_uri(reverse("desk:agenda_board", args=[code]))
    cards = [
        {
            "person": one, "language": _language_of(one),
            "qr": segno.make(f"{address}#{one.pk}", error="m", micro=False).svg_data_uri(scale=3, border=2),
        }
        for one in _part(request, [one for one in _people(row) if not one.remote], BADGES)
    ]  # fmt: skip
    return pdf_of("components/pdf_badges.html", row, f"badge-{code}", {"cards": cards})


def _part(request: HttpRequest, rows: Sequence[One], size: int) -> Sequence[One]:
    """The part asked for, from 1 on; the first where none is."""
    number = max(whole_number(request.GET.get("part")) or 1, 1)
    return rows[(number - 1) * size : number * size]


def _people(row: Agenda) -> list[Attendee]:
    return list(row.attendees.coming().select_related("enterprise", "buyer", "agenda").order_by("side", "pk"))


def _language_of(one: Attendee) -> str:
    """That in which it reads: of an enterprise Italian, of a buyer its own where there are pages in it."""
    return screens_in(one.buyer.written_in) if one.buyer is not None else "it"


def _meetings(row: Agenda) -> list[Meeting]:
    return list(row.meetings.standing().select_related(*RELATED).order_by("slot__starts_at", "table", "pk"))


def pdf_of(template: str, row: Agenda, name: str, context: dict[str, Any]) -> HttpResponse:
    """A document of an agenda, shown by the browser; refused where no PDF can be made."""
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
