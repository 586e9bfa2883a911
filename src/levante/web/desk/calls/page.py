"""A call at the desk: where it stands, what is missing for the next step, its openings, its history; its file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.calls.api import CALLS, as_yaml, document_of, move_call
from levante.kernel.api import now
from levante.web.access import for_desk
from levante.web.components.forms import tell
from levante.web.desk.calls.chapters import place_url
from levante.web.desk.calls.frame import moves_of, page_of
from levante.web.desk.calls.roles import DESIGNERS, READERS, call_of
from levante.web.desk.calls.unwritten import unwritten_in


@for_desk(*READERS)
def call(request: HttpRequest, code: str) -> HttpResponse:
    found = call_of(request, code)
    document = document_of(found)
    instant = now()
    openings = list(found.openings.all())
    for opening in openings:
        opening.call = found
    return render(
        request,
        "desk/calls/call.html",
        {
            **page_of(request, found, document),
            "moves": moves_of(request, found),
            "openings": [{"row": opening, "phase": opening.phase(instant)} for opening in openings],
            "events": list(found.events.select_related("user", "act", "opening")[:30]),
            "unwritten": [{"text": text, "url": place_url(found, path)} for path, text in unwritten_in(document)],
        },
    )


@for_desk(*DESIGNERS)
@require_POST
def move(request: HttpRequest, code: str, transition: str) -> HttpResponse:
    """A step of the call's life."""
    found = call_of(request, code)
    if transition not in CALLS.transitions:
        raise Http404
    label = CALLS.transitions[transition].label.in_language(get_language())
    tell(request, move_call, gettext("Done: %(step)s.") % {"step": label}, call=found, transition=transition)
    return redirect("desk:call", code=found.code)


@for_desk(*READERS)
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The file of the call, to be kept or loaded elsewhere."""
    found = call_of(request, code)
    answer = HttpResponse(as_yaml(found), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.yaml"'
    return answer
