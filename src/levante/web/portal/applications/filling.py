"""Filling in a draft: a section, its documents, who else is there, what changed. The same for who applies and for an office."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    Application,
    as_asked,
    attach_file,
    be_here,
    changes_of,
    date_file,
    detach_file,
    earlier_files,
    filled_by,
    has_earlier,
    is_asked,
    others_in,
    promise_file,
    read_application,
    restore_answer,
    reuse_file,
    save_answers,
    written_by_office,
)
from levante.calls.api import Reading, Section, form_kinds
from levante.kernel.api import Actor, Refused
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.forms import ADDED, SEPARATOR, after_rows, section_views, sent_answers
from levante.web.portal.applications.pages import change_rows, stepper
from levante.web.portal.applications.place import Place

#: In the address of a section: the day typed with a document that was refused.
UNTIL = "scade"


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def language() -> str:
    return get_language() or "it"


def _section(shown: Application, section_id: str) -> tuple[Any, Section]:
    reading = read_application(shown)
    section = next((item for item in reading.sections if item.id == section_id), None)
    if section is None:
        raise Http404
    return reading, as_asked(shown, section)


def section_page(request: HttpRequest, shown: Application, section_id: str, at: Place) -> HttpResponse:
    """One section of a draft (``with_present``, ``with_given``). POST saves it: by the page's autosave (JSON), or by a button (then
    on to the next section). One sent or sealed meanwhile, in another tab, is told so: ``{over: address}``."""
    if not shown.is_draft:
        if request.headers.get("X-Levante-Autosave"):
            return JsonResponse({"over": reverse(at.tasks, args=[shown.pk])})
        return redirect(at.tasks, shown.pk)
    reading, current = _section(shown, section_id)
    if request.method == "POST":
        return _save(request, shown, current, at)
    return _draw(request, shown, reading, current, at, show_problems="controlla" in request.GET)


def _draw(
    request: HttpRequest,
    shown: Application,
    reading: Any,
    current: Section,
    at: Place,
    *,
    show_problems: bool,
    status: int = 200,
    holder: str = "",
    values: Any = None,
    conflicts: Any = None,
) -> HttpResponse:
    others = others_in(shown, actor_of(request).user_id)
    holder = holder or next((one.name for one in others if one.writing and one.section == current.id), "")
    by_office = written_by_office(shown)
    fields = section_views(
        shown, reading, current, language=language(), show_problems=show_problems, values=values, conflicts=conflicts,
        earlier={item.id for item in current.fields if item.kind == "file" and has_earlier(shown, item)},
        added=request.GET.get(ADDED, ""),
    )  # fmt: skip
    refused = {message.extra_tags: str(message) for message in messages.get_messages(request) if message.extra_tags}
    for view in fields:
        view.by_office = view.name in by_office
        if view.name in refused:
            view.errors.append(refused[view.name])
            view.until = request.GET.get(UNTIL, "")
    ids = [item.id for item in reading.sections]
    place = ids.index(current.id)
    return render(
        request,
        "portal/applications/section.html",
        {
            "at": at,
            "application": shown,
            "call": shown.opening.call,
            "section": current,
            "fields": fields,
            "shown": " ".join(item.id for item in current.fields if item.typed),
            "problems": reading.problems_of(current.id) if show_problems else [],
            "steps": stepper("fill", shown),
            "place": place + 1,
            "of": len(ids),
            "previous": ids[place - 1] if place else None,
            "has_conflicts": bool(conflicts),
            "holder": holder,
            "here": _here(reading, others),
            "revision": shown.revision,
            "filling": getattr(shown, "filling", None),
            "by_office": filled_by(shown) if not at.is_office else [],
            "keeper": f"{actor_of(request).user_id}:{shown.enterprise_id}",
        },
        status=status,
    )


def _here(reading: Any, others: Any) -> list[dict[str, Any]]:
    """Who else is in the draft and where, for the page."""
    titles = {section.id: section.title.in_language(language()) for section in reading.form.sections}
    return [
        {"name": one.name, "section": titles.get(one.section, ""), "writing": one.writing}
        for one in others
        if one.section in titles
    ]


def _save(request: HttpRequest, shown: Application, current: Section, at: Place) -> HttpResponse:
    answers = sent_answers(current, request.POST, stored=shown.answers)
    without_row(answers, request.POST.get("remove_row", ""))
    revision = whole_number(request.POST.get("revision"))
    saved = save_answers(
        actor=actor_of(request),
        application=shown,
        answers=answers,
        base_revision=shown.revision if revision is None else revision,
        overwrite=request.POST.get("keep") == "mine",
        section=current.id,
        aside=request.POST.getlist("aside"),
    )
    if request.headers.get("X-Levante-Autosave"):
        return JsonResponse(autosaved(shown, read_application(shown), current, saved, language()))
    if saved.conflicts:
        return _draw(
            request, shown, read_application(shown), current, at, show_problems=False, status=409, holder=saved.holder,
            values=saved.refused, conflicts=saved.conflicts,
        )  # fmt: skip
    if to := after_rows(request.path, current, request.POST, shown.answers):
        return redirect(to)
    reading = read_application(shown)
    ids = [item.id for item in reading.sections]
    after = ids[ids.index(current.id) + 1] if current.id in ids[:-1] else None
    if reading.problems_of(current.id) and request.POST.get("next") == "check":
        return redirect(f"{request.path}?controlla")
    if request.POST.get("next") == "later":
        messages.success(request, gettext("Saved: you can go on whenever you like."))
        return redirect(at.tasks, shown.pk)
    if after is not None:
        return redirect(at.section, shown.pk, after)
    if is_asked(shown.opening.call) and not reading.problems and not at.is_office:
        return redirect("portal:application_sign", shown.pk)
    return redirect(at.summary, shown.pk)


def without_row(answers: dict[str, Any], which: str) -> None:
    """Take away the row that a button names (``costs-0``), if it names one."""
    name, _, written = which.rpartition("-")
    rows, number = answers.get(name), whole_number(written)
    if isinstance(rows, list) and number is not None and number < len(rows):
        answers[name] = [row for place, row in enumerate(rows) if place != number] or None


def computed_in_rows(current: Section, reading: Reading, language: str) -> dict[str, str]:
    """What the form reckons of each row, by the name of its place on the page."""
    return {
        SEPARATOR.join((item.id, str(number), inner.id)): form_kinds.shown(inner, row.get(inner.id), language)
        for item in current.fields
        for number, row in enumerate(reading.answers.get(item.id) or [] if item.kind == "group" else [])
        for inner in item.fields
        if inner.kind == "computed"
    }


def autosaved(shown: Application, reading: Any, current: Section, saved: Any, language: str) -> dict[str, Any]:
    """What the page needs after an autosave: the new revision, what is shown now, computed values, conflicts."""
    by_id = {item.id: item for item in current.fields}
    return {
        "revision": shown.revision,
        "saved_at": shown.saved_at.isoformat() if shown.saved_at else None,
        "visible": [item.id for item in current.fields if item.id in reading.visible],
        "computed": {
            item.id: form_kinds.shown(item, reading.answers.get(item.id), language)
            for item in current.fields
            if item.kind == "computed"
        }
        | computed_in_rows(current, reading, language),
        "wrong": {
            problem.anchor: problem.text.in_language(language)
            for problem in reading.problems_of(current.id)
            if problem.kind == "wrong"
        },
        "conflicts": {name: form_kinds.shown(by_id[name], value, language) for name, value in saved.conflicts.items()},
        "holder": saved.holder,
    }


# -- documents


def file_added(request: HttpRequest, shown: Application, field_id: str, at: Place) -> HttpResponse:
    """A document for an answer: uploaded, chosen among those given before, or promised. What is refused says why, and its day
    is typed once."""
    actor, what = actor_of(request), request.POST.get("what", "upload")
    upload, earlier = request.FILES.get("file"), whole_number(request.POST.get("earlier"))
    until = request.POST.get("expires_on", "")
    try:
        if what in {"later", "now"}:
            promise_file(actor=actor, application=shown, field_id=field_id, promised=what == "later")
            messages.success(request, gettext("Noted.") if what == "later" else gettext("You can give it now."))
        elif what == "again" and earlier is not None:
            reuse_file(actor=actor, application=shown, field_id=field_id, attachment_id=earlier)
            messages.success(request, gettext("Document added: it is the one you gave before."))
        elif upload is None or hasattr(request, "upload_refused"):
            messages.error(request, _no_file(request), extra_tags=field_id)
        else:
            attach_file(actor=actor, application=shown, field_id=field_id, upload=upload, expires_on=day_in(until))
            messages.success(request, gettext("Document added."))
            until = ""
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()), extra_tags=field_id)
    return redirect(_back_to(shown, field_id, at, until))


def earlier_page(request: HttpRequest, shown: Application, field_id: str, at: Place) -> HttpResponse:
    """The documents given before that would do for a question: choose one."""
    section, item = _file_field(shown, field_id)
    return render(
        request,
        "portal/applications/earlier.html",
        {
            "at": at,
            "application": shown,
            "call": shown.opening.call,
            "section": section,
            "field": item,
            "rows": earlier_files(shown, [item]).get(item.id, []),
        },
    )


def _file_field(shown: Application, field_id: str) -> tuple[Section, Any]:
    for section, item in read_application(shown).form.fields():
        if item.id == field_id and item.kind == "file":
            return section, item
    raise Http404


def file_changed(request: HttpRequest, shown: Application, field_id: str, file_id: int, at: Place) -> HttpResponse:
    """Take a document away from a draft, or say until when it holds."""
    actor = actor_of(request)
    try:
        if "expires_on" in request.POST:
            day = day_in(request.POST["expires_on"])
            if day is None:
                messages.error(request, gettext("Write the day like this: 31/12/2026."))
            else:
                date_file(actor=actor, application=shown, field_id=field_id, file_id=file_id, expires_on=day)
                messages.success(request, gettext("The last day of the document is saved."))
        else:
            detach_file(actor=actor, application=shown, field_id=field_id, file_id=file_id)
            messages.success(request, gettext("Document removed."))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    return redirect(_back_to(shown, field_id, at))


def day_in(text: str) -> date | None:
    """A day as people or browsers write it; ``None`` when it is none."""
    found = form_kinds.read_day(text.strip())
    return date.fromisoformat(found) if isinstance(found, str) else None


def uploads_of(request: HttpRequest, name: str) -> list[Any]:
    """The files of an answer. When one of them was stopped on its way (too large, no room) the answer is refused with why:
    the others alone would not be what was given."""
    refused = getattr(request, "upload_refused", None)
    if refused is not None:
        raise Refused(refused)
    return request.FILES.getlist(name)


def _no_file(request: HttpRequest) -> str:
    refused = getattr(request, "upload_refused", None)
    return refused.in_language(language()) if refused is not None else gettext("Choose a file first.")


def _back_to(shown: Application, field_id: str, at: Place, until: str = "") -> str:
    typed = f"?{urlencode({UNTIL: until})}" if until else ""
    for item, each in read_application(shown).form.fields():
        if each.id == field_id:
            return reverse(at.section, args=[shown.pk, item.id]) + f"{typed}#f-{field_id}"
    return reverse(at.tasks, args=[shown.pk])


# -- together


def presence_told(request: HttpRequest, shown: Application, at: Place) -> HttpResponse:
    """The page says that its person is there (JSON), or takes a section over (a button: then back to the section)."""
    section = request.POST.get("section", "")
    here = be_here(
        actor=actor_of(request), application=shown, section=section, arriving="arriving" in request.POST,
        take="take" in request.POST,
    )  # fmt: skip
    if not request.headers.get("X-Levante-Here"):
        return redirect(at.section, shown.pk, section)
    html = render_to_string("portal/applications/here.html", {"here": _here(read_application(shown), here.others)})
    return JsonResponse({"html": html, "mine": here.mine, "holder": here.holder, "taken_by": here.taken_by})


def history_page(request: HttpRequest, shown: Application, at: Place) -> HttpResponse:
    """Who changed what and when; POST puts an answer back as it was."""
    if request.method == "POST":
        revision, field_id = whole_number(request.POST.get("revision")), request.POST.get("field", "")
        if revision is None:
            raise Http404
        try:
            restore_answer(actor=actor_of(request), application=shown, revision=revision, field_id=field_id)
            messages.success(request, gettext("The answer is back as it was."))
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(language()))
        return redirect(at.history, shown.pk)
    before = whole_number(request.GET.get("before"))
    changes = changes_of(shown, before=before)
    rows = change_rows(shown, changes, language())
    return render(
        request,
        "portal/applications/history.html",
        {
            "at": at,
            "application": shown,
            "call": shown.opening.call,
            "filling": getattr(shown, "filling", None),
            "rows": rows,
            "next": changes[-1].saving.revision if changes and changes[-1].saving.revision > 1 else None,
            "later": before is not None,
        },
    )
