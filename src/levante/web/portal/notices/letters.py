"""The letters that offices wrote to the enterprise: their text, their paper, and that they were read."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from levante.documents.api import StoredFile
from levante.kernel.api import Actor
from levante.letters.api import KINDS, Letter, blocks_of, page_of, read_letter
from levante.web.access import for_enterprise
from levante.web.site.files.views import send


def letters_to(actor: Actor) -> Any:
    """What was written to the enterprise acted for and left, the newest first."""
    rows = Letter.objects.visible_to(actor).left().filter(enterprise_id=actor.enterprise_id)
    return rows.select_related("office").order_by("-queued_at", "-pk")


@for_enterprise("read")
def letters(request: HttpRequest) -> HttpResponse:
    rows = letters_to(request.actor).defer("body", "courtesy_body")  # type: ignore[attr-defined]
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/letters/list.html",
        {"page": page, "rows": [{"letter": row, "kind": KINDS[row.kind].label} for row in page.object_list]},
    )


@for_enterprise("read")
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    shown = _letter(request, letter_id)
    return render(
        request,
        "portal/letters/letter.html",
        {
            "letter": shown,
            "kind": KINDS[shown.kind].label,
            "blocks": blocks_of(shown.body),
            "courtesy": blocks_of(shown.courtesy_body),
            "attachments": shown.attachments.order_by("pk"),
            "about": page_of(shown.subject_type, shown.subject_id, portal=True),
        },
    )


@for_enterprise("read")
@require_POST
def read(request: HttpRequest, letter_id: int) -> HttpResponse:
    """They say to have read it: of a letter that came in the portal alone, that is its delivery."""
    shown = _letter(request, letter_id)
    read_letter(actor=request.actor, letter=shown)  # type: ignore[attr-defined]
    return redirect("portal:letter", shown.pk)


@for_enterprise("read")
def download(request: HttpRequest, letter_id: int, file_id: int) -> HttpResponse:
    """The paper of the letter or one of its attachments; receipts and messages are the office's."""
    shown = _letter(request, letter_id)
    theirs = set(shown.attachments.values_list("pk", flat=True))
    if shown.document is not None and shown.document.file_id is not None:
        theirs.add(shown.document.file_id)
    file = StoredFile.objects.filter(pk=file_id).first() if file_id in theirs else None
    if file is None:
        raise Http404
    return send(file)


def _letter(request: HttpRequest, letter_id: int) -> Letter:
    found: Letter | None = letters_to(request.actor).select_related("document__file").filter(pk=letter_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found
