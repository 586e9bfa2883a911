"""The tie between directions and actions: an editable mapping, with who changed what, when, why and by which act."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.identity.api import roles
from levante.kernel.api import require
from levante.kernel.pure import Bilingual
from levante.programme.api import (
    DirectionAction,
    Programme,
    TieChange,
    held_at_desk,
    may_map_ties,
    record_tie,
    remove_tie,
)
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.desk.programme.forms import TieForm, TieRemovalForm
from levante.web.desk.programme.views import READERS, shown_programme

CHANGES = (roles.DIRECTOR, roles.SYSTEM)
KINDS = {
    TieChange.ADDED: Bilingual("aggiunto alla scrivania", "added at the desk"),
    TieChange.CHANGED: Bilingual("cambiato alla scrivania", "changed at the desk"),
    TieChange.REMOVED: Bilingual("tolto alla scrivania", "taken away at the desk"),
    TieChange.FOLDER: Bilingual("ripreso dalla cartella", "taken again from the folder"),
}


@for_desk(*READERS)
def ties(request: HttpRequest) -> HttpResponse:
    programme = shown_programme()
    held = held_at_desk(programme)
    rows = DirectionAction.objects.of(programme).select_related("direction", "action__fund")
    return render(
        request,
        "desk/programme/ties.html",
        {
            "rows": [{"row": row, "held": held.get(row.code)} for row in rows.order_by("direction__position", "code")],
            "history": [
                {"row": row, "kind": KINDS[row.kind], "before": _told(row.before), "after": _told(row.after)}
                for row in TieChange.objects.filter(programme=programme).select_related("act")[:100]
            ],
            "may": bool(may_map_ties(request.actor)),  # type: ignore[attr-defined]
        },
    )


@for_desk(*CHANGES)
def new(request: HttpRequest) -> HttpResponse:
    require(may_map_ties(request.actor))  # type: ignore[attr-defined]
    return _form(request, shown_programme(), None)


@for_desk(*CHANGES)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    require(may_map_ties(request.actor))  # type: ignore[attr-defined]
    programme = shown_programme()
    return _form(request, programme, _tie(programme, pk))


@for_desk(*CHANGES)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    programme = shown_programme()
    found = _tie(programme, pk)
    form = TieRemovalForm(request.POST, prefix="remove")
    if form.is_valid():
        remove_tie(actor=request.actor, tie=found, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]
        messages.success(request, gettext("The tie is taken away; its history stays."))
        return redirect("desk:programme_ties")
    return _form(request, programme, found, removal=form)


def _form(
    request: HttpRequest, programme: Programme, found: DirectionAction | None, removal: TieRemovalForm | None = None
) -> HttpResponse:
    names = ("direction", "action", "since", "until", "note_it", "note_en")
    initial = {name: getattr(found, name) for name in names} if found is not None else {}
    posted = request.POST if request.method == "POST" and removal is None else None
    form = TieForm(posted, programme=programme, initial=initial)
    if done(request, form, record_tie, tie=found):
        messages.success(request, gettext("The tie is kept, with its history."))
        return redirect("desk:programme_ties")
    context = {"form": form, "tie": found, "removal": removal or TieRemovalForm(prefix="remove")}
    context["removal_open"] = removal is not None
    status = 400 if posted is not None or removal is not None else 200
    return render(request, "desk/programme/tie_form.html", context, status=status)


def _tie(programme: Programme, pk: int) -> DirectionAction:
    found: DirectionAction = get_object_or_404(
        DirectionAction.objects.of(programme).select_related("direction", "action", "programme"), pk=pk
    )
    return found


def _told(kept: dict[str, Any]) -> str:
    """A tie as its history keeps it, in a line."""
    if not kept:
        return "–"
    days = " – ".join(kept.get(name) or "…" for name in ("since", "until"))
    return f"{kept['direction']} → {kept['action']} ({days})"
