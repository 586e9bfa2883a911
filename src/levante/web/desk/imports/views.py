"""Imports of the business register: upload, progress, rejected rows."""

import os
import uuid
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused
from levante.kernel.pure import reads_english
from levante.parties.api import (
    MERGERS,
    BadFile,
    ImportRun,
    defer_import,
    describe,
    imports_folder,
    is_stopped,
    rejected_rows,
    request_import,
    resume_import,
)
from levante.web.access import for_desk
from levante.web.components.forms import FileInput

LARGEST = 500 * 1024 * 1024


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of the business register"),
        help_text=_("CSV or XLSX, up to 500 MB; the columns are in the documentation of formats."),
        widget=FileInput(accept=".csv,.txt,.xlsx"),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 500 MB: split it."))
        return file


@for_desk(*MERGERS)
def imports(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    refused = getattr(request, "upload_refused", None)
    if request.method == "POST" and refused is not None:  # stopped while it arrived: too large, or no room for it
        form.errors["file"] = form.error_class([refused.in_language(get_language())])
    elif request.method == "POST" and form.is_valid():
        try:
            run = _take(request, form.cleaned_data["file"])
        except BadFile as error:
            form.add_error("file", error.reason.in_language(get_language()))
        except OSError:
            form.add_error("file", gettext("There is no room for this file on the server. Nothing was imported."))
        else:
            messages.success(request, gettext("The import is queued: this page follows it."))
            return redirect("desk:import", run.pk)
    page = Paginator(ImportRun.objects.select_related("requested_by").order_by("-id"), 30).get_page(
        request.GET.get("page")
    )
    return render(request, "desk/imports/list.html", {"form": form, "page": page})


def _take(request: HttpRequest, upload: Any) -> ImportRun:
    """Keep the file, look at it from end to end, queue the import. Nothing stays of a file that is no register."""
    path = imports_folder() / f"{uuid.uuid4().hex}{Path(upload.name).suffix.lower()[:5]}"
    try:
        with path.open("xb") as file:
            for piece in upload.chunks():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        described = describe(path)
        with transaction.atomic():
            run = request_import(
                actor=request.actor,  # type: ignore[attr-defined]
                path=path,
                file_name=Path(upload.name).name,
                sha256=described.sha256,
                rows=described.rows or None,
            )
            defer_import(run.pk)
    except (BadFile, OSError, Refused):
        path.unlink(missing_ok=True)
        raise
    return run


@for_desk(*MERGERS)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "desk/imports/run.html", _context(get_object_or_404(ImportRun, pk=pk)))


@for_desk(*MERGERS)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that moves (HTMX)."""
    return render(request, "desk/imports/progress.html", _context(get_object_or_404(ImportRun, pk=pk)))


def _context(one: ImportRun) -> dict[str, Any]:
    english = reads_english(get_language())
    return {
        "run": one,
        "stopped": is_stopped(one),
        "error": one.error_en if english else one.error_it,
        "going": one.state in (ImportRun.WAITING, ImportRun.RUNNING),
    }


@for_desk(*MERGERS)
def rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rejected rows as they were, each with its number and reason."""
    one = get_object_or_404(ImportRun, pk=pk)
    if not one.rejected:
        raise Http404
    response = StreamingHttpResponse(rejected_rows(one), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{one.pk}-rejects.csv"'
    return response


@for_desk(*MERGERS)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ImportRun, pk=pk)
    if one.state != ImportRun.DONE:
        with transaction.atomic():
            resume_import(actor=request.actor, run=one)
            defer_import(one.pk)
        messages.success(request, gettext("The import goes on from where it stopped."))
    return redirect("desk:import", one.pk)
