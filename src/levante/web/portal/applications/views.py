from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    amount_of,
    applications_of,
    attach_file,
    detach_file,
    discard_draft,
    follow_form,
    for_filling,
    read_application,
    save_answers,
    start_draft,
    submit_application,
    timeline,
    with_call,
)
from levante.calls.api import Opening, Section, form_kinds
from levante.kernel.api import Actor, Refused, day_of, now
from levante.law.remedies import remedies
from levante.web.access import for_enterprise
from levante.web.portal.applications.forms import section_views, sent_answers
from levante.web.portal.applications.pages import stepper, summary_rows, task_list
from levante.web.portal.applications.standing import standing_of


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def application_or_404(request: HttpRequest, application_id: int) -> Application:
    """The application, if it is of the enterprise acted for. One query."""
    actor = actor_of(request)
    return get_object_or_404(
        with_call(Application.objects.visible_to(actor)).filter(enterprise_id=actor.enterprise_id), pk=application_id
    )


def language() -> str:
    return get_language() or "it"


@for_enterprise()
def applications(request: HttpRequest) -> HttpResponse:
    """My applications: drafts first with what they lack, then what was sent."""
    mine = list(applications_of(actor_of(request)))
    instant = now()
    return render(
        request,
        "portal/applications/list.html",
        {
            "drafts": [(item, item.opening.phase(instant)) for item in mine if item.is_draft],
            "sent": [item for item in mine if not item.is_draft],
        },
    )


@for_enterprise("apply")
def start(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Start an application, or go back to the draft there is. A GET (after signing in) only asks to confirm."""
    opening = get_object_or_404(
        Opening.objects.visible_to(actor_of(request)).select_related("call__office", "form"), pk=opening_id
    )
    if request.method != "POST":
        return render(request, "portal/applications/start.html", {"opening": opening, "call": opening.call})
    try:
        draft = start_draft(actor=actor_of(request), opening=opening)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("site:call", opening.call.code)
    return redirect("portal:application", draft.pk)


@for_enterprise()
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """The task list of a draft; the file of what was sent, with what is my turn."""
    shown = application_or_404(request, application_id)
    if not shown.is_draft:
        return render(request, "portal/applications/file.html", _file_context(shown))
    reading = read_application(shown)
    return render(
        request,
        "portal/applications/tasks.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "phase": shown.opening.phase(now()),
            "tasks": task_list(shown, reading, language()),
            "steps": stepper("fill"),
            "missing": len(reading.problems),
            "new_form": shown.opening.form_id is not None and shown.form_id != shown.opening.form_id,
        },
    )


def _file_context(shown: Application) -> dict[str, Any]:
    return {
        "application": shown,
        "call": shown.opening.call,
        "moments": list(reversed(timeline(shown))),
        "standing": standing_of(shown),
        "integrations": list(shown.integrations.all()),
        "notice": getattr(shown, "notice", None),
        "places": list(shown.ranking_rows.filter(ranking__state="published").select_related("ranking__opening__call")),
        "groups": summary_rows(shown, read_application(shown), language()),
        "remedies": remedies(day_of(shown.decided_at)) if shown.state == "rejected" and shown.decided_at else (),
    }


def _section(shown: Application, section_id: str) -> tuple[Any, Section]:
    reading = read_application(shown)
    section = next((item for item in reading.sections if item.id == section_id), None)
    if section is None:
        raise Http404
    return reading, section


@for_enterprise("apply")
def section(request: HttpRequest, application_id: int, section_id: str) -> HttpResponse:
    """One section. POST saves it: by the page's own autosave (JSON) or by a button (then on to the next section)."""
    actor = actor_of(request)
    shown = get_object_or_404(
        for_filling(Application.objects.visible_to(actor)).filter(enterprise_id=actor.enterprise_id), pk=application_id
    )
    if not shown.is_draft:
        return redirect("portal:application", shown.pk)
    reading, current = _section(shown, section_id)
    if request.method == "POST":
        return _save(request, shown, current)
    return _section_page(request, shown, reading, current, show_problems="controlla" in request.GET)


def _section_page(
    request: HttpRequest,
    shown: Application,
    reading: Any,
    current: Section,
    *,
    show_problems: bool,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    fields = section_views(
        shown, reading, current, language=language(), show_problems=show_problems,
        values=more.get("values"), conflicts=more.get("conflicts"),
    )  # fmt: skip
    ids = [item.id for item in reading.sections]
    place = ids.index(current.id)
    return render(
        request,
        "portal/applications/section.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "section": current,
            "fields": fields,
            "shown": " ".join(item.id for item in current.fields if item.typed),
            "problems": reading.problems_of(current.id) if show_problems else [],
            "steps": stepper("fill"),
            "place": place + 1,
            "of": len(ids),
            "previous": ids[place - 1] if place else None,
            "has_conflicts": bool(more.get("conflicts")),
            "revision": shown.revision,
            "keeper": f"{actor_of(request).user_id}:{shown.enterprise_id}",
        },
        status=status,
    )


def _save(request: HttpRequest, shown: Application, current: Section) -> HttpResponse:
    answers = sent_answers(current, request.POST, stored=shown.answers)
    row = request.POST.get("remove_row", "")
    if "-" in row:
        _remove_row(answers, *row.rsplit("-", 1))
    revision = request.POST.get("revision", "")
    saved = save_answers(
        actor=actor_of(request),
        application=shown,
        answers=answers,
        base_revision=int(revision) if revision.isdigit() else shown.revision,
        overwrite=request.POST.get("keep") == "mine",
    )
    if request.headers.get("X-Levante-Autosave"):
        return JsonResponse(_autosaved(shown, current, saved))
    if saved.conflicts:
        return _section_page(
            request, shown, read_application(shown), current, show_problems=False, status=409,
            values=saved.refused, conflicts=saved.conflicts,
        )  # fmt: skip
    add = request.POST.get("add_row", "")
    if add or row:
        return redirect(f"{request.path}#f-{add or row.rsplit('-', 1)[0]}")
    reading = read_application(shown)
    ids = [item.id for item in reading.sections]
    after = ids[ids.index(current.id) + 1] if current.id in ids[:-1] else None
    if reading.problems_of(current.id) and request.POST.get("next") == "check":
        return redirect(f"{request.path}?controlla")
    if request.POST.get("next") == "later":
        messages.success(request, gettext("Saved: you can go on whenever you like."))
        return redirect("portal:application", shown.pk)
    if after is not None:
        return redirect("portal:application_section", shown.pk, after)
    return redirect("portal:application_summary", shown.pk)


def _remove_row(answers: dict[str, Any], name: str, number: str) -> None:
    rows = answers.get(name)
    if isinstance(rows, list) and number.isdigit() and int(number) < len(rows):
        answers[name] = [row for place, row in enumerate(rows) if place != int(number)] or None


def _autosaved(shown: Application, current: Section, saved: Any) -> dict[str, Any]:
    """What the page needs after an autosave: the new revision, what is shown now, computed values, conflicts."""
    reading = read_application(shown)
    by_id = {item.id: item for item in current.fields}
    return {
        "revision": shown.revision,
        "saved_at": shown.saved_at.isoformat() if shown.saved_at else None,
        "visible": [item.id for item in current.fields if item.id in reading.visible],
        "computed": {
            item.id: form_kinds.shown(item, reading.answers.get(item.id), language())
            for item in current.fields
            if item.kind == "computed"
        },
        "wrong": {
            problem.anchor: problem.text.in_language(language())
            for problem in reading.problems_of(current.id)
            if problem.kind == "wrong"
        },
        "conflicts": {
            name: form_kinds.shown(by_id[name], value, language()) for name, value in saved.conflicts.items()
        },
    }


@require_POST
@for_enterprise("apply")
def attach(request: HttpRequest, application_id: int, field_id: str) -> HttpResponse:
    """Add a document to an answer; what is refused says why, and nothing of it stays."""
    shown = application_or_404(request, application_id)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            messages.error(request, _no_file(request))
        else:
            attach_file(actor=actor_of(request), application=shown, field_id=field_id, upload=upload)
            messages.success(request, gettext("Document added."))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    return redirect(_back_to(shown, field_id))


def _no_file(request: HttpRequest) -> str:
    refused = getattr(request, "upload_refused", None)
    return refused.in_language(language()) if refused is not None else gettext("Choose a file first.")


def _back_to(shown: Application, field_id: str) -> str:
    from django.urls import reverse

    for item, each in read_application(shown).form.fields():
        if each.id == field_id:
            return reverse("portal:application_section", args=[shown.pk, item.id]) + f"#f-{field_id}"
    return reverse("portal:application", args=[shown.pk])


@require_POST
@for_enterprise("apply")
def detach(request: HttpRequest, application_id: int, field_id: str, file_id: int) -> HttpResponse:
    """Take a document away from a draft."""
    shown = application_or_404(request, application_id)
    detach_file(actor=actor_of(request), application=shown, field_id=field_id, file_id=file_id)
    messages.success(request, gettext("Document removed."))
    return redirect(_back_to(shown, field_id))


@for_enterprise()
def summary(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything as the office will read it, with what is missing on top, each a link to its place."""
    shown = application_or_404(request, application_id)
    if not shown.is_draft:
        return redirect("portal:application", shown.pk)
    return _summary_page(request, shown)


def _summary_page(request: HttpRequest, shown: Application, *, refused: str = "", status: int = 200) -> HttpResponse:
    reading = read_application(shown)
    return render(
        request,
        "portal/applications/summary.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "phase": shown.opening.phase(now()),
            "groups": summary_rows(shown, reading, language()),
            "problems": reading.problems,
            "amount": amount_of(shown),
            "steps": stepper("check"),
            "may_send": "submit" in actor_of(request).scopes,
            "refused": refused,
        },
        status=status,
    )


@require_POST
@for_enterprise("apply")
def submit(request: HttpRequest, application_id: int) -> HttpResponse:
    """Send. A double click, a retry or another tab end on the same receipt."""
    arrived = now()
    try:
        submit_application(actor=actor_of(request), application=Application(pk=application_id), at=arrived)
    except Refused as refusal:
        return _summary_page(
            request,
            application_or_404(request, application_id),
            refused=refusal.reason.in_language(language()),
            status=409,
        )
    return redirect("portal:application_receipt", application_id)


@require_POST
@for_enterprise("apply")
def discard(request: HttpRequest, application_id: int) -> HttpResponse:
    """Put a draft away; or bring it to the new version of the form, when that is what was asked."""
    shown = application_or_404(request, application_id)
    if request.POST.get("what") == "follow":
        follow_form(actor=actor_of(request), application=shown)
        return redirect("portal:application", shown.pk)
    discard_draft(actor=actor_of(request), application=shown)
    messages.success(request, gettext("Draft discarded."))
    return redirect("portal:applications")
