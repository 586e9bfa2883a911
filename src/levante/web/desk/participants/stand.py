"""The drawing of a stand at the desk: its parts, whose each module is."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.initiatives.api import Initiative
from levante.kernel.api import Refused
from levante.participations.api import (
    Drawn,
    Hall,
    Selection,
    StandElement,
    draw_stand,
    exchange_modules,
    first_drawing,
    mark_of_drawing,
    mark_of_holders,
    may_keep,
    may_read_list,
    selection_of,
    states,
)
from levante.web.access import for_desk
from levante.web.components.stand import drawing_of
from levante.web.desk.participants.access import KEEPERS, READERS, initiative_of
from levante.web.desk.participants.forms import ElementSet, HallForm, ModuleForm
from levante.web.desk.participants.needs import needs_of


@for_desk(*READERS)
def stand(request: HttpRequest, code: str) -> HttpResponse:
    """The drawing, whose modules are, and the table that changes it."""
    found = initiative_of(request, code)
    selection = _selection(selection_of(found))
    if not may_read_list(request.actor, found):  # type: ignore[attr-defined]
        raise Http404
    keeps = bool(may_keep(request.actor, found))  # type: ignore[attr-defined]
    parts, hall = _drawn(selection, request.POST or None)
    if request.method == "POST" and keeps and parts.is_valid() and hall.is_valid():
        drawn = [
            Drawn(**{name: row[name] for name in ("code", "kind", "x", "y", "width", "depth", "label_it", "label_en")})
            for row in parts.cleaned_data
            if row.get("code")
        ]
        width, depth = hall.cleaned_data["hall_width"], hall.cleaned_data["hall_depth"]
        space = Hall(width, depth) if width and depth else None
        read = request.POST.get("read")
        try:
            draw_stand(actor=request.actor, initiative=found, parts=drawn, hall=space, read=read)  # type: ignore[attr-defined]
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("The drawing is kept."))
            return redirect("desk:stand", code=code)
    return _page(request, found, selection, keeps=keeps, parts=parts, hall=hall)


def _drawn(selection: Selection, sent: Any = None) -> tuple[Any, HallForm]:
    """The table of the parts and the space, as they are or as somebody sent them."""
    rows = [_initial(one) for one in selection.elements.order_by("code")]
    sides = {"hall_width": selection.hall_width, "hall_depth": selection.hall_depth}
    return ElementSet(sent, initial=rows, prefix="parts"), HallForm(sent, initial=sides)


def _page(
    request: HttpRequest,
    found: Initiative,
    selection: Selection,
    *,
    keeps: bool,
    parts: Any,
    hall: HallForm,
    chosen: Any = None,
) -> HttpResponse:
    elements = list(selection.elements.select_related("holder__enterprise").order_by("code"))
    modules = [one for one in elements if one.kind == states.MODULE] if keeps else []
    rows = list(selection.participations.seated().select_related("enterprise").order_by("position"))
    return render(
        request,
        "desk/participants/stand.html",
        {
            "initiative": found, "selection": selection, "drawing": drawing_of(elements, selection),
            "parts": parts if keeps else None, "hall": hall, "keeps": keeps,
            "modules": [ModuleForm(chosen, element=one, rows=rows) for one in modules],
            "mark": mark_of_drawing(selection, elements), "holders_mark": mark_of_holders(elements),
            "needs": needs_of(rows, elements),
            "without": [row for row in rows if not any(one.holder_id == row.pk for one in elements)],
        },
    )  # fmt: skip


@for_desk(*KEEPERS)
@require_POST
def modules(request: HttpRequest, code: str) -> HttpResponse:
    """Who has each module: all that is asked, or nothing; two may be exchanged at once. What cannot be is shown as it was chosen."""
    found = initiative_of(request, code)
    selection = _selection(selection_of(found))
    rows = {str(row.pk): row for row in selection.participations.seated().select_related("enterprise")}
    wanted: dict[int, int | None] = {}
    for element in selection.elements.filter(kind=states.MODULE).order_by("code"):
        form = ModuleForm(request.POST, element=element, rows=list(rows.values()))
        if not form.is_valid():
            messages.error(request, gettext("Choose among who has a place."))
            break
        chosen = rows.get(form.cleaned_data["holder"])
        wanted[element.pk] = chosen.pk if chosen is not None else None
    else:
        read = request.POST.get("read")
        try:
            exchange_modules(actor=request.actor, initiative=found, holders=wanted, read=read)  # type: ignore[attr-defined]
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:stand", code=code)
    parts, hall = _drawn(selection)
    keeps = bool(may_keep(request.actor, found))  # type: ignore[attr-defined]
    return _page(request, found, selection, keeps=keeps, parts=parts, hall=hall, chosen=request.POST)


@for_desk(*KEEPERS)
@require_POST
def first(request: HttpRequest, code: str) -> HttpResponse:
    """A first drawing, a module for each place."""
    found = initiative_of(request, code)
    selection = _selection(selection_of(found))
    try:
        draw_stand(actor=request.actor, initiative=found, parts=first_drawing(selection))  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:stand", code=code)


def _initial(one: StandElement) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("code", "kind", "x", "y", "width", "depth", "label_it", "label_en")}


def _selection(found: Selection | None) -> Selection:
    if found is None:
        raise Http404
    return found
