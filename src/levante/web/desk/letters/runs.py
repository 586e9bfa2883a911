"""Letters by the thousand on screen: the runs, one with how far it is, a look at its letters, start, stop, resume; a run to the files
that the filters of the list choose."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import prepare_files_run
from levante.documents.api import TO_KEEP, PdfUnavailable, render_pdf
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, refuse
from levante.letters.api import (
    KINDS,
    PLACEHOLDERS,
    LetterRun,
    blocks_of,
    look_at,
    may_work_run,
    page_of,
    paper_of,
    progress_of,
    retry_run,
    start_run,
    stop_run,
    wordings_for,
)
from levante.web.access import for_desk
from levante.web.components.forms import done, tell
from levante.web.components.numbers import whole_number
from levante.web.desk.applications.listing import chosen
from levante.web.navigation import FILE_ROLES

PAGE = 50
#: How many letters of a run are shown before it starts, and how many of its lines that failed.
LOOKS, FAILURES = 3, 50
RUN_TONES = {"prepared": "waiting", "running": "active", "stopped": "attention", "finished": "done"}

#: A button of the page: the states in which it is there, the service, what is said after.
STEPS: dict[str, tuple[set[str], Callable[..., object], Any]] = {
    "start": ({"prepared", "stopped"}, start_run, _("The letters are being written.")),
    "stop": ({"running"}, stop_run, _("It is stopped: what was written has left, the rest waits.")),
    "retry": ({"stopped", "finished", "running"}, retry_run, _("They are being tried again.")),
}


@for_desk(*FILE_ROLES)
def runs(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = LetterRun.objects.visible_to(actor).select_related("office", "created_by").order_by("-pk")
    after = whole_number(request.GET.get("after"))
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.counted()[: PAGE + 1])
    return render(
        request,
        "desk/letters/runs.html",
        {
            "rows": [{"run": run, "tone": RUN_TONES[run.state]} for run in rows[:PAGE]],
            "next_cursor": str(rows[PAGE - 1].pk) if len(rows) > PAGE else None,
        },
    )


@for_desk(*FILE_ROLES)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    shown = run_or_404(request.actor, run_id)  # type: ignore[attr-defined]
    actor: Actor = request.actor  # type: ignore[attr-defined]
    progress = progress_of(shown)
    failed = shown.items.filter(state="failed").order_by("serial")[:FAILURES]
    return render(
        request,
        "desk/letters/run.html",
        {
            "run": shown,
            "tone": RUN_TONES[shown.state],
            "progress": progress,
            "looks": _looks(actor, shown),
            "failed": failed,
            "about": page_of(shown.source_type, shown.source_id) if shown.source_id else "",
            "may_work": may_work_run(actor, shown),
            "steps": {name for name, (among, _service, _said) in STEPS.items() if shown.state in among},
        },
    )


def _looks(actor: Actor, shown: LetterRun) -> list[dict[str, Any]]:
    """The first letters of a run that has not been started, as they would be, or why one cannot be."""
    if shown.state != "prepared":
        return []
    found: list[dict[str, Any]] = []
    for item in shown.items.order_by("serial")[:LOOKS]:
        try:
            letter = look_at(actor=actor, run=shown, subject_id=item.subject_id)
        except Refused as error:
            found.append({"item": item, "refused": error.reason})
            continue
        found.append({"item": item, "letter": letter, "blocks": blocks_of(letter.body)})
    return found


@for_desk(*FILE_ROLES)
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far it is: the part of the page that refreshes itself."""
    shown = run_or_404(request.actor, run_id)  # type: ignore[attr-defined]
    if (
        request.GET.get("seen", shown.state) != shown.state
    ):  # begun, stopped or finished: what can be done is another thing
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/letters/run_progress.html", {"run": shown, "progress": progress_of(shown)})


@for_desk(*FILE_ROLES)
def look(request: HttpRequest, run_id: int, serial: int) -> HttpResponse:
    """One of its letters on paper, as it would be: nothing is kept."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = run_or_404(actor, run_id)
    item = shown.items.filter(serial=serial).first()
    if item is None:
        raise Http404(serial)
    letter = look_at(actor=actor, run=shown, subject_id=item.subject_id)
    try:
        content = render_pdf(
            template="letters/pdf_letter.html", context=paper_of(letter), title=letter.subject, variant=TO_KEEP
        )
    except PdfUnavailable as error:
        refuse(error.reason.it, error.reason.en)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="anteprima-{shown.pk}-{serial}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@for_desk(*FILE_ROLES)
@require_POST
def step(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    """Start, stop, try again."""
    shown = run_or_404(request.actor, run_id)  # type: ignore[attr-defined]
    if name not in STEPS:
        raise Http404(name)
    _among, service, said = STEPS[name]
    tell(request, service, str(said), run=shown)
    return redirect("desk:letter_run", shown.pk)


def run_or_404(actor: Actor, run_id: int) -> LetterRun:
    """A run that the actor sees."""
    rows = LetterRun.objects.visible_to(actor).select_related("office__parent", "created_by", "started_by")
    found: LetterRun | None = rows.filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


class WriteForm(forms.Form):
    """The text to many files."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Object"), max_length=300)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("An empty line begins a paragraph, “- ” an item of a list, “## ” a heading."),
    )


@for_desk(roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
def write(request: HttpRequest) -> HttpResponse:
    """One text, a letter to each file that the filters choose: prepared here, looked at and started in its own page."""
    query = request.GET.urlencode()
    _filter, rows = chosen(request)
    form = WriteForm(request.POST or None, initial={"token": uuid4()})
    made: list[LetterRun] = []

    def prepare(*, actor: Actor, token: UUID, subject: str, body: str) -> None:
        made.append(prepare_files_run(actor=actor, token=str(token), applications=rows, subject=subject, body=body))

    if done(request, form, prepare):
        messages.success(request, gettext("The letters are prepared: look at some, then start."))
        return redirect("desk:letter_run", made[0].pk)
    kind = KINDS["communication"]
    first = rows.select_related("opening__call__office").first()
    texts = wordings_for(first.opening.call.office, {name: f"{{{name}}}" for name in PLACEHOLDERS}) if first else {}
    return render(
        request,
        "desk/letters/write.html",
        {
            "form": form,
            "count": rows.count(),
            "query": query,
            "back": query,
            "texts": texts.get("communication", []),
            "names": [{"name": f"{{{name}}}", "words": PLACEHOLDERS[name]} for name in kind.placeholders],
            "language": get_language(),
        },
        status=422 if form.is_bound else 200,
    )
