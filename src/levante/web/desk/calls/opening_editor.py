"""The form of an opening of a published call: another one, or one that changes as far as nobody relied on it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from levante.calls.api import Call, Malformed, Opening, add_opening, change_opening, document_of, fixed_parts
from levante.kernel.api import Refused, now
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.desk.calls import values
from levante.web.desk.calls.controls import Draughtsman, opened_in
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.openings import held_opening
from levante.web.desk.calls.roles import DESIGNERS, actor_of, call_of, may_design
from levante.web.desk.calls.scene import Scene
from levante.web.desk.calls.shapes import Shape, parts

PLACE = "opening"


@for_desk(*DESIGNERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Another opening of a published call."""
    return _edited(request, call_of(request, code), None)


@for_desk(*DESIGNERS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str, opening: str) -> HttpResponse:
    """An opening of a published call changes; what no longer does is shown with the reason."""
    return _edited(request, *held_opening(request, code, opening))


def _edited(request: HttpRequest, call: Call, opening: Opening | None) -> HttpResponse:
    if call.state != "published" or not may_design(request, call):
        raise Http404
    document = document_of(call)
    scene = Scene(call, document)
    shape = parts()["openings"].item
    assert shape is not None
    fixed = fixed_parts(opening, now()) if opening is not None else {}
    before = next((one for one in document["openings"] if opening and one["code"] == opening.code), {})
    typed: Any = before
    problems: dict[str, list[str]] = {}
    loose: list[str] = []
    data = request.POST
    what, _sep, place = data.get("do", "save").partition(" ")
    if request.method == "POST":
        reader = values.Reader(data, scene.subjects, scene.facts, keep=what != "save")
        typed = reader.read(shape, PLACE) or {}
        typed |= {name: before.get(name) for name in fixed}
        if what == "save":
            made = _save(request, call, opening, typed, problems, loose)
            if made is not None:
                messages.success(request, gettext("Done: it is told on the public page of the call."))
                return redirect("desk:call_opening", code=call.code, opening=made.code)
        elif what in ("add", "remove", "up", "down"):
            values.apply({PLACE: typed}, what, place, {})
    drawn = Draughtsman(scene, problems, opened_in(request)).control(shape, typed, PLACE)
    language = get_language()
    context = {
        **page_of(request, call, document, "openings"),
        "opening": opening,
        "controls": [
            {"control": one, "fixed": fixed[name].in_language(language) if name in fixed else ""}
            for one in drawn.inside
            for name in [one.name.rpartition(".")[2]]
        ],
        "errors": [{"text": text, "url": ""} for text in loose]
        + [
            {"text": f"{_label(shape, path)}: {text}", "url": "#c-" + path.replace(".", "-")}
            for path, texts in problems.items()
            for text in texts
        ],
        "acts": scene.options("acts"),
        "needs_act": True,
        "act": data.get("act", ""),
        "text_it": data.get("text.it", ""),
        "text_en": data.get("text.en", ""),
        "focus": "",
    }
    fragment = bool(request.headers.get("HX-Request"))
    return render(request, "desk/calls/opening_editor.html" if fragment else "desk/calls/opening_new.html", context)


def _label(shape: Shape, path: str) -> str:
    """The words of the part of an opening at a place (``opening.lines.0.budget``)."""
    names = path.split(".")
    found = dict(shape.parts).get(names[1]) if len(names) > 1 else None
    return found.label.in_language(get_language()) if found is not None else gettext("Opening")


def _save(
    request: HttpRequest,
    call: Call,
    opening: Opening | None,
    typed: Mapping[str, Any],
    problems: dict[str, list[str]],
    loose: list[str],
) -> Opening | None:
    language = get_language()
    troubles: list[values.Trouble] = []
    entry = values.settled(typed, PLACE, troubles)
    for trouble in troubles:
        problems.setdefault(trouble.path, []).append(trouble.text.in_language(language))
    if troubles:
        return None
    data = request.POST
    act: Any = Act.objects.filter(programme=call.programme_id, code=data.get("act", "")).first()
    said: dict[str, Any] = {
        "actor": actor_of(request),
        "act": act,
        "text": (data.get("text.it", ""), data.get("text.en", "")),
    }
    try:
        made: Opening = (
            change_opening(opening=opening, entry=entry, **said)
            if opening is not None
            else add_opening(call=call, opening=entry, **said)
        )
    except Malformed as refusal:
        for one in refusal.problems:
            path = f"{PLACE}." + ".".join(one.path.split(".")[2:])
            problems.setdefault(path.rstrip("."), []).append(one.text.in_language(language))
        return None
    except Refused as refusal:
        loose.append(refusal.reason.in_language(language))
        return None
    return made
