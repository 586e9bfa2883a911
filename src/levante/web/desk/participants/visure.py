"""The visure of the RNA of a place that is aid: asked, come, or written by hand."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.identity.api import roles
from levante.kernel.api import Refused
from levante.participations.api import (
    ask_place_visure,
    asked_from_here,
    may_keep,
    may_read_list,
    others_of,
    record_place_visura,
    states,
    visure_of,
    waited_since,
    what_lacks,
)
from levante.web.access import for_desk
from levante.web.components.forms import attempt, say
from levante.web.components.visure import kinds_of, visura_form
from levante.web.desk.participants.access import KEEPERS, READERS, row_of

#: Who works on aid: a visura may tell of others of the single undertaking (``Visura.visible_to``).
SEE = tuple(role for role in READERS if role != roles.COMMUNICATION)
WRITE = tuple(role for role in KEEPERS if role != roles.COMMUNICATION)


@for_desk(*SEE)
def visure(request: HttpRequest, pk: int) -> HttpResponse:
    """What the RNA said of who has the place, what it has not said yet, and a form for one asked on the Register's site."""
    row, actor = row_of(request, pk), request.actor  # type: ignore[attr-defined]
    selection = row.selection
    if not selection.is_aid or selection.decided_at is None or not may_read_list(actor, selection.initiative):
        raise Http404
    known, others = visure_of([row])[row.pk], others_of([row])[row.pk]
    form = visura_form(request, known, others)
    if request.method == "POST" and form.is_valid():
        try:
            record_place_visura(actor=actor, row=row, **form.told())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The visura is recorded: the act that grants the place cites it."))
            return redirect("desk:place_visure", pk=pk)
    since = waited_since(row)
    waits = row.state == states.REGISTERING or since is not None
    keeps = waits and row.reservation is not None and bool(may_keep(actor, selection.initiative))
    context: dict[str, Any] = {
        "row": row, "initiative": selection.initiative, "state": states.STATES[row.state], "tone": states.TONES[row.state],
        "kinds": kinds_of(known), "others": others,
        "lack": what_lacks(row, known, others, since=since) if waits else None, "waits": waits,
        "asks": keeps and asked_from_here(selection), "form": form if keeps else None,
    }  # fmt: skip
    return render(request, "desk/participants/visure.html", context, status=400 if form.is_bound else 200)


@for_desk(*WRITE)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the RNA for what is missing, and again for what it refused."""
    row = row_of(request, pk)
    attempt(request, lambda: ask_place_visure(actor=request.actor, row=row), gettext("Asked: they come by themselves."))  # type: ignore[attr-defined]
    return redirect("desk:place_visure", pk=pk)
