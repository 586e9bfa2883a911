"""Every write of files and generated documents."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Protocol

from django.db import models

from levante.documents import kinds, storage
from levante.documents.models import NO_PDF, READY, GeneratedDocument, StoredFile
from levante.documents.pdf import TO_READ, PdfUnavailable, render_pdf
from levante.documents.uploads import RefusedUpload
from levante.kernel.api import Actor, Refused, after_commit, note, now, refuse, service
from levante.kernel.pure import Bilingual


class Upload(Protocol):
    """What a browser sends, as Django hands it over."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]: ...


NO_PROBLEM = Bilingual("", "")


@service("documents.store_upload")
def store_upload(
    *,
    actor: Actor,
    upload: Upload,
    purpose: str,
    enterprise_id: int | None = None,
    accept: Iterable[str] | None = None,
    limit: int | None = None,
) -> StoredFile:
    """Take a file in after looking at what it contains.

    ``purpose`` is a key of ``kinds.PURPOSES`` and gives the kinds and bytes accepted; ``accept`` and ``limit`` narrow them
    (a form field that wants a PDF up to 5 MB). Refused, with the reason in both languages: empty, too large, of a kind not
    accepted or not what its name says, damaged, bombs, documents with macros, no room on disk. What is refused leaves
    neither a row nor a file.
    """
    content, kind, name = _taken_in(upload, purpose=purpose, accept=accept, limit=limit)
    try:
        storage.put_in_place(content)
    finally:
        content.discard()
    note(sha256=content.sha256, size=content.size, kind=kind.code)
    return StoredFile.objects.create(
        sha256=content.sha256,
        size=content.size,
        kind=kind.code,
        content_type=kind.content_type,
        name=name,
        purpose=purpose,
        enterprise_id=enterprise_id,
        uploaded_by_id=actor.user_id,
        uploaded_at=now(),
    )


def inspected(upload: Upload, *, purpose: str, limit: int | None = None) -> storage.Content:
    """An upload looked at and written aside, to be read and then discarded; nothing of it is kept."""
    return _taken_in(upload, purpose=purpose, accept=None, limit=limit)[0]


def _taken_in(
    upload: Upload, *, purpose: str, accept: Iterable[str] | None, limit: int | None
) -> tuple[storage.Content, kinds.Kind, str]:
    rule = kinds.PURPOSES[purpose]
    accepted = tuple(code for code in rule.kinds if accept is None or code in set(accept))
    largest = min(rule.limit, limit or rule.limit)
    name = kinds.harmless_name(upload.name or "")
    if isinstance(upload, RefusedUpload):  # stopped on its way: it says why, better than its size
        raise Refused(upload.reason)
    if upload.size is not None and upload.size > largest:
        _refuse_size(largest, name, purpose)
    content = storage.write_aside(upload.chunks(), limit=largest)
    if content is None:
        _refuse_size(largest, name, purpose)
    try:
        return content, _inspect(content, name, accepted), name
    except BaseException:
        content.discard()
        raise


def _refuse_size(limit: int, name: str, purpose: str) -> NoReturn:
    megabytes, tip = limit // kinds.MEGABYTE, kinds.to_lighten(name)
    if purpose == "signed":  # what was to be signed is ours, and small
        tip = Bilingual(
            "Deve contenere solo il documento scaricato da qui, firmato: controlla di aver scelto quel file.",
            "It must hold only the document downloaded from here, signed: check that you chose that file.",
        )
    refuse(
        f"Il file supera {megabytes} MB, il massimo per questo documento. {tip.it}",
        f"The file is over {megabytes} MB, the most for this document. {tip.en}",
    )


def _inspect(content: storage.Content, name: str, accepted: tuple[str, ...]) -> kinds.Kind:
    if content.size == 0:
        refuse("Il file è vuoto.", "The file is empty.")
    wanted_it = ", ".join(kinds.KINDS[code].label.it for code in accepted)
    wanted_en = ", ".join(kinds.KINDS[code].label.en for code in accepted)
    with content.path.open("rb") as stream:
        head = stream.read(8192)
        kind = kinds.recognise(head, name)
        if kind is None or kind.code not in accepted:
            found = (
                kinds.what_it_is(head)
                if kind is None
                else Bilingual(f"di tipo {kind.label.it}", f"of type {kind.label.en}")
            )
            refuse(
                f"Il contenuto di «{name}» è {found.it}. Qui si accetta: {wanted_it}.",
                f"The content of “{name}” is {found.en}. Accepted here: {wanted_en}.",
            )
        if kinds.extension_of(name) not in kind.extensions:
            refuse(
                f"Il nome «{name}» non corrisponde al contenuto, che è {kind.label.it}: "
                f"dai al file un nome che finisca con .{kind.extensions[0]}.",
                f"The name “{name}” does not match the content, which is {kind.label.en}: "
                f"give the file a name ending with .{kind.extensions[0]}.",
            )
        stream.seek(0)
        decision = kind.inspect(stream)
        if not decision:
            raise Refused(decision.reason)
    return kind


@service("documents.copy_file")
def copy_file(*, actor: Actor, file: StoredFile, purpose: str) -> StoredFile:
    """The same content once more, for another use: a row of its own, no byte written again. Who calls has seen that they may.

    The row it is taken from is locked: whoever removes it meanwhile waits, and then finds the content in use.
    """
    held = StoredFile.objects.select_for_update().filter(pk=file.pk).first()
    if held is None:
        refuse("Il documento non c’è più.", "The document is no longer there.")
    note(file=held.pk, sha256=held.sha256)
    return StoredFile.objects.create(
        sha256=held.sha256,
        size=held.size,
        kind=held.kind,
        content_type=held.content_type,
        name=held.name,
        purpose=purpose,
        enterprise_id=held.enterprise_id,
        uploaded_by_id=actor.user_id,
        uploaded_at=now(),
    )


@service("documents.remove_file")
def remove_file(*, actor: Actor, file: StoredFile) -> None:
    """Forget a file nothing refers to; its content goes when no other row has it."""
    note(file=file.pk, sha256=file.sha256, size=file.size)
    sha256 = file.sha256
    file.delete()
    after_commit(_remove_unused, sha256=sha256)


def _remove_unused(*, sha256: str) -> None:
    if not StoredFile.objects.filter(sha256=sha256).exists():
        storage.path_of(sha256).unlink(missing_ok=True)


class _Made:
    """Bytes we made, in the shape of an upload."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name: str | None = name
        self.size: int | None = len(content)
        self._content = content

    def chunks(self) -> Iterable[bytes]:
        return [self._content]


@service("documents.store_bytes")
def store_bytes(
    *, actor: Actor, name: str, content: bytes, purpose: str, enterprise_id: int | None = None
) -> StoredFile:
    """Keep bytes that we made, or that came by another way than a form, looked at like any upload."""
    note(purpose=purpose)
    return store_upload(actor=actor, upload=_Made(name, content), purpose=purpose, enterprise_id=enterprise_id)


def store_made(*, actor: Actor, title: str, content: bytes, enterprise_id: int | None = None) -> StoredFile:
    """Keep a PDF that we printed, under its title."""
    name = f"{kinds.harmless_name(title.replace('/', '-'))}.pdf"
    upload = _Made(name, content)
    return store_upload(actor=actor, upload=upload, purpose="generated", enterprise_id=enterprise_id)


@service("documents.generate_document")
def generate_document(
    *,
    actor: Actor,
    kind: str,
    template: str,
    title: str,
    data: Mapping[str, Any],
    subject: models.Model,
    language: str = "it",
    enterprise_id: int | None = None,
    variant: str = TO_READ,
) -> GeneratedDocument:
    """Write a document from data: a PDF, or the data kept with the reason why the PDF could not be made.

    ``data`` must be plain JSON: it is stored, so that the document can be made again and understood. ``variant`` is one of
    ``documents.pdf``: to read, or to keep (PDF/A).
    """
    file, problem = None, NO_PROBLEM
    try:
        content = render_pdf(
            template=template, context={**data, "title": title}, title=title, language=language, variant=variant
        )
    except PdfUnavailable as error:
        problem = error.reason
    else:
        file = store_made(actor=actor, title=title, content=content, enterprise_id=enterprise_id)
    return GeneratedDocument.objects.create(
        kind=kind,
        title=title,
        language=language,
        template=template,
        data=dict(data),
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        enterprise_id=enterprise_id,
        file=file,
        problem=problem.it,
        problem_en=problem.en,
        state=READY if file is not None else NO_PDF,
        made_at=now(),
        made_by_id=actor.user_id,
    )
