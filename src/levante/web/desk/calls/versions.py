"""The versions of a call: who changed what and when, what was there before, and going back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.calls.api import changes_between, document_of, read_form, restore_call
from levante.kernel.pure import Bilingual
from levante.web.access import for_desk
from levante.web.components.forms import tell
from levante.web.components.numbers import whole_number
from levante.web.desk.calls import shapes
from levante.web.desk.calls.chapters import CHAPTERS
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.roles import DESIGNERS, READERS, call_of

PAGE = 25
#: The most lines of a comparison that a page shows.
MOST = 200


def part_label(part: str) -> str:
    """What a revision changed, in words."""
    said = {
        "created": gettext("created"), "loaded": gettext("loaded from its file"), "restored": gettext("brought back"),
        "openings": gettext("openings"), "form": CHAPTERS["form"].label.in_language(get_language()).lower(),
    }  # fmt: skip
    known = shapes.parts()
    return ", ".join(
        said.get(name) or (known[name].label.in_language(get_language()).lower() if name in known else name)
        for name in part.split("+")
    )


@for_desk(*READERS)
def versions(request: HttpRequest, code: str) -> HttpResponse:
    call = call_of(request, code)
    rows = call.revisions.select_related("user").defer("document").order_by("-number")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/calls/versions.html",
        {
            **page_of(request, call, document_of(call), "versions"),
            "page": page,
            "rows": [{"row": row, "part": part_label(row.part)} for row in page.object_list],
        },
    )


@for_desk(*READERS)
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a version changed, and how it differs from the call of now."""
    call = call_of(request, code)
    row = get_object_or_404(call.revisions.select_related("user"), number=number)
    before = call.revisions.filter(number__lt=number).order_by("-number").first()
    document = document_of(call)
    return render(
        request,
        "desk/calls/version.html",
        {
            **page_of(request, call, document, "versions"),
            "row": row,
            "part": part_label(row.part),
            "changed": differences(before.document if before else {}, row.document),
            "since": differences(row.document, document),
            "may_restore": call.state == "draft" and row.number != call.revision,
        },
    )


@for_desk(*DESIGNERS)
@require_POST
def restore(request: HttpRequest, code: str, number: int) -> HttpResponse:
    call = call_of(request, code)
    revision = whole_number(request.POST.get("revision"))
    done = tell(
        request, restore_call, gettext("The draft is again what it was."), call=call,
        revision=call.revision if revision is None else revision, to=number,
    )  # fmt: skip
    return (
        redirect("desk:call", code=call.code) if done else redirect("desk:call_version", code=call.code, number=number)
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """The places that differ: what each is called, what was there, what is there. The form is told field by field."""
    found = list(_differences(_less_form(before), _less_form(after), ()))[:MOST]
    return [*_of_form(before.get("form") or {}, after.get("form") or {}), *found]


def _less_form(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in ("form", "state", "published_at")}


def _of_form(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    if before == after or not after:
        return []
    where, language = CHAPTERS["form"].label.in_language(get_language()), get_language()
    if not before:
        return [{"where": where, "before": "", "after": gettext("the form is written")}]
    changes = changes_between(read_form(before), read_form(after))
    return [{"where": where, "before": "", "after": one.text.in_language(language)} for one in changes]


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if before == after:
        return
    if _deep(before) and _deep(after) and isinstance(before, dict) == isinstance(after, dict):
        was, now = _named(before), _named(after)
        for name in dict.fromkeys([*now, *was]):
            yield from _differences(was.get(name), now.get(name), (*path, name))
        return
    yield {"where": where_of(path), "before": told(before), "after": told(after)}


def _deep(value: Any) -> bool:
    return isinstance(value, (dict, list)) and not (isinstance(value, dict) and {"it", "en"} == value.keys())


def _named(value: Any) -> dict[str, Any]:
    """The entries by what names them."""
    if isinstance(value, dict):
        return value
    return {
        str((one.get("code") or one.get("line") or number) if isinstance(one, dict) else one): one
        for number, one in enumerate(value)
    }


def where_of(path: tuple[str, ...]) -> str:
    """A place in words: the part's label, and the names under it."""
    language = get_language()
    known = shapes.parts()
    if not path or path[0] not in known:
        return ".".join(path)
    shape: shapes.Shape | None = known[path[0]]
    words = [known[path[0]].label.in_language(language)]
    for name in path[1:]:
        shape = _under(shape, name)
        words.append(shape.label.in_language(language) if shape is not None and shape.label.it else name)
    return " › ".join(words)


def _under(shape: shapes.Shape | None, name: str) -> shapes.Shape | None:
    if shape is None:
        return None
    if shape.item is not None:
        return replace(shape.item, label=Bilingual(name, name))
    for inner in (shape, *(case for _, case in shape.cases)):
        if name in dict(inner.parts):
            return inner.part(name)
    return None


def told(value: Any) -> str:
    """A value in few words."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, dict):
        if "it" in value:
            return str(value.get((get_language() or "it")[:2]) or value["it"])
        return "; ".join(filter(None, (told(one) for one in value.values())))
    if isinstance(value, list):
        return "; ".join(told(one) for one in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)
