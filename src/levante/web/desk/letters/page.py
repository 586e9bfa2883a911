"""One letter: its text, how it went with its receipts, and what can be done now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from levante.documents.api import TO_KEEP, PdfUnavailable, StoredFile, render_pdf
from levante.kernel.api import Actor, refuse, require
from levante.kernel.pure import Bilingual, Decision
from levante.letters.api import (
    LETTERS,
    WHAT_TO_DO,
    Letter,
    blocks_of,
    cancel_letter,
    edit_draft,
    finish_draft,
    may_follow,
    may_read_letter,
    page_of,
    paper_of,
    record_outcome,
    send_letter_again,
    send_letter_otherwise,
    try_again,
    way_of,
)
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.desk.letters.forms import (
    AddressForm,
    CancelForm,
    DraftForm,
    NothingForm,
    OtherwiseForm,
    OutcomeForm,
)
from levante.web.desk.letters.listing import described
from levante.web.navigation import FILE_ROLES
from levante.web.site.files.views import send


def _push(*, actor: Actor, letter: Letter) -> None:
    if not try_again(actor=actor, letters=[letter]):
        refuse("Ora non c’è nulla da riprovare.", "There is nothing to try again now.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A step of the page: the row of the workflow that allows it, its words, its form, its service, what is said after."""

    transition: str
    label: Bilingual
    form: type[forms.Form]
    service: Callable[..., object]
    said: Bilingual
    shown: Callable[[Letter], bool] = lambda letter: True
    danger: bool = False


def _by_people(letter: Letter) -> bool:
    return letter.channel not in {"pec", "portal"}


STEPS: dict[str, Kind] = {
    "edit": Kind(
        "finish",
        Bilingual("Cambia il testo", "Change the text"),
        DraftForm,
        edit_draft,
        Bilingual("Il testo è salvato.", "The text is saved."),
    ),
    "finish": Kind(
        "finish",
        Bilingual("Invia la lettera", "Send the letter"),
        NothingForm,
        finish_draft,
        Bilingual("La lettera parte.", "The letter leaves."),
    ),
    "again": Kind(
        "send_again",
        Bilingual("Rinvia per PEC", "Send again by PEC"),
        AddressForm,
        send_letter_again,
        Bilingual("La lettera riparte.", "The letter goes again."),
    ),
    "otherwise": Kind(
        "send_otherwise",
        Bilingual("L’ho spedita in altro modo", "I sent it otherwise"),
        OtherwiseForm,
        send_letter_otherwise,
        Bilingual("È scritto.", "It is written down."),
    ),
    "outcome": Kind(
        "record_delivery",
        Bilingual("È arrivata, o è tornata", "It arrived, or came back"),
        OutcomeForm,
        record_outcome,
        Bilingual("È scritto.", "It is written down."),
        shown=_by_people,
    ),
    "push": Kind(
        "cancel",
        Bilingual("Riprova", "Try again"),
        NothingForm,
        _push,
        Bilingual("Si riprova.", "It is being tried again."),
        shown=lambda letter: bool(letter.problem),
    ),
    "cancel": Kind(
        "cancel",
        Bilingual("Annulla la lettera", "Cancel the letter"),
        CancelForm,
        cancel_letter,
        Bilingual("La lettera è annullata.", "The letter is cancelled."),
        danger=True,
    ),
}


@for_desk(*FILE_ROLES)
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The letter; who has to declare something before reading it is led to what it is about, where that is done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = letter_or_404(actor, letter_id, closed=True)
    if not may_read_letter(actor, shown):
        return redirect(_way(request.path, shown))
    return _page(request, shown)


@for_desk(*FILE_ROLES)
@require_POST
def step(request: HttpRequest, letter_id: int, name: str) -> HttpResponse:
    """Do one thing; what is wrong comes back beside its field."""
    shown = letter_or_404(request.actor, letter_id)  # type: ignore[attr-defined]
    kind = STEPS.get(name)
    if kind is None:
        raise Http404(name)
    form = kind.form(request.POST, request.FILES)
    if done(request, form, kind.service, letter=shown):
        messages.success(request, kind.said.in_language(get_language()))
        return redirect("desk:letter", shown.pk)
    return _page(request, shown, wrong={name: form})


@for_desk(*FILE_ROLES)
def preview(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The paper as it would be now, without a number: nothing is kept."""
    shown = letter_or_404(request.actor, letter_id, way=request.path)  # type: ignore[attr-defined]
    try:
        content = render_pdf(
            template="letters/pdf_letter.html", context=paper_of(shown), title=shown.subject or "Bozza", variant=TO_KEEP
        )
    except PdfUnavailable as error:
        refuse(error.reason.it, error.reason.en)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="anteprima-{shown.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@for_desk(*FILE_ROLES)
def download(request: HttpRequest, letter_id: int, file_id: int) -> HttpResponse | FileResponse:
    """A file of this letter (PDF, message as it went, receipt, proof), to whoever may see the letter."""
    shown = letter_or_404(request.actor, letter_id)  # type: ignore[attr-defined]
    file = StoredFile.objects.filter(pk=file_id).first() if file_id in _files_of(shown) else None
    if file is None:
        raise Http404
    return send(file)


def _way(asked: str, shown: Letter) -> str:
    """The page of what a letter is about, where one declares; and goes back to what was ``asked`` for."""
    return f"{page_of(shown.subject_type, shown.subject_id)}?{urlencode({'next': asked})}"


def letter_or_404(actor: Actor, letter_id: int, *, closed: bool = False, way: str = "") -> Letter:
    """A letter that the actor sees; and may read, but for who asks for it ``closed``. ``way``: the page one goes back to when
    something is to be declared before; empty for a file, which waits on the letter's own page."""
    rows = Letter.objects.visible_to(actor).select_related("office__parent", "enterprise", "officer", "document__file")
    found: Letter | None = rows.filter(pk=letter_id).first()
    if found is None:
        raise Http404
    if not closed:
        require(may_read_letter(actor, found), way=_way(way or reverse("desk:letter", args=[found.pk]), found))
    return found


def _files_of(shown: Letter) -> set[int]:
    found = set(shown.attachments.values_list("pk", flat=True))
    if shown.document is not None and shown.document.file_id is not None:
        found.add(shown.document.file_id)
    for dispatch in shown.dispatches.prefetch_related("receipts"):
        found |= {pk for pk in (dispatch.mail_id, dispatch.proof_id) if pk is not None}
        found |= {receipt.file_id for receipt in dispatch.receipts.all()}
    return found


def _page(request: HttpRequest, shown: Letter, wrong: dict[str, forms.Form] | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    goings = shown.dispatches.select_related("mail", "proof").prefetch_related("receipts__file")
    return render(
        request,
        "desk/letters/page.html",
        {
            **described(shown),
            "blocks": blocks_of(shown.body),
            "attachments": shown.attachments.order_by("pk"),
            "about": page_of(shown.subject_type, shown.subject_id),
            "goings": [{"dispatch": dispatch, "way": way_of(dispatch)} for dispatch in goings.order_by("-serial")],
            "to_do": WHAT_TO_DO.get(shown.failure, ()),
            "steps": _steps(actor, shown, wrong or {}),
            "may_follow": may_follow(actor, shown),
        },
        status=422 if wrong else 200,
    )


def _steps(actor: Actor, shown: Letter, wrong: dict[str, forms.Form]) -> list[dict[str, Any]]:
    """What can be done from here, by who may."""
    language = get_language() or "it"
    initial = {"edit": {"subject": shown.subject, "body": shown.body}, "again": {"address": shown.address}}
    found = []
    for name, kind in STEPS.items():
        sources = LETTERS.transitions[kind.transition].sources
        if shown.state not in sources or not kind.shown(shown):
            continue
        decision: Decision = LETTERS.may(kind.transition, actor, shown, state=shown.state)
        if not decision:
            continue
        found.append(
            {
                "name": name,
                "label": kind.label.in_language(language),
                "form": wrong.get(name) or kind.form(initial=initial.get(name)),
                "open": name in wrong,
                "danger": kind.danger,
                "url": reverse("desk:letter_step", args=[shown.pk, name]),
                "uploads": any(isinstance(field, forms.FileField) for field in kind.form.base_fields.values()),
            }
        )
    return found
