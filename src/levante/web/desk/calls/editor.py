"""Editing a chapter of a call: what is typed is read, told in words, kept until it is saved, merged with what others did."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from levante.calls.api import (
    AMENDABLE,
    Call,
    Malformed,
    Overtaken,
    document_of,
    edit_parts,
    merge,
)
from levante.kernel.api import Refused
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.calls import asking, beside, values
from levante.web.desk.calls.chapters import CHAPTERS, Chapter, may_change, url_of
from levante.web.desk.calls.controls import Draughtsman, opened_in
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.places import label_at, shape_at
from levante.web.desk.calls.roles import READERS, actor_of, call_of, may_design
from levante.web.desk.calls.scene import Scene
from levante.web.desk.calls.shapes import parts

#: What may be done to an entry before saving.
MOVES = ("add", "remove", "up", "down")
ASKING = ("menus", "text", "closed", "clause", "unclause")


@dataclass(slots=True)
class Desk:
    """A chapter on the desk: the call, its document, what was typed over it, what is wrong with that."""

    request: HttpRequest
    call: Call
    chapter: Chapter
    document: dict[str, Any]
    revision: int
    typed: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)
    clash: list[dict[str, Any]] = field(default_factory=list)
    clash_who: str = ""
    focus: str = ""

    @property
    def open_parts(self) -> list[str]:
        """The parts that who looks may change now."""
        if not may_design(self.request, self.call):
            return []
        return [name for name in self.chapter.parts if name != "form" and may_change(self.call, name)]

    def scene(self) -> Scene:
        return Scene(self.call, self.document, self.typed)

    def value(self, part: str) -> Any:
        return self.typed[part] if part in self.typed else self.document.get(part)


@for_desk(*READERS)
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, code: str, chapter: str) -> HttpResponse:
    call = call_of(request, code)
    if chapter not in CHAPTERS or chapter == "form":
        raise Http404
    desk = Desk(request, call, CHAPTERS[chapter], document_of(call), call.revision)
    if request.method == "POST":
        answer = _posted(desk)
        if answer is not None:
            return answer
    return shown(desk)


def _posted(desk: Desk) -> HttpResponse | None:
    data = desk.request.POST
    what, _, place = data.get("do", "save").partition(" ")
    revision = whole_number(data.get("revision"))
    desk.revision = desk.revision if revision is None else revision
    scene = desk.scene()
    reader = values.Reader(data, scene.subjects, scene.facts, keep=what != "save")
    desk.typed = {name: reader.read(parts()[name], name) for name in desk.open_parts}
    if what == "say":
        return render(desk.request, "desk/calls/beside.html", beside.of(desk.chapter.code, _settled_scene(desk), data))
    if what in MOVES or what in ASKING:
        with suppress(
            KeyError, IndexError, ValueError, TypeError
        ):  # the page was of another moment: it is drawn again as it is
            _change(desk, what, place)
        return None
    if what == "redraw":
        return None
    return _save(desk)


def _change(desk: Desk, what: str, place: str) -> None:
    if what in MOVES:
        values.apply(desk.typed, what, place, _blank(place))
        name = place.rpartition(".")[0] if what != "add" else place
        held = values.at_place(desk.typed, name)
        desk.focus = _focus_after(what, place, len(held))
        return
    name, _, row = place.partition(" ")
    whole, _, last = name.rpartition(".")
    held = values.at_place(desk.typed, whole)
    key: Any = int(last) if isinstance(held, list) else last
    now = held.get(key) if isinstance(held, dict) else held[key]
    subjects = desk.scene().subjects_at(name)
    if what in ("clause", "unclause"):
        held[key] = asking.changed(now, what, whole_number(row) or 0, subjects)
    else:
        held[key] = asking.opened(now, subjects, what)
    desk.focus = "c-" + name.replace(".", "-")


def _focus_after(what: str, place: str, many: int) -> str:
    """The id of what takes the focus once the page is drawn again: the entry that was added or moved, or its neighbour."""
    whole, _, last = place.rpartition(".")
    if what == "add":
        return _row_id(place, many - 1)
    number = int(last) + {"up": -1, "down": 1}.get(what, 0)
    return _row_id(whole, min(max(number, 0), max(many - 1, 0))) if many else "add-" + whole.replace(".", "-")


def _row_id(name: str, number: int) -> str:
    return f"row-{name.replace('.', '-')}-{number}"


def _blank(place: str) -> Any:
    """An entry that nobody filled in yet."""
    shape = shape_at(place)
    return {"it": "", "en": ""} if shape is not None and shape.item and shape.item.kind.endswith("pair") else {}


def _settled_scene(desk: Desk) -> Scene:
    """What is being typed, as the document would say it."""
    said = {name: values.settled(values.pruned(value, parts()[name]), name, []) for name, value in desk.typed.items()}
    return Scene(desk.call, desk.document, said)


def _save(desk: Desk) -> HttpResponse | None:
    language = get_language()
    troubles: list[values.Trouble] = []
    ready = {name: values.settled(value, name, troubles) for name, value in desk.typed.items()}
    if troubles:
        for trouble in troubles:
            desk.problems.setdefault(trouble.path, []).append(trouble.text.in_language(language))
        return None
    act, text = _amending(desk)
    try:
        before = desk.call.revision
        saved = edit_parts(
            actor=actor_of(desk.request), call=desk.call, revision=desk.revision, values=ready, act=act, text=text
        )
    except Malformed as refusal:
        _take_problems(desk, refusal)
        return None
    except Overtaken as refusal:
        _take_clash(desk, ready, refusal)
        return None
    except Refused as refusal:
        desk.loose.append(refusal.reason.in_language(language))
        return None
    messages.success(desk.request, gettext("Saved.") if saved.revision != before else gettext("Nothing had changed."))
    if desk.revision < before:
        messages.info(desk.request, others_did(desk.call, desk.revision, before))
    return redirect(_after(desk))


def _after(desk: Desk) -> str:
    if desk.request.POST.get("do") == "save next":
        codes = list(CHAPTERS)
        following = codes.index(desk.chapter.code) + 1
        if following < len(codes):
            return url_of(desk.call, codes[following])
    return url_of(desk.call, desk.chapter.code)


def _amending(desk: Desk) -> tuple[Act | None, tuple[str, str]]:
    """The act and the words for the public of a change to a published call."""
    data = desk.request.POST
    if desk.call.state != "published":
        return None, ("", "")
    act = Act.objects.filter(programme=desk.call.programme_id, code=data.get("act", "")).first()
    return act, (data.get("text.it", ""), data.get("text.en", ""))


def _take_problems(desk: Desk, refusal: Malformed) -> None:
    language = get_language()
    for problem in refusal.problems:
        part = problem.path.split(".")[0]
        if part in desk.open_parts:
            desk.problems.setdefault(problem.path, []).append(problem.text.in_language(language))
        else:
            desk.loose.append(f"{problem.path}: {problem.text.in_language(language)}")


def _take_clash(desk: Desk, mine: Mapping[str, Any], refusal: Overtaken) -> None:
    """Somebody changed the same thing: both edits together, mine where they conflict, and theirs told beside it."""
    language = get_language()
    kept = desk.call.revisions.filter(number=desk.revision).first()
    desk.clash_who = refusal.revision.user.get_full_name() if refusal.revision.user else ""
    for name, value in mine.items():
        theirs = desk.document.get(name)
        merged = merge(kept.document.get(name) if kept else theirs, value, theirs)
        desk.typed[name] = merged.value
        for at in merged.conflicts:
            place = f"{name}.{at}".rstrip(".")
            desk.clash.append(
                {"place": place, "id": "c-" + place.replace(".", "-"), "theirs": told(desk.document, place)}
            )
    if not desk.clash:
        desk.loose.append(refusal.reason.in_language(language))
    desk.revision = desk.call.revision


def told(document: Mapping[str, Any], place: str) -> str:
    """What stands at a place of a document, in few words."""
    value: Any = document
    for name in place.split("."):
        if isinstance(value, list):
            named = [
                one
                for one in value
                if isinstance(one, Mapping) and name in (one.get("id"), one.get("code"), one.get("line"))
            ]
            number = whole_number(name)
            value = named[0] if named else value[number] if number is not None and number < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and "it" in value:
        return str(value.get((get_language() or "it")[:2]) or value["it"])
    return "–" if value is None else str(value)


def others_did(call: Call, since: int, until: int) -> str:
    """What others changed between two revisions, in a sentence."""
    from levante.web.desk.calls.versions import part_label

    rows = call.revisions.filter(number__gt=since, number__lte=until).select_related("user").order_by("number")
    told_ = [f"{part_label(row.part)} ({row.user.get_full_name() if row.user else '–'})" for row in rows]
    return gettext("Meanwhile others changed: %(what)s. Their changes are kept.") % {
        "what": ", ".join(dict.fromkeys(told_))
    }


def shown(desk: Desk) -> HttpResponse:
    scene = desk.scene()
    draughtsman = Draughtsman(scene, desk.problems, opened_in(desk.request))
    open_parts = set(desk.open_parts)
    shapes = parts()
    controls = [
        {"control": draughtsman.control(shapes[name], desk.value(name), name), "open": name in open_parts}
        for name in desk.chapter.parts
    ]
    language = get_language()
    context = {
        **page_of(desk.request, desk.call, desk.document, desk.chapter.code),
        "chapter": desk.chapter,
        "controls": controls,
        "revision": desk.revision,
        "writable": bool(open_parts),
        "amending": desk.call.state == "published" and bool(open_parts),
        "needs_act": any(AMENDABLE.get(name) for name in open_parts),
        "acts": scene.options("acts") if desk.call.state == "published" and open_parts else [],
        "act": desk.request.POST.get("act", ""),
        "text_it": desk.request.POST.get("text.it", ""),
        "text_en": desk.request.POST.get("text.en", ""),
        "errors": _all_errors(desk, language),
        "clash": desk.clash,
        "clash_who": desk.clash_who,
        "focus": desk.focus,
        "typed": bool(desk.typed),
        "last_chapter": desk.chapter.code == list(CHAPTERS)[-1],
        **beside.of(desk.chapter.code, _settled_scene(desk), desk.request.POST),
    }
    fragment = bool(desk.request.headers.get("HX-Request"))
    return render(desk.request, "desk/calls/editor.html" if fragment else "desk/calls/part.html", context)


def _all_errors(desk: Desk, language: str | None) -> list[dict[str, str]]:
    found = [{"text": text, "url": ""} for text in desk.loose]
    for path, texts in desk.problems.items():
        anchor = "#c-" + path.removesuffix(".it").removesuffix(".en").replace(".", "-")
        found += [{"text": f"{label_at(path, language)}: {text}", "url": anchor} for text in texts]
    return found
