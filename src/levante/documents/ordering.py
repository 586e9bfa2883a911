"""Documents that take long to print: asked in the transaction that needs them, made by the worker, one PDF whoever asks again.

The data are kept at once; the PDF follows. While a worker prints, it holds an advisory lock of the server: killed, the server lets
go of it, and the sweep of a minute gives the document to another.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models

from levante.documents.models import ASKED, FAILED, MAKING, NO_PDF, READY, GeneratedDocument
from levante.documents.pdf import TO_READ, PdfUnavailable, render_pdf
from levante.documents.services import NO_PROBLEM, store_made
from levante.kernel.api import Actor, note, now, service, system, unchanged
from levante.kernel.pure import Bilingual

log = logging.getLogger(__name__)
#: Held, with the document's key, by the worker that prints it.
_PRINTING = 0x444F4350
#: After so many beginnings nobody ended, it is not tried again by itself.
TRIES = 3
_STOPPED = Bilingual(
    "Chi lo preparava si è fermato più volte: scrivi di nuovo il testo o avvisa l’assistenza.",
    "Who was making it stopped several times: write the text again or tell the help desk.",
)


@service("documents.order_document")
def order_document(
    *, actor: Actor, kind: str, template: str, title: str, data: Mapping[str, Any], subject: models.Model,
    instead_of: GeneratedDocument | None = None,
) -> GeneratedDocument:  # fmt: skip
    """Ask the worker for a document: its data are kept now, its PDF comes. ``data`` as for ``generate_document``.

    ``instead_of`` is what was asked before for the same thing: if it is not made yet it takes the new data and stays the one
    document; asked again as it is, nothing changes.
    """
    from levante.documents.jobs import make_document

    waiting = instead_of and GeneratedDocument.objects.select_for_update().filter(pk=instead_of.pk).first()
    if waiting and waiting.is_coming:
        if waiting.title == title and waiting.data == dict(data):
            return unchanged(waiting)
        waiting.title, waiting.data, waiting.asked_at, waiting.tries = title, dict(data), now(), 0
        waiting.save(update_fields=["title", "data", "asked_at", "tries"])
        note(kind=kind, again=True)
        return waiting
    made = GeneratedDocument.objects.create(
        kind=kind, title=title, template=template, data=dict(data), subject_type=subject._meta.label,
        subject_id=str(subject.pk), state=ASKED, asked_at=now(), made_at=now(), made_by_id=actor.user_id,
    )  # fmt: skip
    make_document.defer(document_id=made.pk)
    note(kind=kind)
    return made


def make(document_id: int) -> None:
    """Print a document that was asked, unless somebody is at it or it is made. Asked with other data meanwhile, it is printed again."""
    with _printing(document_id) as mine:
        while mine:
            found = GeneratedDocument.objects.filter(pk=document_id, state__in=(ASKED, MAKING)).first()
            if found is None or found.asked_at is None:
                return
            worker, asked_at = system("documents"), found.asked_at
            if not begin_document(actor=worker, document_id=document_id).is_coming:
                return
            content, state, problem = _printed(found)
            end_document(
                actor=worker, document_id=document_id, asked_at=asked_at, state=state, content=content, problem=problem
            )


def _printed(found: GeneratedDocument) -> tuple[bytes, str, Bilingual]:
    """The PDF and ``ready``, or why there is none."""
    context = {**found.data, "title": found.title}
    try:
        content = render_pdf(
            template=found.template, context=context, title=found.title, language=found.language, variant=TO_READ
        )
    except PdfUnavailable as error:
        return b"", NO_PDF, error.reason
    except Exception as error:
        log.exception("document %s could not be printed", found.pk)
        name = type(error).__name__
        problem = Bilingual(
            f"Errore imprevisto ({name}): scrivi di nuovo il testo o avvisa l’assistenza.",
            f"Unexpected error ({name}): write the text again or tell the help desk.",
        )
        return b"", FAILED, problem
    return content, READY, NO_PROBLEM


@service("documents.begin_document")
def begin_document(*, actor: Actor, document_id: int) -> GeneratedDocument:
    """The worker is at it."""
    held = GeneratedDocument.objects.select_for_update().get(pk=document_id)
    if held.is_coming and held.tries < TRIES:
        held.state, held.begun_at, held.tries = MAKING, now(), held.tries + 1
    elif held.is_coming:
        held.state, held.problem, held.problem_en = FAILED, _STOPPED.it, _STOPPED.en
    held.save(update_fields=["state", "begun_at", "tries", "problem", "problem_en"])
    return unchanged(held)  # what was asked has its entry, and what was made


@service("documents.end_document")
def end_document(
    *, actor: Actor, document_id: int, asked_at: datetime, state: str, content: bytes, problem: Bilingual
) -> GeneratedDocument:
    """Keep what was printed, unless it was asked with other data since ``asked_at``."""
    held = GeneratedDocument.objects.select_for_update().get(pk=document_id)
    if not held.is_coming or held.asked_at != asked_at:
        return unchanged(held)
    if state == READY:
        held.file = store_made(actor=actor, title=held.title, content=content)
    held.state, held.made_at = state, now()
    held.problem, held.problem_en = problem.it, problem.en
    held.save(update_fields=["file", "state", "problem", "problem_en", "made_at"])
    note(kind=held.kind, state=state)
    return held


@contextmanager
def _printing(document_id: int) -> Iterator[bool]:
    """Is this the one worker that prints this document?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_PRINTING, document_id])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_PRINTING, document_id])


def take_up() -> None:
    """Print what was asked over a minute ago and nobody prints: its worker died, or its job was lost with it."""
    waiting = GeneratedDocument.objects.filter(state__in=(ASKED, MAKING), asked_at__lt=now() - timedelta(minutes=1))
    for document_id in waiting.order_by("pk").values_list("pk", flat=True):
        make(document_id)
