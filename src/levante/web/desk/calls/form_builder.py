"""The form of a call: its questions as the applicant sees them, each with what is done to it; one question or section edited."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from levante.calls.api import Call, DefinitionError, Field, Form, Section, document_of, new_code
from levante.kernel.api import Refused
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.calls.chapters import may_change
from levante.web.desk.calls.form_pieces import Pieces
from levante.web.desk.calls.form_view import sections_shown
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.roles import READERS, call_of, may_design
from levante.web.desk.calls.scene import Scene
from levante.web.desk.calls.workbench import Workbench


def bench_of(request: HttpRequest, code: str) -> Workbench:
    call = call_of(request, code)
    return Workbench(request, call, document_of(call))


def may_work(bench: Workbench) -> bool:
    return may_design(bench.request, bench.call) and may_change(bench.call, "form")


@for_desk(*READERS)
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    bench = bench_of(request, code)
    errors: list[str] = []
    if request.method == "POST":
        answer = _done(bench, errors)
        if answer is not None:
            return answer
    changes = bench.changes() if bench.has_changes else []
    drafts, touched = bench.touched(changes) if bench.has_changes else (0, 0)
    language = get_language()
    scene = Scene(bench.call, {**bench.document, "form": bench.definition})
    return render(
        request,
        "desk/calls/form.html",
        {
            **page_of(request, bench.call, bench.document, "form"),
            "sections": sections_shown(bench.form(), language or "it"),
            "writable": may_work(bench),
            "bench": bench,
            "revision": bench.call.revision,
            "changes": [(one.text, one.does) for one in changes],
            "drafts": drafts,
            "touched": touched,
            "errors": errors,
            "acts": scene.options("acts") if bench.has_changes else [],
            "needs_act": True,
            "act": request.POST.get("act", ""),
            "text_it": request.POST.get("text.it", ""),
            "text_en": request.POST.get("text.en", ""),
            "focus": request.GET.get("a", ""),
            "sought": request.GET.get("q", ""),
            "found": found_in(bench.form(), request.GET.get("q", "")),
        },
    )


def found_in(form: Form, words: str) -> list[tuple[Section, Field]]:
    """The questions with all these words in their text, in either language, or in their name; none when none is asked."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    return [
        (section, item)
        for section, item in form.fields()
        if all(word in f"{item.label.it} {item.label.en} {item.id}".casefold() for word in wanted)
    ]


def _done(bench: Workbench, errors: list[str]) -> HttpResponse | None:
    """A button of the form was pressed."""
    data = bench.request.POST
    what, _, place = data.get("do", "").partition(" ")
    if not may_work(bench):
        raise Http404
    here = reverse("desk:call_form", args=[bench.call.code])
    if what == "discard":
        bench.discard()
        messages.success(bench.request, gettext("The changes kept aside are thrown away."))
        return redirect(here)
    try:
        if what == "publish":
            act = Act.objects.filter(programme=bench.call.programme_id, code=data.get("act", "")).first()
            bench.publish(act, (data.get("text.it", ""), data.get("text.en", "")))
            messages.success(bench.request, gettext("The new version of the form is in force: drafts follow it."))
            return redirect(here)
        if what in ("up", "down", "remove", "copy"):
            pieces = Pieces(bench.definition)
            place = getattr(pieces, what)(place) or place
            bench.keep(pieces.definition, _revision(data, bench.call))
            return redirect(f"{here}?a={place}#piece-{place}")
    except (Refused, DefinitionError) as refusal:
        errors.append(words_of(refusal))
        return None
    raise Http404


def words_of(refusal: Refused | DefinitionError) -> str:
    language = get_language()
    if isinstance(refusal, DefinitionError):
        return f"{refusal.path}: {refusal.words.in_language(language)}"
    return refusal.reason.in_language(language)


def _revision(data: Mapping[str, Any], call: Call) -> int:
    found = whole_number(str(data.get("revision", "")))
    return call.revision if found is None else found


def inner_name(label: str, taken: set[str]) -> str:
    """A name for a question, from its words, that no other has."""
    name = re.sub(r"[^a-z0-9_]", "_", new_code(label).replace("-", "_"))[:40].strip("_") or "domanda"
    if not name[0].isalpha():
        name = f"d_{name}"
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
