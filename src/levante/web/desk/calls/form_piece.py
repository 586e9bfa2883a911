"""One question or one section of the form being edited, with its preview as the applicant sees it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from levante.calls.api import DefinitionError, Form, Overtaken, building, explain_expression, read_entry, read_form
from levante.kernel.api import Refused, today
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.calls import asking, values
from levante.web.desk.calls.controls import Draughtsman, opened_in
from levante.web.desk.calls.editor import ASKING, MOVES
from levante.web.desk.calls.form_builder import bench_of, inner_name, may_work, words_of
from levante.web.desk.calls.form_pieces import Pieces
from levante.web.desk.calls.form_shapes import FIELD, SECTION, to_definition, to_values
from levante.web.desk.calls.form_view import drawn, rules_of
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.roles import READERS
from levante.web.desk.calls.scene import Scene
from levante.web.desk.calls.shapes import Shape
from levante.web.desk.calls.workbench import Workbench

#: The prefix of the inputs of a piece.
AT = "piece"
NEW_FIELD, NEW_SECTION = "new-field", "new-section"


class PieceScene(Scene):
    """Expressions of a piece see the answers asked before it, and its own for what must be true of it."""

    def __init__(self, bench: Workbench, form: Form, before: str) -> None:
        super().__init__(bench.call, bench.document)
        self._form, self._before = form, before

    @cached_property
    def form(self) -> Form:
        return self._form

    @cached_property
    def subjects(self) -> dict[str, building.Subject]:
        return {one.code: one for one in building.subjects_of(self._form, before=self._before)}

    @cached_property
    def _all(self) -> dict[str, building.Subject]:
        return {one.code: one for one in building.subjects_of(self._form)}

    def subjects_at(self, place: str) -> dict[str, building.Subject]:
        return self._all if place.endswith(".must") else self.subjects


@dataclass(slots=True)
class Piece:
    bench: Workbench
    place: str
    section: str
    was: dict[str, Any] | None
    values: dict[str, Any]
    revision: int
    problems: dict[str, list[str]] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)
    focus: str = ""
    typed: bool = False

    @property
    def is_section(self) -> bool:
        return self.place == NEW_SECTION or (self.was is not None and "kind" not in self.was)

    @property
    def shape(self) -> Shape:
        return SECTION if self.is_section else FIELD

    @property
    def before(self) -> str:
        return "" if self.was is None else self.place


@for_desk(*READERS)
@require_http_methods(["GET", "POST"])
def piece(request: HttpRequest, code: str, place: str) -> HttpResponse:
    bench = bench_of(request, code)
    pieces = Pieces(bench.definition)
    section = request.GET.get("in", "")
    was = pieces.get(place)
    if was is None and place not in (NEW_FIELD, NEW_SECTION):
        raise Http404
    if place == NEW_FIELD and not pieces.is_section(section):
        raise Http404
    start = to_values(was) if was is not None else {"kind": request.GET.get("kind") or "text"}
    held = Piece(bench, place, section, was, start if place != NEW_SECTION else {}, bench.call.revision)
    scene = PieceScene(bench, _form_of(bench), held.before)
    if request.method == "POST":
        if not may_work(bench):
            raise Http404
        answer = _posted(held, scene)
        if answer is not None:
            return answer
    return _shown(held, scene)


def _form_of(bench: Workbench) -> Form:
    try:
        return bench.form()
    except DefinitionError:  # pragma: no cover - what is kept has its shape
        return Form(())


def _posted(held: Piece, scene: PieceScene) -> HttpResponse | None:
    data = held.bench.request.POST
    what, _, rest = data.get("do", "save").partition(" ")
    revision = whole_number(data.get("revision"))
    held.revision = held.revision if revision is None else revision
    reader = values.Reader(data, scene._all, scene.facts, keep=what != "save")
    held.values = reader.read(held.shape, AT) or {}
    held.typed = True
    if what == "say":
        return render(held.bench.request, "desk/calls/preview.html", _preview(held, scene))
    if what in MOVES or what in ASKING:
        with suppress(
            KeyError, IndexError, ValueError, TypeError
        ):  # the page was of another moment: it is drawn again as it is
            _change(held, what, rest, scene)
        return None
    return None if what == "redraw" else _save(held, scene)


def _change(held: Piece, what: str, rest: str, scene: PieceScene) -> None:
    whole = {AT: held.values}
    if what in MOVES:
        blank: dict[str, Any] = {"it": "", "en": ""} if rest.endswith("choices") else {}
        if rest.endswith(".fields") and what == "add":
            blank = {"kind": "text"}
        values.apply(whole, what, rest, blank)
        name, _, last = rest.rpartition(".")
        if what == "add":
            held.focus = f"row-{rest.replace('.', '-')}-{len(values.at_place(whole, rest)) - 1}"
        else:
            number = max(0, int(last) + {"up": -1, "down": 1}.get(what, 0))
            held.focus = f"row-{name.replace('.', '-')}-{number}"
        return
    name, _, row = rest.partition(" ")
    parent, _, key = name.rpartition(".")
    holder = values.at_place(whole, parent)
    subjects = scene.subjects_at(name)
    now = holder.get(key)
    if what in ("clause", "unclause"):
        holder[key] = asking.changed(now, what, whole_number(row) or 0, subjects)
    else:
        holder[key] = asking.opened(now, subjects, what)
    held.focus = "c-" + name.replace(".", "-")


def _entry_of(held: Piece, troubles: list[values.Trouble]) -> dict[str, Any]:
    """The definition of the piece as it was typed, with a name of its own."""
    settled = values.settled(held.values, AT, troubles)
    entry = to_definition(settled, held.was)
    taken = Pieces(held.bench.definition).ids()
    if held.was is not None:
        entry["id"] = held.was["id"]
        if not held.is_section:
            entry["kind"] = settled["kind"]
    elif not entry.get("id"):
        words = entry.get("title") or entry.get("label") or {}
        entry["id"] = inner_name(str(words.get("it") or ""), taken)
    columns = entry.get("fields") if not held.is_section else None
    names: set[str] = set()
    for column in columns or ():
        if not column.get("id"):
            column["id"] = inner_name(str((column.get("label") or {}).get("it") or ""), names)
        names.add(column["id"])
    return entry


def _save(held: Piece, scene: PieceScene) -> HttpResponse | None:
    language = get_language()
    troubles: list[values.Trouble] = []
    entry = _entry_of(held, troubles)
    for trouble in troubles:
        held.problems.setdefault(trouble.path, []).append(trouble.text.in_language(language))
    _explain(held, entry)
    if held.problems:
        return None
    pieces = Pieces(held.bench.definition)
    if held.was is not None:
        if held.is_section:
            entry["fields"] = held.was.get("fields", [])
        pieces.put(held.place, entry)
    elif held.is_section:
        pieces.add({**entry, "fields": []})
    else:
        pieces.add(entry, section=held.section, after=held.bench.request.GET.get("after", ""))
    try:
        held.bench.keep(pieces.definition, held.revision)
    except DefinitionError as wrong:
        _take(held, wrong.path, wrong.words.in_language(language), pieces.path(entry["id"]))
        return None
    except Overtaken as refusal:
        held.loose.append(words_of(refusal))
        held.revision = held.bench.call.revision
        return None
    except Refused as refusal:
        problems = getattr(refusal, "problems", None)
        for one in problems or ():
            _take(held, one.path.removeprefix("form."), one.text.in_language(language), pieces.path(entry["id"]))
        if not problems:
            held.loose.append(words_of(refusal))
        return None
    kept = (
        gettext("Kept aside: publish the new version when it is ready.") if held.bench.is_aside else gettext("Saved.")
    )
    messages.success(held.bench.request, kept)
    return redirect(_after(held, entry))


def _after(held: Piece, entry: Mapping[str, Any]) -> str:
    code = held.bench.call.code
    if held.bench.request.POST.get("do") == "save another":
        section = held.section or _section_of(held, str(entry["id"]))
        return reverse("desk:call_form_piece", args=[code, NEW_FIELD]) + f"?in={section}&after={entry['id']}"
    return reverse("desk:call_form", args=[code]) + f"?a={entry['id']}#piece-{entry['id']}"


def _section_of(held: Piece, piece_id: str) -> str:
    if held.is_section:
        return piece_id
    return next(
        (
            s["id"]
            for s in held.bench.definition["sections"]
            if any(f.get("id") == piece_id for f in s.get("fields", []))
        ),
        "",
    )


def _take(held: Piece, path: str, text: str, mine: str) -> None:
    """A problem of the definition, at its place of the page when it is of this piece."""
    if mine and path.startswith(mine):
        held.problems.setdefault((AT + path.removeprefix(mine)).rstrip("."), []).append(text)
    else:
        held.loose.append(f"{path}: {text}")


def _explain(held: Piece, entry: Mapping[str, Any]) -> None:
    """What is wrong with each expression, in plain words; a repeated row’s own are for the definition to check."""
    whole = read_entry(held.bench.document)
    for key in ("show_if", "required", "signed", "formula", "must"):
        text = entry.get(key)
        if not isinstance(text, str) or text == (held.was or {}).get(key):
            continue
        wants = "anything" if key == "formula" else "condition"
        before = "" if key == "must" else held.before
        place = f"{AT}.{key}_if" if key in ("required", "signed") else f"{AT}.{key}"
        for fault in explain_expression(text, whole, on=today(), wants=wants, before=before):
            held.problems.setdefault(place, []).append(fault.in_language(get_language()))


def _preview(held: Piece, scene: PieceScene) -> dict[str, Any]:
    """The piece as the applicant sees it, when it has its shape."""
    language = get_language() or "it"
    entry = _entry_of(held, [])
    context: dict[str, Any] = {"shown": None, "rules": [], "section_title": "", "section_intro": ""}
    if held.is_section:
        context["section_title"] = entry.get("title") or {}
        context["section_intro"] = entry.get("intro") or {}
        return context
    try:
        form = read_form({"sections": [{"id": "x", "title": {"it": "x", "en": "x"}, "fields": [entry]}]})
    except DefinitionError:
        return context
    item = form.sections[0].fields[0]
    context["shown"] = drawn(item, language)
    context["rules"] = rules_of(item, scene.form, language)
    return context


def _shown(held: Piece, scene: PieceScene) -> HttpResponse:
    bench = held.bench
    control = Draughtsman(scene, held.problems, opened_in(bench.request)).control(held.shape, held.values, AT)
    errors = [{"text": text, "url": ""} for text in held.loose]
    errors += [
        {"text": text, "url": "#c-" + path.replace(".", "-")} for path, texts in held.problems.items() for text in texts
    ]
    context = {
        **page_of(bench.request, bench.call, bench.document, "form"),
        "piece": held,
        "control": control,
        "is_section": held.is_section,
        "is_new": held.was is None,
        "writable": may_work(bench),
        "aside": bench.is_aside,
        "revision": held.revision,
        "errors": errors,
        "focus": held.focus,
        "typed": held.typed,
        **_preview(held, scene),
    }
    fragment = bool(bench.request.headers.get("HX-Request"))
    return render(bench.request, "desk/calls/piece_editor.html" if fragment else "desk/calls/piece.html", context)
