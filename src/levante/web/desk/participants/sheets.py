"""The list taken out: a spreadsheet, and a paper to attach to the act; before it is decided, the order as it would be now with its mark."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext

from levante.documents.api import PdfUnavailable
from levante.kernel.api import refuse
from levante.kernel.pure import reads_english
from levante.participations.api import (
    Selection,
    Turn,
    list_of,
    mark_of_order,
    may_read_list,
    order_of,
    order_on_paper,
    states,
    visure_of,
)
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.desk.participants.access import READERS, initiative_of, selection_or_404
from levante.web.desk.participants.turns import turns_shown


@for_desk(*READERS)
def places_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The list as a spreadsheet, with the points of each criterion; before it is decided the order as it would be now, with its mark."""
    found = initiative_of(request, code)
    selection = selection_or_404(found)
    if selection.decided_at is None or "since" in request.GET:
        if not may_read_list(request.actor, found):  # type: ignore[attr-defined]
            raise Http404
        return _order_csv(selection, code)
    language = get_language()
    heads = [
        gettext("Place"),
        gettext("Enterprise"),
        gettext("Tax code"),
        gettext("State"),
        gettext("Points"),
        *[words.in_language(language) for words in states.CRITERIA_WORDS.values()],
        gettext("Answer by"),
        gettext("Modules"),
        gettext("COR"),
        gettext("VERCOR"),
        gettext("Name on the stand"),
        gettext("Why"),
    ]
    listed = list(list_of(request.actor, selection))  # type: ignore[attr-defined]
    known = visure_of(listed) if selection.is_aid else {}
    rows = [
        [
            row.position,
            row.enterprise.name,
            row.enterprise.tax_code,
            states.STATES[row.state].in_language(language),
            row.total,
            *[row.points.get(name, {}).get("points", "") for name in states.CRITERIA_WORDS],
            row.answer_by,
            row.modules,
            row.cor,
            ", ".join(one.vercor for one in known.get(row.pk, {}).values() if one.vercor),
            row.graphic_name,
            row.reason_en if reads_english(language) else row.reason_it,
        ]
        for row in listed
    ]
    return table_file("csv", f"partecipanti-{code}", [heads, *rows])


def _order_csv(selection: Selection, code: str) -> HttpResponse:
    """The order as it would be decided now, for the act that approves it; the last line is its mark."""
    language, turns = get_language(), order_of(selection)
    heads = [
        gettext("Place"), gettext("Enterprise"), gettext("Tax code"), gettext("Number"), gettext("Outcome"), gettext("Points"),
        *[states.CRITERIA_WORDS[name].in_language(language) for name in selection.weights], gettext("Why"),
    ]  # fmt: skip
    rows = []
    for shown in turns_shown(selection, turns):
        turn: Turn = shown["turn"]
        why = turn.request.barred or turn.request.owes
        outcome = gettext("waiting list")
        if turn.request.barred:
            outcome = gettext("not admitted")
        elif turn.request.owes:
            outcome = gettext("passed over until it pays")
        elif shown["within"]:
            outcome = gettext("a place")
        rows.append([
            shown["place"], turn.request.enterprise.name, turn.request.enterprise.tax_code, turn.request.number, outcome,
            turn.placed.total if turn.placed is not None else "", *[one.get("points", "") for one in shown["points"]],
            why.in_language(language) if why else "",
        ])  # fmt: skip
    return table_file("csv", f"ordine-{code}", [heads, *rows, [gettext("Mark of this order"), mark_of_order(turns)]])


@for_desk(*READERS)
def places_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same on paper, in Italian."""
    found = initiative_of(request, code)
    if not may_read_list(request.actor, found):  # type: ignore[attr-defined]
        raise Http404
    try:
        content = order_on_paper(selection_or_404(found), since="since" in request.GET)
    except PdfUnavailable:
        refuse(
            "Il PDF non si può fare ora: lo stesso è nel foglio di calcolo.",
            "The PDF cannot be made now: the same is in the spreadsheet.",
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="ordine-{code}.pdf"'
    return response
